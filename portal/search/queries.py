"""What is read of a search, as sheets. The children of one are shown by look_at_results alone."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from portal.access.identity import Identity
from portal.accounts.models import Account
from portal.children.models import ChildRecord
from portal.children.rules import Gender
from portal.children.visibility import visible
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import Keys, unseal
from portal.matching import SENTENCES, Kind
from portal.search.models import Search, SearchHit
from portal.search.rules import (
    FLOOD,
    FLOOD_WINDOW,
    FORGOTTEN_AFTER,
    Outcome,
    Typed,
    differences,
    side_by_side,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One child that may be the one meant: no more than is needed to choose, never an area.

    because holds the reasons as message ids; differs names the facts that tell the child from
    others that are alike.
    """

    child_id: uuid.UUID
    given_names: str
    family_name: str
    date_of_birth: dt.date
    gender: Gender
    record_number: str
    because: tuple[str, ...]
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsSheet:
    """What came of a search. candidates is empty unless the outcome is few."""

    search_id: uuid.UUID
    outcome: Outcome
    question: str
    today: dt.date
    typed: Typed
    kept: dict[str, str]
    candidates: tuple[Candidate, ...]

    @property
    def born_is_day(self) -> bool:
        """True when a whole date of birth was typed, not a year."""
        return isinstance(self.typed.born, dt.date)


def own_search(search_id: uuid.UUID, by: Identity) -> Search:
    """Return the row of a search of this account in this session; for this room only.

    Raises NotFound, also for a search of somebody else or of another session.
    """
    row = db.session.scalar(
        select(Search).where(
            Search.id == search_id,
            Search.account_id == by.account_id,
            Search.session_mark == by.session_mark,
        )
    )
    if row is None:
        raise NotFound
    return row


def has_expired(search_id: uuid.UUID, by: Identity) -> bool:
    """True when the results of one's own search are no longer kept. Raises NotFound."""
    return own_search(search_id, by).expires_at <= clock.now()


def kept_boxes(search_id: uuid.UUID, by: Identity) -> dict[str, str] | None:
    """Return the form of one's own search as it was filled, None when it is no longer kept.

    Raises NotFound when it is not one's own.
    """
    row = own_search(search_id, by)
    return None if row.expires_at <= clock.now() else dict(_opened(row)["kept"])


def results_of(row: Search, by: Identity) -> ResultsSheet:
    """Return the sheet of a search. A child that can no longer be seen is left out."""
    opened = _opened(row)
    candidates = _candidates(row, by)
    outcome = Outcome(row.outcome)
    if outcome is Outcome.FEW and not candidates:
        outcome = Outcome.NONE
    return ResultsSheet(
        search_id=row.id,
        outcome=outcome,
        question=row.question,
        today=clock.today(),
        typed=typed_of(opened["typed"]),
        kept=dict(opened["kept"]),
        candidates=candidates,
    )


def flood_lifts_at(by: Identity) -> dt.datetime | None:
    """Return when this account may search again, None while it may search now.

    Holds the account until the end of the transaction: of several searches at the same moment each
    counts those before it.
    """
    held = select(Account.id).where(Account.id == by.account_id)
    db.session.execute(held.with_for_update(key_share=True))
    made = db.session.scalars(
        select(Search.made_at)
        .where(Search.account_id == by.account_id, Search.made_at > clock.now() - FLOOD_WINDOW)
        .order_by(Search.made_at.desc())
        .limit(FLOOD)
    ).all()
    return made[-1] + FLOOD_WINDOW if len(made) == FLOOD else None


def count_of_expired() -> int:
    """Return how many searches are old enough to be deleted."""
    return db.session.scalar(select(func.count()).select_from(Search).where(is_forgettable())) or 0


def is_forgettable() -> ColumnElement[bool]:
    """What is true of searches old enough to be deleted."""
    return Search.expires_at <= clock.now() - FORGOTTEN_AFTER


def note_of(row: Search) -> str:
    """Return the note given with the reason "other"; else nothing."""
    note: str = _opened(row)["note"]
    return note


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


def _opened(row: Search) -> dict[str, Any]:
    keys: Keys = current_app.extensions["portal_keys"]
    place = f"search|typed|{row.id}"
    opened: dict[str, Any] = json.loads(unseal(keys.typed, row.sealed_typed, place=place))
    return opened


def _candidates(row: Search, by: Identity) -> tuple[Candidate, ...]:
    hits = db.session.scalars(
        select(SearchHit).where(SearchHit.search_id == row.id).order_by(SearchHit.rank)
    ).all()
    ids = [hit.child_id for hit in hits]
    if not ids:
        return ()
    rows = {
        child.id: child for child in db.session.scalars(visible(by).where(ChildRecord.id.in_(ids)))
    }
    found = [_candidate(rows[hit.child_id], hit) for hit in hits if hit.child_id in rows]
    placed = side_by_side(found)
    return tuple(_marked(child, placed) for child in placed)


def _candidate(child: ChildRecord, hit: SearchHit) -> Candidate:
    return Candidate(
        child_id=child.id,
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        gender=Gender(child.gender),
        record_number=child.record_number,
        because=tuple(SENTENCES[Kind(code)] for code in hit.evidence.split()),
    )


def _marked(child: Candidate, placed: list[Candidate]) -> Candidate:
    return replace(child, differs=differences(child, placed))
