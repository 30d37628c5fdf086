"""Two records become one, and two again: nothing of either is lost."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.permissions import Role
from portal.children import actions, finding, queries, vault
from portal.children.models import ChildMerge, ChildRecord, ChildReview, ChildSource, Involvement
from portal.children.rules import (
    AddressDraft,
    Change,
    ChildDraft,
    Criteria,
    Gender,
    InvolvementDraft,
    Kind,
    ReviewAnswer,
)
from portal.children.vault import quarantine
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.directory.models import Organisation
from tests.access.test_policy import GOOD
from tests.cast import CHILDREN
from tests.children.reporting import FEED, TODAY
from tests.children.test_correcting import correct
from tests.children.vault.hiding import rows_of
from tests.feeds.reviewing import id_of_review, ids_of, settle, suspicion

Rows = dict[str, Any]
STEWARD = replace(GOOD, roles=frozenset({Role.DATA_STEWARD}))


def all_of(session: Session, *ids: uuid.UUID) -> list[Rows]:
    """Everything that the index holds of these children, but which merges there were."""
    found = [rows_of(session, one) for one in ids]
    for one in found:
        one.pop("child_merge")
    return found


CORRECTED = {
    "given_names": ("Odile", "Ottoline"), "family_name": ("Thornbury", "Quillfether"),
    "date_of_birth": ("2015-05-06", "2015-06-05"),
}  # fmt: skip


def reviews(session: Session) -> list[tuple[Any, ...]]:
    columns = ChildReview.id, ChildReview.one_id, ChildReview.other_id, ChildReview.outcome
    return sorted(map(tuple, session.execute(select(*columns))), key=str)


def merge(kept: uuid.UUID, gone: uuid.UUID) -> uuid.UUID:
    return actions.merge_children(kept_id=kept, gone_id=gone, by=FEED)


def undo(merge_id: uuid.UUID) -> None:
    actions.undo_merge(merge_id=merge_id, by=FEED)


def row(child_id: uuid.UUID) -> Any:
    return db.session.scalar(everything(Job.REVIEW).where(ChildRecord.id == child_id))


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_undoing_restores_both_bit_by_bit(session: Session, data: st.DataObject) -> None:
    session.rollback()
    every = session.scalars(select(ChildSource.child_id).order_by(ChildSource.source_id)).all()
    places = st.integers(0, len(every) - 1)
    kept, gone, third = (
        every[place] for place in data.draw(st.lists(places, min_size=3, max_size=3, unique=True))
    )
    pairs = [suspicion(kept, gone), suspicion(gone, third)]
    actions.open_reviews(pairs=pairs, by=FEED)
    for child_id in (kept, gone, third):
        facts = data.draw(st.dictionaries(st.sampled_from(list(CORRECTED)), st.booleans()))
        if facts:
            correct(child_id, **{fact: CORRECTED[fact][one] for fact, one in facts.items()})
    if data.draw(st.booleans()):
        actions.open_reviews(pairs=[suspicion(kept, third)], by=FEED)
    before, waiting = all_of(session, kept, gone, third), reviews(session)
    first = merge(kept, gone)
    later = merge(kept, third) if data.draw(st.booleans()) else None
    if later:
        with pytest.raises(Conflict):
            undo(first)
        undo(later)
    undo(first)
    undo(first)
    assert all_of(session, kept, gone, third) == before
    assert reviews(session) == waiting
    assert finding.check(session) == []
    session.rollback()


def draft(source: str, number: str, **more: Any) -> ChildDraft:
    words = {"source_on": TODAY, "given_names": "Ottilie", "gender": Gender.FEMALE}
    born = dt.date(TODAY.year - 7, 3, 5)
    said = {"source": source, "source_id": number, "date_of_birth": born, **words, **more}
    return ChildDraft(**said)


def two(session: Session, **more: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """Two records of one girl: her school's, and that of the council under her former name."""
    school = draft("school-records", "S1", family_name="Quillfeather", **more)
    home = AddressDraft(address="1 Mill Lane", postcode="QH1 1AA")
    council = draft("council", "C1", family_name="Brackenbury", addresses=(home,))
    first, second = (actions.put_children(drafts=[one], by=FEED)[0][0] for one in (school, council))
    return first, second


def say(source: str, number: str, **more: Any) -> Change:
    return actions.put_children(drafts=[draft(source, number, **more)], by=FEED)[0][1]


def led_to(session: Session, **asked: Any) -> list[uuid.UUID]:
    found = queries.find(Criteria(**asked), STEWARD)
    return [hit.child_id for hit in found.hits]


def test_who_stays_is_found_by_both_names_and_both_numbers(session: Session) -> None:
    kept, gone = two(session)
    number = row(gone).record_number
    merge_id = merge(kept, gone)
    assert row(gone) is None
    born = dt.date(TODAY.year - 7, 3, 5)
    for family in ("Quillfeather", "Brackenbury"):
        assert led_to(session, given_name="Ottilie", family_name=family, birth=born) == [kept]
    assert led_to(session, record_number=number) == [kept]
    assert finding.check(session) == []
    undo(merge_id)
    assert led_to(session, record_number=number) == [gone]
    assert led_to(session, given_name="Ottilie", family_name="Brackenbury", birth=born) == [gone]


def test_sources_go_on_under_their_numbers_and_undoing_follows_them(session: Session) -> None:
    kept, gone = two(session)
    home = AddressDraft(address="1 Mill Lane", postcode="QH1 1AA")
    merge_id = merge(kept, gone)
    assert say("council", "C1", family_name="Brackenbury", addresses=(home,)) is Change.UNCHANGED
    moved = AddressDraft(address="9 New Street", postcode="QH1 1AB")
    assert say("council", "C1", family_name="Brackenbury", addresses=(moved,)) is Change.CHANGED
    assert say("school-records", "S1", family_name="Quill") is Change.CHANGED
    assert rows_of(session, kept)["child_address"][0]["address"] == "9 New Street"
    undo(merge_id)
    ours, theirs = all_of(session, kept, gone)
    assert [one["address"] for one in theirs["child_address"]] == ["9 New Street"]
    assert ours["child_address"] == []
    assert (ours["child"][0]["family_name"], theirs["child"][0]["family_name"]) == (
        "Quill", "Brackenbury",
    )  # fmt: skip
    assert [one["source_id"] for one in theirs["child_source"]] == ["C1"]
    assert finding.check(session) == []


def test_a_name_that_the_other_source_said_since_goes_with_it(session: Session) -> None:
    kept, gone = two(session)
    merge_id = merge(kept, gone)
    say("council", "C1", family_name="Thornbury")
    assert row(kept).family_name == "Thornbury"
    undo(merge_id)
    assert (row(kept).family_name, row(gone).family_name) == ("Quillfeather", "Thornbury")


def work(child_id: uuid.UUID, organisation_id: uuid.UUID, **more: Any) -> InvolvementDraft:
    words = {"kind": Kind.SCHOOL, "started_on": dt.date(2024, 9, 1), "source_on": TODAY}
    return InvolvementDraft(
        **{"child_id": child_id, "organisation_id": organisation_id, **words, **more}
    )


def test_the_same_work_is_one_contact_of_each_source_and_there_is_one_lead(
    session: Session,
) -> None:
    """Each source goes on hearing of its own words alone: none is told that its work is new."""
    kept, gone = two(session)
    places = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(2)).all()
    said = [
        work(kept, places[0], source="school-records", is_lead=True),
        work(kept, places[0], source="council", started_on=dt.date(2024, 1, 1)),
        work(gone, places[0], source="council", started_on=dt.date(2023, 9, 1)),
        work(gone, places[1], source="council", is_lead=True),
    ]
    for one in said:
        actions.put_involvements(drafts=[one], by=FEED)
    before = all_of(session, kept, gone)
    merge_id = merge(kept, gone)
    held = rows_of(session, kept)["involvement"]
    told = [(one["source"], one["started_on"].year, one["is_lead"]) for one in held]
    assert sorted(told) == [
        ("council", 2023, False), ("council", 2024, False), ("school-records", 2024, True),
    ]  # fmt: skip
    again = [replace(one, child_id=kept, is_lead=False) for one in (said[2], said[3])]
    for one in (said[0], *again):
        ((_, change),) = actions.put_involvements(drafts=[one], by=FEED)
        assert change is Change.UNCHANGED
    undo(merge_id)
    assert all_of(session, kept, gone) == before


def test_a_lead_that_stood_down_for_another_leads_again_though_confirmed_since(
    session: Session,
) -> None:
    kept, gone = two(session)
    place = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(1)).one()
    for child_id, source in ((kept, "school-records"), (gone, "council")):
        said = work(child_id, place, source=source, is_lead=True)
        actions.put_involvements(drafts=[said], by=FEED)
    merge_id = merge(kept, gone)
    session.execute(update(Involvement).values(last_confirmed_on=TODAY))
    undo(merge_id)
    (held,) = rows_of(session, gone)["involvement"]
    assert (held["is_lead"], held["lead_ended_on"]) == (True, None)
    assert held["last_confirmed_on"] == TODAY


def test_what_was_told_apart_stays_apart_through_a_merge(session: Session) -> None:
    kept, gone = two(session)
    (third,) = ids_of(CHILDREN.welsh)
    actions.open_reviews(pairs=[suspicion(gone, third)], by=FEED)
    review_id = id_of_review(gone, third)
    settle(review_id, ReviewAnswer.DIFFERENT, by=STEWARD)
    merge(kept, gone)
    actions.open_reviews(pairs=[suspicion(kept, third)], by=FEED)
    (review,) = session.scalars(select(ChildReview))
    assert ({review.one_id, review.other_id}, review.outcome) == ({kept, third}, "different")


@pytest.mark.parametrize("grade", vault.Grade)
@pytest.mark.parametrize("side", [0, 1])
def test_nobody_hidden_is_joined(session: Session, grade: vault.Grade, side: int) -> None:
    ids = two(session)
    actions.hide_child(child_id=ids[side], grade=grade, by=FEED)
    with pytest.raises(NotFound):
        merge(*ids)
    assert row(ids[1 - side]) is not None


def test_hiding_takes_the_merge_with_it_and_a_lift_brings_it_back(session: Session) -> None:
    kept, gone = two(session)
    number = row(gone).record_number
    before = all_of(session, kept, gone)
    merge_id = merge(kept, gone)
    actions.hide_child(child_id=kept, grade=vault.Grade.ABSENT, by=FEED)
    assert session.scalars(select(ChildMerge)).all() == []
    assert led_to(session, record_number=number) == []
    with pytest.raises(NotFound):
        undo(merge_id)
    actions.unhide_child(child_id=kept, by=FEED)
    undo(merge_id)
    assert all_of(session, kept, gone) == before


def test_what_is_held_of_a_number_follows_it(session: Session) -> None:
    kept, gone = two(session)
    hidden = actions.create_child(draft=draft("register", "H1", family_name="Hollowell"), by=FEED)
    actions.hide_child(child_id=hidden, grade=vault.Grade.ABSENT, by=FEED)
    say("council", "C1", family_name="Hollowell")
    held = quarantine.of_source("council", ["C1"])["C1"]
    assert (held.id, held.is_open) == (gone, True)
    merge_id = merge(kept, gone)
    assert quarantine.of_source("council", ["C1"])["C1"].id == kept
    undo(merge_id)
    assert quarantine.of_source("council", ["C1"])["C1"].id == gone


def test_of_two_corrections_that_of_who_stays_stands_and_undoing_restores_both(
    session: Session,
) -> None:
    kept, gone = two(session)
    correct(kept, family_name="Quill")
    correct(gone, family_name="Bracken", given_names="Odile")
    before = all_of(session, kept, gone)
    merge_id = merge(kept, gone)
    assert (row(kept).family_name, row(kept).given_names) == ("Quill", "Odile")
    assert finding.check(session) == []
    undo(merge_id)
    assert all_of(session, kept, gone) == before
    merge_id = merge(kept, gone)
    say("council", "C1", family_name="Thornbury", gender=Gender.MALE)
    assert (row(kept).family_name, row(kept).gender) == ("Quill", "male")
    undo(merge_id)
    ours, theirs = row(kept), row(gone)
    assert (ours.family_name, ours.given_names, ours.gender) == ("Quill", "Ottilie", "female")
    assert (theirs.family_name, theirs.given_names, theirs.gender) == ("Bracken", "Odile", "male")
    assert finding.check(session) == []


def test_what_two_sources_say_of_one_record_is_asked_after_joining(session: Session) -> None:
    kept, gone = two(session)
    before = all_of(session, kept, gone)
    merge_id = merge(kept, gone)
    (question,) = rows_of(session, kept)["correction"]
    assert question["fact"] == "family_name"
    undo(merge_id)
    assert all_of(session, kept, gone) == before
