"""Keys: a misspelt or misheard token still meets the token it stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.keys import deletes, heard_keys, keys, written_keys
from portal.matching.sounds import MOST_CODES, sounds

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = st.text(alphabet=LETTERS, min_size=6, max_size=16)


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """A name of at least six letters, and the same with two typing errors."""
    name = draw(NAMES)
    typed = name
    for _ in range(2):
        typed = _one_error(draw, typed)
    return name, typed


def _one_error(draw: st.DrawFn, word: str) -> str:
    place = draw(st.integers(0, len(word) - 2))
    letter = draw(st.sampled_from(LETTERS))
    return draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            ]
        )
    )


@given(misspelt())
def test_two_typing_errors_leave_a_key_in_common(names: tuple[str, str]) -> None:
    name, typed = names
    assert deletes(name) & deletes(typed)


@given(st.text(alphabet=LETTERS, min_size=4, max_size=5), st.data())
def test_one_typing_error_in_a_short_name_leaves_a_key_in_common(
    name: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    typed = name[:place] + data.draw(st.sampled_from(LETTERS)) + name[place + 1 :]
    assert deletes(name) & deletes(typed)


@given(st.text(alphabet=LETTERS, max_size=300))
def test_the_number_of_keys_is_bounded(token: str) -> None:
    assert len(keys(token)) <= 60
    assert len(sounds(token)) <= MOST_CODES


def test_unlike_names_share_no_key() -> None:
    assert not keys("oliver") & keys("khadija")
    assert not keys("kowalski") & keys("mohammed")


@pytest.mark.parametrize(
    ("origin", "one", "other"),
    [
        ("english", "phillip", "filip"),
        ("english", "knight", "nite"),
        ("english", "catherine", "kathryn"),
        ("english", "leigh", "lee"),
        ("english", "wright", "rite"),
        ("scots", "mcdonald", "macdonald"),
        ("irish", "siobhan", "shevaun"),
        ("irish", "niamh", "neve"),
        ("irish", "aoife", "eefa"),
        ("irish", "caoimhe", "keeva"),
        ("irish", "eoghan", "owen"),
        ("welsh", "sian", "shan"),
        ("welsh", "sion", "shaun"),
        ("welsh", "gruffydd", "griffith"),
        ("welsh", "dafydd", "david"),
        ("welsh", "llewelyn", "lewellin"),
        ("welsh", "rhys", "rees"),
        ("south asian", "waseem", "vasim"),
        ("south asian", "qasim", "kassim"),
        ("south asian", "ghulam", "gulam"),
        ("south asian", "rashid", "rasheed"),
        ("south asian", "dawood", "daud"),
        ("polish", "szymon", "simon"),
        ("polish", "kowalski", "kovalska"),
        ("polish", "wojcik", "voychik"),
        ("polish", "szczepanski", "schepanski"),
        ("polish", "zielinski", "zhelinski"),
        ("arabic", "khadija", "hadija"),
        ("arabic", "yusuf", "yousef"),
        ("arabic", "uthman", "usman"),
        ("somali", "maxamed", "mohammed"),
        ("somali", "cabdi", "abdi"),
        ("somali", "xodan", "hodan"),
        ("somali", "caasha", "aisha"),
        ("somali", "faarax", "farah"),
        ("somali", "xuseen", "hussain"),
        ("west african", "diallo", "jallow"),
        ("west african", "ouattara", "watara"),
        ("west african", "segun", "shegun"),
        ("west african", "djibril", "jibril"),
        ("west african", "cisse", "sesay"),
        ("west african", "chukwu", "chuku"),
    ],
)
def test_names_that_sound_alike_share_a_code(origin: str, one: str, other: str) -> None:
    assert sounds(one) & sounds(other), origin


@pytest.mark.parametrize(
    ("one", "other"),
    [("oliver", "amelia"), ("kowalski", "nowak"), ("hussain", "khan"), ("sian", "megan")],
)
def test_names_that_do_not_sound_alike_share_none(one: str, other: str) -> None:
    assert not sounds(one) & sounds(other)


@given(st.text(alphabet=LETTERS, min_size=1, max_size=40))
def test_a_key_is_a_positive_number_of_sixty_three_bits(token: str) -> None:
    assert all(0 < key < 2**63 for key in keys(token))


@given(st.text(alphabet=LETTERS, min_size=2, max_size=12))
def test_what_is_written_never_meets_what_is_heard(token: str) -> None:
    assert written_keys(token).isdisjoint(heard_keys(token))


def test_keys_sort_like_their_letters() -> None:
    assert min(written_keys("smith")) > max(written_keys("aisha"))
    near = [key for key in written_keys("mohammed") if key >> 55 == ord("m") - ord("a") + 1]
    assert len(near) > len(written_keys("mohammed")) / 2


def test_keys_never_change_between_releases() -> None:
    """Else every index would have to be built anew: `smith` is 19 13 9 20 8 in five bits each."""
    assert 0b10011_01101_01001_10100_01000 << 35 in written_keys("smith")
