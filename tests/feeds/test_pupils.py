"""What a pupil of a Common Transfer File means, and that nothing else of it is kept."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from portal.children.rules import CarerDraft, FormerName, Gender, Kind, Relation, Scheme
from portal.directory.rules import Flaw
from portal.feeds.inbox import opened
from portal.feeds.inbox.layouts import PUPILS
from portal.feeds.rules import COLUMNS, FileKind, PupilFacts, pupils, read_pupil
from portal.sandbox import numbers
from tests.feeds.schools import ESTAB, LEA, SECRETS, contact, document, pupil

TODAY = dt.date(2026, 11, 22)
UPN = numbers.upn(70_001, 19)


def cells(tmp_path: Path, one: dict[str, object], version: str = "25.0") -> dict[str, str]:
    """Write a file with one pupil and return its row by the names of our columns."""
    path = tmp_path / "some.xml"
    path.write_text(document(one, version=version), encoding="utf-8")
    with opened(path, PUPILS) as parcel:
        (row,) = parcel.rows()
        assert row.fault == ""
        return parcel.named(row)


def meaning(tmp_path: Path, one: dict[str, object], version: str = "25.0") -> Any:
    """Write a file with one pupil and read it."""
    return read_pupil(cells(tmp_path, one, version), source="wystan", on=TODAY)


def test_a_pupil_is_a_child_and_a_school(tmp_path: Path) -> None:
    read = meaning(tmp_path, pupil(1))
    assert isinstance(read, PupilFacts)
    child, school = read.child, read.school
    assert (child.source, child.source_id, child.numbers) == ("wystan", UPN, {Scheme.UPN: UPN})
    assert (child.given_names, child.family_name) == ("Ada Maria", "O’Hara-Łąki")
    assert child.former_names == (FormerName("Nowak"),)
    assert (child.date_of_birth, child.gender) == (dt.date(2014, 2, 2), Gender.FEMALE)
    (home,) = child.addresses
    assert (home.address, home.postcode) == ("Flat 2, 1 Tannery Lane, Harrowmere", "QH1 1AA")
    assert child.carers == (
        CarerDraft(
            name="Maria Nowak", relation=Relation.PARENTAL_RESPONSIBILITY, phone="07700 900007"
        ),
    )
    assert (school.organisation_code, school.kind) == (LEA + ESTAB, Kind.SCHOOL)
    assert (school.started_on, school.ended_on) == (dt.date(2019, 9, 3), None)


def test_nothing_of_what_we_must_not_hold_leaves_the_file(tmp_path: Path) -> None:
    held = json.dumps(cells(tmp_path, pupil(1)), ensure_ascii=False)
    for secret in (*SECRETS, "Jan", "Addie", numbers.upn(71_001, 18), "960900", "MOT", "Westmarch"):
        assert secret not in held
    assert "Maria Nowak" in held


def test_no_wanted_path_leads_into_what_we_must_not_hold() -> None:
    """The list is what an information governance officer reads: it grows in this test too."""
    assert {path.split("/")[0] for path in pupils.LEAVES | pupils.GROUPS} == {
        "UPN", "Surname", "Forename", "DOB", "Sex", "Gender", "BasicDetails", "Address",
        "Contacts", "SchoolHistory",
    }  # fmt: skip
    below = {path for path in pupils.LEAVES if path.startswith(("BasicDetails", "Contacts"))}
    assert below == {
        "BasicDetails/MiddleNames", "BasicDetails/FormerSurname", "Contacts/Contact/Forename",
        "Contacts/Contact/Surname", "Contacts/Contact/Responsibility",
        "Contacts/Contact/Phones/Phone/PhoneNo",
    }  # fmt: skip
    assert COLUMNS[FileKind.CTF] == PUPILS.columns


@pytest.mark.parametrize(
    ("version", "more", "gender"),
    [
        ("17.0", {"Sex": None, "Gender": "M"}, Gender.MALE),
        ("22", {"Sex": None, "Gender": "F"}, Gender.FEMALE),
        ("23.0", {"Sex": "M"}, Gender.MALE),
        ("25.0", {"Sex": None}, Gender.NOT_SPECIFIED),
        ("25.0", {"Sex": "U"}, Gender.NOT_SPECIFIED),
        ("104", {"Sex": "f"}, Gender.FEMALE),
    ],
)
def test_the_element_of_each_version(
    tmp_path: Path, version: str, more: dict[str, object], gender: Gender
) -> None:
    assert meaning(tmp_path, pupil(1, **more), version).child.gender is gender


@pytest.mark.parametrize(
    ("home", "shown"),
    [
        ({"BS7666Address": {"PAON": "4", "Street": "Cinder Lane"}, "PostCode": "QH2 2BB"},
         "4 Cinder Lane"),
        ({"AddressLines": {"AddressLine1": "4 Cinder Lane", "AddressLine2": "Harrowmere",
                           "AddressLine3": "Harrowmere"}, "PostCode": "QH2 2BB"},
         "4 Cinder Lane, Harrowmere"),
        ({"AddressLine1": "4 Cinder Lane"}, "4 Cinder Lane"),
        ({"PAON": "Lantern House", "PostTown": "Harrowmere"}, "Lantern House, Harrowmere"),
    ],
)  # fmt: skip
def test_addresses_in_each_form(tmp_path: Path, home: dict[str, object], shown: str) -> None:
    (one,) = meaning(tmp_path, pupil(1, Address=home)).child.addresses
    assert one.address == shown


def test_without_an_address_and_contacts_a_file_says_nothing_of_them(tmp_path: Path) -> None:
    read = meaning(tmp_path, pupil(1, Address=None, Contacts=None)).child
    assert (read.addresses, read.carers) == ((), None)
    nobody = {"Contact": contact("Jan", "false")}
    assert meaning(tmp_path, pupil(1, Contacts=nobody)).child.carers == ()
    nameless = {"Contact": contact("", "true", Surname="")}
    assert meaning(tmp_path, pupil(1, Contacts=nameless)).child.carers == ()


@pytest.mark.parametrize(
    ("times", "period"),
    [
        ([], (None, None)),
        ([("2015-09-01", "2016-07-20"), ("2018-09-01", "")], (dt.date(2018, 9, 1), None)),
        ([("2018-09-01", "2026-07-17")], (dt.date(2018, 9, 1), dt.date(2026, 7, 17))),
        ([("2018-09-01", "2027-07-16")], (dt.date(2018, 9, 1), None)),
        ([("", "2026-07-17")], (None, dt.date(2026, 7, 17))),
    ],
)
def test_of_several_times_at_the_school_the_last(
    tmp_path: Path, times: list[tuple[str, str]], period: tuple[dt.date | None, dt.date | None]
) -> None:
    history = {"School": [{"LEA": LEA, "Estab": ESTAB, "EntryDate": entered, "LeavingDate": left}
                          for entered, left in times]}  # fmt: skip
    school = meaning(tmp_path, pupil(1, SchoolHistory=history)).school
    assert (school.started_on, school.ended_on) == period


def _school(**more: str) -> dict[str, object]:
    return {"School": {"LEA": LEA, "Estab": ESTAB, **more}}


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ({"UPN": None}, Flaw("missing", "upn")),
        ({"UPN": "B123456789012"}, Flaw("not_a_upn", "upn")),
        ({"UPN": "<A>"}, Flaw("not_an_id", "upn")),
        ({"Surname": None, "Forename": None, "BasicDetails": None}, Flaw("missing", "family_name")),
        ({"DOB": "14-02-03"}, Flaw("not_a_date", "date_of_birth")),
        ({"Sex": "Q"}, Flaw("unknown_word", "gender")),
        ({"Address": {"PostCode": "QH"}}, Flaw("not_a_postcode", "postcode")),
        ({"Contacts": {"Contact": contact("=1+1", "1")}}, Flaw("not_a_name", "carers")),
        ({"Contacts": {"Contact": [contact("Maria", "1")] * 21}}, Flaw("not_a_name", "carers")),
        ({"SchoolHistory": _school(EntryDate="soon")}, Flaw("not_a_date", "started_on")),
        ({"SchoolHistory": _school(LeavingDate="later")}, Flaw("not_a_date", "ended_on")),
        ({"SchoolHistory": _school(EntryDate="2027-01-04")},
         Flaw("starts_in_future", "started_on")),
        ({"SchoolHistory": _school(EntryDate="2001-01-04")},
         Flaw("starts_before_birth", "started_on")),
    ],
)  # fmt: skip
def test_a_pupil_that_cannot_be_read(tmp_path: Path, more: dict[str, object], flaw: Flaw) -> None:
    assert meaning(tmp_path, pupil(1, **more)) == flaw


def test_a_number_in_small_letters_is_the_same_number(tmp_path: Path) -> None:
    read = meaning(tmp_path, pupil(1, UPN=UPN.lower()))
    assert (read.child.source_id, read.child.numbers[Scheme.UPN]) == (UPN, UPN)


def test_a_temporary_number_is_read_as_it_stands(tmp_path: Path) -> None:
    digits = UPN[1:12]
    fits = [f"{letter}{digits}A" for letter in numbers.UPN_LETTERS]
    found = [meaning(tmp_path, pupil(1, UPN=one)) for one in fits]
    assert sum(isinstance(read, PupilFacts) for read in found) == 1
