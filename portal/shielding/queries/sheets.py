"""What an officer reads of shields and requests, and what an asker reads of their own."""

import datetime as dt
import uuid
from dataclasses import dataclass

from portal.children.queries import SidesSheet
from portal.children.rules import NameSheet
from portal.children.vault import Grade
from portal.shielding.queries.hidden_work import SinceHidden
from portal.shielding.queries.people import Reach
from portal.shielding.rules.shields import (
    AppealOutcome,
    Appellant,
    AskedFor,
    Ground,
    LiftFault,
    LiftReason,
    TaskOutcome,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShieldRequest:
    """A request as whoever made it sees it: received, or dealt with, and nothing more."""

    id: uuid.UUID
    number: str
    made_at: dt.datetime
    is_settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShieldRequestLine:
    """A request in the officers' list: no word of the child."""

    id: uuid.UUID
    number: str
    made_at: dt.datetime
    ground: Ground
    asked_for: AskedFor
    asker: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class ShieldRequestSheet(ShieldRequestLine):
    """All that an officer needs to decide. child is None when the record has gone.

    grade is how far the child is hidden now; outcome is empty while nothing is decided. beside
    counts the children in the open at the same address; alike are the records in the open that may
    be about the same child.
    """

    child: NameSheet | None
    wish: Grade | None
    grade: Grade | None
    shield_id: uuid.UUID | None
    beside: int
    alike: tuple[NameSheet, ...]
    outcome: str
    closed_by: str
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShieldLine:
    """One shield in a list."""

    id: uuid.UUID
    child: NameSheet | None
    grade: Grade
    ground: Ground
    made_at: dt.datetime
    review_on: dt.date
    is_overdue: bool
    proposed_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftSheet:
    """A proposal to lift: by whom, why, from when on another officer may confirm it.

    fault says why this reader may not confirm it now.
    """

    reason: LiftReason
    proposer: str
    proposed_at: dt.datetime
    liftable_from: dt.datetime
    fault: LiftFault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealLine:
    """An appeal: by whom, when it came, what came of it."""

    appellant: Appellant
    received_on: dt.date
    outcome: AppealOutcome
    noted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A review: when, by whom, and the next date it set."""

    made_at: dt.datetime
    reviewer: str
    review_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A record in the open that may give a hidden child away, for an officer to look at.

    is_beside: at the same address. is_alike: it may be about the same child. is_split: the hidden
    record itself may be about two children, who are sides; only the page of the task says so.
    """

    id: uuid.UUID
    child: NameSheet | None
    beside: NameSheet | None
    shield_id: uuid.UUID
    made_at: dt.datetime
    is_beside: bool
    is_alike: bool
    is_split: bool
    outcome: TaskOutcome | None
    sides: SidesSheet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShieldSheet(ShieldLine):
    """One shield with all that was decided about it. The newest review and appeal come last.

    is_kept_apart: the child is one of two that must never be joined. has_new_identity: the old one,
    whose shield stays while the pair does.
    """

    decider: str
    closed_at: dt.datetime | None
    lifters: tuple[str, ...]
    lift: LiftSheet | None
    reviews: tuple[ReviewLine, ...]
    appeals: tuple[AppealLine, ...]
    tasks: tuple[TaskLine, ...]
    recorded_since: tuple[SinceHidden, ...]
    is_kept_apart: bool
    has_new_identity: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """What waits for the shield officers. is_whole is False while searches wait to be read."""

    requests: tuple[ShieldRequestLine, ...]
    overdue: tuple[ShieldLine, ...]
    due: tuple[ShieldLine, ...]
    lifts: tuple[ShieldLine, ...]
    tasks: tuple[TaskLine, ...]
    in_force: int
    alerts: int
    held_back: int
    is_whole: bool
