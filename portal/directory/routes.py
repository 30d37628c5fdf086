"""Doors of practitioners' entries, for the data steward: what sources say, and putting it right.

Finding answers the POST with a way to the entry: an address is never part of a link.
"""

import uuid
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.core.errors import Conflict
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.directory import actions, queries, room
from portal.directory.forms import EntryForm, FindEntryForm, SeenForm

ENTRIES, ENTRY = "directory/practitioners.html", "directory/practitioner.html"
# One sentence for every answer.
DONE = {
    "saved": _l("What you wrote is saved."),
    "again": _l("What sources say stands again."),
}


@room.get("/practitioners", requires=Permission.CORRECTION_READ)
def practitioners() -> Response:
    """List practitioners of whom sources say different things, and ask for an address."""
    return _list(FindEntryForm(), 200)


@room.post("/practitioners", requires=Permission.CORRECTION_READ)
def find_practitioner() -> Response:
    """Lead to the entry with this work e-mail address."""
    form = FindEntryForm()
    if not form.validate():
        return _list(form, 422)
    found = queries.practitioner_by_email(form.email.data or "")
    if found is None:
        form.add_error(_("Nobody in the directory has this address"), "email")
        return _list(form, 422)
    return redirect_to("directory.practitioner", practitioner_id=found.id)


@room.get("/practitioners/<uuid:practitioner_id>", requires=Permission.CORRECTION_READ)
def practitioner(practitioner_id: uuid.UUID) -> Response:
    """Show an entry, and what each source says."""
    sheet = actions.open_entry(practitioner_id=practitioner_id, by=current_identity())
    form = EntryForm.about(sheet)
    return page(ENTRY, form=form, sheet=sheet, **_around())


@room.post("/practitioners/<uuid:practitioner_id>", requires=Permission.CORRECTION_SETTLE)
def correct_practitioner(practitioner_id: uuid.UUID) -> Response:
    """Keep what is right."""
    by = current_identity()
    sheet = actions.open_entry(practitioner_id=practitioner_id, by=by)
    form = EntryForm(sheet.places)
    if not form.validate():
        return ask_again(ENTRY, form, sheet=sheet, **_around())
    try:
        actions.correct_entry(
            practitioner_id=practitioner_id, details=form.details, seen=str(form.seen.data), by=by
        )
    except actions.EntryChanged:
        sheet = actions.open_entry(practitioner_id=practitioner_id, by=by)
        form.say_changed(sheet.seen)
        return page(ENTRY, status=Conflict.status, form=form, sheet=sheet, **_around())
    return _back(practitioner_id, "saved")


@room.post("/practitioners/<uuid:practitioner_id>/take-back", requires=Permission.CORRECTION_SETTLE)
def take_back_practitioner(practitioner_id: uuid.UUID) -> Response:
    """Let what sources say stand again."""
    by, form = current_identity(), SeenForm()
    try:
        actions.take_back_entry(practitioner_id=practitioner_id, seen=str(form.seen.data), by=by)
    except actions.EntryChanged:
        sheet = actions.open_entry(practitioner_id=practitioner_id, by=by)
        fresh = EntryForm.about(sheet)
        fresh.say_changed(sheet.seen)
        return page(ENTRY, status=Conflict.status, form=fresh, sheet=sheet, **_around())
    return _back(practitioner_id, "again")


def _list(form: FindEntryForm, status: int) -> Response:
    differing = actions.list_differing(by=current_identity())
    return page(ENTRIES, status=status, form=form, differing=differing)


def _around() -> dict[str, Any]:
    """What was done, and the correction from which somebody came."""
    return {"done": DONE.get(request.args.get("done", "")), "correction_id": _correction()}


def _correction() -> uuid.UUID | None:
    return request.args.get("correction", type=uuid.UUID)


def _back(practitioner_id: uuid.UUID, done: str) -> Response:
    came_from = {"correction": _correction()} if _correction() else {}
    return redirect_to(
        "directory.practitioner", practitioner_id=practitioner_id, done=done, **came_from
    )
