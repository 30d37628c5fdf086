"""Doors of the data steward: pairs of records that may be about one child, one after the other."""

import uuid
from typing import Any

from flask import Response, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import Identity, current_identity
from portal.access.permissions import Permission
from portal.children import actions
from portal.children.queries import ReviewSheet, count_of_waiting_reviews
from portal.children.rules import AGREEMENTS
from portal.core.errors import Conflict
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.feeds import room
from portal.feeds.forms import ReviewForm

ONE = "feeds/review.html"
# One sentence for every answer, whatever became of the pair meanwhile.
SAVED = _l("Your answer is saved.")


@room.get("/feeds/review", requires=Permission.REVIEW_DECIDE)
def next_review() -> AnyResponse:
    """Lead to the next pair that waits."""
    review_id = actions.open_next_review(by=current_identity())
    if review_id is None:
        return _none_waits()
    return redirect_to("feeds.review", review_id=review_id)


@room.get("/feeds/review/<uuid:review_id>", requires=Permission.REVIEW_DECIDE)
def review(review_id: uuid.UUID) -> Response:
    """Show two records side by side, and ask whether they are about one child."""
    sheet = actions.open_review(review_id=review_id, by=current_identity())
    return page(ONE, form=ReviewForm.about(sheet.seen), **_words(sheet))


@room.post("/feeds/review/<uuid:review_id>", requires=Permission.REVIEW_DECIDE)
def settle_review(review_id: uuid.UUID) -> Response:
    """Keep the answer, and show the next pair at once."""
    by, form = current_identity(), ReviewForm()
    if not form.validate():
        sheet = actions.open_review(review_id=review_id, by=by)
        form.seen.data = sheet.seen
        return ask_again(ONE, form, **_words(sheet))
    answer, seen = form.answer.data, form.seen.data or ""
    try:
        actions.settle_review(review_id=review_id, answer=answer, seen=seen, by=by)
    except actions.SeenChanged:
        return _look_again(review_id, by)
    return _next_after(by)


@room.post("/feeds/review/<uuid:review_id>/reopen", requires=Permission.REVIEW_DECIDE)
def reopen_review(review_id: uuid.UUID) -> AnyResponse:
    """Let a pair that was settled as two children wait again."""
    actions.reopen_review(review_id=review_id, by=current_identity())
    return redirect_to("feeds.review", review_id=review_id)


def _look_again(review_id: uuid.UUID, by: Identity) -> Response:
    sheet = actions.open_review(review_id=review_id, by=by)
    form = ReviewForm.about(sheet.seen)
    form.say_changed()
    return page(ONE, status=Conflict.status, form=form, **_words(sheet))


def _next_after(by: Identity) -> Response:
    following = actions.open_next_review(by=by)
    if following is None:
        return _none_waits(said=SAVED)
    sheet = actions.open_review(review_id=following, by=by)
    answer = page(ONE, form=ReviewForm.about(sheet.seen), said=SAVED, **_words(sheet))
    answer.headers["HX-Push-Url"] = url_for("feeds.review", review_id=following)
    return answer


def _none_waits(**words: Any) -> Response:
    return page("feeds/no_review.html", waiting=count_of_waiting_reviews(), **words)


def _words(sheet: ReviewSheet) -> dict[str, Any]:
    waiting = count_of_waiting_reviews()
    return {"sheet": sheet, "waiting": waiting, "agreements": AGREEMENTS}
