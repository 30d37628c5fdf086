"""Two records that may be about one child: why they are put before a person, and the answers."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# So long a pair is kept for whoever looks at it, and so long it rests when it was set aside.
TAKEN_FOR = dt.timedelta(minutes=10)
SET_ASIDE_FOR = dt.timedelta(days=14)
_MOST_LETTERS = 254


class ReviewCause(StrEnum):
    """Why a pair waits for a person."""

    POSSIBLE = "possible"
    DUPLICATE = "duplicate"
    ANOTHER_PERSON = "another_person"


CAUSES: dict[ReviewCause, LazyString] = {
    ReviewCause.POSSIBLE: _l("A source reported a child who may be one that was known already."),
    ReviewCause.DUPLICATE: _l("The index holds two records that may be about one child."),
    ReviewCause.ANOTHER_PERSON: _l(
        "A source reported somebody else under the number of a child that was known already."
    ),
}


class ReviewAnswer(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    SET_ASIDE = "set_aside"


ANSWERS: dict[ReviewAnswer, LazyString] = {
    ReviewAnswer.SAME: _l("The same child: make one record of both"),
    ReviewAnswer.DIFFERENT: _l("Two children: never ask again"),
    ReviewAnswer.SET_ASIDE: _l("I cannot tell: ask again in two weeks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Two records that may be about one child. bits is how much speaks for it; evidence is words
    of matching.Kind and matching.Veto; source is who reported what led to it, if a source did.
    """

    one_id: uuid.UUID
    other_id: uuid.UUID
    cause: ReviewCause
    bits: float
    evidence: tuple[str, ...] = ()
    source: str = ""

    @property
    def pair(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Both ids, the smaller first."""
        return in_order(self.one_id, self.other_id)

    @property
    def written_evidence(self) -> str:
        """The words as the table holds them: as many, from the first on, as there is room for."""
        held = ""
        for word in self.evidence:
            longer = f"{held} {word}".strip()
            if len(longer) > _MOST_LETTERS:
                break
            held = longer
        return held


def in_order(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Return two ids, the smaller first: the order in which a pair is kept."""
    return (one, other) if one < other else (other, one)
