"""How facts of the directory are read and written. Pure functions."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.directory.rules import (
    KINDS,
    AuthorityFacts,
    Flaw,
    Sector,
    is_title,
    read_authority,
    read_email,
    read_phone,
    read_postcode,
    shown_name,
)
from portal.directory.rules.reading import _parsed


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("01632 960123", "01632 960123"),
        ("1632960123", "01632 960123"),
        ("1632960123.0", "01632 960123"),
        ("+44 1632 960123", "01632 960123"),
        ("0044 1632 960123", "01632 960123"),
        ("(020) 79460012", "020 7946 0012"),
        ("01632 960123 ext 12", "01632 960123 x12"),
        ("07700900123", "07700 900123"),
        ("101", "101"),
        ("+353 20 915 4321", "+353 20 915 4321"),
        ("", None),
        ("none", None),
        ("01632 960123 (ask for Jo, mother is ill)", None),
        ("01632 960123 / 01632 960124", None),
        ("=1+1", None),
        ("0" * 60, None),
    ],
)
def test_telephone_numbers(written: str, kept: str | None) -> None:
    assert read_phone(written) == kept


@given(st.integers(10**8, 10**10 - 1).map(lambda number: f"0{number}"))
@example("08001111000")
@example("0845464500")
@example("01697712345")
@example("07624123456")
def test_a_number_of_ours_is_written_as_the_library_writes_it(written: str) -> None:
    number = phonenumbers.parse(written, "GB")
    told = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    assert read_phone(written) == (told if phonenumbers.is_possible_number(number) else written)
    # Whatever number of the same exchange was read before.
    assert read_phone(f"{written[:8]}{'9' * (len(written) - 8)}") is not None
    assert read_phone(written) == read_phone(f" {written[:5]} {written[5:]} ")


@given(st.text(max_size=60))
def test_a_number_that_was_read_is_read_the_same_again(text: str) -> None:
    once = read_phone(text)
    if once is not None:
        assert len(once) <= 40
        assert read_phone(once) == once


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ann.Smith@Example.ORG ", "ann.smith@example.org"),
        ("o'brien@x.example.org", "o'brien@x.example.org"),
        ("ann@localhost", None),
        ("ann smith@example.org", None),
        ("=cmd@example.org", None),
        ("ann@example..org", None),
        ("ann..smith@example.org", None),
        ("ann@example.org\nbcc:x@example.org", None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_email_addresses(written: str, kept: str | None) -> None:
    assert read_email(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [("qh11aa", "QH1 1AA"), (" QH1  1AA ", "QH1 1AA"), ("QH1", None), ("hello", None), ("١", None)],
)
def test_postcodes(written: str, kept: str | None) -> None:
    assert read_postcode(written) == kept


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        ("PROSPECT SURGERY", "Prospect Surgery"),
        ("DR O'DEA'S NHS PRACTICE", "Dr O'Dea's NHS Practice"),
        ("ST ANN'S MEDICAL CENTRE", "St Ann's Medical Centre"),
        ("NEWCASTLE UPON TYNE", "Newcastle upon Tyne"),
        ("BARROW-IN-FURNESS", "Barrow-in-Furness"),
        ("THE RIDGEWAY", "The Ridgeway"),
        ("175 THE RIDGEWAY", "175 The Ridgeway"),
        ("4TH FLOOR, 65D MIDLAND ROAD", "4th Floor, 65D Midland Road"),
        ("WESTMORELAND GP CENTRE", "Westmoreland GP Centre"),
        ("HENRY VIII PRACTICE", "Henry VIII Practice"),
        ("MMP - SUTTON COLDFIELD", "MMP - Sutton Coldfield"),
        ("DR ME SHEIKH", "Dr ME Sheikh"),
        ("MCDONALD HOUSE", "McDonald House"),
        ("TYNE & WEAR A&E", "Tyne & Wear A&E"),
        ("Al-Falah Primary", "Al-Falah Primary"),
        ("", ""),
    ],
)
def test_names_in_capitals_are_written_as_people_write_them(held: str, shown: str) -> None:
    assert shown_name(held) == shown


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_writing_a_name_twice_changes_nothing_more(text: str) -> None:
    once = shown_name(text)
    if any(letter.islower() for letter in once):
        assert shown_name(once) == once


@pytest.mark.parametrize("text", ["=1+1", "<b>School</b>", "@home", "-School", "", "Tab\tName"])
def test_what_cannot_be_the_name_of_an_organisation(text: str) -> None:
    assert not is_title(text)


@pytest.mark.parametrize("text", ["St Wystan's C of E (Aided) School", "'The Nook'", "No. 3 & Co"])
def test_what_can_be_one(text: str) -> None:
    assert is_title(text)


def test_a_row_of_authorities() -> None:
    row = {"gss_code": " e99000003 ", "name": "Third Council", "type": "London borough"}
    assert read_authority(row) == AuthorityFacts(
        gss_code="E99000003", name="Third Council", kind="london_borough"
    )
    assert read_authority({**row, "gss_code": "E9"}) == Flaw("not_a_code", "gss_code")
    assert read_authority({**row, "name": "<i>"}) == Flaw("not_a_name", "name")
    assert read_authority({**row, "type": ""}) == Flaw("unknown_word", "type")


def test_every_kind_has_a_sector() -> None:
    assert set(KINDS.values()) == set(Sector)


@given(st.integers(10**8, 10**10 - 1).map(lambda number: f"0{number}"))
def test_the_short_way_of_reading_a_number_is_that_of_the_library(written: str) -> None:
    assert _parsed(written) == phonenumbers.parse(written, "GB")
