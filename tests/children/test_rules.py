"""The words and decisions of a child record, as tables of cases."""

import datetime as dt

import pytest

from portal.children.rules import (
    ABOUT,
    BASES,
    CORRECTION_KINDS,
    GENDERS,
    ISSUED_FOR,
    PERIOD_FAULTS,
    SCHEMES,
    SENSITIVE_KINDS,
    SETTLEMENTS,
    AddressDraft,
    Basis,
    BasisFault,
    CarerDraft,
    ChildDraft,
    ChildFault,
    CorrectionKind,
    Criteria,
    FormerName,
    Gender,
    Kind,
    PeriodFault,
    Relation,
    Scheme,
    SensitiveKind,
    Settlement,
    Tier,
    fault_of_basis,
    fault_of_child,
    fault_of_period,
    gender_of,
    months_unconfirmed,
    overlap,
    tidy_name,
    tier_of,
)

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("basis", "born_on", "fault"),
    [
        (Basis.OWN_CONSENT, dt.date(2013, 11, 22), None),
        (Basis.OWN_CONSENT, dt.date(2013, 11, 23), BasisFault.TOO_YOUNG),
        (Basis.PARENTAL_CONSENT, dt.date(2013, 11, 22), BasisFault.OLD_ENOUGH),
        (Basis.PARENTAL_CONSENT, dt.date(2013, 11, 23), None),
        (Basis.SIGNIFICANT_HARM, dt.date(2013, 11, 22), None),
        (Basis.SIGNIFICANT_HARM, dt.date(2026, 11, 22), None),
    ],
)
def test_who_consents_at_which_age(
    basis: Basis, born_on: dt.date, fault: BasisFault | None
) -> None:
    today = dt.date(2026, 11, 22)
    assert fault_of_basis(basis, born_on=born_on, today=today, own_from=13) is fault


def test_a_birthday_on_the_leap_day() -> None:
    born_on, consent = dt.date(2012, 2, 29), Basis.OWN_CONSENT
    for today, fault in ((dt.date(2025, 2, 28), BasisFault.TOO_YOUNG), (dt.date(2025, 3, 1), None)):
        assert fault_of_basis(consent, born_on=born_on, today=today, own_from=13) is fault


@pytest.mark.parametrize(
    ("word", "tier"),
    [("universal", Tier.UNIVERSAL), ("Additional", Tier.ADDITIONAL), ("TARGETED", Tier.ADDITIONAL),
     ("specialist", Tier.ADDITIONAL), ("sensitive", None), ("", None)],
)  # fmt: skip
def test_tier(word: str, tier: Tier | None) -> None:
    assert tier_of(word) is tier


@pytest.mark.parametrize(
    ("word", "gender"),
    [("female", Gender.FEMALE), (" M ", Gender.MALE), ("Girl", Gender.FEMALE),
     ("", Gender.NOT_SPECIFIED), ("not_specified", Gender.NOT_SPECIFIED), ("x1", None)],
)  # fmt: skip
def test_gender(word: str, gender: Gender | None) -> None:
    assert gender_of(word) is gender


def test_every_word_has_something_to_read() -> None:
    assert set(GENDERS) == set(Gender)
    assert set(CORRECTION_KINDS) == set(CorrectionKind)
    assert set(SETTLEMENTS) == set(Settlement)
    assert set(SCHEMES) == set(ISSUED_FOR) == set(Scheme)
    assert set(PERIOD_FAULTS) == set(PeriodFault)
    assert set(ABOUT) == set(Kind)
    assert set(SENSITIVE_KINDS) == set(SensitiveKind)
    assert set(BASES) == set(Basis)
    assert not {one.value for one in SensitiveKind} & {one.value for one in Kind}


@pytest.mark.parametrize(
    ("days", "months"), [(None, None), (0, 0), (90, 0), (91, 2), (200, 6), (400, 13), (-3, 0)]
)
def test_months_since_a_confirmation(days: int | None, months: int | None) -> None:
    last = None if days is None else TODAY - dt.timedelta(days=days)
    assert months_unconfirmed(last, TODAY) == months


def _day(days: int | None) -> dt.date | None:
    return None if days is None else TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("started", "ended", "born", "fault"),
    [
        (None, None, None, None),
        (-10, -5, -4000, None),
        (-10, -10, None, None),
        (0, 0, None, None),
        (1, None, None, PeriodFault.STARTS_IN_FUTURE),
        (-10, 1, None, PeriodFault.ENDS_IN_FUTURE),
        (-10, -11, None, PeriodFault.ENDS_BEFORE_START),
        (-310, None, -100, None),
        (-500, None, -100, PeriodFault.STARTS_BEFORE_BIRTH),
    ],
)
def test_days_of_an_involvement(
    started: int | None, ended: int | None, born: int | None, fault: PeriodFault | None
) -> None:
    found = fault_of_period(_day(started), _day(ended), today=TODAY, born_on=_day(born))
    assert found is fault


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        ((-10, -5), (-5, 0), True),
        ((-10, -5), (-4, 0), False),
        ((None, -5), (-9, None), True),
        ((None, None), (None, None), True),
        ((-4, None), (None, -5), False),
    ],
)
def test_periods_overlap(
    one: tuple[int | None, int | None], other: tuple[int | None, int | None], is_shared: bool
) -> None:
    a, b = (_day(one[0]), _day(one[1])), (_day(other[0]), _day(other[1]))
    assert overlap(a, b) == overlap(b, a) == is_shared


def _draft(**more: object) -> ChildDraft:
    words: dict[str, object] = {
        "source": "x", "source_id": "1", "source_on": TODAY, "given_names": "Ann",
        "family_name": "Other", "date_of_birth": dt.date(2019, 3, 5),
    }  # fmt: skip
    return ChildDraft(**{**words, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, None),
        ({"family_name": ""}, None),
        ({"given_names": ""}, None),
        ({"given_names": " \n", "family_name": ""}, ChildFault.NO_NAME),
        ({"given_names": "x" * 121}, ChildFault.NAME_TOO_LONG),
        ({"former_names": (FormerName("x" * 121),)}, ChildFault.NAME_TOO_LONG),
        ({"carers": (CarerDraft(name="x" * 121, relation=Relation.HAS_CARE),)},
         ChildFault.NAME_TOO_LONG),
        ({"addresses": (AddressDraft(address="x" * 201),)}, ChildFault.ADDRESS_TOO_LONG),
        ({"addresses": (AddressDraft(postcode="x" * 9),)}, ChildFault.ADDRESS_TOO_LONG),
        ({"date_of_birth": TODAY + dt.timedelta(days=1)}, ChildFault.BORN_IN_FUTURE),
        ({"date_of_birth": dt.date(1999, 1, 1)}, ChildFault.BORN_TOO_LONG_AGO),
        ({"source_id": "1" * 61}, ChildFault.SOURCE_ID_TOO_LONG),
    ],
)  # fmt: skip
def test_faults_of_a_draft(more: dict[str, object], fault: ChildFault | None) -> None:
    assert fault_of_child(_draft(**more), TODAY) is fault


@pytest.mark.parametrize(
    ("text", "tidy"),
    [("  Ann \t Mary\n", "Ann Mary"), ("Llŷr", "Llŷr"), ("a\x00b", "a b"), ("", "")],
)
def test_names_in_one_spelling(text: str, tidy: str) -> None:
    assert tidy_name(text) == tidy


def test_criteria_with_a_number() -> None:
    assert Criteria(record_number="7K4M-29QX-B3TD").has_number
    assert Criteria(numbers={Scheme.UPN: "A1"}).has_number
    assert not Criteria(given_name="Ann", numbers={Scheme.UPN: ""}).has_number
