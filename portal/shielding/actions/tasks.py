"""Children at the address of a hidden one: whoever stays in the open there gives it away."""

import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.queries import at_same_address
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Conflict
from portal.shielding.queries.documents import about, document, waiting
from portal.shielding.queries.sheets import TaskLine
from portal.shielding.queries.shields import task_line
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import TaskOutcome


def open_task(*, task_id: uuid.UUID, by: Identity) -> TaskLine:
    """Show which child lives beside a hidden one; the look is logged. Raises NotFound."""
    line = task_line(task_id, by)
    children = [one.child_id for one in (line.child, line.beside) if one]
    record(
        Event.SHIELD_OPENED, by=by, subject_kind="shield", subject_id=task_id,
        details={"children": children},
    )  # fmt: skip
    return line


def settle_task(*, task_id: uuid.UUID, outcome: TaskOutcome, by: Identity) -> None:
    """Say that a child beside a hidden one stays in the open, and why. The same again does nothing.

    Raises NotFound, and Conflict when it was settled otherwise.
    """
    vault.enter()
    content = document(DocumentKind.TASK, task_id)
    if content["outcome"] == outcome.value:
        return
    if content["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    _close(task_id, content, outcome, by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=task_id,
        details={"child": content["child_id"], "decision": outcome.value},
    )  # fmt: skip


def open_tasks(*, child_id: uuid.UUID, shield_id: uuid.UUID, by: Identity) -> None:
    """Make a task of every child at the address of a hidden one that was not looked at yet; for the
    actions of this room, in their transaction."""
    for other in at_same_address(child_id):
        known = about(DocumentKind.TASK, other.child_id)
        if any(content["beside"] == str(child_id) for _, content in known):
            continue
        content: Content = {
            "kind": DocumentKind.TASK.value, "child_id": str(other.child_id),
            "beside": str(child_id), "shield_id": str(shield_id),
            "made_at": clock.now().isoformat(), "made_by": str(by.account_id),
            "outcome": "", "closed_at": None, "closed_by": [],
        }  # fmt: skip
        vault.keep(Shelf.SHIELD, random_id(), content, marks=marks_of(content))


def close_tasks_about(*, child_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits about a child who is hidden now; for the actions of this room."""
    for task_id, content in about(DocumentKind.TASK, child_id):
        if content["closed_at"] is None:
            _close(task_id, content, TaskOutcome.SHIELDED, by)


def close_tasks_beside(*, shield_id: uuid.UUID, by: Identity) -> None:
    """Settle what waits beside a child who is no longer hidden; for the actions of this room."""
    for task_id, content in waiting(DocumentKind.TASK):
        if content["shield_id"] == str(shield_id):
            _close(task_id, content, TaskOutcome.LEFT, by)


def _close(task_id: uuid.UUID, content: Content, outcome: TaskOutcome, by: Identity) -> None:
    settled = content | {
        "outcome": outcome.value, "closed_at": clock.now().isoformat(),
        "closed_by": [str(by.account_id)],
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, task_id, settled, marks=marks_of(settled))
