"""Asking for a shield, and deciding: who asked learns that it was dealt with, and nothing more."""

import datetime as dt
import secrets
import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.permissions import Permission
from portal.access.policy import may
from portal.children import vault
from portal.children.actions import hide_child
from portal.children.vault import Grade, Shelf, ledger
from portal.core import clock
from portal.core.db import random_id
from portal.core.errors import Conflict, Invalid
from portal.shielding import queries
from portal.shielding.actions.tasks import close_tasks_about, open_tasks
from portal.shielding.queries.documents import document, in_force
from portal.shielding.queries.sheets import ShieldRequestSheet
from portal.shielding.queries.shields import request_sheet
from portal.shielding.rules import DIGITS, request_number
from portal.shielding.rules.documents import (
    Content,
    DocumentKind,
    again_mark,
    marks_of,
    number_mark,
)
from portal.shielding.rules.shields import (
    GRANTED,
    AskedFor,
    Ground,
    Refusal,
    is_stricter,
    may_be_reviewed_on,
)


def request_shield(
    *,
    child_id: uuid.UUID,
    asked_for: AskedFor,
    ground: Ground,
    wish: Grade | None = None,
    by: Identity,
) -> uuid.UUID:
    """Ask for a shield on a child whose record the person may look at now; return the request's id.

    Only a shield officer's wish for a grade is kept. Asking again while the first is open gives the
    first. Raises ReasonNeeded and NotFound.
    """
    queries.check_may_ask(child_id, by)
    vault.enter()
    again = vault.marked(Shelf.SHIELD, [again_mark(by.account_id, child_id)], most=1)
    request_id = again[0][0] if again else random_id()
    if not again:
        wanted = wish if may(Permission.SHIELD_DECIDE, by) else None
        keep_request(
            request_id=request_id, child_id=child_id, asked_for=asked_for, ground=ground,
            wish=wanted, by=by,
        )  # fmt: skip
    _note_request(request_id, child_id, is_again=bool(again), by=by)
    return request_id


def request_shield_beside(*, task_id: uuid.UUID, by: Identity) -> uuid.UUID:
    """Ask for a shield, on the same ground, on a child who lives beside a hidden one.

    Raises NotFound, and Conflict when that was settled already.
    """
    vault.enter()
    task = document(DocumentKind.TASK, task_id)
    if task["closed_at"] is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    child_id = uuid.UUID(task["child_id"])
    again = vault.marked(Shelf.SHIELD, [again_mark(by.account_id, child_id)], most=1)
    request_id = again[0][0] if again else random_id()
    if not again:
        beside = document(DocumentKind.SHIELD, uuid.UUID(task["shield_id"]))
        keep_request(
            request_id=request_id, child_id=child_id, asked_for=AskedFor.OWN,
            ground=Ground(beside["ground"]), wish=Grade(beside["grade"]), by=by,
        )  # fmt: skip
    _note_request(request_id, child_id, is_again=bool(again), by=by)
    return request_id


def open_shield_request(*, request_id: uuid.UUID, by: Identity) -> ShieldRequestSheet:
    """Show a request and which child it is about; the look is logged. Raises NotFound."""
    sheet = request_sheet(request_id, by)
    record(
        Event.SHIELD_OPENED, by=by, subject_kind="shield", subject_id=request_id,
        details={
            "child": sheet.child.child_id if sheet.child else None,
            "alike": [one.child_id for one in sheet.alike],
        },
    )  # fmt: skip
    return sheet


def grant_shield(
    *, request_id: uuid.UUID, grade: Grade, review_on: dt.date, by: Identity
) -> uuid.UUID:
    """Hide the child of a request; return the shield's id.

    A child who is masked can be made absent by a further request. Raises NotFound when the record
    has gone, Invalid for a review too far off, Conflict when it is decided otherwise.
    """
    vault.enter()
    content = document(DocumentKind.REQUEST, request_id)
    if _is_again(content, GRANTED, by):
        return uuid.UUID(content["shield_id"])
    _check_review(review_on)
    child_id = uuid.UUID(content["child_id"])
    shield_id, shield = _shield_for(content, request_id, grade, review_on, by)
    hide_child(child_id=child_id, grade=grade, by=by)
    vault.keep(Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
    ledger.accompany(child_id, Shelf.SHIELD, shield_id, shield, marks=marks_of(shield))
    close_tasks_about(child_id=child_id, by=by)
    open_tasks(child_id=child_id, shield_id=shield_id, by=by)
    _close(request_id, content | {"shield_id": str(shield_id)}, GRANTED, by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=shield_id,
        details={
            "child": child_id, "request": request_id, "decision": GRANTED, "grade": grade.value,
            "ground": content["ground"], "review_on": review_on,
        },
    )  # fmt: skip
    return shield_id


def refuse_shield(*, request_id: uuid.UUID, refusal: Refusal, by: Identity) -> None:
    """Refuse a request. Raises NotFound, and Conflict when it is decided otherwise."""
    vault.enter()
    content = document(DocumentKind.REQUEST, request_id)
    if _is_again(content, refusal.value, by):
        return
    _close(request_id, content, refusal.value, by)
    record(
        Event.SHIELD_DECIDED, by=by, subject_kind="shield", subject_id=request_id,
        details={"child": content["child_id"], "decision": refusal.value},
    )  # fmt: skip


def keep_request(
    *,
    request_id: uuid.UUID,
    child_id: uuid.UUID,
    asked_for: AskedFor,
    ground: Ground,
    wish: Grade | None,
    by: Identity,
) -> None:
    """Keep a new request; for the actions of this room, in their transaction."""
    content: Content = {
        "kind": DocumentKind.REQUEST.value, "number": _unused_number(), "child_id": str(child_id),
        "asker": str(by.account_id), "asked_for": asked_for.value, "ground": ground.value,
        "wish": wish.value if wish else None, "made_at": clock.now().isoformat(),
        "closed_at": None, "closed_by": [], "outcome": "", "shield_id": None,
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, request_id, content, marks=marks_of(content))


def _note_request(
    request_id: uuid.UUID, child_id: uuid.UUID, *, is_again: bool, by: Identity
) -> None:
    record(
        Event.SHIELD_REQUESTED, by=by, subject_kind="shield", subject_id=request_id,
        details={"child": child_id, "again": is_again},
    )  # fmt: skip


def _shield_for(
    content: Content, request_id: uuid.UUID, grade: Grade, review_on: dt.date, by: Identity
) -> tuple[uuid.UUID, Content]:
    """A new shield, or the one in force with a stricter grade on the ground of the new request.

    Whoever proposed to lift the milder one has not looked at the new risk: the proposal ends.
    """
    held = in_force(uuid.UUID(content["child_id"]))
    if held is not None:
        if not is_stricter(grade, Grade(held[1]["grade"])):
            raise Conflict(_l("The details of this child are withheld already."))
        return held[0], held[1] | {
            "grade": grade.value, "ground": content["ground"],
            "review_on": review_on.isoformat(), "lift": None,
        }  # fmt: skip
    return random_id(), {
        "kind": DocumentKind.SHIELD.value, "child_id": content["child_id"],
        "request_id": str(request_id), "grade": grade.value, "ground": content["ground"],
        "made_by": str(by.account_id), "made_at": clock.now().isoformat(),
        "review_on": review_on.isoformat(), "reviews": [], "appeals": [], "lift": None,
        "closed_at": None, "closed_by": [],
    }  # fmt: skip


def _is_again(content: Content, outcome: str, by: Identity) -> bool:
    """True when the same person decided the same before: a button pressed twice."""
    if content["closed_at"] is None:
        return False
    if content["outcome"] == outcome and content["closed_by"] == [str(by.account_id)]:
        return True
    raise Conflict(_l("This request has been decided already."))


def _close(request_id: uuid.UUID, content: Content, outcome: str, by: Identity) -> None:
    settled = content | {
        "outcome": outcome, "closed_at": clock.now().isoformat(), "closed_by": [str(by.account_id)],
    }  # fmt: skip
    vault.keep(Shelf.SHIELD, request_id, settled, marks=marks_of(settled))


def _check_review(review_on: dt.date) -> None:
    if not may_be_reviewed_on(review_on, clock.today()):
        raise Invalid(_l("The review date must be after today and at most six months on."))


def _unused_number() -> str:
    while True:
        number = request_number(secrets.randbelow(10**DIGITS))
        if not vault.marked(Shelf.SHIELD, [number_mark(number)], most=1):
            return number
