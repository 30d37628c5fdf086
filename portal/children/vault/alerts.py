"""What every search leaves behind: one row of one size that says what was asked, sealed.

The same is written whoever is in hiding. When the row is looked up, in a step of its own, it is
written over with whom the search would have met, nobody in most; the shield officer learns of the
others who asked, and rings them.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from portal.access.identity import Identity
from portal.children.rules import Criteria
from portal.children.vault.store import key_of_vault, place_of
from portal.children.vault.tables import SEARCH, SEARCH_BYTES
from portal.children.vault.watching import Met
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.keys import seal_to, unseal
from portal.matching import Birth, BirthWindow

NOBODY = uuid.UUID(int=0)
_ADD = insert(SEARCH)
_OLDEST = select(SEARCH.c.id, SEARCH.c.made_at, SEARCH.c.sealed).order_by(
    SEARCH.c.made_at, SEARCH.c.id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftSearch:
    """A search that was not looked up yet. numbers are those by which the asker could have found a
    child."""

    id: uuid.UUID
    made_at: dt.datetime
    criteria: Criteria
    numbers: Mapping[str, str]
    account_id: uuid.UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Somebody searched for an absent child: who and why. others are absent children whom the same
    search would have met too."""

    id: uuid.UUID
    made_at: dt.datetime
    child_id: uuid.UUID
    others: tuple[uuid.UUID, ...] = ()
    account_id: uuid.UUID
    reason: str


def leave_search(
    criteria: Criteria, *, numbers: Mapping[str, str], reason: str, by: Identity
) -> None:
    """Leave the row of one search."""
    row_id = random_id()
    words = {
        "given": criteria.given_name, "family": criteria.family_name, "gender": criteria.gender,
        "born": _days(criteria.birth), "postcode": criteria.postcode, "numbers": dict(numbers),
        "account": (by.account_id or NOBODY).hex, "reason": reason,
    }  # fmt: skip
    row = {"id": row_id, "made_at": clock.now(), "is_looked_up": False}
    db.session.execute(_ADD, row | {"sealed": _sealed(row_id, words)})


def left_searches(*, most: int) -> list[LeftSearch]:
    """Return so many of the searches that were not looked up yet, the oldest first."""
    rows = db.session.execute(_OLDEST.where(~SEARCH.c.is_looked_up).limit(most)).all()
    return [_left(row.id, row.made_at, _opened(row)) for row in rows]


def oldest_left(connection: Connection) -> dt.datetime | None:
    """Return when the oldest search was made that was not looked up yet; None where none waits."""
    oldest: dt.datetime | None = connection.scalar(
        select(func.min(SEARCH.c.made_at)).where(~SEARCH.c.is_looked_up)
    )
    return oldest


def note_met(search: LeftSearch, met: Met | None) -> None:
    """Write over what was asked whom it would have met: as many bytes, whoever that is."""
    words = {
        "children": [one.hex for one in ((met.child_id, *met.others) if met else (NOBODY,))],
        "account": search.account_id.hex, "reason": search.reason,
    }  # fmt: skip
    known = {"is_looked_up": True, "sealed": _sealed(search.id, words)}
    db.session.execute(update(SEARCH).where(SEARCH.c.id == search.id).values(known))


def take_alerts(*, most: int) -> tuple[list[Alert], bool]:
    """Return the alerts among so many searches that were looked up, the oldest first, and whether
    those were all. Their rows are deleted: it is for the caller to keep what they say."""
    rows = db.session.execute(_OLDEST.where(SEARCH.c.is_looked_up).limit(most)).all()
    alerts = [_alert(row.id, row.made_at, _opened(row)) for row in rows]
    db.session.connection().execute(
        delete(SEARCH).where(SEARCH.c.is_looked_up, SEARCH.c.id.in_([row.id for row in rows]))
    )
    return [one for one in alerts if one.child_id != NOBODY], len(rows) < most


def forget_searches(before: dt.datetime) -> None:
    """Delete the rows from before a moment, whatever they say."""
    db.session.execute(delete(SEARCH).where(SEARCH.c.made_at < before))


def _sealed(row_id: uuid.UUID, words: Mapping[str, Any]) -> bytes:
    text = json.dumps(words, ensure_ascii=False)
    place = place_of("vault_search", row_id)
    return seal_to(key_of_vault(), text, place=place, size=SEARCH_BYTES)


def _opened(row: Any) -> dict[str, Any]:
    words = unseal(key_of_vault(), row.sealed, place=place_of("vault_search", row.id))
    found: dict[str, Any] = json.loads(words)
    return found


def _left(row_id: uuid.UUID, made_at: dt.datetime, words: dict[str, Any]) -> LeftSearch:
    criteria = Criteria(
        given_name=words["given"], family_name=words["family"], gender=words["gender"],
        birth=_birth(words["born"]), postcode=words["postcode"],
    )  # fmt: skip
    return LeftSearch(
        id=row_id, made_at=made_at, criteria=criteria, numbers=words["numbers"],
        account_id=uuid.UUID(words["account"]), reason=words["reason"],
    )  # fmt: skip


def _alert(row_id: uuid.UUID, made_at: dt.datetime, words: dict[str, Any]) -> Alert:
    child_id, *others = (uuid.UUID(one) for one in words["children"])
    return Alert(
        id=row_id, made_at=made_at, child_id=child_id, others=tuple(others),
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
