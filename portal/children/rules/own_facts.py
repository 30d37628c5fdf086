"""The facts of a child's own row: whether two sources say the same of one, and what the index
team may say instead of them."""

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.rules.drafts import ChildFault
from portal.children.rules.words import Gender

# The source of what the index team says; no feed may bear a name with a blank in it.
OWN_CORRECTION = "index team"
# The marks of a number that a source uses for somebody else: it speaks of this child no more.
LET_GO = "- - - - -"


class OwnFact(StrEnum):
    """A fact of the child's own row, which the index team may correct."""

    GIVEN_NAMES = "given_names"
    FAMILY_NAME = "family_name"
    DATE_OF_BIRTH = "date_of_birth"
    GENDER = "gender"


OWN_FACTS: dict[OwnFact, LazyString] = {
    OwnFact.GIVEN_NAMES: _l("Given names"),
    OwnFact.FAMILY_NAME: _l("Family name"),
    OwnFact.DATE_OF_BIRTH: _l("Date of birth"),
    OwnFact.GENDER: _l("Gender"),
}
_BORN = OwnFact.DATE_OF_BIRTH
# What the index team can get wrong, with the fact that it is wrong with.
CHILD_FAULTS: dict[ChildFault, tuple[OwnFact, LazyString]] = {
    ChildFault.NO_NAME: (OwnFact.GIVEN_NAMES, _l("Enter a given name or a family name")),
    ChildFault.NAME_TOO_LONG: (OwnFact.GIVEN_NAMES, _l("The name is too long")),
    ChildFault.BORN_IN_FUTURE: (_BORN, _l("The date of birth must be today or in the past")),
    ChildFault.BORN_TOO_LONG_AGO: (_BORN, _l("The date of birth is too long ago for a child")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one source says of one fact, in one text."""

    fact: OwnFact
    text: str
    source: str
    on: dt.date


def written_fact(value: object) -> str:
    """Return the value of a fact as one text."""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def read_fact(fact: OwnFact, text: str) -> str | dt.date:
    """Return the value of a fact as the child's row holds it."""
    return dt.date.fromisoformat(text) if fact is OwnFact.DATE_OF_BIRTH else text


def is_same(one: str, other: str) -> bool:
    """True when a source says what stands: capitals are no difference."""
    return one.casefold() == other.casefold()


def are_alike(fact: OwnFact, one: str, other: str) -> bool:
    """True when nobody needs to be asked which of two is right: capitals, accents and signs are no
    difference, nor are further given names, nor what one side leaves open."""
    if fact is OwnFact.GENDER:
        return Gender.NOT_SPECIFIED in {one, other} or one == other
    if fact is OwnFact.DATE_OF_BIRTH:
        return one == other
    first, second = sorted((_words(one), _words(other)), key=len)
    if fact is OwnFact.FAMILY_NAME:
        return not first or "".join(first) == "".join(second)
    return second[: len(first)] == first or "".join(first) == "".join(second)


def is_disputed(said: Said, others: Iterable[Said], standing: str | None) -> bool:
    """True when the steward is to be asked of what a source says anew: it is not what the index
    team says (standing), or, where the team says nothing, not what another source says."""
    if standing is not None:
        return not are_alike(said.fact, said.text, standing)
    return any(
        other.source != said.source and not are_alike(said.fact, said.text, other.text)
        for other in others
        if other.fact is said.fact
    )


def is_settled(fact: OwnFact, words: Iterable[Said], standing: str | None) -> bool:
    """True when nothing is left to ask of a fact: nobody says anything else any more."""
    told = [one for one in words if one.fact is fact]
    return not any(is_disputed(one, told, standing) for one in told)


def said_since(
    words: Iterable[Said], facts: Collection[OwnFact], answered: Mapping[OwnFact, dt.date]
) -> list[Said]:
    """Return what sources say of these facts that nobody has answered yet: all of it, or what is of
    a later day than the answer that both may stand."""
    return [
        one for one in words if one.fact in facts and one.on > answered.get(one.fact, dt.date.min)
    ]


def has_dissolved(fact: OwnFact, words: Iterable[Said], standing: str) -> bool:
    """True when every source that knows the child says what the index team says."""
    told = [one.text for one in words if one.fact is fact]
    return bool(told) and all(is_same(text, standing) for text in told)


def facts_said(row: object) -> dict[OwnFact, str]:
    """Return the facts that a row tells (a child's own, or a source's number), each in one text."""
    return {fact: written_fact(getattr(row, fact)) for fact in OwnFact}


def news_of(before: Mapping[OwnFact, str], now: Mapping[OwnFact, str]) -> set[OwnFact]:
    """Return the facts of which a source says something else now. A name that is only written in
    another way, or with fewer given names, is nothing else."""
    return {fact for fact, text in now.items() if _is_new(fact, before.get(fact, ""), text)}


def _is_new(fact: OwnFact, before: str, now: str) -> bool:
    is_name = fact in {OwnFact.GIVEN_NAMES, OwnFact.FAMILY_NAME}
    return before != now and not (is_name and before and are_alike(fact, before, now))


def _words(name: str) -> list[str]:
    """The words of a name without accents, signs and capitals."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(
        sign if sign.isalnum() else "" if unicodedata.combining(sign) or sign in "'’" else " "
        for sign in plain
    )
    return kept.split()
