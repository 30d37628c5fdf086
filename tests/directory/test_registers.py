"""What the two national registers mean by their columns."""

import datetime as dt

import pytest

from portal.directory.rules import Flaw, OrganisationFacts, PassedOver, read_gias, read_ods


def ods(**columns: str) -> list[str]:
    """Return a row of epraccur; columns are named c1 to c27."""
    row = [""] * 27
    usual = {
        "c1": "X99001", "c2": "LANTERN STREET SURGERY", "c5": "LANTERN STREET SURGERY",
        "c6": "1 LANTERN STREET", "c8": "HARROWMERE", "c10": "QH1 1AA", "c11": "19740401",
        "c13": "A", "c14": "B", "c18": "01632 960123", "c26": "4",
    }  # fmt: skip
    for name, value in {**usual, **columns}.items():
        row[int(name[1:]) - 1] = value
    return row


def gias(**more: str) -> dict[str, str]:
    """Return a row of the schools' register."""
    row = {
        "URN": "990001", "LA (code)": "999", "EstablishmentNumber": "2081",
        "EstablishmentName": "St Wystan’s Primary School",
        "TypeOfEstablishment (name)": "Community school", "EstablishmentStatus (name)": "Open",
        "PhaseOfEducation (name)": "Primary", "CloseDate": "", "Street": "Tannery Lane",
        "Town": "Harrowmere", "Postcode": "QH1 2AB", "TelephoneNum": "1632960124",
        "GSSLACode (name)": "E99000001", "HeadLastName": "Not Kept",
    }  # fmt: skip
    return {**row, **{name.replace("_", " "): value for name, value in more.items()}}


def test_a_practice_that_is_open() -> None:
    assert read_ods(ods()) == OrganisationFacts(
        scheme="ods",
        code="X99001",
        name="Lantern Street Surgery",
        kind="gp_practice",
        phone="01632 960123",
        address="1 Lantern Street, Harrowmere",
        postcode="QH1 1AA",
    )


@pytest.mark.parametrize(
    ("status", "close_date", "is_closed", "closed_on"),
    [
        ("C", "20160531", True, dt.date(2016, 5, 31)),
        ("C", "", True, None),
        ("D", "", True, None),
        ("A", "20991231", False, None),
    ],
)
def test_a_practice_that_has_closed_or_sleeps(
    status: str, close_date: str, is_closed: bool, closed_on: dt.date | None
) -> None:
    read = read_ods(ods(c13=status, c12=close_date))
    assert isinstance(read, OrganisationFacts)
    assert (read.is_closed, read.closed_on) == (is_closed, closed_on)


@pytest.mark.parametrize("setting", ["0", "1", "9", "10", "14", "25", ""])
def test_other_prescribers_are_passed_over(setting: str) -> None:
    assert read_ods(ods(c26=setting)) is PassedOver.NOT_A_PRACTICE


def test_a_practice_that_is_only_proposed_is_passed_over() -> None:
    assert read_ods(ods(c13="P")) is PassedOver.NOT_OPEN_YET


@pytest.mark.parametrize("phone", ["", "ASK RECEPTION", "see web site"])
def test_a_missing_telephone_number_is_no_fault(phone: str) -> None:
    read = read_ods(ods(c18=phone))
    assert isinstance(read, OrganisationFacts)
    assert read.phone == ""


@pytest.mark.parametrize(
    ("columns", "flaw"),
    [
        ({"c1": "<script>"}, Flaw("not_a_code", "1")),
        ({"c2": "=HYPERLINK(1)"}, Flaw("not_a_name", "2")),
        ({"c2": "A" * 200}, Flaw("not_a_name", "2")),
        ({"c12": "31/05/2016"}, Flaw("not_a_date", "12")),
        ({"c13": "Q"}, Flaw("unknown_word", "13")),
    ],
)
def test_rows_of_practices_that_are_refused(columns: dict[str, str], flaw: Flaw) -> None:
    assert read_ods(ods(**columns)) == flaw


def test_a_school_that_is_open_and_lost_the_zero_of_its_number() -> None:
    assert read_gias(gias()) == OrganisationFacts(
        scheme="urn",
        code="990001",
        name="St Wystan’s Primary School",
        kind="primary_school",
        authority_code="E99000001",
        establishment_number="9992081",
        phone="01632 960124",
        address="Tannery Lane, Harrowmere",
        postcode="QH1 2AB",
    )


def test_columns_that_are_not_needed_may_be_missing() -> None:
    row = {
        name: value
        for name, value in gias().items()
        if name in {"URN", "EstablishmentName", "TypeOfEstablishment (name)"}
        or name == "EstablishmentStatus (name)"
    }
    read = read_gias(row)
    assert isinstance(read, OrganisationFacts)
    assert (read.kind, read.phone, read.address) == ("school", "", "")


@pytest.mark.parametrize(
    ("authority", "school", "number"),
    [("999", "2081", "9992081"), (" 999 ", "2081", "9992081"), ("999", "", ""), ("", "2081", ""),
     ("99", "2081", ""), ("999", "208", ""), ("LLL", "LLLL", ""), ("٩٩٩", "2081", "")],
)  # fmt: skip
def test_the_number_of_a_school_is_that_of_its_authority_and_its_own(
    authority: str, school: str, number: str
) -> None:
    read = read_gias({**gias(EstablishmentNumber=school), "LA (code)": authority})
    assert isinstance(read, OrganisationFacts)
    assert read.establishment_number == number


@pytest.mark.parametrize("day", ["31-08-2019", "31/08/2019", "2019-08-31"])
def test_a_school_that_has_closed(day: str) -> None:
    read = read_gias({**gias(), "EstablishmentStatus (name)": "Closed", "CloseDate": day})
    assert isinstance(read, OrganisationFacts)
    assert (read.is_closed, read.closed_on) == (True, dt.date(2019, 8, 31))


def test_a_school_that_is_to_close_is_open() -> None:
    status = {"EstablishmentStatus (name)": "Open, but proposed to close"}
    read = read_gias({**gias(), **status, "CloseDate": "31-08-2099"})
    assert isinstance(read, OrganisationFacts)
    assert (read.is_closed, read.closed_on) == (False, None)


@pytest.mark.parametrize(
    ("type_of", "phase", "kind"),
    [
        ("Community special school", "Not applicable", "special_school"),
        ("Pupil referral unit", "Not applicable", "alternative_provision"),
        ("Academy alternative provision converter", "Not applicable", "alternative_provision"),
        ("Local authority nursery school", "Nursery", "nursery_school"),
        ("Academy converter", "Secondary", "secondary_school"),
        ("Academy converter", "All-through", "all_through_school"),
        ("Community school", "Middle deemed primary", "primary_school"),
        ("Further education", "16 plus", "college"),
        ("Other independent school", "Not applicable", "independent_school"),
        ("Other independent special school", "Not applicable", "special_school"),
        ("Children's centre", "Not applicable", "family_hub"),
        ("Secure units", "Not applicable", "school"),
    ],
)
def test_kinds_of_school(type_of: str, phase: str, kind: str) -> None:
    words = {"TypeOfEstablishment (name)": type_of, "PhaseOfEducation (name)": phase}
    read = read_gias({**gias(), **words})
    assert isinstance(read, OrganisationFacts)
    assert read.kind == kind


@pytest.mark.parametrize(
    ("column", "value", "reading"),
    [
        ("TypeOfEstablishment (name)", "Higher education institutions", "not_for_children"),
        ("TypeOfEstablishment (name)", "British schools overseas", "not_for_children"),
        ("EstablishmentStatus (name)", "Proposed to open", "not_open_yet"),
    ],
)
def test_schools_that_are_passed_over(column: str, value: str, reading: str) -> None:
    assert read_gias({**gias(), column: value}) is PassedOver(reading)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("URN", "ninety", "not_a_code"),
        ("URN", "١٢٣٤٥٦", "not_a_code"),
        ("EstablishmentName", "", "not_a_name"),
        ("EstablishmentStatus (name)", "Half open", "unknown_word"),
        ("CloseDate", "yesterday", "not_a_date"),
    ],
)
def test_schools_that_are_refused(column: str, value: str, fault: str) -> None:
    assert read_gias({**gias(), column: value}) == Flaw(fault, column)


def test_a_long_address_loses_whole_lines() -> None:
    row = {**gias(), "Street": "Long " * 20, "Locality": "Longer " * 20, "Town": "Harrowmere"}
    read = read_gias(row)
    assert isinstance(read, OrganisationFacts)
    assert len(read.address) <= 200
    assert read.address.startswith("Long Long")
