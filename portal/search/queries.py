"""What is read of a search, as sheets. The children of one are shown by look_at_results alone."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, bindparam, func, select

from portal.access.identity import Identity
from portal.children.models import ChildRecord
from portal.children.rules import Gender
from portal.children.visibility import visible
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, PortalError
from portal.core.keys import Keys, unseal
from portal.matching import SENTENCES, Kind
from portal.search.models import SEARCH, Search, SearchHit
from portal.search.rules import (
    FORGOTTEN_AFTER,
    Ask,
    BudgetKey,
    Outcome,
    Typed,
    differences,
    fact_to_ask,
    side_by_side,
)

_OWN = select(SEARCH).where(
    *(SEARCH.c[word] == bindparam(word) for word in ("id", "account_id", "session_mark"))
)
_SHOWN = (
    ChildRecord.id, ChildRecord.given_names, ChildRecord.family_name, ChildRecord.date_of_birth,
    ChildRecord.gender, ChildRecord.record_number, SearchHit.evidence, SearchHit.offered_at,
)  # fmt: skip


class ResultsExpired(PortalError):
    """The results of this search are no longer kept."""

    status = 410
    template = "search/expired.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a search keeps, opened. kept is the form as it was filled; for this room only."""

    id: uuid.UUID
    reason: str
    outcome: Outcome
    question: str
    typed: Typed
    kept: dict[str, str]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One child that may be the one meant: no more than is needed to choose, never an area.

    because holds the reasons as message ids; differs names the facts that tell the child from
    others that are alike; was_offered is true when the search showed the child before.
    """

    child_id: uuid.UUID
    given_names: str
    family_name: str
    date_of_birth: dt.date
    gender: Gender
    record_number: str
    because: tuple[str, ...]
    was_offered: bool
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsSheet:
    """What came of a search. groups holds the children offered, those that are alike together; it
    is empty unless the outcome is few. ask is what would tell too many apart.
    """

    search_id: uuid.UUID
    outcome: Outcome
    ask: Ask
    today: dt.date
    typed: Typed
    kept: dict[str, str]
    groups: tuple[tuple[Candidate, ...], ...]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The children offered, in the order in which they are shown."""
        return tuple(child for group in self.groups for child in group)

    @property
    def born_is_day(self) -> bool:
        """True when a whole date of birth was typed, not a year."""
        return isinstance(self.typed.born, dt.date)


def kept_search(search_id: uuid.UUID, by: Identity) -> Kept:
    """Return what is kept of a search of this account in this session.

    Raises NotFound, also for a search of somebody else or of another session; ResultsExpired when
    it is over.
    """
    asked = {"id": search_id, "account_id": by.account_id, "session_mark": by.session_mark}
    row = db.session.execute(_OWN, asked).one_or_none()
    if row is None:
        raise NotFound
    if row.expires_at <= clock.now():
        raise ResultsExpired
    keys: Keys = current_app.extensions["portal_keys"]
    opened = json.loads(unseal(keys.typed, row.sealed_typed, place=place_of(search_id)))
    return Kept(
        id=search_id, reason=row.reason, outcome=Outcome(row.outcome), question=row.question,
        typed=typed_of(opened["typed"]), kept=opened["kept"], note=opened["note"],
    )  # fmt: skip


def kept_boxes(search_id: uuid.UUID, by: Identity) -> dict[str, str] | None:
    """Return the form of one's own search as it was filled, None when it is no longer kept.

    Raises NotFound when it is not one's own.
    """
    try:
        return kept_search(search_id, by).kept
    except ResultsExpired:
        return None


def found_by(kept: Kept, by: Identity) -> list[Candidate]:
    """Return the children that a search found and that this person may see, the likeliest first."""
    if kept.outcome is not Outcome.FEW:
        return []
    wanted = _hits_among(visible(by))
    return [
        Candidate(
            child_id=row.id,
            given_names=row.given_names,
            family_name=row.family_name,
            date_of_birth=row.date_of_birth,
            gender=Gender(row.gender),
            record_number=row.record_number,
            because=tuple(SENTENCES[Kind(code)] for code in row.evidence.split()),
            was_offered=row.offered_at is not None,
        )
        for row in db.session.execute(wanted, {"search": kept.id})
    ]


@cache
def _hits_among(children: Select[ChildRecord]) -> Select[*tuple[Any, ...]]:
    """The hits of a search that are among these children. Made once for each selection there is:
    making a statement takes longer than asking it."""
    return (
        children.where(SearchHit.search_id == bindparam("search"))
        .where(SearchHit.child_id == ChildRecord.id)
        .order_by(SearchHit.rank)
        .with_only_columns(*_SHOWN)
    )


def results_of(kept: Kept, found: Sequence[Candidate]) -> ResultsSheet:
    """Return the sheet of a search. Without a child that can still be seen it came to none."""
    is_empty = kept.outcome is Outcome.FEW and not found
    return ResultsSheet(
        search_id=kept.id,
        outcome=Outcome.NONE if is_empty else kept.outcome,
        ask=fact_to_ask(kept.question, kept.typed),
        today=clock.today(),
        typed=kept.typed,
        kept=kept.kept,
        groups=tuple(
            tuple(replace(one, differs=differences(one, found)) for one in group)
            for group in side_by_side(found)
        ),
    )


def by_key(rows: Iterable[Any]) -> dict[BudgetKey, int]:
    """Return how much is used, from rows of the search_budget of one person."""
    return {(row.holder_kind, row.span): row.used for row in rows}


def count_of_expired() -> int:
    """Return how many searches are old enough to be deleted."""
    return db.session.scalar(select(func.count()).select_from(Search).where(is_forgettable())) or 0


def is_forgettable() -> ColumnElement[bool]:
    """What is true of searches old enough to be deleted."""
    return Search.expires_at <= clock.now() - FORGOTTEN_AFTER


def words_of(typed: Typed) -> dict[str, Any]:
    """Return what was typed as it is kept: plain words, a date as ISO 8601."""
    born = typed.born.isoformat() if isinstance(typed.born, dt.date) else typed.born
    return {
        "given_name": typed.given_name, "family_name": typed.family_name, "born": born,
        "age": typed.age, "gender": typed.gender, "postcode": typed.postcode,
        "number": typed.number,
    }  # fmt: skip


def typed_of(words: dict[str, Any]) -> Typed:
    """Read what words_of() wrote."""
    born = words["born"]
    whole = dt.date.fromisoformat(born) if isinstance(born, str) else born
    return Typed(**{**words, "born": whole})


def place_of(search_id: uuid.UUID) -> str:
    """Say where the sealed words of a search stand (see core/keys.py)."""
    return f"search|typed|{search_id}"
