"""What sources report of children: added, changed, found by their names, and left alone."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.log import LogBroken
from portal.children import finding, queries
from portal.children.actions import change_child, create_child, create_children, put_children
from portal.children.models import Carer, ChildAddress, ChildIdentifier, ChildName
from portal.children.rules import (
    AddressDraft,
    AddressKind,
    CarerDraft,
    Change,
    ChildDraft,
    FormerName,
    Gender,
    Relation,
    Scheme,
)
from portal.children.visibility import Job, everything
from portal.core.errors import Invalid, NotFound
from portal.matching import describe
from tests.access.writing import break_log
from tests.children.looking import NOBODY
from tests.children.reporting import FEED, TODAY, events

DRAFT = ChildDraft(
    source="school-records",
    source_id="S1",
    source_on=TODAY,
    given_names="Ottilie  Mae",
    family_name="Quillfeather",
    date_of_birth=dt.date(TODAY.year - 7, 3, 5),
    gender=Gender.FEMALE,
    former_names=(FormerName("Brackenbury"),),
    addresses=(AddressDraft(address="1 Mill Lane", postcode="ZZ99 1AA"),),
    numbers={Scheme.NHS_NUMBER: "9990000018", Scheme.UPN: "A123456789012"},
)


def record(session: Session, child_id: uuid.UUID) -> Any:
    table = everything(Job.FEED).column_descriptions[0]["entity"]
    return session.scalars(everything(Job.FEED).where(table.id == child_id)).one()


def found(session: Session, given: str, family: str, born: dt.date) -> list[uuid.UUID]:
    query = describe(given_names=given, family_name=family, birth=born)
    return [one.child_id for one in finding.candidates(session, query).candidates]


def parts(session: Session, model: Any, child_id: uuid.UUID, word: str) -> set[str]:
    column = getattr(model, word)
    return set(session.scalars(select(column).where(model.child_id == child_id)))


def test_a_new_child_is_kept_and_can_be_found(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    row = record(session, child_id)
    assert (row.given_names, row.family_name) == ("Ottilie Mae", "Quillfeather")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", row.record_number)
    assert (row.source, row.source_id, row.lifecycle) == ("school-records", "S1", "active")
    assert parts(session, ChildName, child_id, "family_name") == {"Brackenbury"}
    assert parts(session, ChildAddress, child_id, "postcode") == {"ZZ99 1AA"}
    assert found(session, "Otilie", "Quilfeather", DRAFT.date_of_birth) == [child_id]
    assert found(session, "Ottilie", "Brackenbury", DRAFT.date_of_birth) == [child_id]
    assert events(session, "child:imported") == ["child:imported"]


def test_numbers_are_kept_sealed(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    rows = session.scalars(select(ChildIdentifier).where(ChildIdentifier.child_id == child_id))
    for row in rows:
        assert b"9990000018" not in row.sealed_value
        assert "9990000018" not in row.value_mark


def test_many_children_have_many_numbers(session: Session) -> None:
    drafts = [replace(DRAFT, source_id=f"S{place}") for place in range(50)]
    ids = create_children(drafts=drafts, by=FEED)
    assert len({record(session, child_id).record_number for child_id in ids}) == 50
    assert queries.child_ids("school-records", ["S7", "S8", "no"]) == {"S7": ids[7], "S8": ids[8]}
    assert queries.births_said("school-records", ["S7", "no"]) == {"S7": DRAFT.date_of_birth}
    assert len(events(session, "child:imported")) == 50


@pytest.mark.parametrize(
    "more",
    [{"given_names": "", "family_name": " "}, {"date_of_birth": TODAY + dt.timedelta(days=1)}],
)
def test_what_cannot_be_kept_is_refused(session: Session, more: dict[str, Any]) -> None:
    for act in (
        lambda draft: create_child(draft=draft, by=FEED),
        lambda draft: change_child(child_id=NOBODY, draft=draft, by=FEED),
        lambda draft: put_children(drafts=[draft], by=FEED),
    ):
        with pytest.raises(Invalid):
            act(replace(DRAFT, **more))
    assert not events(session, "child:imported", "child:changed")


def test_saying_the_same_again_changes_nothing(session: Session) -> None:
    ((child_id, first),) = put_children(drafts=[DRAFT], by=FEED)
    ((again_id, again),) = put_children(drafts=[replace(DRAFT, given_names="Ottilie Mae")], by=FEED)
    assert (first, again) == (Change.ADDED, Change.UNCHANGED)
    assert child_id == again_id
    assert events(session, "child:imported", "child:changed") == ["child:imported"]


@pytest.mark.parametrize(
    "more",
    [
        {"given_names": "Ottoline"},
        {"date_of_birth": dt.date(TODAY.year - 7, 3, 6)},
        {"gender": Gender.NOT_SPECIFIED},
        {"former_names": ()},
        {"addresses": (AddressDraft(kind=AddressKind.LAST_KNOWN, postcode="ZZ99 1AA"),)},
        {"carers": (CarerDraft(name="Ada Quillfeather", relation=Relation.HAS_CARE),)},
        {"numbers": {Scheme.UPN: "A123456789013"}},
    ],
    ids=str,
)
def test_a_change_is_kept_once(session: Session, more: dict[str, Any]) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    new = replace(DRAFT, **more)
    assert change_child(child_id=child_id, draft=new, by=FEED) is Change.CHANGED
    assert change_child(child_id=child_id, draft=new, by=FEED) is Change.UNCHANGED
    assert events(session, "child:changed") == ["child:changed"]


def test_a_changed_name_is_found_and_the_old_one_is_kept_as_former(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    new = replace(DRAFT, family_name="Wolstenholme", former_names=())
    change_child(child_id=child_id, draft=new, by=FEED)
    assert found(session, "Ottilie", "Wolstenholme", DRAFT.date_of_birth) == [child_id]
    assert found(session, "Ottilie", "Quillfeather", DRAFT.date_of_birth) == [child_id]
    assert parts(session, ChildName, child_id, "family_name") == {"Quillfeather"}
    change_child(child_id=child_id, draft=replace(new, family_name="Quillfeather"), by=FEED)
    assert parts(session, ChildName, child_id, "family_name") == {"Wolstenholme"}


def test_former_given_names_are_kept_and_found(session: Session) -> None:
    born = DRAFT.date_of_birth
    draft = replace(DRAFT, former_names=(FormerName("Quillfeather", "Bartholomew"),))
    child_id = create_child(draft=draft, by=FEED)
    assert found(session, "Bartholomew", "Quillfeather", born) == [child_id]
    change_child(child_id=child_id, draft=replace(draft, gender=Gender.MALE), by=FEED)
    assert parts(session, ChildName, child_id, "given_names") == {"Bartholomew"}


def test_another_source_leaves_alone_what_the_first_said(session: Session) -> None:
    carers = (CarerDraft(name="Ada Quillfeather", relation=Relation.PARENTAL_RESPONSIBILITY),)
    child_id = create_child(draft=replace(DRAFT, carers=carers), by=FEED)
    other = replace(
        DRAFT,
        source="health-records",
        former_names=(FormerName("Pettigrew"),),
        addresses=(AddressDraft(address="2 Mill Lane", postcode="ZZ99 2BB"),),
        numbers={Scheme.NHS_NUMBER: "9990000026"},
    )
    assert change_child(child_id=child_id, draft=other, by=FEED) is Change.CHANGED
    assert parts(session, ChildName, child_id, "family_name") == {"Brackenbury", "Pettigrew"}
    assert parts(session, ChildAddress, child_id, "postcode") == {"ZZ99 1AA", "ZZ99 2BB"}
    assert parts(session, Carer, child_id, "name") == {"Ada Quillfeather"}
    numbers = parts(session, ChildIdentifier, child_id, "scheme")
    assert numbers == {"nhs_number", "upn"}
    assert found(session, "Ottilie", "Brackenbury", DRAFT.date_of_birth) == [child_id]


def test_of_two_drafts_of_one_child_the_later_stands(session: Session) -> None:
    drafts = [DRAFT, replace(DRAFT, given_names="Otto")]
    done = put_children(drafts=drafts, by=FEED)
    assert done[0] == done[1]
    assert record(session, done[0][0]).given_names == "Otto"


def test_many_at_once_are_told_apart(session: Session) -> None:
    drafts = [replace(DRAFT, source_id=f"S{place}") for place in range(6)]
    ids = create_children(drafts=drafts[:4], by=FEED)
    again = [drafts[0], replace(drafts[1], family_name="Wolstenholme"), *drafts[4:], drafts[3]]
    done = put_children(drafts=again, by=FEED)
    assert [change.value for _, change in done] == [
        "unchanged", "changed", "added", "added", "unchanged",
    ]  # fmt: skip
    assert [done[0][0], done[1][0], done[4][0]] == [ids[0], ids[1], ids[3]]
    assert parts(session, ChildName, ids[1], "family_name") == {"Brackenbury", "Quillfeather"}
    assert parts(session, ChildName, ids[2], "family_name") == {"Brackenbury"}
    assert found(session, "Ottilie", "Wolstenholme", DRAFT.date_of_birth)[0] == ids[1]
    assert events(session, "child:changed") == ["child:changed"]
    assert put_children(drafts=[], by=FEED) == []


def test_a_child_that_is_not_there_cannot_change(session: Session) -> None:
    with pytest.raises(NotFound):
        change_child(child_id=NOBODY, draft=DRAFT, by=FEED)


def test_nothing_is_kept_without_the_log(portal: Flask, session: Session) -> None:
    break_log(portal)
    with pytest.raises(LogBroken):
        create_child(draft=DRAFT, by=FEED)
    session.rollback()
    assert queries.child_ids("school-records", ["S1"]) == {}
