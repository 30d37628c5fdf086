"""What a row about a child must hold: names, dates, numbers, a place."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.rules import ChildDraft, Gender, Scheme
from portal.directory.rules import Flaw, read_phone
from portal.feeds.rules import read_child, read_name, read_nhs_number, read_upn
from portal.sandbox import numbers
from tests.feeds.rows import ADA, TODAY


def child(**more: str) -> ChildDraft | Flaw:
    """Read Ada's row with some cells changed."""
    return read_child({**ADA, **more}, source="mosaic", on=TODAY)


def test_a_child() -> None:
    read = child(nhs_number=numbers.nhs(7), upn=numbers.upn(3, 20))
    assert isinstance(read, ChildDraft)
    assert (read.source, read.source_id, read.source_on) == ("mosaic", "K-17/a", TODAY)
    assert (read.given_names, read.family_name) == ("Ada Maria", "O’Hara-Łąki")
    assert [name.family_name for name in read.former_names] == ["Smith", "van der Berg"]
    assert (read.date_of_birth, read.gender) == (dt.date(2014, 2, 3), Gender.FEMALE)
    assert [(a.address, a.postcode) for a in read.addresses] == [
        ("Flat 2, 1 High Street", "QH1 1AA")
    ]
    assert read.numbers == {Scheme.NHS_NUMBER: numbers.nhs(7), Scheme.UPN: numbers.upn(3, 20)}


def test_what_is_not_known_of_a_child_is_left_out() -> None:
    read = child(former_family_names="", gender="", address="", postcode="")
    assert isinstance(read, ChildDraft)
    assert (read.former_names, read.addresses, read.numbers) == ((), (), {})
    assert read.gender is Gender.NOT_SPECIFIED


def test_one_name_is_enough() -> None:
    assert isinstance(child(family_name=""), ChildDraft)
    assert isinstance(child(given_names=""), ChildDraft)
    assert child(given_names="", family_name="") == Flaw("missing", "family_name")


def test_the_postcode_for_no_fixed_abode_is_no_place() -> None:
    read = child(address="", postcode="ZZ99 3VZ")
    assert isinstance(read, ChildDraft)
    assert read.addresses == ()


@pytest.mark.parametrize("word", ["N/A", "not  known", "Unknown", "NK", "-", "?"])
def test_a_word_for_nothing_known_is_nothing(word: str) -> None:
    """Such a postcode or number is no fault of the row, and "Unknown" is nobody's address."""
    read = child(**dict.fromkeys(("nhs_number", "upn", "address", "postcode"), word))
    assert isinstance(read, ChildDraft)
    assert (read.addresses, read.numbers) == ((), {})
    assert child(source_id=word) == Flaw("missing", "source_id"), "or all such were one child"


@pytest.mark.parametrize("number", ["0000000000", "999 999 9999", "1111111111"])
def test_ten_equal_digits_are_no_number(number: str) -> None:
    """They have the right check digit, and stand for everybody whose number is not known."""
    read = child(nhs_number=number)
    assert isinstance(read, ChildDraft)
    assert read.numbers == {}


def test_an_unknown_gender_is_none() -> None:
    read = child(gender="Not known")
    assert isinstance(read, ChildDraft)
    assert read.gender is Gender.NOT_SPECIFIED


def test_names_are_never_taken_for_nothing() -> None:
    read = child(given_names="Na", family_name="None")
    assert isinstance(read, ChildDraft)
    assert (read.given_names, read.family_name) == ("Na", "None")


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("source_id", "", "missing"),
        ("source_id", "x" * 61, "not_an_id"),
        ("source_id", "=1", "not_an_id"),
        ("given_names", "Ada2", "not_a_name"),
        ("family_name", "<b>Nowak</b>", "not_a_name"),
        ("family_name", '=HYPERLINK("x")', "not_a_name"),
        ("family_name", "@SUM", "not_a_name"),
        ("family_name", "-Nowak", "not_a_name"),
        ("family_name", "'", "not_a_name"),
        ("family_name", "N" * 121, "not_a_name"),
        ("family_name", "No\x00wak", "not_a_name"),
        ("family_name", "No‮wak", "not_a_name"),
        ("former_family_names", "Smith;1", "not_a_name"),
        ("former_family_names", ";".join("abcdefghijk"), "not_a_name"),
        ("date_of_birth", "", "missing"),
        ("date_of_birth", "03/02/2014", "not_a_date"),
        ("date_of_birth", "2014-02-30", "not_a_date"),
        ("date_of_birth", "20140203", "not_a_date"),
        ("date_of_birth", "2026-11-23", "not_born_yet"),
        ("date_of_birth", "2000-11-22", "too_old"),
        ("gender", "girl", "unknown_word"),
        ("nhs_number", "9991234567", "not_an_nhs_number"),
        ("nhs_number", "١٢٣٤٥٦٧٨٩٠", "not_an_nhs_number"),
        ("upn", "A" + numbers.upn(3, 20)[1:], "not_a_upn"),
        ("upn", "A000000000000", "not_a_upn"),
        ("address", "=1+1", "not_an_address"),
        ("address", "<img src=x>", "not_an_address"),
        ("address", "x" * 201, "not_an_address"),
        ("postcode", "QH1", "not_a_postcode"),
    ],
)
def test_children_that_are_set_aside(column: str, value: str, fault: str) -> None:
    assert child(**{column: value}) == Flaw(fault, column)


def test_twenty_five_is_not_too_old() -> None:
    assert isinstance(child(date_of_birth="2000-11-23"), ChildDraft)
    assert isinstance(child(date_of_birth="2026-11-22"), ChildDraft)


@pytest.mark.parametrize(
    "name",
    ["Ada", "O’Hara", "'t Hooft", "Siân", "Nguyễn", "María-José", "St. John", "Ní Bhraonáin",
     "محمد", "Ἀλέξανδρος", "李", "ʻOkina", "Abu-l-Fadl", "D'Souza Jr."],
)  # fmt: skip
def test_real_names_are_names(name: str) -> None:
    assert read_name(name) == name


@pytest.mark.parametrize("mark", ["\ufeff", "\u00ad", "\u200b", "\u200e", "\u200f"])
def test_marks_that_nobody_sees_are_left_out(mark: str) -> None:
    draft = child(given_names=f"{mark}Siân", family_name=f"O{mark}’Hara{mark}")
    assert isinstance(draft, ChildDraft)
    assert (draft.given_names, draft.family_name) == ("Siân", "O’Hara")
    assert read_phone(f"01632 960001{mark}") == "01632 960001"


@given(st.text(max_size=40))
def test_a_name_holds_nothing_that_could_run(text: str) -> None:
    name = read_name(text)
    if name is not None:
        assert not set(name) & set('<>=+@&"|;/\\{}[]()0123456789\t\r\n\0')
        assert name[0] not in "-–"
        assert read_name(name) == name


@given(st.integers(0, 99_999))
def test_numbers_with_their_check_digits_are_right(serial: int) -> None:
    nhs, upn = numbers.nhs(serial), numbers.upn(serial, 19)
    assert read_nhs_number(f"{nhs[:3]} {nhs[3:6]}-{nhs[6:]}") == nhs
    assert read_upn(upn.lower()) == upn


@given(st.integers(0, 99_999), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_found(serial: int, place: int, step: int) -> None:
    nhs = numbers.nhs(serial)
    wrong = nhs[:place] + str((int(nhs[place]) + step) % 10) + nhs[place + 1 :]
    assert read_nhs_number(wrong) is None


def test_a_temporary_upn_ends_in_a_letter() -> None:
    digits = "99990012000"
    values = [int(digit) for digit in digits] + [3]
    total = sum(weight * value for weight, value in enumerate(values, start=2))
    right = "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23] + digits + "D"
    assert read_upn(right) == right
    assert read_upn(right[:-1] + "E") is None
    assert read_upn(right[:-1] + "S") is None
