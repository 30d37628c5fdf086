"""What may become of a request."""

import pytest

from portal.shielding.rules import (
    CONTACT_KINDS,
    SETTLING,
    STATES,
    ContactKind,
    State,
    may_become,
    request_number,
)

ALLOWED = {
    (State.NEW, State.TAKEN), (State.NEW, State.ANSWERED), (State.NEW, State.DECLINED),
    (State.TAKEN, State.ANSWERED), (State.TAKEN, State.DECLINED),
}  # fmt: skip


@pytest.mark.parametrize("now", State)
@pytest.mark.parametrize("wanted", State)
def test_a_request_moves_forward_only(now: State, wanted: State) -> None:
    assert may_become(now, wanted) is ((now, wanted) in ALLOWED)


def test_every_word_has_its_words() -> None:
    assert set(CONTACT_KINDS) == set(ContactKind)
    assert set(STATES) == set(State)
    assert set(SETTLING) == set(State) - {State.NEW}


@pytest.mark.parametrize(
    ("serial", "number"), [(0, "00000-00000"), (42, "00000-00042"), (9_999_999_999, "99999-99999")]
)
def test_numbers_are_written_in_two_halves(serial: int, number: str) -> None:
    assert request_number(serial) == number
