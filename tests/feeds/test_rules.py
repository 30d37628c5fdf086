"""What a row of people must hold. Pure functions."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.rules import ChildDraft, Gender, Kind, Scheme, Tier
from portal.directory.rules import Flaw, PractitionerFacts
from portal.feeds.rules import (
    COLUMNS,
    FILE_FAULTS,
    ROW_FAULTS,
    FileKind,
    InvolvementFacts,
    Neighbours,
    is_source,
    key_of,
    read_child,
    read_involvement,
    read_name,
    read_nhs_number,
    read_practitioner,
    read_row,
    read_upn,
)
from portal.sandbox import numbers

TODAY = dt.date(2026, 11, 22)
ADA = {
    "source_id": "K-17/a", "given_names": "Ada  Maria", "family_name": "O’Hara-Łąki",
    "former_family_names": "Smith; van der Berg", "date_of_birth": "2014-02-03",
    "gender": "female", "nhs_number": "", "upn": "", "address": "Flat 2, 1 High Street",
    "postcode": "qh11aa",
}  # fmt: skip
CARE = {
    "child_source_id": "K-17/a", "organisation_code": "hm014",
    "practitioner_email": "Zoe@x.example.org", "service": "Social Care", "tier": "additional",
    "started_on": "2024-01-01", "ended_on": "", "is_lead": "true",
    "has_early_help_assessment": "",
}  # fmt: skip
ZOE = {
    "email": "Zoe@X.example.org", "name": "Zoë O’Hara", "role_title": "Health visitor (0–19)",
    "organisation_code": "hm014", "phone": "1632960123", "team_phone": "",
}  # fmt: skip


def child(**more: str) -> ChildDraft | Flaw:
    """Read Ada's row with some cells changed."""
    return read_child({**ADA, **more}, source="mosaic", on=TODAY)


def involvement(**more: str) -> InvolvementFacts | Flaw:
    """Read the involvement with some cells changed."""
    return read_involvement({**CARE, **more}, on=TODAY)


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


def test_a_practitioner() -> None:
    assert read_practitioner(ZOE) == PractitionerFacts(
        email="zoe@x.example.org",
        name="Zoë O’Hara",
        role_title="Health visitor (0–19)",
        organisation_code="HM014",
        phone="01632 960123",
        team_phone="",
    )


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("email", "", "missing"),
        ("email", "zoe", "not_an_email"),
        ("name", "Zoë 3", "not_a_name"),
        ("role_title", "", "missing"),
        ("role_title", "=cmd|' /C calc'!A0", "not_a_title"),
        ("organisation_code", "<i>", "not_a_code"),
        ("phone", "tomorrow", "not_a_phone"),
        ("team_phone", "1", "not_a_phone"),
    ],
)
def test_practitioners_that_are_set_aside(column: str, value: str, fault: str) -> None:
    assert read_practitioner({**ZOE, column: value}) == Flaw(fault, column)


def test_an_involvement() -> None:
    assert involvement() == InvolvementFacts(
        child_source_id="K-17/a",
        organisation_code="HM014",
        practitioner_email="zoe@x.example.org",
        kind=Kind.SOCIAL_WORK,
        tier=Tier.ADDITIONAL,
        started_on=dt.date(2024, 1, 1),
        ended_on=None,
        is_lead=True,
        has_early_help_assessment=False,
    )


def test_what_is_not_known_of_an_involvement_is_left_out() -> None:
    read = involvement(practitioner_email="", tier="", started_on="", is_lead="")
    assert isinstance(read, InvolvementFacts)
    assert (read.practitioner_email, read.tier, read.started_on) == ("", None, None)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("child_source_id", "", "missing"),
        ("organisation_code", "", "missing"),
        ("practitioner_email", "zoe", "not_an_email"),
        ("service", "", "missing"),
        ("service", "lion taming", "unknown_word"),
        ("tier", "platinum", "unknown_word"),
        ("started_on", "01-01-2024", "not_a_date"),
        ("started_on", "2026-11-23", "starts_in_future"),
        ("ended_on", "2026-11-23", "ends_in_future"),
        ("ended_on", "2023-12-31", "ends_before_start"),
        ("is_lead", "perhaps", "not_yes_or_no"),
        ("has_early_help_assessment", "2", "not_yes_or_no"),
    ],
)
def test_involvements_that_are_set_aside(column: str, value: str, fault: str) -> None:
    assert involvement(**{column: value}) == Flaw(fault, column)


@pytest.mark.parametrize(
    "cells",
    [
        {"tier": "sensitive"},
        {"tier": "Sensitive service"},
        {"service": "CAMHS"},
        {"service": "sexual health"},
        {"service": "Young people's drug and alcohol team", "tier": "additional"},
    ],
)
def test_sensitive_services_are_refused(cells: dict[str, str]) -> None:
    assert involvement(**cells) == Flaw("sensitive", "service")


def test_two_rows_about_the_same_have_the_same_key() -> None:
    kind = FileKind.INVOLVEMENTS
    key = key_of(kind, CARE)
    same = {**CARE, "service": "social work", "organisation_code": "HM014 ", "is_lead": ""}
    assert key_of(kind, same) == key
    assert key_of(kind, {**CARE, "service": "school"}) != key
    assert key_of(FileKind.CHILDREN, ADA) == ("k-17/a",)


def judged(*rows: dict[str, str], unusable: tuple[str, ...] = ()) -> list[str]:
    """Return the faults of some involvements of one file beside one another."""
    neighbours, faults = Neighbours(), []
    for row in rows:
        neighbours.hear(row, read_involvement(row, on=TODAY))
    neighbours.ignore(unusable)
    for row in rows:
        flaw = neighbours.judge(FileKind.INVOLVEMENTS, row, read_involvement(row, on=TODAY))
        faults.append(flaw.fault if flaw else "")
    return faults


def test_rows_of_a_file_about_the_same() -> None:
    unnamed = {**CARE, "practitioner_email": ""}
    other = {**CARE, "practitioner_email": "tom@x.example.org"}
    first = {**CARE, "started_on": "2020-01-01", "ended_on": "2020-12-31"}
    assert judged(CARE, {**CARE, "is_lead": ""}) == ["", "twice"]
    assert judged(first, CARE) == ["", ""]
    assert judged(CARE, other) == ["", ""]
    assert judged(unnamed, CARE) == ["person_named", ""]
    assert judged(CARE, unnamed) == ["", "person_named"]
    assert judged(CARE, unnamed, unusable=("zoe@x.example.org",)) == ["", ""]
    assert judged(CARE, unnamed, other, unusable=("zoe@x.example.org",))[1] == "person_named"
    assert judged({**first, "practitioner_email": ""}, CARE) == ["", ""]
    assert judged({**unnamed, "service": "school"}, CARE) == ["", ""]


@pytest.mark.parametrize("name", ["mosaic", "school-mis-2", "a"])
def test_names_of_sources(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", ["", "Mosaic", "../x", "a b", "practitioner", "-a", "x" * 41])
def test_what_is_no_name_of_a_source(name: str) -> None:
    assert not is_source(name)


cells = st.text(max_size=30)


@pytest.mark.parametrize("kind", list(FileKind))
@given(values=st.lists(cells, min_size=10, max_size=10))
def test_any_row_is_read_or_set_aside_with_a_fault_in_words(
    kind: FileKind, values: list[str]
) -> None:
    row = dict(zip(COLUMNS[kind], values, strict=False))
    read = read_row(kind, row, source="mosaic", on=TODAY)
    if isinstance(read, Flaw):
        assert read.fault in ROW_FAULTS
        assert read.column in COLUMNS[kind]


def test_no_fault_is_a_fault_of_rows_and_of_files() -> None:
    assert not set(ROW_FAULTS) & set(FILE_FAULTS)
