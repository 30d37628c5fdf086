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
from portal.core.errors import Conflict, NotFound
from portal.shielding.queries.documents import about, document, in_force, waiting
from portal.shielding.queries.sheets import TaskLine
from portal.shielding.queries.shields import task_line
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import LEFT_AS_IT_IS, TaskOutcome
from portal.shielding.rules.tasks import is_beside, joined, split_of, unjudged


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

    Raises NotFound, also for an answer to another question; Conflict when it was settled otherwise,
    or when more must be said: of a child at the same address, whether they live together.
    """
    vault.enter()
    content = document(DocumentKind.TASK, task_id)
    if content["outcome"] == outcome.value:
        return
    if content["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if (outcome is TaskOutcome.ONE_CHILD) != bool(split_of(content)):
        raise NotFound
    if outcome in LEFT_AS_IT_IS and (outcome is TaskOutcome.ANOTHER) == is_beside(content):
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
        content = _begun(shield_id, by) | {
            "child_id": str(other), "beside": str(child_id), "homes": beside.get(other, []),
            "is_alike": other in alike,
        }  # fmt: skip
        _open_unless_judged(content)


def open_tasks_of_stewards(*, by: Identity) -> None:
    """Make a task of what data stewards have said of hidden children: of every pair that it is one
    child, where one is hidden further than the other, and of every record that it is about two; for
    the actions of this room."""
    for held in vault.said_same():
        milder, stricter = sorted(held.pair, key=_strictness)
        shield = in_force(stricter)
        if shield and _strictness(milder) < _strictness(stricter):
            about_pair = {"child_id": str(milder), "beside": str(stricter), "is_alike": True}
            _open_unless_judged(_begun(shield[0], by) | about_pair)
        vault.note_told(held)
    for new_id, wish in vault.wishes():
        child_id = uuid.UUID(wish["child_id"])
        shield = in_force(child_id)
        if shield:
            both = {"child_id": str(child_id), "beside": str(child_id), "split": new_id.hex}
            _keep(random_id(), _begun(shield[0], by) | both)
        vault.keep_wish(new_id, wish | {"is_told": True})


def _begun(shield_id: uuid.UUID, by: Identity) -> Content:
    return {
        "kind": DocumentKind.TASK.value, "shield_id": str(shield_id), "homes": [],
        "is_alike": False, "made_at": clock.now().isoformat(), "made_by": str(by.account_id),
        "outcome": "", "closed_at": None, "closed_by": [],
    }  # fmt: skip


def _strictness(child_id: uuid.UUID) -> int:
    return (None, Grade.MASKED, Grade.ABSENT).index(vault.grade_of(child_id))


def close_tasks_about(*, child_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits about a child who is hidden now; for the actions of this room."""
    for task_id, content in about(DocumentKind.TASK, child_id):
        if content["closed_at"] is None and not split_of(content):
            _close(task_id, content, TaskOutcome.SHIELDED, by)


def close_tasks_beside(*, shield_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits beside a child who is no longer hidden; for the actions of this room."""
    for task_id, content in waiting(DocumentKind.TASK):
        if content["shield_id"] == str(shield_id):
            _close(task_id, content, TaskOutcome.LIFTED, by)


def close_task(*, task_id: uuid.UUID, outcome: TaskOutcome, by: Identity) -> None:
    """Settle a task by what was done; for the actions of this room."""
    _close(task_id, document(DocumentKind.TASK, task_id), outcome, by)


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
