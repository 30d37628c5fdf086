"""What is read of shields and of requests for one, as sheets."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children import vault
from portal.children.queries import at_same_address, lookalikes, sides_of_hidden
from portal.children.rules import NameSheet
from portal.children.vault import Grade, Shelf
from portal.children.vault.quarantine import Standing, everything_held
from portal.core import clock
from portal.core.errors import NotFound
from portal.shielding.queries.documents import (
    MOST,
    Documents,
    closed,
    document,
    in_force,
    moment,
    waiting,
)
from portal.shielding.queries.hidden_work import recorded_since_hidden
from portal.shielding.queries.people import NOBODY, child_of, children_of, reaches
from portal.shielding.queries.sheets import (
    AppealLine,
    LiftSheet,
    OwnShieldRequest,
    ReviewLine,
    ShieldLine,
    ShieldRequestLine,
    ShieldRequestSheet,
    ShieldSheet,
    TaskLine,
    WorkList,
)
from portal.shielding.rules.documents import Content, DocumentKind, asker_mark
from portal.shielding.rules.shields import (
    AppealOutcome,
    Appellant,
    AskedFor,
    Ground,
    LiftReason,
    TaskOutcome,
    fault_of_lift,
    is_due,
    is_overdue,
    liftable_from,
)
from portal.shielding.rules.tasks import is_alike, is_beside, split_of


def own_shield_requests(by: Identity) -> tuple[OwnShieldRequest, ...]:
    """Return what this person asked, the newest first."""
    found = vault.marked(Shelf.SHIELD, [asker_mark(by.account_id)], most=MOST)
    own = [_own(request_id, content) for request_id, content in found]
    return tuple(sorted(own, key=lambda one: one.made_at, reverse=True))


def own_shield_request(request_id: uuid.UUID, by: Identity) -> OwnShieldRequest:
    """Return one request of the asker's own. Raises NotFound, also for somebody else's."""
    content = document(DocumentKind.REQUEST, request_id)
    if content["asker"] != str(by.account_id):
        raise NotFound
    return _own(request_id, content)


def work_list(by: Identity, *, is_whole: bool) -> WorkList:
    """Return what waits: requests, reviews, lifts, children beside hidden ones, alerts."""
    shields = shields_in_force(by)
    today = clock.today()
    due = [line for line in shields if is_due(line.review_on, today)]
    return WorkList(
        requests=_request_lines(waiting(DocumentKind.REQUEST)),
        overdue=tuple(line for line in due if line.is_overdue),
        due=tuple(line for line in due if not line.is_overdue),
        lifts=tuple(line for line in shields if line.proposed_at),
        tasks=_tasks(waiting(DocumentKind.TASK), by),
        in_force=len(shields),
        alerts=len(waiting(DocumentKind.ALERT)),
        held_back=sum(row.standing is Standing.WAITING for row in everything_held()),
        is_whole=is_whole,
    )


def shields_in_force(by: Identity) -> tuple[ShieldLine, ...]:
    """Return the shields in force, the next review first."""
    lines = _lines(waiting(DocumentKind.SHIELD), by)
    return tuple(sorted(lines, key=lambda line: (line.review_on, line.made_at)))


def shields_lifted(by: Identity) -> tuple[ShieldLine, ...]:
    """Return the shields that were lifted, the newest first."""
    lines = _lines(closed(DocumentKind.SHIELD), by)
    return tuple(sorted(lines, key=lambda line: line.made_at, reverse=True))


def request_sheet(request_id: uuid.UUID, by: Identity) -> ShieldRequestSheet:
    """Return all that an officer needs to decide a request. Raises NotFound."""
    content = document(DocumentKind.REQUEST, request_id)
    child_id = uuid.UUID(content["child_id"])
    shield = in_force(child_id)
    (line,) = _request_lines([(request_id, content)])
    return ShieldRequestSheet(
        **{name: getattr(line, name) for name in ShieldRequestLine.__dataclass_fields__},
        child=child_of(child_id, by),
        wish=Grade(content["wish"]) if content["wish"] else None,
        grade=vault.grade_of(child_id),
        shield_id=shield[0] if shield else None,
        beside=0 if content["closed_at"] else len(at_same_address(child_id)),
        alike=() if content["closed_at"] else tuple(lookalikes(child_id)),
        outcome=content["outcome"],
        closed_by=_names(content["closed_by"])[0] if content["closed_by"] else "",
        closed_at=moment(content["closed_at"]) if content["closed_at"] else None,
    )


def shield_sheet(shield_id: uuid.UUID, by: Identity) -> ShieldSheet:
    """Return one shield. Raises NotFound."""
    content = document(DocumentKind.SHIELD, shield_id)
    child_id = uuid.UUID(content["child_id"])
    return ShieldSheet(
        **_line(shield_id, content, children_of([child_id], by)),
        decider=_names([content["made_by"]])[0],
        closed_at=moment(content["closed_at"]) if content["closed_at"] else None,
        lifters=_names(content["closed_by"]),
        lift=_lift(content, by),
        reviews=tuple(map(_review, content["reviews"])),
        appeals=tuple(map(_appeal, content["appeals"])),
        tasks=_tasks(_tasks_of(shield_id), by),
        recorded_since=() if content["closed_at"] else recorded_since_hidden(child_id),
        is_kept_apart=vault.is_kept_apart(child_id),
        has_new_identity=vault.has_new_identity(child_id),
    )


def task_line(task_id: uuid.UUID, by: Identity) -> TaskLine:
    """Return one task. Raises NotFound."""
    content = document(DocumentKind.TASK, task_id)
    (line,) = _tasks([(task_id, content)], by)
    waits = line.is_split and line.outcome is None
    return replace(line, sides=sides_of_hidden(split_of(content))) if waits else line


def _own(request_id: uuid.UUID, content: Content) -> OwnShieldRequest:
    return OwnShieldRequest(
        id=request_id,
        number=content["number"],
        made_at=moment(content["made_at"]),
        is_settled=content["closed_at"] is not None,
    )


def _request_lines(found: Documents) -> tuple[ShieldRequestLine, ...]:
    people = reaches(uuid.UUID(content["asker"]) for _, content in found)
    return tuple(
        ShieldRequestLine(
            id=request_id,
            number=content["number"],
            made_at=moment(content["made_at"]),
            ground=Ground(content["ground"]),
            asked_for=AskedFor(content["asked_for"]),
            asker=people.get(uuid.UUID(content["asker"]), NOBODY),
        )
        for request_id, content in found
    )


def _lines(found: Documents, by: Identity) -> list[ShieldLine]:
    children = children_of({uuid.UUID(content["child_id"]) for _, content in found}, by)
    return [ShieldLine(**_line(*one, children)) for one in found]


def _line(
    shield_id: uuid.UUID, content: Content, children: Mapping[uuid.UUID, NameSheet]
) -> dict[str, Any]:
    review_on = dt.date.fromisoformat(content["review_on"])
    return {
        "id": shield_id,
        "child": children.get(uuid.UUID(content["child_id"])),
        "grade": Grade(content["grade"]),
        "ground": Ground(content["ground"]),
        "made_at": moment(content["made_at"]),
        "review_on": review_on,
        "is_overdue": is_overdue(review_on, clock.today()),
        "proposed_at": moment(content["lift"]["at"]) if content["lift"] else None,
    }


def _lift(content: Content, by: Identity) -> LiftSheet | None:
    lift = content["lift"]
    if lift is None:
        return None
    at = moment(lift["at"])
    return LiftSheet(
        reason=LiftReason(lift["reason"]),
        proposer=_names([lift["by"]])[0],
        proposed_at=at,
        liftable_from=liftable_from(at),
        fault=fault_of_lift((lift["by"], at), str(by.account_id), clock.now()),
    )


def _review(content: Content) -> ReviewLine:
    return ReviewLine(
        made_at=moment(content["at"]),
        reviewer=_names([content["by"]])[0],
        review_on=dt.date.fromisoformat(content["review_on"]),
    )


def _appeal(content: Content) -> AppealLine:
    return AppealLine(
        appellant=Appellant(content["appellant"]),
        received_on=dt.date.fromisoformat(content["received_on"]),
        outcome=AppealOutcome(content["outcome"]),
        noted_by=_names([content["by"]])[0],
    )


def _tasks_of(shield_id: uuid.UUID) -> Documents:
    return [one for one in waiting(DocumentKind.TASK) if one[1]["shield_id"] == str(shield_id)]


def _tasks(found: Documents, by: Identity) -> tuple[TaskLine, ...]:
    ids = {uuid.UUID(content[word]) for _, content in found for word in ("child_id", "beside")}
    children = children_of(ids, by)
    return tuple(
        TaskLine(
            id=task_id,
            child=children.get(uuid.UUID(content["child_id"])),
            beside=children.get(uuid.UUID(content["beside"])),
            shield_id=uuid.UUID(content["shield_id"]),
            made_at=moment(content["made_at"]),
            is_beside=is_beside(content),
            is_alike=is_alike(content),
            is_split=bool(split_of(content)),
            outcome=TaskOutcome(content["outcome"]) if content["outcome"] else None,
        )
        for task_id, content in found
    )


def _names(account_ids: list[str]) -> tuple[str, ...]:
    """The names of these accounts in this order; empty where an account has gone."""
    ids = [uuid.UUID(one) for one in account_ids]
    names = accounts.names_of(ids)
    return tuple(names.get(one, "") for one in ids)
