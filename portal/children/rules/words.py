"""The coded words of a child record, with what people read for each."""

import datetime as dt
import re
import unicodedata
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

UNCONFIRMED_AFTER = dt.timedelta(days=90)
_DAYS_OF_A_MONTH = 30.44


class Subject(StrEnum):
    """What a source tells of: a child under one of its numbers, or an involvement."""

    CHILD = "child"
    INVOLVEMENT = "involvement"


class Gender(StrEnum):
    """Gender, or the statement that it is not specified (SI 2007/2182, Schedule 1, para 3)."""

    FEMALE = "female"
    MALE = "male"
    NOT_SPECIFIED = "not_specified"


GENDERS: dict[Gender, LazyString] = {
    Gender.FEMALE: _l("Female"),
    Gender.MALE: _l("Male"),
    Gender.NOT_SPECIFIED: _l("Not specified"),
}
_GENDER_WORDS = {
    "f": Gender.FEMALE, "female": Gender.FEMALE, "girl": Gender.FEMALE,
    "m": Gender.MALE, "male": Gender.MALE, "boy": Gender.MALE,
    "": Gender.NOT_SPECIFIED, "not_specified": Gender.NOT_SPECIFIED,
    "not specified": Gender.NOT_SPECIFIED, "unknown": Gender.NOT_SPECIFIED,
}  # fmt: skip


class AddressKind(StrEnum):
    """What an address line states (same Schedule, para 2)."""

    CURRENT = "current"
    LAST_KNOWN = "last_known"
    NONE_KNOWN = "none_known"
    LEFT = "left"


ADDRESS_KINDS: dict[AddressKind, LazyString] = {
    AddressKind.CURRENT: _l("Address"),
    AddressKind.LAST_KNOWN: _l("Last known address"),
    AddressKind.NONE_KNOWN: _l("No known address"),
    AddressKind.LEFT: _l("Has left England"),
}


class Relation(StrEnum):
    """Why a person is named as a carer (same Schedule, para 6)."""

    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    HAS_CARE = "has_care"


RELATIONS: dict[Relation, LazyString] = {
    Relation.PARENTAL_RESPONSIBILITY: _l("Parental responsibility"),
    Relation.HAS_CARE: _l("Cares for the child"),
}


class Scheme(StrEnum):
    """Other bodies' numbers for a child."""

    NHS_NUMBER = "nhs_number"
    UPN = "upn"


SCHEMES: dict[Scheme, LazyString] = {
    Scheme.NHS_NUMBER: _l("NHS number"),
    Scheme.UPN: _l("Unique pupil number"),
}
# A number is read only in the sector it was issued for (SI 2007/2182, reg 6(3)(c)).
ISSUED_FOR: dict[Scheme, str] = {Scheme.NHS_NUMBER: "health", Scheme.UPN: "education"}


class CorrectionKind(StrEnum):
    """What a practitioner may say is wrong. There is no free text: the steward asks them. The last
    is said by nobody: two sources differ."""

    WRONG_PHONE = "wrong_phone"
    OUT_OF_DATE = "out_of_date"
    PERSON_LEFT = "person_left"
    NO_LONGER_INVOLVED = "no_longer_involved"
    NEVER_INVOLVED = "never_involved"
    WRONG_CHILD = "wrong_child"
    WRONG_NAME_OR_BIRTH = "wrong_name_or_birth"
    SOURCES_DIFFER = "sources_differ"
    TWO_CHILDREN = "two_children"

    @property
    def is_about_contact(self) -> bool:
        """True when it is said of one contact; otherwise of the child's own details."""
        return self not in {
            CorrectionKind.WRONG_NAME_OR_BIRTH,
            CorrectionKind.TWO_CHILDREN,
            CorrectionKind.SOURCES_DIFFER,
        }

    @property
    def is_about_details(self) -> bool:
        """True when it is said of how a person is reached."""
        return self in {
            CorrectionKind.WRONG_PHONE,
            CorrectionKind.OUT_OF_DATE,
            CorrectionKind.PERSON_LEFT,
        }

    @property
    def is_about_end(self) -> bool:
        """True when the work that a contact stands for has ended."""
        return self is CorrectionKind.NO_LONGER_INVOLVED

    @property
    def may_mean_two(self) -> bool:
        """True when the record may be about two children."""
        return self in (CorrectionKind.TWO_CHILDREN, CorrectionKind.WRONG_CHILD)


CORRECTION_KINDS: dict[CorrectionKind, LazyString] = {
    CorrectionKind.WRONG_PHONE: _l("The phone number is wrong"),
    CorrectionKind.OUT_OF_DATE: _l("The contact details are out of date"),
    CorrectionKind.PERSON_LEFT: _l("The person has left"),
    CorrectionKind.NO_LONGER_INVOLVED: _l("They are no longer involved"),
    CorrectionKind.NEVER_INVOLVED: _l("They were never involved"),
    CorrectionKind.WRONG_CHILD: _l("This belongs to another child"),
    CorrectionKind.WRONG_NAME_OR_BIRTH: _l("The name or date of birth is wrong"),
    CorrectionKind.SOURCES_DIFFER: _l("Sources say different things"),
    CorrectionKind.TWO_CHILDREN: _l("This record is about two children"),
}


class Settlement(StrEnum):
    """How a correction ends. The last two are taken back by asking again."""

    FIXED = "fixed"
    NOT_WRONG = "not_wrong"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    MAY_STAND = "may_stand"

    @property
    def is_reversible(self) -> bool:
        """True when whoever settled it may let it wait again."""
        return self in {Settlement.CORRECTED, Settlement.MAY_STAND}


SETTLEMENTS: dict[Settlement, LazyString] = {
    Settlement.FIXED: _l("Put right"),
    Settlement.NOT_WRONG: _l("It was not wrong"),
    Settlement.DUPLICATE: _l("Somebody else had reported it"),
    Settlement.CORRECTED: _l("Corrected by the index team"),
    Settlement.MAY_STAND: _l("Both may stand"),
}


def gender_of(word: str) -> Gender | None:
    """Return the gender a source means by a word, None when it is no word for one."""
    return _GENDER_WORDS.get(word.strip().casefold())


def tidy_name(text: str) -> str:
    """A name in one spelling: Unicode NFC, no control characters, single blanks."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    return re.sub(" +", " ", kept).strip()


def months_unconfirmed(last: dt.date | None, today: dt.date) -> int | None:
    """Whole months since the last confirmation, 0 when it is recent (90 days), None for never."""
    if last is None:
        return None
    age = today - last
    return int(age.days / _DAYS_OF_A_MONTH) if age > UNCONFIRMED_AFTER else 0
