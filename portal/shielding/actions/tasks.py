"""Records in the open that give a hidden child away: of children at its address, and second records
of the child itself."""

import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.queries import at_same_address, lookalikes, shared_homes
from portal.children.vault import Grade, Shelf
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Conflict
from portal.shielding.queries.documents import about, document, in_force, waiting
from portal.shielding.queries.sheets import TaskLine
from portal.shielding.queries.shields import task_line
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import LEFT_AS_IT_IS, TaskOutcome
from portal.shielding.rules.tasks import is_beside, joined, unjudged


def open_task(*, task_id: uuid.UUID, by: Identity) -> TaskLine:
    """Show which record may give a hidden child away; the look is logged. Raises NotFound."""
    line = task_line(task_id, by)
    children = [one.child_id for one in (line.child, line.beside) if one]
    record(
        Event.SHIELD_OPENED, by=by, subject_kind="shield", subject_id=task_id,
        details={"children": children},
    )  # fmt: skip
    return line


def settle_task(*, task_id: uuid.UUID, outcome: TaskOutcome, by: Identity) -> None:
    """Say that a record beside a hidden child stays in the open, and why. The same again does
    nothing.

    Raises NotFound, and Conflict when it was settled otherwise, or when more must be said: of a
    child at the same address, whether they live together.
    """
    vault.enter()
    content = document(DocumentKind.TASK, task_id)
    if content["outcome"] == outcome.value:
        return
    if content["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if (outcome is TaskOutcome.ANOTHER) == is_beside(content):
        raise Conflict(_l("They have the same address: say whether they live together."))
    _close(task_id, content, outcome, by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=task_id,
        details={"child": content["child_id"], "decision": outcome.value},
    )  # fmt: skip


def open_tasks(*, child_id: uuid.UUID, shield_id: uuid.UUID, by: Identity) -> None:
    """Make a task of every record in the open that may give a hidden child away and was not judged
    yet; for the actions of this room, in their transaction."""
    grade = Grade(document(DocumentKind.SHIELD, shield_id)["grade"])
    beside = {
        one.child_id: shared_homes(child_id, one.child_id) for one in at_same_address(child_id)
    }
    alike = dict.fromkeys(one.child_id for one in lookalikes(child_id, to_be=grade))
    for other in alike | beside:
        content: Content = {
            "kind": DocumentKind.TASK.value, "child_id": str(other), "beside": str(child_id),
            "shield_id": str(shield_id), "homes": beside.get(other, []), "is_alike": other in alike,
            "made_at": clock.now().isoformat(), "made_by": str(by.account_id),
            "outcome": "", "closed_at": None, "closed_by": [],
        }  # fmt: skip
        _open_unless_judged(content)


def open_tasks_of_stewards(*, by: Identity) -> None:
    """Make a task of every pair of which a data steward has said that it is one child, and one of
    whom is hidden, or hidden further than the other; for the actions of this room."""
    for held in vault.said_same():
        milder, stricter = sorted(held.pair, key=_strictness)
        shield = in_force(stricter)
        if shield and _strictness(milder) < _strictness(stricter):
            _open_unless_judged({
                "kind": DocumentKind.TASK.value, "child_id": str(milder), "beside": str(stricter),
                "shield_id": str(shield[0]), "homes": [], "is_alike": True,
                "made_at": clock.now().isoformat(), "made_by": str(by.account_id),
                "outcome": "", "closed_at": None, "closed_by": [],
            })  # fmt: skip
        vault.note_told(held)


def _strictness(child_id: uuid.UUID) -> int:
    return (None, Grade.MASKED, Grade.ABSENT).index(vault.grade_of(child_id))


def close_tasks_about(*, child_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits about a child who is hidden now; for the actions of this room."""
    for task_id, content in about(DocumentKind.TASK, child_id):
        if content["closed_at"] is None:
            _close(task_id, content, TaskOutcome.SHIELDED, by)


def close_tasks_beside(*, shield_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits beside a child who is no longer hidden; for the actions of this room."""
    for task_id, content in waiting(DocumentKind.TASK):
        if content["shield_id"] == str(shield_id):
            _close(task_id, content, TaskOutcome.LIFTED, by)


def close_task_as_same(*, task_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits about a record of the same child; for the actions of this room."""
    _close(task_id, document(DocumentKind.TASK, task_id), TaskOutcome.SAME, by)


def _open_unless_judged(content: Content) -> None:
    """What waits learns what else speaks for it. What an officer has judged is asked again only
    for an address that they did not know of."""
    known = [
        (task_id, one)
        for task_id, one in about(DocumentKind.TASK, uuid.UUID(content["child_id"]))
        if one["beside"] == content["beside"]
    ]
    for task_id, waits in known:
        if waits["closed_at"] is None:
            _keep(task_id, waits | joined(waits, content))
            return
    judged = [one for _, one in known if one["outcome"] in LEFT_AS_IT_IS]
    fresh = content | unjudged(content, judged)
    if fresh["homes"] or fresh["is_alike"]:
        _keep(random_id(), fresh)


def _close(task_id: uuid.UUID, content: Content, outcome: TaskOutcome, by: Identity) -> None:
    settled = content | {
        "outcome": outcome.value, "closed_at": clock.now().isoformat(),
        "closed_by": [str(by.account_id)],
    }  # fmt: skip
    _keep(task_id, settled)


def _keep(task_id: uuid.UUID, content: Content) -> None:
    vault.keep(Shelf.SHIELD, task_id, content, marks=marks_of(content))
