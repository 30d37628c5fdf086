"""A child to hide, and everything the index holds of it."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children.models import ChildMerge, ChildRecord, Correction, LocalCorrection
from portal.children.vault.moving import BESIDE
from portal.children.visibility import Job, everything
from portal.core.db import Base

OFFICER = "shield_officer"


def rows_of(session: Session, child_id: uuid.UUID) -> dict[str, list[dict[str, Any]]]:
    """Return every row about a child outside the vault and the log, by table."""
    session.expire_all()
    found = {"child": _as_dicts(session, everything(Job.VAULT).where(ChildRecord.id == child_id))}
    for model in BESIDE:
        key = model.__table__.primary_key
        wanted = select(model).where(model.child_id == child_id).order_by(*key)
        found[model.__tablename__] = _as_dicts(session, wanted)
    return found


def _as_dicts(session: Session, wanted: Any) -> list[dict[str, Any]]:
    rows: list[Base] = list(session.scalars(wanted))
    return [{one.name: getattr(row, one.name) for one in row.__table__.columns} for row in rows]


def child_with_everything(session: Session) -> uuid.UUID:
    """Return a child of the town who has former names, an address, carers, numbers, contacts."""
    full = everything(Job.VAULT).where(ChildRecord.lifecycle == "active")
    for model in set(BESIDE) - {ChildMerge, Correction, LocalCorrection}:
        full = full.where(ChildRecord.id.in_(select(model.child_id)))
    child = session.scalars(full.order_by(ChildRecord.record_number)).first()
    assert child is not None, "the town has such a child"
    return child.id
