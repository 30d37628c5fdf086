"""Record numbers: written, read out over the telephone, and typed again."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.rules import BITS, normal_record_number, record_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7K4M-29QX-B3TD", "7K4M-29QX-B3TD"),
        ("7k4m29qxb3td", "7K4M-29QX-B3TD"),
        (" 7k4m 29qx b3td ", "7K4M-29QX-B3TD"),
        ("7K4M–29QX–B3TD", "7K4M-29QX-B3TD"),
        ("OOOO-IIII-LLLL", "0000-1111-1111"),
        ("7K4M-29QX-B3T", None),
        ("7K4M-29QX-B3TDD", None),
        ("7K4M-29QX-B3TU", None),
        ("7K4M-29QX-B3T!", None),
        ("", None),
        ("7" * 100_000, None),
        ("７Ｋ４Ｍ-29QX-B3TD", None),
    ],
)
def test_a_record_number_as_it_is_heard(typed: str, number: str | None) -> None:
    assert normal_record_number(typed) == number


@given(st.integers(0, 2**BITS - 1))
def test_every_number_survives_the_telephone(bits: int) -> None:
    number = record_number(bits)
    assert len(number) == 14
    assert normal_record_number(number) == number
    assert normal_record_number(number.lower().replace("-", " ")) == number
    heard = number.replace("0", "o").replace("1", "l")
    assert normal_record_number(heard) == number


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**BITS - 1))
def test_different_numbers_are_written_differently(one: int, other: int) -> None:
    assert (one == other) == (record_number(one) == record_number(other))


@pytest.mark.parametrize("bits", [-1, 2**BITS])
def test_a_number_that_does_not_fit_is_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="60 bits"):
        record_number(bits)


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = normal_record_number(text)
    assert found is None or set(found) <= set(string.ascii_uppercase + string.digits + "-")
