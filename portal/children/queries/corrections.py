"""Which corrections wait."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import LazyString
from sqlalchemy import Select, func, select

from portal.accounts import queries as accounts
from portal.children.models import Correction, Involvement
from portal.children.rules import CORRECTION_KINDS, CorrectionKind, Settlement
from portal.children.visibility import place_shown
from portal.core.db import db
from portal.directory.models import Organisation, Practitioner

CORRECTIONS_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionSheet:
    """What somebody said is wrong; no word of which child. organisation is empty when it is about
    the child's own details.
    """

    id: uuid.UUID
    kind: CorrectionKind
    label: LazyString
    organisation: str
    reporter: str
    reported_at: dt.datetime
    outcome: Settlement | None
    settled_at: dt.datetime | None


def open_corrections() -> list[CorrectionSheet]:
    """Return the corrections that wait, the oldest first, at most a hundred."""
    wanted = _corrections().where(Correction.settled_at.is_(None))
    return _sheets(wanted.order_by(Correction.reported_at).limit(CORRECTIONS_SHOWN))


def count_of_open_corrections() -> int:
    """Return how many corrections wait."""
    open_ones = select(func.count()).where(Correction.settled_at.is_(None))
    return db.session.scalar(open_ones.select_from(Correction)) or 0


def correction(correction_id: uuid.UUID) -> CorrectionSheet | None:
    """Return one correction, also a settled one."""
    return next(iter(_sheets(_corrections().where(Correction.id == correction_id))), None)


def _corrections() -> Select[Correction, Organisation, Practitioner]:
    return (
        select(Correction, Organisation, Practitioner)
        .outerjoin(Involvement, Involvement.id == Correction.involvement_id)
        .outerjoin(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
    )


def _sheets(wanted: Select[Correction, Organisation, Practitioner]) -> list[CorrectionSheet]:
    rows = db.session.execute(wanted).all()
    names = accounts.names_of({row.reported_by for row, _, _ in rows})
    return [
        CorrectionSheet(
            id=row.id,
            kind=CorrectionKind(row.kind),
            label=CORRECTION_KINDS[CorrectionKind(row.kind)],
            organisation=place_shown(place, person) if place else "",
            reporter=names.get(row.reported_by, ""),
            reported_at=row.reported_at,
            outcome=Settlement(row.outcome) if row.outcome else None,
            settled_at=row.settled_at,
        )
        for row, place, person in rows
    ]
