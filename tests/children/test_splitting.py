"""One record becomes two by its numbers of sources, and one again: nothing is lost."""

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import actions, finding, joining, splitting, vault
from portal.children.models import ChildMerge, ChildReview, ChildSource
from portal.children.rules import (
    OWN_WORD,
    Change,
    Choice,
    CorrectionKind,
)
from portal.children.splitting import Wish
from portal.children.vault import Grade, quarantine
from portal.core.db import db, random_id
from portal.core.errors import Conflict, NotFound
from tests.cast import CHILDREN
from tests.children.reporting import FEED
from tests.children.test_merging import (
    STEWARD,
    all_of,
    draft,
    led_to,
    merge,
    reviews,
    row,
    say,
    undo,
)  # fmt: skip
from tests.children.two_in_one import COUNCIL, HOMES, of_two
from tests.children.vault.hiding import rows_of
from tests.feeds.reviewing import ids_of


def wish(child_id: uuid.UUID, *numbers: tuple[str, str], contacts: Any = ()) -> Wish:
    return Wish(child_id, random_id(), Choice(frozenset(numbers), frozenset(contacts)))


def split(one: Wish) -> uuid.UUID:
    """Split a record in the open; return the id under which it can be undone."""
    splitting.split_open(row(one.child_id), one, by=STEWARD)
    db.session.flush()
    found = select(ChildMerge.id).where(ChildMerge.gone_id == one.new_id)
    return db.session.scalars(found).one()


def test_each_number_takes_what_its_source_said_and_people_s_words_stay(session: Session) -> None:
    child_id = of_two(session)
    number = row(child_id).record_number
    one = wish(child_id, ("council", "C1"))
    split(one)
    ours, theirs = all_of(session, child_id, one.new_id)
    assert [len(ours[word]) for word in ("child_address", "carer", "involvement")] == [1, 1, 2]
    assert [len(theirs[word]) for word in ("child_address", "carer", "involvement")] == [1, 0, 1]
    assert [side["child_source"][0]["source"] for side in (ours, theirs)] == [
        "school-records", "council",
    ]  # fmt: skip
    # The name by which the council knew its girl went with it, and is no other name of hers.
    assert ours["child_name"] == theirs["child_name"] == []
    assert (row(child_id).given_names, row(one.new_id).given_names) == ("Ottilie", "Odile")
    assert row(child_id).record_number == number != row(one.new_id).record_number
    assert led_to(session, record_number=row(one.new_id).record_number) == [one.new_id]
    assert led_to(session, given_name="Odile", family_name="Brackenbury",
                  birth=row(child_id).date_of_birth)[0] == one.new_id  # fmt: skip
    (review,) = session.scalars(select(ChildReview))
    assert ({review.one_id, review.other_id}, review.outcome) == (
        {child_id, one.new_id}, "different",
    )  # fmt: skip
    assert finding.check(session) == []


def test_the_number_of_the_first_report_may_go_and_chosen_contacts_with_it(
    session: Session,
) -> None:
    child_id = of_two(session)
    (own,) = [one for one in rows_of(session, child_id)["involvement"] if one["source"] == OWN_WORD]
    before = all_of(session, child_id)
    one = wish(child_id, ("school-records", "S1"), contacts=[own["id"].hex])
    merge_id = split(one)
    assert (row(child_id).given_names, row(one.new_id).given_names) == ("Odile", "Ottilie")
    assert (row(child_id).source, row(one.new_id).source_id) == ("council", "S1")
    theirs = rows_of(session, one.new_id)["involvement"]
    assert {held["source"] for held in theirs} == {"school-records", OWN_WORD}
    undo(merge_id)
    undo(merge_id)
    assert all_of(session, child_id) == before


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_undoing_a_split_restores_bit_by_bit_and_loses_no_later_word(
    session: Session, data: st.DataObject
) -> None:
    session.rollback()
    child_id = of_two(session)
    before, waiting = all_of(session, child_id), reviews(session)
    number = data.draw(st.sampled_from([("council", "C1"), ("school-records", "S1")]))
    one = wish(child_id, number)
    merge_id = split(one)
    moves = data.draw(st.lists(st.sampled_from(["council", "school-records"]), max_size=2))
    for source in moves:
        word = {"council": ("C1", COUNCIL), "school-records": ("S1", {"family_name": "Quill"})}
        said = {**word[source][1], "addresses": HOMES[3:]}
        say(source, word[source][0], **said)
    undo(merge_id)
    (after,) = all_of(session, child_id)
    if not moves:
        assert [after] == before
    assert reviews(session) == waiting
    assert row(one.new_id) is None
    assert {held["source_id"] for held in after["child_source"]} == {"C1", "S1"}
    assert len(after["involvement"]) == 3
    for source in ("council", "school-records"):
        places = {held["address"] for held in after["child_address"] if held["source"] == source}
        first = HOMES[1] if source == "council" else HOMES[0]
        assert places == {(HOMES[3] if source in moves else first).address}
    if "school-records" in moves:
        assert "Quill" in {after["child"][0]["family_name"]} | {
            held["family_name"] for held in after["child_name"]
        }
    assert finding.check(session) == []
    session.rollback()


def test_sources_go_on_under_their_numbers(session: Session) -> None:
    child_id = of_two(session)
    one = wish(child_id, ("council", "C1"))
    split(one)
    assert say("council", "C1", addresses=HOMES[1:2], **COUNCIL) is Change.UNCHANGED
    assert say("council", "C1", addresses=HOMES[2:3], **COUNCIL) is Change.CHANGED
    assert [held["address"] for held in rows_of(session, one.new_id)["child_address"]] == [
        HOMES[2].address
    ]
    assert [held["address"] for held in rows_of(session, child_id)["child_address"]] == [
        HOMES[0].address
    ]


def test_of_one_source_with_two_numbers_the_last_word_says_whose_it_is(session: Session) -> None:
    both = [draft("council", "C1", addresses=HOMES[:1], family_name="Quillfeather"),
            draft("council", "C2", addresses=HOMES[1:2], **COUNCIL)]  # fmt: skip
    ids = [actions.put_children(drafts=[one], by=FEED)[0][0] for one in both]
    merge(*ids)
    session.query(ChildMerge).delete()
    # What it says of one of them now replaces what it said of either.
    say("council", "C2", addresses=HOMES[2:3], **COUNCIL)
    one = wish(ids[0], ("council", "C2"))
    split(one)
    assert rows_of(session, ids[0])["child_address"] == []
    assert [held["address"] for held in rows_of(session, one.new_id)["child_address"]] == [
        HOMES[2].address
    ]


def test_what_does_not_fit_is_no_choice(session: Session) -> None:
    child_id = of_two(session)
    whole = joining.tables_of(row(child_id))
    council, school = ("council", "C1"), ("school-records", "S1")
    told = next(one["id"][1] for one in whole["involvement"] if one["source"] == "council")
    for numbers, contacts in (([], []), ([council, school], []), ([("council", "X")], []),
                              ([council], [told])):  # fmt: skip
        assert not Choice(frozenset(numbers), frozenset(contacts)).fits(whole)
    assert Choice(frozenset([council]), frozenset()).fits(whole)


def test_the_later_is_undone_first_whichever_it_was(session: Session) -> None:
    child_id = of_two(session)
    (third,) = ids_of(CHILDREN.welsh)
    one = wish(child_id, ("council", "C1"))
    before = all_of(session, child_id, third)
    merge_id = split(one)
    number = row(one.new_id).record_number
    later = merge(third, one.new_id)
    with pytest.raises(Conflict):
        undo(merge_id)
    undo(later)
    undo(merge_id)
    assert all_of(session, child_id, third) == before
    assert led_to(session, record_number=number) == [child_id]


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("is_new", [False, True])
def test_a_split_is_hidden_with_either_and_back_when_both_are(
    session: Session, grade: Grade, is_new: bool
) -> None:
    child_id = of_two(session)
    before = all_of(session, child_id)
    one = wish(child_id, ("council", "C1"))
    merge_id = split(one)
    first, second = (one.new_id, child_id) if is_new else (child_id, one.new_id)
    for hidden in (first, second):
        actions.hide_child(child_id=hidden, grade=grade, by=FEED)
        assert session.scalars(select(ChildMerge)).all() == []
        with pytest.raises(NotFound):
            undo(merge_id)
    actions.unhide_child(child_id=first, by=FEED)
    assert session.scalars(select(ChildMerge)).all() == []
    actions.unhide_child(child_id=second, by=FEED)
    undo(merge_id)
    assert all_of(session, child_id) == before


@pytest.mark.parametrize("grade", Grade)
def test_both_halves_of_a_hidden_record_are_hidden_and_can_be_joined_after_a_lift(
    session: Session, grade: Grade
) -> None:
    child_id = of_two(session)
    before = all_of(session, child_id)
    actions.hide_child(child_id=child_id, grade=grade, by=FEED)
    one = wish(child_id, ("council", "C1"))
    seen = rows_of(session, child_id)
    splitting.split_hidden(one, by=STEWARD)
    assert [vault.grade_of(child) for child in (child_id, one.new_id)] == [grade, grade]
    theirs = ChildSource.source_id.in_(["C1", "S1"])
    assert session.scalars(select(ChildSource).where(theirs)).all() == []
    assert session.scalars(select(ChildMerge)).all() == []
    assert reviews(session) == []
    # What the index says of who stays is not touched: a stub reads as it did.
    assert rows_of(session, child_id) == seen
    assert say("council", "C1", addresses=HOMES[2:3], **COUNCIL) is Change.CHANGED
    assert quarantine.of_source("council", ["C1"])["C1"].hidden_id == one.new_id
    for child in (child_id, one.new_id):
        actions.unhide_child(child_id=child, by=FEED)
    assert (row(child_id).given_names, row(one.new_id).given_names) == ("Ottilie", "Odile")
    (merge_id,) = session.scalars(select(ChildMerge.id))
    undo(merge_id)
    (after,) = all_of(session, child_id)
    assert [len(after[word]) for word in ("child_source", "involvement", "carer")] == [
        len(before[0][word]) for word in ("child_source", "involvement", "carer")
    ]
    assert finding.check(session) == []


def test_rows_held_back_follow_their_number(session: Session) -> None:
    child_id = of_two(session)
    hidden = actions.create_child(draft=draft("register", "H1", family_name="Hollowell"), by=FEED)
    actions.hide_child(child_id=hidden, grade=Grade.ABSENT, by=FEED)
    say("council", "C1", family_name="Hollowell")
    assert quarantine.of_source("council", ["C1"])["C1"].id == child_id
    one = wish(child_id, ("council", "C1"))
    merge_id = split(one)
    held = quarantine.of_source("council", ["C1"])["C1"]
    assert (held.id, held.hidden_id) == (one.new_id, hidden)
    undo(merge_id)
    assert quarantine.of_source("council", ["C1"])["C1"].id == child_id


def test_only_what_is_wrong_with_the_whole_record_leads_to_a_split() -> None:
    assert [kind for kind in CorrectionKind if kind.may_mean_two] == [
        CorrectionKind.WRONG_CHILD, CorrectionKind.TWO_CHILDREN,
    ]  # fmt: skip
