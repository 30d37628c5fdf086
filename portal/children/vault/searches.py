"""What every search leaves behind: one row of one size that says what was asked, sealed.

The same is written whoever is in hiding. The rows are looked up in a step of its own and deleted
then; the shield officer learns of those that would have met an absent child, and rings who asked.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from portal.access.identity import Identity
from portal.children.rules import NAME_LENGTH, Criteria
from portal.children.vault.store import key_of_vault, place_of
from portal.children.vault.tables import SEARCH, SEARCH_BYTES
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.keys import KeyProblem, seal_to, unseal
from portal.matching import Birth, BirthWindow

NOBODY = uuid.UUID(int=0)
# No postcode and no number is longer.
_MOST_LETTERS = 20
_ADD = insert(SEARCH)
_OLDEST = select(SEARCH.c.id, SEARCH.c.made_at, SEARCH.c.sealed).order_by(
    SEARCH.c.made_at, SEARCH.c.id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftSearch:
    """A search that waits to be looked up. numbers are those by which the asker could have found a
    child; criteria is None, and nothing else is known, when its row cannot be read."""

    id: uuid.UUID
    made_at: dt.datetime
    criteria: Criteria | None = None
    numbers: Mapping[str, str]
    account_id: uuid.UUID = NOBODY
    reason: str = ""


def leave_search(
    criteria: Criteria, *, numbers: Mapping[str, str], reason: str, by: Identity
) -> None:
    """Leave the row of one search."""
    row_id = random_id()
    words = {
        "given": _told(criteria.given_name), "family": _told(criteria.family_name),
        "gender": criteria.gender, "born": _days(criteria.birth),
        "postcode": _told(criteria.postcode)[:_MOST_LETTERS],
        "numbers": {word: _told(number)[:_MOST_LETTERS] for word, number in numbers.items()},
        "account": (by.account_id or NOBODY).hex, "reason": reason,
    }  # fmt: skip
    text = json.dumps(words, ensure_ascii=False)
    sealed = seal_to(key_of_vault(), text, place=_place(row_id), size=SEARCH_BYTES)
    db.session.execute(_ADD, {"id": row_id, "made_at": clock.now(), "sealed": sealed})


def left_searches(connection: Connection, *, most: int) -> list[LeftSearch]:
    """Return so many of the searches that wait, the oldest first."""
    return [_left(row) for row in connection.execute(_OLDEST.limit(most))]


def oldest_left(connection: Connection) -> dt.datetime | None:
    """Return when the oldest search was made that waits; None where none does."""
    oldest: dt.datetime | None = connection.scalar(select(func.min(SEARCH.c.made_at)))
    return oldest


def take_searches(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Delete the rows of these searches; return those that were still there, so that of two who
    looked them up at the same time one tells of each."""
    gone = delete(SEARCH).where(SEARCH.c.id.in_(ids)).returning(SEARCH.c.id)
    return set(db.session.connection().scalars(gone))


def forget_searches(before: dt.datetime) -> None:
    """Delete the rows from before a moment, whatever they say."""
    db.session.execute(delete(SEARCH).where(SEARCH.c.made_at < before))


def forget_searches_of(account_id: uuid.UUID | None) -> None:
    """Delete the rows of whoever only measured."""
    connection = db.session.connection()
    every = connection.scalar(select(func.count()).select_from(SEARCH)) or 0
    left = left_searches(connection, most=every)
    take_searches([one.id for one in left if one.account_id == account_id])


def _told(words: str) -> str:
    """Words as they are kept: as long as a page lets anybody type a name, and no letter that JSON
    writes with many bytes. No search may fail for what it leaves."""
    return "".join(letter for letter in words if letter.isprintable())[:NAME_LENGTH]


def _place(row_id: uuid.UUID) -> str:
    return place_of("vault_search", row_id)


def _left(row: Any) -> LeftSearch:
    try:
        words = json.loads(unseal(key_of_vault(), row.sealed, place=_place(row.id)))
    except KeyProblem:
        return LeftSearch(id=row.id, made_at=row.made_at, numbers={})
    criteria = Criteria(
        given_name=words["given"], family_name=words["family"], gender=words["gender"],
        birth=_birth(words["born"]), postcode=words["postcode"],
    )  # fmt: skip
    return LeftSearch(
        id=row.id, made_at=row.made_at, criteria=criteria, numbers=words["numbers"],
        account_id=uuid.UUID(words["account"]), reason=words["reason"],
    )  # fmt: skip


def _days(birth: Birth) -> list[str]:
    """The only day it may be, or the first and the last."""
    if isinstance(birth, BirthWindow):
        return [birth.earliest.isoformat(), birth.latest.isoformat(), *["about"] * birth.about]
    return [birth.isoformat()] if birth else []


def _birth(days: list[str]) -> Birth:
    if len(days) < 2:
        return dt.date.fromisoformat(days[0]) if days else None
    first, last = (dt.date.fromisoformat(day) for day in days[:2])
    return BirthWindow(first, last, about=len(days) > 2)
