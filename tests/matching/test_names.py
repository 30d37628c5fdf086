"""Folding and cutting written names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.names import MAX_LETTERS, MAX_TOKENS, family_name, fold, given_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Siân", "sian"),
        ("Łukasz", "lukasz"),
        ("Wójcik", "wojcik"),
        ("Şahin", "sahin"),
        ("Ọláolúwa", "olaoluwa"),
        ("O’Brien", "obrien"),
        ("ʿAlī", "ali"),
        ("  Anne–Marie ", "anne-marie"),
        ("İbrahim", "ibrahim"),
        ("Анна", "anna"),
        ("\u202eحسن\u202c", "hsn"),
        ("Zo\u0308e", "zoe"),
        ("Ali\x00ce", "ali ce"),
        ("🎉👶🏽", ""),
        ("---", "---"),
        ("12345", ""),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "tokens", "joined"),
    [
        ("Smith-Jones", ("smith", "jones"), ("smithjones",)),
        ("Smith Jones", ("smith", "jones"), ("smithjones",)),
        ("al-Hassan", ("hassan",), ("alhassan",)),
        ("Al Hassan", ("hassan",), ("alhassan",)),
        ("bin Laith", ("laith",), ("binlaith",)),
        ("van der Berg", ("berg",), ("vanderberg",)),
        ("O'Neill", ("oneill",), ()),
        ("O Neill", ("oneill",), ()),
        ("Mc Donald", ("mcdonald",), ()),
        ("ap Rhys", ("rhys",), ("aprhys",)),
        ("Le", ("le",), ()),
        ("Kim Le", ("kim", "le"), ("kimle",)),
        ("Unknown", (), ()),
        ("Not known", (), ()),
        ("Baby", ("baby",), ()),
        ("Abdi Abdi", ("abdi",), ()),
    ],
)
def test_family_names(written: str, tokens: tuple[str, ...], joined: tuple[str, ...]) -> None:
    name = family_name(written)
    assert (name.tokens, name.joined) == (tokens, joined)


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Baby", ()),
        ("Infant", ()),
        ("UNKNOWN", ()),
        ("Twin 2", ()),
        ("Baby Boy", ()),
        ("Amina", ("amina",)),
        ("Mary-Jane Ann", ("mary", "jane", "ann")),
        ("Ben James", ("ben", "james")),
        ("Al", ("al",)),
        ("Noor ul Ain", ("noor", "ain")),
        ("J", ("j",)),
        ("John P.", ("john", "p")),
    ],
)
def test_given_names(written: str, tokens: tuple[str, ...]) -> None:
    assert given_name(written).tokens == tokens


@given(st.text(max_size=400))
def test_any_text_becomes_a_bounded_plain_name(text: str) -> None:
    for name in (given_name(text), family_name(text)):
        assert len(name.tokens) <= MAX_TOKENS
        assert len(name.joined) <= 4
        for word in (*name.tokens, *name.joined):
            assert 0 < len(word) <= MAX_LETTERS
            assert word.isascii()
            assert word.isalpha()
            assert word.islower()


@given(st.text(alphabet="abcdefghilmnoprstuwyz -'", max_size=40), st.data())
def test_accents_make_no_difference(text: str, data: st.DataObject) -> None:
    accents = data.draw(st.lists(st.sampled_from("\u0301\u0300\u0302\u0308\u0327"), max_size=5))
    accented = list(text)
    for accent in accents:
        places = [place for place, letter in enumerate(accented) if letter.isalpha()]
        if places:
            accented[data.draw(st.sampled_from(places))] += accent
    decomposed = "".join(accented)
    for form in (decomposed, unicodedata.normalize("NFC", decomposed)):
        assert given_name(form) == given_name(text)
        assert family_name(form) == family_name(text)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
