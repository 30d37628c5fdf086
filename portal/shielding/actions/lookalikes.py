"""A further record of a hidden child, found in the open or split from its own: it is hidden under
a shield of its own.
"""

import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.actions import hide_child, split_hidden_record
from portal.children.vault import Grade, Shelf, ledger
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Conflict, NotFound
from portal.shielding.actions.pairs import keep_apart
from portal.shielding.actions.tasks import close_task, close_tasks_about, open_tasks
from portal.shielding.queries.documents import document, in_force
from portal.shielding.queries.identities import new_identities
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import TaskOutcome
from portal.shielding.rules.tasks import is_alike, split_of


def shield_same_child(*, task_id: uuid.UUID, by: Identity) -> None:
    """Hide a record that is about a hidden child, as far and under a shield like the other. The
    same again does nothing.

    Raises NotFound for a task about somebody who only lives there, or a record that has gone;
    Conflict when it was settled otherwise.
    """
    vault.enter()
    task = document(DocumentKind.TASK, task_id)
    if task["outcome"] == TaskOutcome.SAME.value:
        return
    if task["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if not is_alike(task):
        raise NotFound
    child_id = uuid.UUID(task["child_id"])
    beside = document(DocumentKind.SHIELD, uuid.UUID(task["shield_id"]))
    hide_child(child_id=child_id, grade=Grade(beside["grade"]), by=by)
    close_task(task_id=task_id, outcome=TaskOutcome.SAME, by=by)
    shield_also(child_id=child_id, beside=beside, by=by)
    for new in new_identities(uuid.UUID(task["beside"])):
        keep_apart(old=child_id, new=new, by=by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=task_id,
        details={"child": child_id, "decision": TaskOutcome.SAME.value},
    )  # fmt: skip


def split_hidden(*, task_id: uuid.UUID, by: Identity) -> None:
    """Make two hidden records of one, as a data steward wished: both under a shield like the one it
    has. The same again does nothing.

    Raises NotFound for another task, or a child who is not hidden any more; Conflict when it was
    settled otherwise, or the record has changed.
    """
    vault.enter()
    task = document(DocumentKind.TASK, task_id)
    if task["outcome"] == TaskOutcome.SPLIT.value:
        return
    if task["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    if not split_of(task):
        raise NotFound
    new_id = uuid.UUID(split_of(task))
    split_hidden_record(new_id=new_id, by=by)
    close_task(task_id=task_id, outcome=TaskOutcome.SPLIT, by=by)
    beside = document(DocumentKind.SHIELD, uuid.UUID(task["shield_id"]))
    shield_also(child_id=new_id, beside=beside, by=by)
    for new in new_identities(uuid.UUID(task["child_id"])):
        keep_apart(old=new_id, new=new, by=by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=task_id,
        details={"child": new_id, "decision": TaskOutcome.SPLIT.value},
    )  # fmt: skip


def shield_also(*, child_id: uuid.UUID, beside: Content, by: Identity) -> None:
    """Keep a shield like another for a record that was hidden in this transaction, so that somebody
    reviews it; one that it has by now becomes as strict. For the actions of this room."""
    shield_id, shield = in_force(child_id) or (random_id(), _begun_as(child_id, beside, by))
    shield |= {word: beside[word] for word in ("grade", "ground", "review_on")} | {"lift": None}
    vault.keep(Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
    ledger.accompany(child_id, Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
    close_tasks_about(child_id=child_id, by=by)
    open_tasks(child_id=child_id, shield_id=shield_id, by=by)


def _begun_as(child_id: uuid.UUID, beside: Content, by: Identity) -> Content:
    return beside | {
        "child_id": str(child_id), "made_by": str(by.account_id),
        "made_at": clock.now().isoformat(), "reviews": [], "appeals": [],
    }  # fmt: skip
