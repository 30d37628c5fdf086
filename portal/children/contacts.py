"""The contacts of two records that become one: each once for whoever tells of it, and one lead."""

import datetime as dt
import uuid

from sqlalchemy import select, update

from portal.children.models import Correction, Involvement
from portal.children.rules import OWN_WORD, overlap
from portal.core import clock
from portal.core.db import db


def give(kept_id: uuid.UUID, gone_id: uuid.UUID) -> None:
    """Give the contacts of one child to another. What one source, or a person of their own, tells
    as the same work of the same people becomes one; where both have a lead, that of who stays
    remains it.

    What two sources tell alike stands beside each other: each goes on hearing of its own words
    alone (decisions/0033), and a record shows it once.
    """
    ours, theirs = _of(kept_id), _of(gone_id)
    if any(_leads(row) for row in ours):
        for row in filter(_leads, theirs):
            row.is_lead, row.lead_ended_on = False, clock.today()
    db.session.flush()
    for row in theirs:
        same = _same(row, ours)
        if same is None:
            row.child_id = kept_id
            ours.append(row)
            continue
        said = update(Correction).where(Correction.involvement_id == row.id)
        db.session.execute(said.values(involvement_id=same.id))
        _fold(same, row)
        db.session.delete(row)
    db.session.flush()


def _of(child_id: uuid.UUID) -> list[Involvement]:
    wanted = select(Involvement).where(Involvement.child_id == child_id).order_by(Involvement.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _leads(row: Involvement) -> bool:
    return row.is_lead and row.ended_on is None


def _same(row: Involvement, others: list[Involvement]) -> Involvement | None:
    """The same organisation, kind and person at the same time, as sources are understood."""
    alike = [
        one
        for one in others
        if (one.source == row.source or OWN_WORD in {one.source, row.source})
        and (one.organisation_id, one.kind) == (row.organisation_id, row.kind)
        and overlap((one.started_on, one.ended_on), (row.started_on, row.ended_on))
    ]
    exact = [one for one in alike if one.practitioner_id == row.practitioner_id]
    unnamed = [
        one
        for one in alike
        if one.source == row.source and None in (one.practitioner_id, row.practitioner_id)
    ]
    return next(iter(exact or unnamed), None)


def _fold(same: Involvement, row: Involvement) -> None:
    """What both say together. A person's own word stays one."""
    ends = (same.ended_on, row.ended_on)
    same.practitioner_id = same.practitioner_id or row.practitioner_id
    same.started_on = _first(same.started_on, row.started_on)
    same.ended_on = None if None in ends else max(day for day in ends if day)
    same.is_lead = same.is_lead or row.is_lead
    same.has_early_help_assessment |= row.has_early_help_assessment
    confirmed = [day for day in (same.last_confirmed_on, row.last_confirmed_on) if day]
    same.last_confirmed_on = max(confirmed, default=None)
    if row.source == OWN_WORD:
        same.source, same.source_on = row.source, row.source_on


def _first(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return min((day for day in (one, other) if day), default=None)
