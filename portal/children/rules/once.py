"""What several sources say alike of a child is shown once."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from portal.children.rules.drafts import OWN_WORD, overlap
from portal.matching.postcodes import fold_postcode

Row = TypeVar("Row")
Work = TypeVar("Work", bound=Sequence[Any])


def places_once(rows: Iterable[Row]) -> list[Row]:
    """Return rows of child_address without those that tell of the same place as an earlier one,
    however it is written."""
    return _once(rows, lambda one, other: _place(one) == _place(other))


def carers_once(rows: Iterable[Row]) -> list[Row]:
    """Return rows of carer without those that read like an earlier one."""
    return _once(rows, lambda one, other: _carer(one) == _carer(other))


def work_once(rows: Iterable[Work], unreported: Collection[uuid.UUID] = ()) -> list[Work]:
    """Return contacts in the order in which they are read, a row of involvement first in each,
    without those of which another tells better: a person's own word before a source's, then who
    still reports it, then who names somebody, then the lead, then who confirmed it last.
    unreported are those that their sources no longer report."""
    ordered = sorted(rows, key=lambda contact: _telling_order(contact[0], unreported))
    kept = _once(ordered, lambda one, other: _is_same_work(one[0], other[0]))
    return sorted(kept, key=lambda contact: _reading_order(contact[0], unreported))


def _once(rows: Iterable[Row], are_alike: Callable[[Row, Row], bool]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        if not any(are_alike(row, one) for one in kept):
            kept.append(row)
    return kept


def _place(row: Any) -> tuple[str, str, str]:
    signs = "".join(sign for sign in row.address.casefold() if sign.isalnum())
    return row.kind, signs, fold_postcode(row.postcode)


def _carer(row: Any) -> tuple[str, str, str]:
    return row.name.casefold(), row.relation, row.phone


def _is_same_work(one: Any, other: Any) -> bool:
    """Two sources tell of the same work, both as going on or both as ended; the one that is left
    out may leave open who does it, and is not the only one to tell of a lead."""
    known = (one.organisation_id, one.kind, one.ended_on is None)
    return (
        known == (other.organisation_id, other.kind, other.ended_on is None)
        and one.source != other.source
        and one.practitioner_id in {other.practitioner_id, None}
        and other.is_lead >= one.is_lead
        and overlap((one.started_on, one.ended_on), (other.started_on, other.ended_on))
    )


def _telling_order(row: Any, unreported: Collection[uuid.UUID]) -> tuple[object, ...]:
    confirmed = row.last_confirmed_on or dt.date.min
    how_well = row.source != OWN_WORD, row.id in unreported, row.practitioner_id is None
    return *how_well, not row.is_lead, -confirmed.toordinal(), row.id


def _reading_order(row: Any, unreported: Collection[uuid.UUID]) -> tuple[object, ...]:
    """Current before former, what is still reported first, then the lead, then additional before
    universal, then by start."""
    ended, started = row.ended_on or dt.date.max, row.started_on or dt.date.min
    current = -ended.toordinal(), row.id in unreported, not row.is_lead
    return *current, row.tier, -started.toordinal(), row.id
