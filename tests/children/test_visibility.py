"""Who sees which child, and whom a search may mean."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.access.identity import NOBODY as STRANGER
from portal.access.identity import Identity, operator
from portal.access.models import AccessEvent
from portal.access.reasons import ReasonNeeded
from portal.children import queries
from portal.children.actions import open_record
from portal.children.models import ChildRecord
from portal.children.rules import Criteria, Scheme
from portal.children.visibility import Job, everything, name_sheet, one, sheet, visible
from portal.core.db import db
from portal.core.errors import NotFound
from portal.matching import Kind
from portal.sandbox import Child, misspelt_story
from portal.sandbox.rows import SOURCE
from tests.cast import CAST, CHILDREN, ON
from tests.children.looking import NOBODY, identity
from tests.editor import Editor

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story


def here(child: Child) -> uuid.UUID:
    """The id of a child of the town, asked for in the open session."""
    return queries.child_ids(SOURCE, [child.key])[child.key]


def archive_here(child_id: uuid.UUID) -> None:
    """Archive a child in the open session."""
    db.session.execute(
        update(ChildRecord).where(ChildRecord.id == child_id).values(lifecycle="archived")
    )


@pytest.fixture
def as_(portal: Flask, sign_in: SignIn) -> Iterator[Callable[[str], Identity]]:
    """as_("teacher") is the identity of the teacher."""
    with portal.app_context():

        def become(key: str) -> Identity:
            # Signing in uses a session of its own, and one at a time may write.
            db.session.rollback()
            return identity(sign_in(key))

        yield become
        db.session.rollback()


def count(by: Identity) -> int:
    return len(db.session.scalars(visible(by)).all())


@pytest.mark.parametrize("who", ["teacher", "health_visitor", "data_steward", "shield_officer"])
def test_those_who_may_open_see_children(as_: Callable[[str], Identity], who: str) -> None:
    assert count(as_(who)) == 200


@pytest.mark.parametrize("who", ["helpdesk", "auditor", "authoriser", "untrained", "unaccredited"])
def test_others_see_nobody_at_all(as_: Callable[[str], Identity], who: str) -> None:
    assert count(as_(who)) == 0


def test_strangers_and_commands_see_nobody(as_: Callable[[str], Identity]) -> None:
    assert count(STRANGER) == count(operator("feeds import")) == 0
    assert len(db.session.scalars(everything(Job.FEED)).all()) == 200


def test_an_archived_child_is_there_for_jobs_only(as_: Callable[[str], Identity]) -> None:
    teacher = as_("teacher")
    child_id = here(STORY)
    assert name_sheet(one(child_id, by=teacher)).name == STORY.name
    archive_here(child_id)
    for unseen in (child_id, NOBODY):
        with pytest.raises(NotFound):
            one(unseen, by=teacher)
    found = db.session.scalars(everything(Job.NAME_INDEX).where(ChildRecord.id == child_id))
    assert found.one().lifecycle == "archived"


def test_a_sheet_is_a_value_and_no_row(as_: Callable[[str], Identity]) -> None:
    by = as_("health_visitor")
    shown = sheet(one(here(STORY), by=by), withheld=(), by=by)
    assert shown.lead is not None
    assert shown.lead.name == CAST.social_worker.name
    assert [card.is_own for card in shown.current].count(True) == 1
    assert shown.card(shown.lead.involvement_id) == shown.lead
    assert shown.card(NOBODY) is None
    with pytest.raises(AttributeError):
        shown.given_names = "Other"  # type: ignore[misc]


def test_a_record_without_a_reason_cannot_be_opened_from_anywhere(
    as_: Callable[[str], Identity],
) -> None:
    by = as_("teacher")
    before = db.session.scalar(select(func.count()).select_from(AccessEvent))
    with pytest.raises(ReasonNeeded):
        open_record(child_id=here(STORY), by=by)
    assert db.session.scalar(select(func.count()).select_from(AccessEvent)) == before


def about(child: Child, **more: object) -> Criteria:
    words: dict[str, object] = {
        "given_name": child.given_names, "family_name": child.family_name,
        "birth": child.date_of_birth,
    }  # fmt: skip
    return Criteria(**{**words, **more})  # type: ignore[arg-type]


def test_finds_a_misspelt_child_with_its_reasons(as_: Callable[[str], Identity]) -> None:
    given, family, born = misspelt_story(ON)
    criteria = Criteria(given_name=given, family_name=family, birth=born)
    found = queries.find(criteria, as_("health_visitor"))
    assert found.outcome == "few"
    assert 1 <= len(found.hits) <= 5
    assert here(STORY) in [hit.child_id for hit in found.hits]
    assert all(hit.evidence for hit in found.hits)


def test_finds_nobody(as_: Callable[[str], Identity]) -> None:
    criteria = Criteria(given_name="Zebedee", family_name="Xu", birth=dt.date(2015, 2, 3))
    found = queries.find(criteria, as_("teacher"))
    assert (found.outcome, found.hits, found.question) == ("none", (), "")
    assert queries.find(Criteria(), as_("teacher")).outcome == "none"


def test_finds_nobody_for_those_who_see_nobody(as_: Callable[[str], Identity]) -> None:
    assert queries.find(about(STORY), as_("helpdesk")).outcome == "none"


def test_an_archived_child_is_not_found(as_: Callable[[str], Identity]) -> None:
    teacher = as_("teacher")
    assert queries.find(about(STORY), teacher).outcome == "few"
    archive_here(here(STORY))
    assert here(STORY) not in [h.child_id for h in queries.find(about(STORY), teacher).hits]


def test_a_record_number_finds_one_child(as_: Callable[[str], Identity]) -> None:
    by = as_("teacher")
    child_id = here(STORY)
    number = one(child_id, by=by).record_number
    (hit,) = queries.find(Criteria(record_number=number), by).hits
    assert (hit.child_id, hit.evidence) == (child_id, (Kind.IDENTIFIER_SAME,))
    other = "0000-0000-0000" if number != "0000-0000-0000" else "1111-1111-1111"
    assert queries.find(Criteria(record_number=other), by).outcome == "none"
    with_name = queries.find(about(CHILDREN.twin_one, record_number=number), by)
    assert with_name.hits[0].child_id == child_id
    assert here(CHILDREN.twin_one) in [hit.child_id for hit in with_name.hits]
    assert len(with_name.hits) <= 5
    same = queries.find(about(STORY, record_number=number), by).hits
    assert [hit.child_id for hit in same].count(child_id) == 1
    assert len(same[0].evidence) > 1


@pytest.mark.parametrize(
    ("who", "scheme", "is_found"),
    [
        ("health_visitor", Scheme.NHS_NUMBER, True),
        ("teacher", Scheme.UPN, True),
        ("teacher", Scheme.NHS_NUMBER, False),
        ("health_visitor", Scheme.UPN, False),
        ("social_worker", Scheme.NHS_NUMBER, False),
        ("data_steward", Scheme.UPN, False),
    ],
)
def test_others_numbers_find_only_in_their_sector(
    as_: Callable[[str], Identity], who: str, scheme: Scheme, is_found: bool
) -> None:
    value = STORY.nhs_number if scheme is Scheme.NHS_NUMBER else STORY.upn
    found = queries.find(Criteria(numbers={scheme: value}), as_(who))
    assert [hit.child_id for hit in found.hits] == ([here(STORY)] if is_found else [])


def test_a_wrong_postcode_never_hides_a_child(as_: Callable[[str], Identity]) -> None:
    by = as_("teacher")
    without = {hit.child_id for hit in queries.find(about(STORY), by).hits}
    wrong = {hit.child_id for hit in queries.find(about(STORY, postcode="ZZ99 9ZZ"), by).hits}
    assert without <= wrong
