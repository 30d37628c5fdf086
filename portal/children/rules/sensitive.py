"""Sensitive services: which they are, what gives one away, and when one may be recorded.

Sexual health, mental health and substance misuse, as services not given to every child, are
recorded with consent only, or when the provider itself suspects significant harm (SI 2007/2182,
reg 11(3)), and are shown to nobody (reg 6(3)).
"""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class SensitiveKind(StrEnum):
    """Kinds of sensitive service. A retired word stays."""

    SEXUAL_HEALTH = "sexual_health"
    MENTAL_HEALTH = "mental_health"
    SUBSTANCE_MISUSE = "substance_misuse"


class Basis(StrEnum):
    """Why a sensitive service may be recorded."""

    OWN_CONSENT = "own_consent"
    PARENTAL_CONSENT = "parental_consent"
    SIGNIFICANT_HARM = "significant_harm"


class BasisFault(StrEnum):
    """Why a basis does not count for a child of this age."""

    TOO_YOUNG = "too_young"
    OLD_ENOUGH = "old_enough"


SENSITIVE_KINDS: dict[SensitiveKind, LazyString] = {
    SensitiveKind.SEXUAL_HEALTH: _l("Sexual health"),
    SensitiveKind.MENTAL_HEALTH: _l("Mental health"),
    SensitiveKind.SUBSTANCE_MISUSE: _l("Substance misuse"),
}
BASES: dict[Basis, LazyString] = {
    Basis.OWN_CONSENT: _l("The young person consents"),
    Basis.PARENTAL_CONSENT: _l("Somebody with parental responsibility consents"),
    Basis.SIGNIFICANT_HARM: _l("We suspect significant harm"),
}
_WRITTEN: dict[SensitiveKind, str] = {
    SensitiveKind.SEXUAL_HEALTH: "sexual health; sexual; contraception; contraceptive; family"
    " planning; gum; genitourinary; sarc; termination; abortion; pregnancy advisory; hiv",
    SensitiveKind.MENTAL_HEALTH: "mental health; mental; camh; cypmh; mhst; emotional wellbeing;"
    " psychiatry; psychiatric; psychiatrist; psychotherapy; psychotherapist; clinical psychology;"
    " clinical psychologist; eating disorder; self harm; counselling; counsellor; psychosis;"
    " crisis; talking therapy; psychological therapy; iapt",
    SensitiveKind.SUBSTANCE_MISUSE: "substance misuse; substance; drug; alcohol; addiction;"
    " recovery; needle exchange; detox",
}
_PHRASES = {kind: tuple(text.split("; ")) for kind, text in _WRITTEN.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidedSheet:
    """What a practitioner recorded in confidence, as they themselves read it.

    Names and date of birth are those of the day it was recorded, whatever the index holds now.
    says_provider: they said that they work for the service, without which a suspicion of harm is
    not taken.
    """

    id: uuid.UUID
    child_id: uuid.UUID
    given_names: str
    family_name: str
    date_of_birth: dt.date
    kind: SensitiveKind
    basis: Basis
    started_on: dt.date
    recorded_at: dt.datetime
    says_provider: bool = False

    @property
    def name(self) -> str:
        """Given names and family name."""
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        """Enough to know a child again, too little to name one to whoever looks on."""
        return " ".join(f"{word[0]}." for word in self.name.split())

    @property
    def label(self) -> LazyString:
        """The kind as people read it."""
        return SENSITIVE_KINDS[self.kind]


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text in one spelling: lower case, singular, without punctuation."""
    plain = unicodedata.normalize("NFKC", text[:200]).casefold().replace("&", " and ")
    for word in re.sub("[^a-z0-9]+", " ", re.sub("['’`.]", "", plain)).split():
        if word.endswith("ies") and len(word) > 4:
            yield f"{word[:-3]}y"
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
            yield word[:-1]
        else:
            yield word


def sensitive_kind_of(text: str) -> SensitiveKind | None:
    """Return the kind of sensitive service that a text names; None when it names none."""
    padded = f" {' '.join(words_in(text))} "
    for kind, phrases in _PHRASES.items():
        if any(f" {phrase} " in padded for phrase in phrases):
            return kind
    return None


def is_sensitive(text: str) -> bool:
    """True when a text names sexual health, mental health or substance misuse."""
    return sensitive_kind_of(text) is not None


def gives_away(*texts: str) -> SensitiveKind | None:
    """Return the kind of sensitive service that names, titles or e-mail addresses tell of."""
    spaced = (re.sub(r"[.@_-]", " ", text) for text in texts)
    found = (sensitive_kind_of(text) for text in (*texts, *spaced))
    return next((kind for kind in found if kind), None)


def fault_of_basis(
    basis: Basis, *, born_on: dt.date, today: dt.date, own_from: int
) -> BasisFault | None:
    """Return why a basis does not count; own_from is the age in years of one's own consent.

    From that age the young person alone decides, below it somebody with parental responsibility.
    """
    age = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    if basis is Basis.OWN_CONSENT and age < own_from:
        return BasisFault.TOO_YOUNG
    if basis is Basis.PARENTAL_CONSENT and age >= own_from:
        return BasisFault.OLD_ENOUGH
    return None


def needs_provider(basis: Basis) -> bool:
    """True when only the service itself may record on this basis (SI 2007/2182, reg 11(3))."""
    return basis is Basis.SIGNIFICANT_HARM
