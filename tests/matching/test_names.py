"""Folding and cutting written names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.matching.names import (
    MAX_LETTERS,
    MAX_TEXT,
    MAX_TOKENS,
    family_name,
    fold,
    given_name,
    kept_name,
    without_particle,
)


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
        ("O Brien-OBrien", ("obrien",), ()),
        ("Mc Donald McDonald", ("mcdonald",), ()),
        ("O Neill-O'Neill Khan", ("oneill", "khan"), ("neilloneill", "oneillkhan")),
        ("ap Rhys", ("rhys",), ("aprhys",)),
        ("Le", ("le",), ()),
        ("Kim Le", ("kim", "le"), ("kimle",)),
        ("Unknown", (), ()),
        ("Not known", (), ()),
        ("Baby", ("baby",), ()),
        ("Abdi Abdi", ("abdi",), ()),
        ("el-Sayed", ("sayed",), ("elsayed",)),
        ("ar-Rahman", ("rahman",), ("alrahman",)),
        ("ash-Shami", ("shami",), ("alshami",)),
        ("ed-Din", ("din",), ("aldin",)),
        ("ibn Sina", ("sina",), ("ibnsina",)),
        ("bint Ahmed", ("ahmed",), ("bintahmed",)),
        ("Raman s/o Kumar", ("raman", "kumar"), ("binkumar", "ramankumar", "ramanbinkumar")),
        ("von Braun", ("braun",), ("vonbraun",)),
        ("de la Cruz", ("cruz",), ("delacruz",)),
        ("da Silva", ("silva",), ("dasilva",)),
        ("D'Souza", ("dsouza",), ()),
        ("Ó Briain", ("obriain",), ()),
        ("Ní Bhriain", ("bhriain",), ("nibhriain",)),
        ("Mac Domhnaill", ("macdomhnaill",), ()),
        ("ferch Dafydd", ("dafydd",), ("ferchdafydd",)),
        ("Fitz Gerald", ("fitzgerald",), ()),
        ("Ni", ("ni",), ()),
        ("Not yet known", (), ()),
        ("Infant", (), ()),
        ("TBC", (), ()),
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
        ("Baby Girl", ()),
        ("Baby Girl 2", ()),
        ("Twin A", ()),
        ("Twin II", ()),
        ("Boy one", ()),
        ("Male Infant of Amina Khan", ()),
        ("Baby boy two of Sarah", ()),
        ("B/O Sarah", ()),
        ("Newborn", ()),
        ("Not known", ()),
        ("Not yet named", ()),
        ("Baby Amina", ("amina",)),
        ("Baby A Smith", ("a", "smith")),
        ("Infantino", ("infantino",)),
        ("Abd al-Rahman", ("abd", "rahman")),
        ("Abd ar-Rahman", ("abd", "rahman")),
        ("Zia us Salam", ("zia", "salam")),
        ("Nur un-Nisa", ("nur", "nisa")),
        ("Ash", ("ash",)),
        ("Ann Nora", ("ann", "nora")),
        ("Zoe\u0308", ("zoe",)),
        ("J.P.", ("j", "p")),
    ],
)
def test_given_names(written: str, tokens: tuple[str, ...]) -> None:
    assert given_name(written).tokens == tokens


@pytest.mark.parametrize("apostrophe", "'’‘ʼ`´ʻʿʾʽʹˈ‛′＇ꞌ՚׳")
def test_every_apostrophe_is_left_out(apostrophe: str) -> None:
    assert family_name(f"O{apostrophe}Brien") == family_name("OBrien")
    assert given_name(f"Sa{apostrophe}ad") == given_name("Saad")


@pytest.mark.parametrize("dash", "-‐‑–—－")
def test_every_dash_parts_two_halves(dash: str) -> None:
    assert family_name(f"Smith{dash}Jones") == family_name("Smith-Jones")


@pytest.mark.parametrize(
    "text",
    [
        "A" * 300,
        "a " * 200,
        "x-" * 100,
        "A" + "\u0301" * 10_000,
        "ﷺ" * 300,
        "\u0634" * 300,
        "🎉" * 300,
        "王" * 300,
        "\x00" * 300,
        "o " * 200,
        "baby " * 60 + "of",
        "one " * 60,
        "al-" * 90,
    ],
)
def test_monstrous_text_stays_small(text: str) -> None:
    assert len(fold(text)) <= MAX_TEXT
    assert fold(fold(text)) == fold(text)
    for name in (given_name(text), family_name(text)):
        assert len(name.tokens) <= MAX_TOKENS
        assert len(name.joined) <= 4
        assert all(len(word) <= MAX_LETTERS for word in (*name.tokens, *name.joined))


@pytest.mark.parametrize(
    ("token", "rests"),
    [
        ("alhassan", {"hassan"}),
        ("vandenberg", {"denberg", "berg", "nberg"}),
        ("obrien", {"brien"}),
        ("smith", set()),
        ("nicola", set()),
        ("", set()),
    ],
)
def test_a_particle_written_together_comes_off(token: str, rests: set[str]) -> None:
    assert without_particle(token) == rests


@given(st.text(alphabet="adelo", max_size=40))
def test_what_remains_of_a_word_is_one_of_its_ends(token: str) -> None:
    assert all(token.endswith(rest) and rest != token for rest in without_particle(token))


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


@given(st.lists(st.sampled_from(["o", "mc", "brien", "obrien", "mcbrien", "al"]), max_size=9))
def test_no_word_of_a_name_stands_twice(words: list[str]) -> None:
    for written in (" ".join(words), "-".join(words)):
        for name in (given_name(written), family_name(written)):
            assert len(set(name.tokens)) == len(name.tokens)


@given(st.text() | st.text(alphabet="abdos/ -'É") | st.just("b/o " * 60))
def test_a_kept_name_is_cut_as_it_was_typed(text: str) -> None:
    kept = kept_name(text)
    assert len(kept) <= MAX_TEXT
    assert fold(kept) == kept
    assert given_name(kept) == given_name(text)
    assert family_name(kept) == family_name(text)


def test_s_o_and_b_o_are_kept_as_what_they_mean() -> None:
    assert kept_name("Raman S/O Kumar") == "raman bin kumar"
    assert kept_name("B/O Sarah") == "baby of sarah"
    assert kept_name("Siân/Jane") == fold("Siân/Jane") == "sian jane"


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
