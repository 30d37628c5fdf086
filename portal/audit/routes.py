"""Doors of the auditor."""

from flask import Response, request

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.access.reasons import LOGGED
from portal.accounts.rules.words import ROLES
from portal.audit import actions, room
from portal.audit.forms import ExtractForm, read_account, read_count
from portal.audit.queries import Extract, LogSheet
from portal.audit.rules import EVENTS, OUTCOMES, SUBJECTS
from portal.core.forms import ask_again
from portal.core.pages import page


@room.get("/log", requires=Permission.LOG_READ)
def log() -> Response:
    """Show lines of the access log, newest first."""
    form = ExtractForm(request.args)
    if not form.validate():
        return ask_again("audit/log.html", form, sheet=None, extract=None)
    extract = Extract(
        day=form.day.data,
        event=form.chosen_event(),
        account_id=read_account(request.args.get("account", "")),
        before=read_count(request.args.get("before", "")),
    )
    sheet = actions.look_at_log(extract=extract, by=current_identity())
    return page(
        "audit/log.html",
        form=form,
        sheet=sheet,
        extract=extract,
        older=_older(extract, sheet),
        events=EVENTS,
        outcomes=OUTCOMES,
        reasons=LOGGED,
        roles=ROLES,
        subjects=SUBJECTS,
    )


def _older(extract: Extract, sheet: LogSheet) -> dict[str, object]:
    """What the address of the next page says; empty when there is none."""
    if sheet.older is None:
        return {}
    said: dict[str, object] = {"before": sheet.older, "account": extract.account_id}
    said["event"] = extract.event.value if extract.event else None
    if extract.day:
        parts = {"day": extract.day.day, "month": extract.day.month, "year": extract.day.year}
        said |= {f"day-{part}": number for part, number in parts.items()}
    return said
