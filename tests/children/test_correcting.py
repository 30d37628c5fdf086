"""What the index team says stands before every source; sources that differ wait for a person."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.permissions import Role
from portal.children import actions, finding, queries, vault
from portal.children.models import (
    ChildName,
    ChildRecord,
    ChildReview,
    ChildSource,
    Correction,
    LocalCorrection,
)
from portal.children.rules import (
    LET_GO,
    Change,
    CorrectionKind,
    Criteria,
    Gender,
    OwnFact,
    Settlement,
    are_alike,
)
from portal.children.vault.said import SILENCE
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict, Invalid, NotFound
from tests.access.test_policy import GOOD
from tests.children.vault.test_numbers import STRANGER, H, T, held, hide, lift, put, same

STEWARD = replace(GOOD, roles=frozenset({Role.DATA_STEWARD}))
GIVEN, FAMILY = OwnFact.GIVEN_NAMES, OwnFact.FAMILY_NAME
BORN, GENDER = OwnFact.DATE_OF_BIRTH, OwnFact.GENDER


def row(child_id: uuid.UUID) -> ChildRecord:
    found = db.session.scalar(everything(Job.REVIEW).where(ChildRecord.id == child_id))
    assert found is not None
    return found


def report(child_id: uuid.UUID) -> uuid.UUID:
    """A practitioner says that the name or the date of birth is wrong."""
    said = Correction(
        id=random_id(), child_id=child_id, kind=CorrectionKind.WRONG_NAME_OR_BIRTH.value,
        reported_by=uuid.uuid4(), reported_at=clock.now(),
    )  # fmt: skip
    db.session.add(said)
    db.session.flush()
    return said.id


def correct(child_id: uuid.UUID, **facts: str) -> uuid.UUID:
    told, correction_id = {OwnFact(fact): text for fact, text in facts.items()}, report(child_id)
    fault = actions.correct_details(correction_id=correction_id, details=told, by=STEWARD)
    assert fault is None
    return correction_id


def choose(correction_id: uuid.UUID, value: str | None) -> None:
    actions.settle_difference(correction_id=correction_id, value=value, by=STEWARD)


def reopen(correction_id: uuid.UUID) -> None:
    actions.reopen_correction(correction_id=correction_id, by=STEWARD)


def asked(session: Session) -> list[tuple[uuid.UUID, str]]:
    """The questions that wait: which, and of which fact."""
    waiting = select(Correction.id, Correction.fact).where(Correction.settled_at.is_(None))
    found = session.execute(waiting.where(Correction.fact.is_not(None)))
    return [(one_id, str(fact)) for one_id, fact in found]


def standing(session: Session) -> dict[str, str]:
    found = session.execute(select(LocalCorrection.fact, LocalCorrection.value))
    return {fact: value for fact, value in found}  # noqa: C416 - rows are no pairs to mypy


def found_by(given_name: str, family_name: str) -> list[uuid.UUID]:
    typed = Criteria(birth=H.date_of_birth, given_name=given_name, family_name=family_name)
    hits = queries.find(typed, STEWARD).hits
    return [hit.child_id for hit in hits]


def test_it_outranks_a_feed_until_the_feed_agrees(session: Session) -> None:
    child_id, _ = put(H)
    correct(child_id, family_name="Quillfether")
    assert row(child_id).family_name == "Quillfether"
    assert put(H)[1] is Change.UNCHANGED
    later = replace(H, family_name="Quilfeather", gender=Gender.MALE)
    assert (put(later)[1], put(later)[1]) == (Change.CHANGED, Change.UNCHANGED)
    assert (row(child_id).family_name, row(child_id).gender) == ("Quillfether", "male")
    said = select(ChildSource.family_name).where(ChildSource.child_id == child_id)
    assert session.scalars(said).one() == "Quilfeather"
    for family in ("Quillfeather", "Quilfeather", "Quillfether"):
        assert found_by(given_name="Ottilie", family_name=family) == [child_id]
    assert standing(session) == {"family_name": "Quillfether"}
    put(replace(H, family_name="QUILLFETHER"))
    assert (standing(session), asked(session)) == ({}, [])
    put(replace(H, family_name="Thornbury"))
    assert row(child_id).family_name == "Thornbury"
    assert finding.check(session) == []


def test_taken_back_the_newest_word_of_a_feed_stands_again(session: Session) -> None:
    child_id, _ = put(H)
    first = correct(child_id, given_names="Odile", date_of_birth="2018-03-06")
    put(replace(H, given_names="Ottoline Mae"))
    assert (row(child_id).given_names, row(child_id).date_of_birth.day) == ("Odile", 6)
    reopen(first)
    reopen(first)
    now = row(child_id)
    assert (now.given_names, now.date_of_birth) == ("Ottoline Mae", H.date_of_birth)
    assert (standing(session), session.get_one(Correction, first).outcome) == ({}, None)
    former = session.scalars(select(ChildName.given_names).where(ChildName.child_id == child_id))
    assert former.all() == ["Ottilie Mae"]
    assert finding.check(session) == []


def test_every_source_must_agree(session: Session) -> None:
    child_id, _ = put(H)
    put(T)
    correct(child_id, gender="male")
    put(replace(H, gender=Gender.MALE))
    assert standing(session) == {"gender": "male"}
    put(replace(T, family_name="Quill"))
    assert row(child_id).gender == "male"
    put(replace(T, gender=Gender.MALE))
    assert standing(session) == {}


def test_sources_that_differ_are_asked_about_once_and_go_when_they_agree(session: Session) -> None:
    child_id, _ = put(H)
    later = H.date_of_birth + dt.timedelta(days=1)
    assert put(replace(T, date_of_birth=later)) == (child_id, Change.ADDED)
    ((question, fact),) = asked(session)
    assert (fact, row(child_id).date_of_birth) == ("date_of_birth", H.date_of_birth)
    put(replace(T, date_of_birth=later, given_names="ottilie", family_name="QUILLFEATHER"))
    assert asked(session) == [(question, "date_of_birth")]
    put(T)
    assert asked(session) == []


def test_what_is_right_stands_and_a_later_word_is_a_new_question(session: Session) -> None:
    child_id, _ = put(H)
    put(replace(T, family_name="Quillfether"))
    ((question, _),) = asked(session)
    with pytest.raises(Invalid):
        choose(question, "Nobody")
    choose(question, "Quillfether")
    choose(question, "Quillfether")
    assert (row(child_id).family_name, asked(session)) == ("Quillfether", [])
    with pytest.raises(Conflict):
        choose(question, None)
    put(replace(H, numbers={}))
    assert asked(session) == []
    put(replace(H, family_name="Thornbury"))
    ((_, fact),) = asked(session)
    assert (fact, row(child_id).family_name) == ("family_name", "Quillfether")
    reopen(question)
    assert row(child_id).family_name == "Thornbury"
    assert asked(session) == [(question, "family_name")], "one question of one difference"


def test_both_may_stand_until_one_says_something_else(session: Session) -> None:
    put(H)
    put(replace(T, family_name="Quillfether"))
    ((question, _),) = asked(session)
    choose(question, None)
    put(replace(T, family_name="Quillfether", gender=Gender.NOT_SPECIFIED))
    assert (asked(session), standing(session)) == ([], {})
    put(replace(T, family_name="Quilfether"))
    assert [fact for _, fact in asked(session)] == ["family_name"]
    assert session.get_one(Correction, question).outcome == Settlement.MAY_STAND.value


@pytest.mark.parametrize("right", ["Quillfether", None])
def test_one_that_was_answered_goes_too_once_all_say_the_same(
    session: Session, right: str | None
) -> None:
    """Of a child who goes into hiding it is gone as well: there it must say nothing."""
    put(H)
    put(replace(T, family_name="Quillfether"))
    ((question, _),) = asked(session)
    choose(question, right)
    put(replace(H, family_name="Quillfether", numbers={}))
    assert session.get(Correction, question) is None
    assert standing(session) == {}
    with pytest.raises(NotFound):
        reopen(question)


@pytest.mark.parametrize(
    ("grade", "is_early"),
    [(None, False), (vault.Grade.ABSENT, False), (vault.Grade.MASKED, False),
     (vault.Grade.MASKED, True)],
)  # fmt: skip
def test_a_correction_answers_what_was_asked_of_the_fact(
    session: Session, grade: vault.Grade | None, is_early: bool
) -> None:
    """One difference is asked about once; taken back, what nobody has answered is asked again."""
    child_id, _ = put(H)
    put(replace(T, family_name="Quillfether", gender=Gender.MALE))
    name, gender = [one for one, _ in sorted(asked(session), key=lambda one: one[1])]
    choose(gender, None)
    first = report(child_id)
    told = {FAMILY: "Quill", GENDER: "not_specified", GIVEN: "Odile"}
    if grade is vault.Grade.MASKED:
        hide(child_id, grade)
    assert actions.correct_details(correction_id=first, details=told, by=STEWARD) is None
    if grade is vault.Grade.ABSENT:
        hide(child_id, grade)
    put(replace(T, family_name="Quillfether", gender=Gender.MALE, given_names="Odile"))
    if grade is not None and not is_early:
        lift(child_id)
    assert asked(session) == []
    with pytest.raises(NotFound):
        choose(name, "Quill")
    reopen(first)
    if is_early:
        lift(child_id)
    assert sorted(fact for _, fact in asked(session)) == ["family_name", "given_names"]
    reopen(first)
    assert len(asked(session)) == 2, "nor is anything asked of gender: both may stand"


def test_a_number_that_means_somebody_else_takes_its_words_along(session: Session) -> None:
    assert LET_GO == SILENCE
    child_id, _ = put(H)
    put(replace(T, family_name="Quillfether"))
    assert len(asked(session)) == 1
    put(replace(STRANGER, source=T.source, source_id=T.source_id))
    assert (asked(session), session.scalars(select(ChildReview)).one().cause) == (
        [], "another_person",
    )  # fmt: skip
    correct(child_id, family_name="Quill")
    put(replace(H, family_name="Quill"))
    assert standing(session) == {}


def test_the_checks_of_a_row(session: Session) -> None:
    child_id, _ = put(H)
    correction_id = report(child_id)
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    wrong: list[tuple[dict[OwnFact, str], OwnFact]] = [
        ({GIVEN: " ", FAMILY: ""}, GIVEN), ({BORN: tomorrow}, BORN), ({BORN: "1970-01-01"}, BORN),
        ({FAMILY: "x" * 121}, GIVEN), ({FAMILY: " Quillfeather "}, GIVEN),
    ]  # fmt: skip
    for details, fact in wrong:
        found = actions.correct_details(correction_id=correction_id, details=details, by=STEWARD)
        assert (found or (None,))[0] is fact
    assert (standing(session), row(child_id).family_name) == ({}, "Quillfeather")
    with pytest.raises(NotFound):
        choose(correction_id, None)


@pytest.mark.parametrize(
    ("fact", "one", "other", "expected"),
    [
        (GIVEN, "Mia Rose", "Mia", True), (GIVEN, "MIA", "Mía", True), (GIVEN, "", "Mia", True),
        (GIVEN, "Anna Maria", "Annamaria", True), (GIVEN, "Mia", "Maya", False),
        (GIVEN, "Rose Mia", "Mia", False), (FAMILY, "O’Brien", "OBRIEN", True),
        (FAMILY, "Smith-Jones", "Smith Jones", True), (FAMILY, "Smith", "Smith Jones", False),
        (FAMILY, "", "Smith", True), (BORN, "2018-03-05", "2018-05-03", False),
        (GENDER, "female", "not_specified", True), (GENDER, "female", "male", False),
    ],
)  # fmt: skip
def test_who_is_alike(fact: OwnFact, one: str, other: str, expected: bool) -> None:
    assert (are_alike(fact, one, other), are_alike(fact, other, one)) == (expected, expected)


@pytest.mark.parametrize("grade", vault.Grade)
def test_it_all_goes_into_the_vault_and_comes_back(session: Session, grade: vault.Grade) -> None:
    child_id, _ = put(H)
    put(replace(T, family_name="Quillfether"))
    first = correct(child_id, given_names="Odile")
    questions = asked(session)
    hide(child_id, grade)
    assert (asked(session), standing(session)) == ([], {})
    with pytest.raises(NotFound):
        choose(questions[0][0], "Quillfether")
    assert put(replace(H, family_name="Quill", given_names="Ottilie"))[1] is Change.CHANGED
    assert asked(session) == []
    lift(child_id)
    assert (asked(session), standing(session)) == (questions, {"given_names": "Odile"})
    now = row(child_id)
    assert (now.given_names, now.family_name) == ("Odile", "Quill")
    reopen(first)
    assert row(child_id).given_names == "Ottilie"
    assert finding.check(session) == []


def test_the_stub_of_a_masked_child_is_corrected_as_any_child(session: Session) -> None:
    child_id, _ = put(H)
    hide(child_id, vault.Grade.MASKED)
    first = correct(child_id, family_name="Quillfether", gender="male")
    assert (row(child_id).family_name, standing(session)) == ("Quillfether", {})
    names = select(ChildName.family_name).where(ChildName.child_id == child_id)
    assert session.scalars(names).all() == ["Quillfeather"]
    for family in ("Quillfeather", "Quillfether"):
        assert found_by(given_name="Ottilie", family_name=family) == [child_id]
    document = vault.identity_of(child_id)
    assert document is not None
    assert (document["family_name"], document["former"]) == (
        "Quillfether", [["Ottilie Mae", "Quillfeather"]],
    )  # fmt: skip
    put(replace(H, family_name="Thornbury", source_on=clock.today()))
    same(held(H.source, H.source_id))
    assert row(child_id).family_name == "Quillfether"
    reopen(first)
    assert row(child_id).family_name == "Quillfeather", "a file's name stays in the vault"
    assert row(child_id).gender == "female"
    lift(child_id)
    assert (row(child_id).family_name, standing(session)) == ("Thornbury", {})
    assert finding.check(session) == []


def test_what_a_source_says_of_a_hidden_child_waits_until_the_lift(session: Session) -> None:
    child_id, _ = put(H)
    put(T)
    correct(child_id, given_names="Odile")
    hide(child_id)
    put(replace(H, family_name="Thornbury"))
    same(held(H.source, H.source_id))
    assert (asked(session), standing(session)) == ([], {})
    lift(child_id)
    assert [fact for _, fact in asked(session)] == ["family_name"]
    assert (row(child_id).given_names, row(child_id).family_name) == ("Odile", "Thornbury")
    assert standing(session) == {"given_names": "Odile"}
