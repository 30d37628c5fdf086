"""The words and decisions of a child record, as tables of cases."""

import datetime as dt
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.rules import (
    ABOUT,
    BASES,
    BITS,
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
    gives_away,
    is_sensitive,
    kind_of,
    kinds_for,
    months_unconfirmed,
    normal_record_number,
    overlap,
    record_number,
    sensitive_kind_of,
    tidy_name,
    tier_of,
)

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("school; Education; SCHOOLS; primary_school; Teacher; Secondary School", Kind.SCHOOL),
        ("nursery; early years; Early-Years; Childminders; pre-school", Kind.EARLY_YEARS),
        ("GP; G.P. practice; gp practices; general practice; Primary Care; doctor's surgery; "
         "GP surgery; General_Practitioner", Kind.GP_PRACTICE),
        ("health visiting; Health Visitor; health_visitors; HV; Health Visiting Service; 0-5",
         Kind.HEALTH_VISITING),
        ("school nurse; School Nursing team; 5-19", Kind.SCHOOL_NURSING),
        ("social care; social work; Social Worker; children's services; Children’s Social Care; "
         "Childrens Social Care Team; child protection; MASH", Kind.SOCIAL_WORK),
        ("early help; family support; Family Support Worker; Early Help Service", Kind.EARLY_HELP),
        ("family hub; Children's Centre", Kind.FAMILY_HUB),
        ("youth justice; youth offending; YOT; Youth Offending Team", Kind.YOUTH_JUSTICE),
        ("police; Police Child Protection; public protection unit", Kind.POLICE_CHILD_PROTECTION),
        ("SENCO; SEND; sen; Special Educational Needs", Kind.SPECIAL_EDUCATIONAL_NEEDS),
        ("speech and language; SLT; SaLT; Speech & Language Therapy; speech therapist",
         Kind.SPEECH_AND_LANGUAGE_THERAPY),
        ("educational psychology; Educational Psychologist", Kind.EDUCATIONAL_PSYCHOLOGY),
        ("education welfare; EWO; attendance", Kind.EDUCATION_WELFARE),
        ("youth work; Youth Worker", Kind.YOUTH_WORK),
        ("young carers; Young Carer", Kind.YOUNG_CARERS),
        ("voluntary; charity; Voluntary Sector; mentoring", Kind.VOLUNTARY_SUPPORT),
        ("housing; Housing Officer", Kind.HOUSING),
        ("A&E; A and E; accident and emergency; Emergency Department; ED",
         Kind.EMERGENCY_DEPARTMENT),
        ("hospital; Hospitals; ward", Kind.HOSPITAL),
        ("paediatrics; Paediatrician", Kind.PAEDIATRICS),
        ("midwifery; midwives; Midwife; maternity", Kind.MIDWIFERY),
        ("fostering; Foster Carer", Kind.FOSTERING),
        ("leaving care; care leavers; Personal Adviser", Kind.LEAVING_CARE),
    ],
)  # fmt: skip
def test_a_kind_is_known_however_it_is_written(words: str, kind: Kind) -> None:
    for word in words.split(";"):
        assert kind_of(word) is kind, word
        assert not is_sensitive(word), word


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_knows_itself_and_its_label(kind: Kind) -> None:
    label = str(ABOUT[kind].label)
    for word in (kind.value, kind.value.upper(), kind.value.replace("_", " "), label):
        assert kind_of(word) is kind, word
    assert len(kind.value) <= 30


@pytest.mark.parametrize(
    "word",
    "CAMHS; camhs team; mental health; Mental_Health Service; children's mental health; sexual "
    "health; Sexual-Health Clinic; contraception; drug and alcohol; Drugs & Alcohol; substance "
    "misuse; SUBSTANCE_MISUSE; addiction; counselling; psychiatry; eating disorders; CAMHS social "
    "worker; school mental health".split("; "),
)
def test_sensitive_services_are_never_a_kind(word: str) -> None:
    assert is_sensitive(word)
    assert kind_of(word) is None


@pytest.mark.parametrize(
    "word", ["", " ", "-", "service", "refuge", "schoolgirl", "=1+1", "\0", "x" * 9_999]
)
def test_other_words_are_no_kind(word: str) -> None:
    assert kind_of(word) is None
    assert not is_sensitive(word)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("sexual health; GUM clinic; contraceptive services; SARC", SensitiveKind.SEXUAL_HEALTH),
        ("CAMHS; C.A.M.H.S.; Eating Disorders Team; MHST", SensitiveKind.MENTAL_HEALTH),
        ("drug & alcohol; substance_misuse; Needle-exchange", SensitiveKind.SUBSTANCE_MISUSE),
    ],
)
def test_which_sensitive_service_a_word_names(words: str, kind: SensitiveKind) -> None:
    for word in words.split(";"):
        assert sensitive_kind_of(word) is kind, word


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        ((), None),
        (("", "school nurse", "office@schools.example.org"), None),
        (("Harrowmere School", "duty.camhs@nhs.example"), SensitiveKind.MENTAL_HEALTH),
        (("North Team", "sexual-health.example.org"), SensitiveKind.SEXUAL_HEALTH),
        (("Nurse", "Recovery worker"), SensitiveKind.SUBSTANCE_MISUSE),
    ],
)
def test_what_gives_a_sensitive_service_away(
    texts: tuple[str, ...], kind: SensitiveKind | None
) -> None:
    assert gives_away(*texts) is kind


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


@given(st.text())
def test_no_word_is_both_a_kind_and_sensitive(word: str) -> None:
    assert not (kind_of(word) and is_sensitive(word))


@pytest.mark.parametrize(
    ("sector", "fits", "not_these"),
    [
        ("health", {Kind.GP_PRACTICE, Kind.HEALTH_VISITING}, {Kind.SCHOOL, Kind.SOCIAL_WORK}),
        ("education", {Kind.SCHOOL, Kind.EDUCATION_WELFARE}, {Kind.GP_PRACTICE}),
        ("social_care", {Kind.SOCIAL_WORK, Kind.EARLY_HELP}, {Kind.SCHOOL, Kind.GP_PRACTICE}),
        ("police", {Kind.POLICE_CHILD_PROTECTION}, {Kind.SOCIAL_WORK}),
        ("authority", {Kind.EARLY_HELP, Kind.HOUSING}, {Kind.GP_PRACTICE}),
        ("nowhere", set(), set(Kind)),
    ],
)
def test_kinds_fit_the_sector(sector: str, fits: set[Kind], not_these: set[Kind]) -> None:
    found = set(kinds_for(sector))
    assert fits <= found
    assert not found & not_these


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
    ("typed", "number"),
    [
        ("7K4M-29QX-B3TD", "7K4M-29QX-B3TD"),
        ("7k4m29qxb3td", "7K4M-29QX-B3TD"),
        (" 7k4m 29qx b3td ", "7K4M-29QX-B3TD"),
        ("7K4M–29QX–B3TD", "7K4M-29QX-B3TD"),
        ("OOOO-IIII-LLLL", "0000-1111-1111"),
        ("7K4M-29QX-B3T", None),
        ("7K4M-29QX-B3TDD", None),
        ("7K4M-29QX-B3TU", None),
        ("7K4M-29QX-B3T!", None),
        ("", None),
        ("7" * 100_000, None),
        ("７Ｋ４Ｍ-29QX-B3TD", None),
    ],
)
def test_a_record_number_as_it_is_heard(typed: str, number: str | None) -> None:
    assert normal_record_number(typed) == number


@given(st.integers(0, 2**BITS - 1))
def test_every_number_survives_the_telephone(bits: int) -> None:
    number = record_number(bits)
    assert len(number) == 14
    assert normal_record_number(number) == number
    assert normal_record_number(number.lower().replace("-", " ")) == number
    heard = number.replace("0", "o").replace("1", "l")
    assert normal_record_number(heard) == number


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**BITS - 1))
def test_different_numbers_are_written_differently(one: int, other: int) -> None:
    assert (one == other) == (record_number(one) == record_number(other))


@pytest.mark.parametrize("bits", [-1, 2**BITS])
def test_a_number_that_does_not_fit_is_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="60 bits"):
        record_number(bits)


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    found = normal_record_number(text)
    assert found is None or set(found) <= set(string.ascii_uppercase + string.digits + "-")


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
