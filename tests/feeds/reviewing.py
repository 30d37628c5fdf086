"""Pairs of records for tests of the data steward's reviews."""

import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.access.identity import Identity
from portal.children import actions, queries
from portal.children.models import ChildReview
from portal.children.queries import seen_of
from portal.children.rules import ReviewAnswer, ReviewCause, Suspicion
from portal.core.db import db
from portal.sandbox import Child
from portal.sandbox.rows import SOURCE
from tests.cast import CHILDREN
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.shielding.held import seen_in

SignIn = Callable[[str], Editor]
Pair = tuple[Child, Child]
TWINS: Pair = (CHILDREN.twin_one, CHILDREN.twin_two)
NAMESAKES: Pair = (CHILDREN.namesake_one, CHILDREN.namesake_two)


def ids_of(*children: Child) -> list[uuid.UUID]:
    """Return the ids of children of the town. Needs an application context."""
    found = queries.child_ids(SOURCE, [child.key for child in children])
    return [found[child.key] for child in children]


def suspicion(one: uuid.UUID, other: uuid.UUID, **more: object) -> Suspicion:
    """Return a pair that may be one child."""
    words = {"cause": ReviewCause.DUPLICATE, "bits": 21.5, "evidence": ("family_same", "born_same")}
    return Suspicion(one_id=one, other_id=other, **{**words, **more})  # type: ignore[arg-type]


def suspect(app: Flask, *pairs: Pair) -> list[uuid.UUID]:
    """Open reviews of pairs of the town; return their ids in the order in which they are given."""
    with app.app_context():
        found = [suspicion(*ids_of(*pair)) for pair in pairs]
        for one in found:
            actions.open_reviews(pairs=[one], by=FEED)
        db.session.commit()
        return [id_of_review(*one.pair) for one in found]


def id_of_review(one: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    """Return the id of the review of a pair, in any order. Needs an application context."""
    both = ChildReview.one_id.in_([one, other]), ChildReview.other_id.in_([one, other])
    return db.session.scalars(select(ChildReview.id).where(*both)).one()


def settle(review_id: uuid.UUID, answer: ReviewAnswer, *, by: Identity) -> None:
    """Answer what the records of a pair say now. Needs an application context."""
    row = db.session.get(ChildReview, review_id)
    seen = seen_of(row) if row else ""
    actions.settle_review(review_id=review_id, answer=answer, seen=seen, by=by)


def answer(browser: Editor, review_id: uuid.UUID, said: str, **options: object) -> TestResponse:
    """Look at a pair, and answer it; one that is not there any more is answered all the same."""
    typed = {"answer": said, "seen": seen_by(browser, review_id)}
    return browser.post(f"/feeds/review/{review_id}", data=typed, **options)


def seen_by(browser: Editor, review_id: uuid.UUID) -> str:
    """Look at a pair; return what the page says it showed."""
    return seen_in(browser.get(f"/feeds/review/{review_id}").get_data(as_text=True))


def reviews_in_index() -> list[ChildReview]:
    """Return every review outside the vault. Needs an application context."""
    return list(db.session.scalars(select(ChildReview).order_by(ChildReview.opened_at)))
