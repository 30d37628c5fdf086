"""What may become of a request, and what its asker reads."""

import dataclasses
import datetime as dt
import uuid

import pytest

from portal.shielding.rules import (
    ANSWERS,
    CONTACT_KINDS,
    OWN_REPLIES,
    REPLIED,
    REPLIES,
    STAGES,
    STATES,
    CallBack,
    ContactKind,
    Reply,
    Stage,
    State,
    may_become,
    read_call_back,
    request_number,
    stage_of,
)

DUE = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
SHORT = dt.timedelta(microseconds=1)
ALLOWED = {
    (State.NEW, State.PASSED_ON), (State.NEW, State.NOBODY), (State.NEW, State.DECLINED),
    (State.PASSED_ON, State.PASSED_ON), (State.PASSED_ON, State.ANSWERED),
    (State.PASSED_ON, State.NOBODY), (State.PASSED_ON, State.DECLINED),
}  # fmt: skip


@pytest.mark.parametrize("now", State)
@pytest.mark.parametrize("wanted", State)
def test_a_request_moves_forward_only(now: State, wanted: State) -> None:
    assert may_become(now, wanted) is ((now, wanted) in ALLOWED)


def test_every_word_has_its_words() -> None:
    assert set(CONTACT_KINDS) == set(ContactKind)
    assert set(STATES) == set(State)
    assert set(ANSWERS) == set(State) - {State.NEW}
    assert set(STAGES) == set(Stage)
    assert set(REPLIES) == set(Reply)
    assert set(REPLIED) == set(OWN_REPLIES) == {None, *Reply}


@pytest.mark.parametrize("state", State)
def test_until_the_deadline_every_answer_reads_the_same(state: State) -> None:
    assert stage_of(state, due_at=DUE, now=DUE - SHORT) is Stage.WAITING


@pytest.mark.parametrize("state", [one for one in State if one is not State.NEW])
def test_from_the_deadline_on_every_answer_reads_the_same(state: State) -> None:
    assert stage_of(state, due_at=DUE, now=DUE) is Stage.CLOSED


def test_without_an_answer_it_is_late_from_the_deadline_on() -> None:
    assert stage_of(State.NEW, due_at=DUE, now=DUE) is Stage.LATE


@pytest.mark.parametrize("reply", [None, *Reply])
@pytest.mark.parametrize("is_hidden", [True, False])
def test_a_call_back_is_read_as_it_was_written(reply: Reply | None, is_hidden: bool) -> None:
    written = CallBack(
        id=uuid.uuid4(), request_id=uuid.uuid4(), practitioner_id=uuid.uuid4(),
        child_id=uuid.uuid4(), is_hidden=is_hidden, passed_on_by=uuid.uuid4(),
        passed_on_at=DUE, child_name="Ada Quill",
        born=dt.date(2018, 3, 4), reply=reply, replied_at=DUE if reply else None,
    )  # fmt: skip
    assert read_call_back(written.id, written.content) == written


def test_what_is_passed_on_in_confidence_has_no_mark_that_the_team_looks_for() -> None:
    shown = CallBack(
        id=uuid.uuid4(), request_id=uuid.uuid4(), practitioner_id=uuid.uuid4(),
        child_id=uuid.uuid4(), is_hidden=False,
        passed_on_by=uuid.uuid4(), passed_on_at=DUE, child_name="", born=DUE.date(),
    )  # fmt: skip
    hidden = dataclasses.replace(shown, is_hidden=True)
    assert hidden.marks[0] == shown.marks[0]
    assert hidden.marks[1] != shown.marks[1]


@pytest.mark.parametrize(
    ("serial", "number"), [(0, "00000-00000"), (42, "00000-00042"), (9_999_999_999, "99999-99999")]
)
def test_numbers_are_written_in_two_halves(serial: int, number: str) -> None:
    assert request_number(serial) == number
