"""Names of many origins as they are heard: what is alike, what is not, and how many codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.likeness import Likeness, likeness
from portal.matching.sounds import MOST_CODES, sounds
from tests.matching.heard import ALIKE, UNLIKE

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_SPOKEN = ("english", "welsh", "south asian", "polish", "arabic", "somali", "west african")
ONE_NAME = {Likeness.SAME, Likeness.SPELLING, Likeness.SHORT_FORM, Likeness.SOUND}


def pairs(written: dict[str, str]) -> list[tuple[str, str, str]]:
    """Every pair with the origin it belongs to."""
    return [
        (origin, one, other)
        for origin, text in written.items()
        for one, other in (pair.split("/") for pair in text.split())
    ]


@pytest.mark.parametrize(("origin", "one", "other"), pairs(ALIKE))
def test_names_that_sound_alike(origin: str, one: str, other: str) -> None:
    assert sounds(one) & sounds(other), origin
    assert likeness(one, other) in ONE_NAME - {Likeness.SAME}


@pytest.mark.parametrize(("origin", "one", "other"), pairs(UNLIKE))
def test_names_that_do_not_sound_alike(origin: str, one: str, other: str) -> None:
    """They may be a typing error apart, never one name heard differently."""
    assert likeness(one, other) not in ONE_NAME, origin


def test_every_tradition_is_held_by_enough_pairs() -> None:
    for origin in MOST_SPOKEN:
        for table in (ALIKE, UNLIKE):
            assert len(set(table[origin].split())) >= 25, origin


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("smith", "SMT"),
        ("wright", "RET"),
        ("kane", "KEN"),
        ("khan", "KAN"),
        ("karim", "KRM"),
        ("karima", "KRMA"),
        ("ali", "AL"),
        ("eva", "EVA"),
        ("thompson", "TMSN"),
        ("twm", "TOM"),
        ("khn", "KAN"),
        ("aoi", "A"),
    ],
)
def test_codes_are_readable(token: str, code: str) -> None:
    assert code in sounds(token)


def test_a_name_without_letters_has_no_code() -> None:
    assert sounds("") == frozenset()


@given(st.text(alphabet=LETTERS, max_size=300))
def test_codes_are_few_and_plain(token: str) -> None:
    codes = sounds(token)
    assert len(codes) <= MOST_CODES
    assert all(code.isascii() and code.isalpha() and code.isupper() for code in codes)


@given(st.lists(st.sampled_from("c ch x j w gh dh i g th ou kh ti a e s zh".split()), max_size=8))
def test_codes_stay_few_where_every_tradition_has_its_say(parts: list[str]) -> None:
    assert len(sounds("".join(parts))) <= MOST_CODES
