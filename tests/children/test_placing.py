"""Which child a source's new number belongs to: joined, put before a person, or new."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.children.actions import create_child, put_children, put_involvement
from portal.children.models import Carer, ChildName, ChildRecord, ChildReview, ChildSource
from portal.children.placing import placements
from portal.children.rules import (
    AddressDraft,
    CarerDraft,
    Change,
    ChildDraft,
    Gender,
    InvolvementDraft,
    Kind,
    Relation,
    Scheme,
)
from portal.children.visibility import Job, everything, sheet
from portal.directory.models import Organisation
from portal.matching import Rung, Veto
from tests.children.reporting import FEED, TODAY
from tests.children.test_reported_children import DRAFT, found, parts, record

HOME = (AddressDraft(address="1 Mill Lane", postcode="ZZ99 1AA"),)
# The same child as another source writes it down, without any number of another body.
OTHER = replace(DRAFT, source="health-records", source_id="H9", former_names=(), numbers={})


def put(*drafts: ChildDraft) -> list[tuple[uuid.UUID, Change]]:
    return put_children(drafts=list(drafts), by=FEED)


def reviews(session: Session) -> list[tuple[set[uuid.UUID], str]]:
    rows = session.scalars(select(ChildReview).order_by(ChildReview.opened_at, ChildReview.id))
    return [({row.one_id, row.other_id}, row.cause) for row in rows]


def children(session: Session) -> int:
    rows = everything(Job.FEED).with_only_columns(func.count(ChildRecord.id))
    return session.scalar(rows) or 0


@pytest.mark.parametrize(
    "row",
    [
        OTHER,
        replace(OTHER, addresses=(), numbers={Scheme.NHS_NUMBER: "9990000018"}),
        replace(OTHER, family_name="Quilfeather"),
    ],
    ids=["exact", "by number", "strong"],
)
def test_another_source_joins_the_child_it_means(session: Session, row: ChildDraft) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    before = children(session)
    carer = CarerDraft(name="Ada Quillfeather", relation=Relation.PARENTAL_RESPONSIBILITY)
    assert put(replace(row, carers=(carer,))) == [(child_id, Change.ADDED)]
    assert children(session) == before, "no child twice"
    assert (record(session, child_id).family_name, reviews(session)) == ("Quillfeather", [])
    assert parts(session, Carer, child_id, "source") == {"health-records"}
    assert found(session, row.given_names, row.family_name, row.date_of_birth) == [child_id]


@pytest.mark.parametrize(("address", "joins"), [("1 Mill Ln.", True), ("9 Park Road", False)])
def test_an_address_tells_a_slip_in_the_postcode_from_a_namesake(
    session: Session, address: str, joins: bool
) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    lives = (AddressDraft(address=address, postcode="ZX8 9ZZ"),)
    ((met, change),) = put(replace(OTHER, given_names="Ottilie", addresses=lives))
    assert (met == child_id, change) == (joins, Change.ADDED)
    assert reviews(session) == ([] if joins else [({child_id, met}, "possible")])


def test_each_source_is_answered_by_its_own_words(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    slip = replace(OTHER, family_name="Quilfeather")
    assert put(slip) == [(child_id, Change.ADDED)]
    assert put(slip) == [(child_id, Change.UNCHANGED)]
    assert put(replace(slip, source="surgery")) == [(child_id, Change.ADDED)]
    names = select(func.count()).where(ChildName.family_name == "Quilfeather")
    assert session.scalar(names) == 1, "what two sources call a child stands once"
    assert put(DRAFT) == [(child_id, Change.UNCHANGED)], "another's word is not this one's"
    assert record(session, child_id).family_name == "Quillfeather"
    mended = replace(slip, family_name="Quillfeather-Brook")
    assert put(mended) == [(child_id, Change.CHANGED)]
    assert record(session, child_id).family_name == "Quillfeather-Brook", "the newest change stands"
    assert put(DRAFT) == [(child_id, Change.UNCHANGED)], "an old word repeated changes nothing"
    assert record(session, child_id).family_name == "Quillfeather-Brook"


@pytest.mark.parametrize(
    "row",
    [
        replace(OTHER, given_names="Otto Mae", gender=Gender.MALE),
        replace(OTHER, given_names="Odile"),
        replace(OTHER, numbers={Scheme.NHS_NUMBER: "9990000026"}),
    ],
    ids=["brother", "twin", "another number"],
)
def test_a_twin_is_never_joined(session: Session, row: ChildDraft) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    ((twin_id, change),) = put(row)
    assert twin_id != child_id
    assert change is Change.ADDED
    assert found(session, row.given_names, row.family_name, row.date_of_birth)[0] in {
        twin_id,
        child_id,
    }


def test_who_may_be_the_same_is_put_before_the_data_steward(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    ((other_id, change),) = put(replace(OTHER, given_names="Ottie", addresses=HOME))
    assert (change, other_id != child_id) == (Change.ADDED, True)
    assert reviews(session) == [({child_id, other_id}, "possible")]


def test_a_source_never_joins_two_of_its_own_numbers(session: Session) -> None:
    first_id = create_child(draft=DRAFT, by=FEED)
    ((joined_id, _),) = put(OTHER)
    assert joined_id == first_id
    ((second_id, change),) = put(replace(OTHER, source_id="H10"))
    assert (second_id != first_id, change) == (True, Change.ADDED)
    assert reviews(session) == [({first_id, second_id}, "possible")]


def test_of_two_rows_that_mean_one_child_none_is_joined(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    done = put(OTHER, replace(OTHER, source_id="H10"))
    assert child_id not in {one for one, _ in done}
    assert [pair for pair, _ in reviews(session)] == [{child_id, one} for one, _ in done]


def test_a_number_used_for_somebody_else_is_no_correction(session: Session) -> None:
    ((child_id, _),) = put(DRAFT)
    other = replace(
        DRAFT, given_names="Barnaby", family_name="Thistlewood", gender=Gender.MALE, numbers={},
        addresses=(), former_names=(),
    )  # fmt: skip
    ((other_id, change),) = put(other)
    assert (other_id != child_id, change) == (True, Change.CHANGED)
    assert record(session, child_id).family_name == "Quillfeather", "what was said of them stays"
    assert record(session, other_id).family_name == "Thistlewood"
    assert reviews(session) == [({child_id, other_id}, "another_person")]
    assert put(other) == [(other_id, Change.UNCHANGED)]
    numbers = select(ChildSource.child_id).where(ChildSource.source_id == DRAFT.source_id)
    assert session.scalars(numbers).all() == [other_id]


def test_a_correction_under_a_number_stays_with_the_child(session: Session) -> None:
    ((child_id, _),) = put(DRAFT)
    for row in (
        replace(DRAFT, family_name="Fairweather"),
        replace(DRAFT, family_name="Fairweather", given_names="Ottilie"),
    ):
        assert put(row) == [(child_id, Change.CHANGED)]
    assert reviews(session) == []


def test_where_one_source_alone_reports_nobody_is_compared(session: Session) -> None:
    assert placements({}) == {}
    only = replace(DRAFT, source="sandbox", source_id="new-1")
    session.execute(delete(ChildSource).where(ChildSource.source != "sandbox"))
    assert placements({"new-1": only})["new-1"].placed.rung is Rung.NONE


def test_the_evidence_of_a_place_is_in_coded_words(session: Session) -> None:
    create_child(draft=DRAFT, by=FEED)
    place = placements({"H9": replace(OTHER, given_names="Ottie")})["H9"]
    assert place.placed.rung is Rung.POSSIBLE
    assert Veto.SIMILAR_GIVEN_NAME.value in place.evidence or place.placed.vetoes
    assert place.joins is None


def test_what_two_sources_say_alike_is_shown_once(session: Session) -> None:
    child_id = create_child(draft=DRAFT, by=FEED)
    place = session.scalars(select(Organisation.id).order_by(Organisation.name)).first()
    assert place is not None
    work = InvolvementDraft(
        child_id=child_id, organisation_id=place, practitioner_id=None, kind=Kind.SCHOOL,
        started_on=TODAY, source=DRAFT.source, source_on=TODAY,
    )  # fmt: skip
    carers = (CarerDraft(name="Ada Quillfeather", relation=Relation.HAS_CARE),)
    put(replace(DRAFT, carers=carers))
    again = (AddressDraft(address="1, mill lane", postcode="ZZ99 1AA"),)
    put(replace(OTHER, addresses=again, carers=carers))
    theirs = replace(work, source="health-records", last_confirmed_on=TODAY)
    assert put_involvement(draft=work, by=FEED)[1] is Change.ADDED
    first = put_involvement(draft=theirs, by=FEED)
    assert first[1] is Change.ADDED, "what another source said before is not told"
    assert put_involvement(draft=theirs, by=FEED) == (first[0], Change.UNCHANGED)
    assert put_involvement(draft=work, by=FEED)[1] is Change.UNCHANGED
    shown = sheet(record(session, child_id), withheld=(), by=FEED)
    assert (len(shown.addresses), len(shown.carers), len(shown.current)) == (1, 1, 1)
    assert shown.current[0].last_confirmed_on == TODAY
