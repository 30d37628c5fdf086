"""Whether the name index and the records agree."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.children import finding
from portal.children.models import ChildRecord
from portal.children.vault import quarantine
from portal.children.visibility import Job, everything
from portal.core.db import db, random_id


def faults_of_name_index(session: Session | None = None) -> int:
    """Count where the name index and the records disagree; reads every record."""
    return sum(problem.count for problem in finding.check(session or db.session()))


def count_of_children() -> int:
    """Return how many active children there are, as the receipts of feeds tell: who was said to be
    added and lies in quarantine counts. Opens the whole vault."""
    active = everything(Job.NAME_INDEX).where(ChildRecord.lifecycle == "active").subquery()
    held = [row for row in quarantine.everything_held() if row.is_new and not row.is_open]
    return (db.session.scalar(select(func.count()).select_from(active)) or 0) + len(held)


def sampled_faults_of_name_index(session: Session) -> int | None:
    """Count them for a thousand children taken by chance, and for all who are archived; None where
    every record is soon read."""
    if finding.is_small(session):
        return None
    return sum(problem.count for problem in finding.spot_check(session, start=random_id()))


def is_name_index_missing() -> bool:
    """True when there are children and none can be found by name: after an upgrade, or never."""
    return finding.is_missing(db.session())
