"""What several sources say alike of a child is shown once."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
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


def work_once(rows: Iterable[Work]) -> list[Work]:
    """Return contacts in the order in which they are read, a row of involvement first in each,
    without those of which another tells better: a person's own word before a source's, the lead,
    then who names somebody, then who confirmed it last."""
    ordered = sorted(rows, key=lambda contact: _telling_order(contact[0]))
    kept = _once(ordered, lambda one, other: _is_same_work(one[0], other[0]))
    return sorted(kept, key=lambda contact: _reading_order(contact[0]))


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
    """One of two sources may leave open who does it."""
    people = {one.practitioner_id, other.practitioner_id} - {None}
    return (
        (one.organisation_id, one.kind) == (other.organisation_id, other.kind)
        and (one.source != other.source and len(people) < 2)
        and overlap((one.started_on, one.ended_on), (other.started_on, other.ended_on))
    )


def _telling_order(row: Any) -> tuple[object, ...]:
    confirmed = row.last_confirmed_on or dt.date.min
    unnamed = row.practitioner_id is None
    return row.source != OWN_WORD, not row.is_lead, unnamed, -confirmed.toordinal(), row.id


def _reading_order(row: Any) -> tuple[object, ...]:
    """Current before former, the lead first, then additional before universal, then by start."""
    ended, started = row.ended_on or dt.date.max, row.started_on or dt.date.min
    return -ended.toordinal(), not row.is_lead, row.tier, -started.toordinal(), row.id
