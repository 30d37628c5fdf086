"""Numbers of sources around hidden children: held, found to be the same, let go, lifted."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import actions, vault
from portal.children.actions.quarantine import take_as_another, take_as_same
from portal.children.models import ChildRecord, ChildReview, ChildSource, Involvement
from portal.children.queries import count_of_children
from portal.children.rules import (
    LET_GO,
    Change,
    ChildDraft,
    Gender,
    InvolvementDraft,
    Kind,
    Scheme,
    Shift,
)
from portal.children.vault import quarantine
from portal.children.vault.reuse import shifts_of
from portal.children.visibility import Job, everything
from portal.core.db import db
from portal.directory.models import Organisation
from tests.children.reporting import FEED, TODAY

H = ChildDraft(
    source="school-records", source_id="S1", source_on=TODAY, given_names="Ottilie Mae",
    family_name="Quillfeather", date_of_birth=dt.date(TODAY.year - 7, 3, 5),
    gender=Gender.FEMALE, numbers={Scheme.NHS_NUMBER: "9990000018"},
)  # fmt: skip
T = replace(H, source="health-records", source_id="H9")
STRANGER = replace(
    H, given_names="Bartholomew", family_name="Zimmerman", gender=Gender.MALE, numbers={},
    date_of_birth=dt.date(TODAY.year - 11, 11, 27),
)  # fmt: skip


# Like H, told apart by the ladder, and near enough for the guard.
TWIN = replace(T, given_names="Odile", numbers={})


def put(draft: ChildDraft) -> tuple[uuid.UUID, Change]:
    return actions.put_children(drafts=[draft], by=FEED)[0]


def hide(child_id: uuid.UUID, grade: vault.Grade = vault.Grade.ABSENT) -> None:
    actions.hide_child(child_id=child_id, grade=grade, by=FEED)


def lift(child_id: uuid.UUID) -> None:
    actions.unhide_child(child_id=child_id, by=FEED)


def in_the_open(family: str) -> list[ChildRecord]:
    named = everything(Job.FEED).where(ChildRecord.family_name == family)
    return list(db.session.scalars(named.order_by(ChildRecord.given_names)))


def held(source: str, number: str) -> quarantine.Quarantined:
    return quarantine.of_source(source, [number])[number]


def same(row: quarantine.Quarantined) -> None:
    take_as_same(key=row.key, seen=quarantine.fingerprint(row), by=FEED)


def another(row: quarantine.Quarantined) -> None:
    take_as_another(key=row.key, seen=quarantine.fingerprint(row), by=FEED)


def leads_to(session: Session, source: str, number: str) -> uuid.UUID | None:
    return session.scalar(
        select(ChildSource.child_id).where(
            ChildSource.source == source, ChildSource.source_id == number
        )
    )


def test_every_number_goes_with_the_child_and_comes_back(session: Session) -> None:
    child_id, _ = put(H)
    assert put(T) == (child_id, Change.ADDED)
    hide(child_id)
    assert leads_to(session, "health-records", "H9") is None
    assert put(T)[1] is Change.UNCHANGED
    assert put(H)[1] is Change.UNCHANGED
    lift(child_id)
    assert leads_to(session, "health-records", "H9") == child_id
    assert (put(T), put(H)) == ((child_id, Change.UNCHANGED), (child_id, Change.UNCHANGED))


@pytest.mark.parametrize("is_hidden", [False, True], ids=["open", "hidden"])
def test_a_number_used_for_a_stranger_lets_go_hidden_or_not(
    session: Session, is_hidden: bool
) -> None:
    place = session.scalars(select(Organisation.id).order_by(Organisation.name)).first()
    assert place is not None
    child_id, _ = put(H)
    work = InvolvementDraft(
        child_id=child_id, organisation_id=place, kind=Kind.SCHOOL, started_on=TODAY,
        source=H.source, source_on=TODAY,
    )  # fmt: skip
    assert actions.put_involvement(draft=work, by=FEED)[1] is Change.ADDED
    if is_hidden:
        hide(child_id)
    stranger_id, change = put(STRANGER)
    assert (stranger_id != child_id, change) == (True, Change.CHANGED)
    theirs = replace(work, child_id=stranger_id)
    assert actions.put_involvement(draft=theirs, by=FEED)[1] is Change.ADDED
    if is_hidden:
        assert in_the_open("Zimmerman") == []
        lift(child_id)
    assert [row.id for row in in_the_open("Zimmerman")] == [stranger_id]
    assert [row.id for row in in_the_open("Quillfeather")] == [child_id]
    works = select(Involvement.child_id).where(Involvement.child_id.in_([child_id, stranger_id]))
    assert sorted(session.scalars(works)) == sorted([child_id, stranger_id])


def test_the_officer_can_say_that_a_reused_number_is_another_childs(session: Session) -> None:
    child_id, _ = put(H)
    hide(child_id)
    put(STRANGER)
    another(held(H.source, "S1"))
    (row,) = in_the_open("Zimmerman")
    assert put(STRANGER) == (row.id, Change.UNCHANGED), "nobody watches for the number any more"
    assert put(H)[0] not in {row.id, child_id}, "used for the hidden child again, it is held again"
    assert in_the_open("Quillfeather") == []
    lift(child_id)
    assert leads_to(session, H.source, "S1") != child_id


def test_a_number_that_was_judged_lets_go_as_well(session: Session) -> None:
    hidden_id, _ = put(H)
    hide(hidden_id)
    twin = replace(T, given_names="Odile", numbers={})
    put(twin)
    another(held("health-records", "H9"))
    (record,) = in_the_open("Quillfeather")
    stranger = replace(STRANGER, source="health-records", source_id="H9")
    stranger_id, change = put(stranger)
    assert (stranger_id != record.id, change) == (True, Change.CHANGED)
    assert [row.given_names for row in in_the_open("Quillfeather")] == ["Odile"]
    assert put(stranger) == (stranger_id, Change.UNCHANGED)


def test_what_is_not_new_replaces_nothing_in_a_sealed_record(session: Session) -> None:
    child_id, _ = put(H)
    assert put(replace(T, given_names="Ottie"))[0] == child_id, "by their number"
    hide(child_id)
    from_t = replace(T, given_names="Ottie", gender=Gender.NOT_SPECIFIED)
    put(from_t)
    same(held("health-records", "H9"))
    document = vault.identity_of(child_id) or {}
    names = {document["given_names"], *(given for given, _ in document["former"])}
    assert {"Ottilie Mae", "Ottie"} <= names, "no name that leads to the child is lost"


@pytest.mark.parametrize("is_hidden", [False, True], ids=["open", "hidden"])
@pytest.mark.parametrize("draft", [H, TWIN], ids=["of the child", "of a twin in the open"])
def test_a_word_that_was_held_back_is_the_last_word(
    session: Session, draft: ChildDraft, is_hidden: bool
) -> None:
    """Else whoever sends the same file twice could tell by what it takes to be refused (0053)."""
    child_id, _ = put(H)
    put(draft)
    if is_hidden:
        hide(child_id)
    moved = replace(draft, date_of_birth=draft.date_of_birth + dt.timedelta(days=1))
    assert put(moved)[1] is Change.CHANGED
    assert shifts_of({moved.source_id: moved}) == {moved.source_id: Shift.NONE}
    assert shifts_of({draft.source_id: draft}) == {draft.source_id: Shift.BIRTH}


@pytest.mark.parametrize(
    ("draft", "decide"),
    [(H, None), (H, same), (TWIN, None), (TWIN, another), (TWIN, same)],
    ids=["own, waits", "own, same", "twin, waits", "twin, another", "twin, same"],
)
def test_what_was_held_before_a_number_was_reused_comes_back_with_its_child(
    session: Session, draft: ChildDraft, decide: Callable[[quarantine.Quarantined], None] | None
) -> None:
    """Under the number that the child has from then on; else nobody could lift the shield."""
    child_id, _ = put(H)
    theirs, _ = put(draft)
    hide(child_id)
    renamed = replace(draft, family_name="Quillfeather-Oake")
    assert put(renamed)[1] is Change.CHANGED
    stranger_id, _ = put(replace(STRANGER, source=draft.source, source_id=draft.source_id))
    (row,) = [one for one in quarantine.about(child_id) if one.id == theirs]
    if decide:
        decide(row)
    for hidden_id in {theirs if decide is same else child_id, child_id}:
        lift(hidden_id)
    assert [one.id for one in in_the_open("Quillfeather-Oake")] == [theirs]
    assert [one.id for one in in_the_open("Zimmerman")] == [stranger_id]
    numbers = select(ChildSource.said).where(ChildSource.child_id == theirs)
    assert session.scalars(numbers.where(ChildSource.source == draft.source)).all() == [LET_GO]


def test_what_joined_a_record_when_it_was_let_in_is_hidden_with_that_record(
    session: Session,
) -> None:
    """It was told of under an id of its own; what there is to hide is where its number leads."""
    hidden_id, _ = put(H)
    numbered = replace(TWIN, numbers={Scheme.NHS_NUMBER: "9990000026"})
    twin_id, _ = put(replace(numbered, source=H.source, source_id="S2"))
    hide(hidden_id)
    put(numbered)
    another(held("health-records", "H9"))
    assert leads_to(session, "health-records", "H9") == twin_id
    told = put(replace(numbered, numbers=H.numbers))
    same(held("health-records", "H9"))
    assert vault.grade_of(twin_id) is vault.Grade.ABSENT
    assert (told, in_the_open("Quillfeather")) == ((twin_id, Change.CHANGED), [])


def test_siblings_in_hiding_keep_their_numbers_apart(session: Session) -> None:
    brother = replace(
        H, source_id="S2", given_names="Barnaby", gender=Gender.MALE,
        date_of_birth=dt.date(TODAY.year - 9, 8, 17), numbers={Scheme.NHS_NUMBER: "9990000026"},
    )  # fmt: skip
    (one, _), (two, _) = put(H), put(brother)
    hide(one)
    hide(two)
    mixed = replace(H, numbers={Scheme.NHS_NUMBER: "9990000026"})
    assert put(mixed)[1] is Change.CHANGED
    lift(one)
    lift(two)
    assert len(in_the_open("Quillfeather")) == 2


def test_a_number_found_to_be_the_childs_leads_there_whatever_it_says_next(
    session: Session,
) -> None:
    child_id, _ = put(H)
    hide(child_id)
    elsewhere = replace(T, numbers={})
    assert put(elsewhere)[1] is Change.ADDED
    same(held("health-records", "H9"))
    assert put(replace(elsewhere, family_name="Quillfether"))[1] is Change.CHANGED
    lift(child_id)
    assert leads_to(session, "health-records", "H9") == child_id
    assert session.scalars(select(ChildReview)).all() == []


def test_what_nobody_decided_joins_the_child_as_any_row_would(session: Session) -> None:
    child_id, _ = put(H)
    before = count_of_children()
    hide(child_id)
    put(T)
    lift(child_id)
    assert (leads_to(session, "health-records", "H9"), count_of_children()) == (child_id, before)


def test_rows_around_one_hidden_child_count_as_an_ordinary_index_would(session: Session) -> None:
    put(replace(H, source="other", source_id="O1", given_names="Somebody", family_name="Else"))
    child_id, _ = put(H)
    hide(child_id)
    before = count_of_children()
    put(T)
    assert count_of_children() == before + 1
    put(replace(T, source="surgery", source_id="G3"))
    assert count_of_children() == before + 1, "an ordinary index would have joined them"


def test_a_stub_has_marks_as_a_child_of_whom_little_is_known(session: Session) -> None:
    child_id, _ = put(replace(H, numbers={}))
    numbers = select(ChildSource.said).where(ChildSource.child_id == child_id)
    before = session.scalars(numbers).one()
    hide(child_id, vault.Grade.MASKED)
    after = session.scalars(numbers).one()
    assert [len(one) for one in after.split()] == [len(one) for one in before.split()]
