"""The kinds of evidence and the sentence for each, which is the message id to be translated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What one comparison of two facts came to."""

    GIVEN_SAME = "given_same"
    GIVEN_SPELLING = "given_spelling"
    GIVEN_SHORT_FORM = "given_short_form"
    GIVEN_SOUND = "given_sound"
    GIVEN_ERROR = "given_error"
    GIVEN_INITIAL = "given_initial"
    GIVEN_PART = "given_part"
    GIVEN_DIFFERENT = "given_different"
    GIVEN_FORMER = "given_former"
    FAMILY_SAME = "family_same"
    FAMILY_SPELLING = "family_spelling"
    FAMILY_SHORT_FORM = "family_short_form"
    FAMILY_SOUND = "family_sound"
    FAMILY_ERROR = "family_error"
    FAMILY_INITIAL = "family_initial"
    FAMILY_PART = "family_part"
    FAMILY_DIFFERENT = "family_different"
    FAMILY_FORMER = "family_former"
    NAMES_SWAPPED = "names_swapped"
    ONE_NAME = "one_name"
    BORN_SAME = "born_same"
    BORN_SWAPPED = "born_swapped"
    BORN_NEXT_DAY = "born_next_day"
    BORN_ONE_DIGIT = "born_one_digit"
    BORN_YEAR = "born_year"
    BORN_ABOUT = "born_about"
    BORN_NEAR = "born_near"
    BORN_DIFFERENT = "born_different"
    GENDER_SAME = "gender_same"
    GENDER_DIFFERENT = "gender_different"
    POSTCODE_SAME = "postcode_same"
    POSTCODE_SECTOR = "postcode_sector"
    POSTCODE_DISTRICT = "postcode_district"
    ADDRESS_SAME = "address_same"
    IDENTIFIER_SAME = "identifier_same"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding and its weight in bits (log2 odds): above nought it speaks for one person."""

    kind: Kind
    weight: float


def gettext_noop(sentence: str) -> str:
    """The sentence itself: marked for the catalogues here, translated when a page is drawn."""
    return sentence


SENTENCES: dict[Kind, str] = {
    Kind.GIVEN_SAME: gettext_noop("given name matches"),
    Kind.GIVEN_SPELLING: gettext_noop("given name is another spelling of the same name"),
    Kind.GIVEN_SHORT_FORM: gettext_noop("given name is a short form"),
    Kind.GIVEN_SOUND: gettext_noop("given name sounds alike"),
    Kind.GIVEN_ERROR: gettext_noop("given name is spelt nearly the same"),
    Kind.GIVEN_INITIAL: gettext_noop("given name begins with the same letter"),
    Kind.GIVEN_PART: gettext_noop("one of the given names matches"),
    Kind.GIVEN_DIFFERENT: gettext_noop("given name is different"),
    Kind.GIVEN_FORMER: gettext_noop("former given name"),
    Kind.FAMILY_SAME: gettext_noop("family name matches"),
    Kind.FAMILY_SPELLING: gettext_noop("family name is another spelling of the same name"),
    Kind.FAMILY_SHORT_FORM: gettext_noop("family name is a short form"),
    Kind.FAMILY_SOUND: gettext_noop("family name sounds alike"),
    Kind.FAMILY_ERROR: gettext_noop("family name is spelt nearly the same"),
    Kind.FAMILY_INITIAL: gettext_noop("family name begins with the same letter"),
    Kind.FAMILY_PART: gettext_noop("one part of the family name matches"),
    Kind.FAMILY_DIFFERENT: gettext_noop("family name is different"),
    Kind.FAMILY_FORMER: gettext_noop("former family name"),
    Kind.NAMES_SWAPPED: gettext_noop("given and family name swapped"),
    Kind.ONE_NAME: gettext_noop("only one name to compare"),
    Kind.BORN_SAME: gettext_noop("date of birth matches"),
    Kind.BORN_SWAPPED: gettext_noop("day and month swapped"),
    Kind.BORN_NEXT_DAY: gettext_noop("date of birth is one day apart"),
    Kind.BORN_ONE_DIGIT: gettext_noop("one digit of the date of birth differs"),
    Kind.BORN_YEAR: gettext_noop("year of birth matches"),
    Kind.BORN_ABOUT: gettext_noop("age fits"),
    Kind.BORN_NEAR: gettext_noop("age is about a year apart"),
    Kind.BORN_DIFFERENT: gettext_noop("date of birth is different"),
    Kind.GENDER_SAME: gettext_noop("gender matches"),
    Kind.GENDER_DIFFERENT: gettext_noop("gender is different"),
    Kind.POSTCODE_SAME: gettext_noop("postcode matches"),
    Kind.POSTCODE_SECTOR: gettext_noop("postcode is close by"),
    Kind.POSTCODE_DISTRICT: gettext_noop("first half of the postcode matches"),
    Kind.ADDRESS_SAME: gettext_noop("address matches"),
    Kind.IDENTIFIER_SAME: gettext_noop("an identifying number matches"),
}


def explain(evidence: Iterable[Evidence]) -> list[str]:
    """The evidence in plain English, in the order it was found. Each sentence is whole and is a
    message id: a page puts it through gettext."""
    return [SENTENCES[item.kind] for item in evidence]
