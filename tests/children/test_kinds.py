"""What services are called: kinds however they are written, and sensitive ones, which are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.rules import (
    ABOUT,
    Kind,
    SensitiveKind,
    gives_away,
    is_sensitive,
    kind_of,
    kinds_for,
    sensitive_kind_of,
)


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
