"""Kinds of involvement: what a service is called, and the many ways in which people write it.

Sexual health, mental health and substance misuse are sensitive (rules/sensitive.py): no kind here
stands for one of them, and no word for one of them is understood here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.rules.sensitive import is_sensitive, words_in


class Tier(StrEnum):
    """Universal: offered to every child of an age. Additional: not normally given to all."""

    UNIVERSAL = "universal"
    ADDITIONAL = "additional"


class Kind(StrEnum):
    """Kinds of involvement. A retired word stays."""

    SCHOOL = "school"
    EARLY_YEARS = "early_years"
    COLLEGE = "college"
    SPECIAL_EDUCATIONAL_NEEDS = "special_educational_needs"
    EDUCATIONAL_PSYCHOLOGY = "educational_psychology"
    EDUCATION_WELFARE = "education_welfare"
    VIRTUAL_SCHOOL = "virtual_school"
    GP_PRACTICE = "gp_practice"
    MIDWIFERY = "midwifery"
    HEALTH_VISITING = "health_visiting"
    SCHOOL_NURSING = "school_nursing"
    DENTISTRY = "dentistry"
    PAEDIATRICS = "paediatrics"
    HOSPITAL = "hospital"
    EMERGENCY_DEPARTMENT = "emergency_department"
    COMMUNITY_NURSING = "community_nursing"
    SPEECH_AND_LANGUAGE_THERAPY = "speech_and_language_therapy"
    OCCUPATIONAL_THERAPY = "occupational_therapy"
    PHYSIOTHERAPY = "physiotherapy"
    SOCIAL_WORK = "social_work"
    EARLY_HELP = "early_help"
    FAMILY_HUB = "family_hub"
    FOSTERING = "fostering"
    LEAVING_CARE = "leaving_care"
    DISABILITY = "disability"
    YOUTH_WORK = "youth_work"
    YOUTH_JUSTICE = "youth_justice"
    POLICE_CHILD_PROTECTION = "police_child_protection"
    HOUSING = "housing"
    YOUNG_CARERS = "young_carers"
    VOLUNTARY_SUPPORT = "voluntary_support"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a kind: its name, the usual tier, the sector that gives it."""

    label: LazyString
    tier: Tier
    sector: str


_UNIVERSAL, _ADDITIONAL = Tier.UNIVERSAL, Tier.ADDITIONAL
ABOUT: dict[Kind, About] = {
    Kind.SCHOOL: About(_l("School"), _UNIVERSAL, "education"),
    Kind.EARLY_YEARS: About(_l("Nursery or childminder"), _UNIVERSAL, "education"),
    Kind.COLLEGE: About(_l("College"), _UNIVERSAL, "education"),
    Kind.SPECIAL_EDUCATIONAL_NEEDS: About(
        _l("Special educational needs"), _ADDITIONAL, "education"
    ),
    Kind.EDUCATIONAL_PSYCHOLOGY: About(_l("Educational psychology"), _ADDITIONAL, "education"),
    Kind.EDUCATION_WELFARE: About(_l("Education welfare"), _ADDITIONAL, "education"),
    Kind.VIRTUAL_SCHOOL: About(_l("Virtual school"), _ADDITIONAL, "education"),
    Kind.GP_PRACTICE: About(_l("GP practice"), _UNIVERSAL, "health"),
    Kind.MIDWIFERY: About(_l("Midwifery"), _UNIVERSAL, "health"),
    Kind.HEALTH_VISITING: About(_l("Health visiting"), _UNIVERSAL, "health"),
    Kind.SCHOOL_NURSING: About(_l("School nursing"), _UNIVERSAL, "health"),
    Kind.DENTISTRY: About(_l("Dentist"), _UNIVERSAL, "health"),
    Kind.PAEDIATRICS: About(_l("Paediatrics"), _ADDITIONAL, "health"),
    Kind.HOSPITAL: About(_l("Hospital"), _ADDITIONAL, "health"),
    Kind.EMERGENCY_DEPARTMENT: About(_l("Emergency department"), _ADDITIONAL, "health"),
    Kind.COMMUNITY_NURSING: About(_l("Children's community nursing"), _ADDITIONAL, "health"),
    Kind.SPEECH_AND_LANGUAGE_THERAPY: About(
        _l("Speech and language therapy"), _ADDITIONAL, "health"
    ),
    Kind.OCCUPATIONAL_THERAPY: About(_l("Occupational therapy"), _ADDITIONAL, "health"),
    Kind.PHYSIOTHERAPY: About(_l("Physiotherapy"), _ADDITIONAL, "health"),
    Kind.SOCIAL_WORK: About(_l("Social work"), _ADDITIONAL, "social_care"),
    Kind.EARLY_HELP: About(_l("Early help"), _ADDITIONAL, "social_care"),
    Kind.FAMILY_HUB: About(_l("Family hub"), _ADDITIONAL, "social_care"),
    Kind.FOSTERING: About(_l("Fostering"), _ADDITIONAL, "social_care"),
    Kind.LEAVING_CARE: About(_l("Leaving care"), _ADDITIONAL, "social_care"),
    Kind.DISABILITY: About(_l("Disabled children's team"), _ADDITIONAL, "social_care"),
    Kind.YOUTH_WORK: About(_l("Youth work"), _ADDITIONAL, "social_care"),
    Kind.YOUTH_JUSTICE: About(_l("Youth justice"), _ADDITIONAL, "youth_justice"),
    Kind.POLICE_CHILD_PROTECTION: About(_l("Police child protection"), _ADDITIONAL, "police"),
    Kind.HOUSING: About(_l("Housing"), _ADDITIONAL, "housing"),
    Kind.YOUNG_CARERS: About(_l("Young carers"), _ADDITIONAL, "voluntary"),
    Kind.VOLUNTARY_SUPPORT: About(_l("Voluntary support"), _ADDITIONAL, "voluntary"),
}
# Sectors whose people also give what another sector is named for.
_ALSO = {
    "authority": {"education", "social_care", "youth_justice", "housing"},
    "voluntary": {"social_care", "education", "housing"},
    "social_care": {"youth_justice", "voluntary"},
    "youth_justice": {"social_care"},
}

_WRITTEN: dict[Kind, str] = {
    Kind.SCHOOL: "education; primary school; secondary school; special school; academy; teacher;"
    " teaching; headteacher; head teacher; form tutor; pupil referral; alternative provision;"
    " infant school; junior school; first school; middle school; sixth form; designated"
    " safeguarding lead; dsl",
    Kind.EARLY_YEARS: "nursery; nursery school; preschool; pre school; playgroup; childminder;"
    " childminding; early education; nursery or childminder; early years education",
    Kind.COLLEGE: "further education; fe college; fe",
    Kind.SPECIAL_EDUCATIONAL_NEEDS: "senco; senc; sen; send; sendco; special needs; inclusion;"
    " special educational needs coordinator; special educational needs and disability; portage",
    Kind.EDUCATIONAL_PSYCHOLOGY: "educational psychologist; education psychologist;"
    " education psychology; ep; ed psych",
    Kind.EDUCATION_WELFARE: "education welfare officer; ewo; ews; attendance; school attendance;"
    " attendance officer; educational welfare; elective home education; home education;"
    " children missing education",
    Kind.VIRTUAL_SCHOOL: "virtual head; virtual school head",
    Kind.GP_PRACTICE: "gp; gp surgery; surgery; doctor; doctors surgery; family doctor; general"
    " practice; general practitioner; general medical practice; primary care; medical practice;"
    " medical centre; health centre",
    Kind.MIDWIFERY: "midwife; midwive; maternity; community midwife; antenatal; antenatal care",
    Kind.HEALTH_VISITING: "health visitor; hv; family nurse; family nurse partnership; fnp;"
    " 0 5; 0 to 5; health visiting 0 5",
    Kind.SCHOOL_NURSING: "school nurse; school health; 5 19; 5 to 19; school nursing 5 19",
    Kind.DENTISTRY: "dentist; dental; dental practice; orthodontics",
    Kind.PAEDIATRICS: "paediatric; paediatrician; pediatrics; pediatrician; community"
    " paediatrics; child health; child development; child development centre; neonatal",
    Kind.HOSPITAL: "acute; acute hospital; ward; inpatient; outpatient; secondary care; hospice",
    Kind.EMERGENCY_DEPARTMENT: "a and e; ae; accident and emergency; emergency; ed; casualty;"
    " urgent care; minor injuries; walk in centre; ambulance; paediatric liaison; liaison nurse",
    Kind.COMMUNITY_NURSING: "community nurse; children community nursing; specialist nurse;"
    " district nursing; nursing; looked after children nurse; looked after children health",
    Kind.SPEECH_AND_LANGUAGE_THERAPY: "speech and language; speech therapy; speech therapist;"
    " speech and language therapist; slt; salt; speech language therapy",
    Kind.OCCUPATIONAL_THERAPY: "occupational therapist; ot",
    Kind.PHYSIOTHERAPY: "physiotherapist; physio; physical therapy",
    Kind.SOCIAL_WORK: "social care; social worker; children service; children social care;"
    " children social work; child protection; safeguarding; assessment; duty and assessment; mash;"
    " first response; looked after children; children in care; child in need; family safeguarding;"
    " csc; emergency duty; independent reviewing officer; iro; adoption",
    Kind.EARLY_HELP: "family support; family support worker; early help practitioner; early"
    " intervention; troubled family; supporting family; targeted support; family intervention;"
    " targeted family support; early help assessment; parenting; parenting support; intensive"
    " family support",
    Kind.FAMILY_HUB: "family centre; children centre; sure start; start for life",
    Kind.FOSTERING: "foster; foster care; foster carer; kinship; kinship care; connected carer;"
    " supervising social worker; independent fostering; independent fostering agency",
    Kind.LEAVING_CARE: "care leaver; personal adviser; aftercare; after care; through care; 16 plus"
    "; throughcare; unaccompanied asylum seeking children",
    Kind.DISABILITY: "disability; disabled children; children with disability; children disability;"
    " disabled children social work; short break; respite; disabled children team",
    Kind.YOUTH_WORK: "youth worker; youth; youth club; detached youth work; targeted youth"
    " support; connexions; careers; career; prevention",
    Kind.YOUTH_JUSTICE: "youth offending; yot; yos; yjs; youth offender; youth justice officer;"
    " probation; turnaround; youth crime prevention",
    Kind.POLICE_CHILD_PROTECTION: "police; police officer; police public protection; public"
    " protection; public protection unit; ppu; missing person; exploitation; neighbourhood"
    " policing; child abuse investigation; caiu; police child abuse investigation",
    Kind.HOUSING: "housing officer; housing association; homelessness; tenancy support",
    Kind.YOUNG_CARERS: "young carer; young carer support; carer",
    Kind.VOLUNTARY_SUPPORT: "voluntary; charity; voluntary sector; third sector; community group;"
    " voluntary organisation; voluntary and community; mentoring; mentor; befriending; advocacy;"
    " advocate; play; holiday club",
}
_SAYS_NOTHING = frozenset({"the", "service", "team", "department", "dept", "unit", "nh", "local"})


def kind_of(word: str) -> Kind | None:
    """Return the kind that a source means by a word; None when unknown or sensitive."""
    if is_sensitive(word):
        return None
    return _KINDS.get(_fold(word))


def kinds_for(sector: str) -> tuple[Kind, ...]:
    """Return the kinds that fit somebody of this sector, in the order of the vocabulary."""
    sectors = {sector, *_ALSO.get(sector, ())}
    return tuple(kind for kind, about in ABOUT.items() if about.sector in sectors)


def tier_of(word: str) -> Tier | None:
    """Return the tier a source means; the words of before 2010 are understood. Else None."""
    folded = _fold(word)
    if folded == "universal":
        return Tier.UNIVERSAL
    return Tier.ADDITIONAL if folded in {"additional", "targeted", "specialist"} else None


def _fold(text: str) -> str:
    return " ".join(word for word in words_in(text) if word not in _SAYS_NOTHING)


def _spellings() -> Iterator[tuple[str, Kind]]:
    for kind in Kind:
        for text in (kind.value, *_WRITTEN[kind].split(";")):
            yield _fold(text), kind


_KINDS: dict[str, Kind] = dict(_spellings())
