"""What sources report of involvements: added once, changed, ended, refused; and who leads."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.children import queries
from portal.children.actions import put_involvement, put_involvements
from portal.children.models import Involvement
from portal.children.rules import Change, InvolvementDraft, Kind, Tier
from portal.core.errors import Invalid
from portal.directory.models import Organisation, Practitioner
from portal.sandbox.rows import SOURCE
from tests.cast import CAST, CHILDREN
from tests.children.reporting import FEED, TODAY, events


@pytest.fixture
def school(session: Session) -> InvolvementDraft:
    """A school reports the child without a contact."""
    place = session.scalars(
        select(Organisation).where(Organisation.name == "Hornbeam Primary School")
    ).one()
    return InvolvementDraft(
        child_id=queries.child_ids(SOURCE, [CHILDREN.no_contact.key])[CHILDREN.no_contact.key],
        organisation_id=place.id,
        kind=Kind.SCHOOL,
        started_on=TODAY - dt.timedelta(days=100),
        source="school-records",
        source_on=TODAY,
    )


def kept(session: Session, draft: InvolvementDraft) -> list[Involvement]:
    session.expire_all()
    wanted = select(Involvement).where(Involvement.child_id == draft.child_id)
    return list(session.scalars(wanted.order_by(Involvement.started_on)))


def teacher_id(session: Session) -> uuid.UUID:
    email = CAST.teacher.email
    return session.scalars(select(Practitioner.id).where(Practitioner.work_email == email)).one()


def test_an_involvement_is_added_once(session: Session, school: InvolvementDraft) -> None:
    changes = [put_involvement(draft=school, by=FEED)[1] for _ in range(2)]
    assert changes == [Change.ADDED, Change.UNCHANGED]
    (row,) = kept(session, school)
    assert (row.tier, row.kind, row.is_lead) == ("universal", "school", False)
    assert events(session, "involvement:recorded") == ["involvement:recorded"]


@pytest.mark.parametrize(
    "more",
    [
        {"ended_on": TODAY},
        {"started_on": TODAY - dt.timedelta(days=90)},
        {"tier": Tier.ADDITIONAL},
        {"has_early_help_assessment": True},
        {"last_confirmed_on": TODAY},
        {"is_lead": True},
    ],
    ids=str,
)
def test_a_later_word_changes_the_same_involvement(
    session: Session, school: InvolvementDraft, more: dict[str, Any]
) -> None:
    put_involvement(draft=school, by=FEED)
    new = replace(school, **more)
    assert put_involvement(draft=new, by=FEED)[1] is Change.CHANGED
    assert put_involvement(draft=new, by=FEED)[1] is Change.UNCHANGED
    (row,) = kept(session, school)
    for word, value in more.items():
        assert getattr(row, word) == value
    assert events(session, "involvement:changed") == ["involvement:changed"]


def test_a_person_named_later_joins_the_same_involvement(
    session: Session, school: InvolvementDraft
) -> None:
    put_involvement(draft=school, by=FEED)
    new = replace(school, practitioner_id=teacher_id(session))
    assert put_involvement(draft=new, by=FEED)[1] is Change.CHANGED
    assert put_involvement(draft=school, by=FEED)[1] is Change.UNCHANGED
    (row,) = kept(session, school)
    assert row.practitioner_id == teacher_id(session)


def test_two_stays_at_one_school_are_two(session: Session, school: InvolvementDraft) -> None:
    old = replace(
        school,
        started_on=TODAY - dt.timedelta(days=400),
        ended_on=TODAY - dt.timedelta(days=300),
    )
    done = put_involvements(drafts=[old, school, old, school], by=FEED)
    assert [change for _, change in done] == [
        Change.ADDED, Change.ADDED, Change.UNCHANGED, Change.UNCHANGED,
    ]  # fmt: skip
    assert len(kept(session, school)) == 2


def test_one_child_has_one_lead_however_the_file_is_ordered(
    session: Session, school: InvolvementDraft
) -> None:
    other = replace(school, kind=Kind.EDUCATION_WELFARE)
    one_leads = [replace(school, is_lead=True), other]
    other_leads = [replace(other, is_lead=True), school]
    for drafts, kind in ((one_leads, "school"), (other_leads, "education_welfare")):
        put_involvements(drafts=drafts, by=FEED)
        assert [row.kind for row in kept(session, school) if row.is_lead] == [kind]
    both = [replace(school, is_lead=True), replace(other, is_lead=True)]
    put_involvements(drafts=both, by=FEED)
    assert [row.kind for row in kept(session, school) if row.is_lead] == ["education_welfare"]
    assert {change for _, change in put_involvements(drafts=both, by=FEED)} == {Change.UNCHANGED}


def test_silence_does_not_undo_what_a_person_said(
    session: Session, school: InvolvementDraft
) -> None:
    put_involvement(draft=school, by=FEED)
    (row,) = kept(session, school)
    row.ended_on, row.source, row.has_early_help_assessment = TODAY, "practitioner", True
    session.flush()
    assert put_involvement(draft=school, by=FEED)[1] is Change.UNCHANGED
    (row,) = kept(session, school)
    assert (row.ended_on, row.has_early_help_assessment) == (TODAY, True)
    yesterday = TODAY - dt.timedelta(days=1)
    put_involvement(draft=replace(school, ended_on=yesterday), by=FEED)
    assert kept(session, school)[0].ended_on == yesterday


def test_a_source_can_take_back_its_own_ending(session: Session, school: InvolvementDraft) -> None:
    put_involvement(draft=replace(school, ended_on=TODAY), by=FEED)
    put_involvement(draft=school, by=FEED)
    assert kept(session, school)[0].ended_on is None


@pytest.mark.parametrize(("word", "value"), [("name", "Northern CAMHS"), ("kind", "sexual_health")])
def test_a_sensitive_organisation_is_refused(
    session: Session, school: InvolvementDraft, word: str, value: str
) -> None:
    setattr(session.get_one(Organisation, school.organisation_id), word, value)
    session.flush()
    assert put_involvement(draft=school, by=FEED) == (None, Change.REFUSED)
    assert not kept(session, school)


def test_days_that_cannot_be_are_refused(session: Session, school: InvolvementDraft) -> None:
    with pytest.raises(Invalid):
        put_involvement(draft=replace(school, started_on=TODAY + dt.timedelta(days=1)), by=FEED)
    assert not kept(session, school)


def test_the_town_is_whole(session: Session) -> None:
    """The town itself came through these actions: nobody was lost, nobody leads twice."""
    leads = session.execute(
        select(Involvement.child_id, func.count())
        .where(Involvement.is_lead, Involvement.ended_on.is_(None))
        .group_by(Involvement.child_id)
    ).all()
    assert leads
    assert {row[1] for row in leads} == {1}
