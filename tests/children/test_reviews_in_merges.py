"""What was said of a pair stays with the pair, however its sides are joined and parted since."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import actions, vault
from portal.children.models import ChildReview
from portal.children.rules import ReviewAnswer
from portal.children.vault.tables import SLOT
from tests.cast import CHILDREN
from tests.children.reporting import FEED
from tests.children.test_merging import STEWARD, merge, two, undo
from tests.feeds.reviewing import id_of_review, ids_of, settle, suspicion

Pairs = dict[frozenset[uuid.UUID], str | None]


def ask(one: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    actions.open_reviews(pairs=[suspicion(one, other)], by=FEED)
    return id_of_review(one, other)


def tell_apart(one: uuid.UUID, other: uuid.UUID) -> None:
    review_id = ask(one, other)
    settle(review_id, ReviewAnswer.DIFFERENT, by=STEWARD)


def pairs(session: Session) -> Pairs:
    rows = session.scalars(select(ChildReview).execution_options(populate_existing=True))
    return {frozenset({row.one_id, row.other_id}): row.outcome for row in rows}


def told_apart(session: Session) -> list[frozenset[uuid.UUID]]:
    return [pair for pair, outcome in pairs(session).items() if outcome]


@pytest.mark.parametrize("first_undone", ["ours", "theirs"])
def test_undoing_two_merges_in_any_order_leaves_each_answer_with_its_pair(
    session: Session, first_undone: str
) -> None:
    kept, gone = two(session)
    third, fourth = ids_of(CHILDREN.welsh, CHILDREN.namesake_one)
    tell_apart(gone, third)
    merges = {"ours": merge(kept, gone), "theirs": merge(fourth, third)}
    assert told_apart(session) == [{kept, fourth}]
    undo(merges.pop(first_undone))
    between = {gone, fourth} if first_undone == "ours" else {kept, third}
    assert told_apart(session) == [between]
    undo(*merges.values())
    assert told_apart(session) == [{gone, third}]


def test_a_question_that_gave_way_to_an_answer_waits_again(session: Session) -> None:
    kept, gone = two(session)
    for third in ids_of(*vars(CHILDREN).values()):
        ask(kept, third)
        tell_apart(gone, third)
    before = pairs(session)
    undo(merge(kept, gone))
    assert pairs(session) == before


@pytest.mark.parametrize("grade", vault.Grade)
def test_who_was_told_apart_from_a_hidden_child_stays_so_when_joined_meanwhile(
    session: Session, grade: vault.Grade
) -> None:
    kept, gone = two(session)
    (third,) = ids_of(CHILDREN.welsh)
    tell_apart(gone, third)
    ask(kept, third)
    actions.hide_child(child_id=third, grade=grade, by=FEED)
    merge_id = merge(kept, gone)
    actions.unhide_child(child_id=third, by=FEED)
    assert pairs(session) == {frozenset({kept, third}): "different"}
    undo(merge_id)
    assert told_apart(session) == [{gone, third}]


@pytest.mark.parametrize("grade", [None, *vault.Grade])
def test_undoing_writes_as_much_into_the_vault_whoever_is_hidden(
    session: Session, grade: vault.Grade | None
) -> None:
    """Else whoever compares two copies of the database could tell that one of a pair is hidden."""
    kept, gone = two(session)
    (third,) = ids_of(CHILDREN.welsh)
    ask(gone, third)
    asked = len(pairs(session))
    merge_id = merge(kept, gone)
    if grade:
        actions.hide_child(child_id=third, grade=grade, by=FEED)
    slots = select(SLOT.c.sealed).order_by(SLOT.c.number)
    before = session.scalars(slots).all()
    undo(merge_id)
    after = session.scalars(slots).all()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == asked
