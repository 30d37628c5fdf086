"""What changes an installation as a whole."""

import uuid

from flask import current_app

from portal.access.identity import Identity
from portal.access.log import Event, record, start_chain
from portal.access.permissions import Role
from portal.access.reasons import forget_all_reasons
from portal.access.state import State, begin_live, begin_state, change_state, was_live
from portal.accounts.actions import add_account, issue_link
from portal.accounts.actions.ending import end_all_access
from portal.children.vault import ledger
from portal.core import clock
from portal.core.db import db
from portal.core.keys import Keys
from portal.directory.actions import import_authorities, put_organisation
from portal.directory.queries import organisation_by_code
from portal.feeds.actions import count_quality
from portal.feeds.queries import Gate, gate
from portal.lifecycle.rules import FIRST_TERM, Answers


def begin_portal(*, answers: Answers, by: Identity) -> str:
    """Write the first rows of a real installation; returns the token of the first enrolment link.

    The first account gives others access and so sees no child: no role has everything.
    """
    start_chain(db.session, _keys().log)
    begin_state(is_sandbox=False)
    record(Event.PORTAL_SET_UP, by=by)
    today = clock.today()
    until = today + FIRST_TERM
    import_authorities(facts=[answers.authority], by=by)
    team = answers.index_team
    put_organisation(facts=team, source="setup", source_on=today, accredited_until=until, by=by)
    home = organisation_by_code(team.code)
    assert home is not None
    account_id = add_account(
        email=answers.admin_email,
        name=answers.admin_name,
        roles=[Role.AUTHORISER],
        organisation_id=home.id,
        trained_until=until,
        vetted_until=until,
        reviewed_until=until,
        by=by,
    )
    return issue_link(account_id=account_id, by=by)


def begin_sandbox(*, children: int | None, by: Identity) -> None:
    """Fill an empty installation with the invented town; children says how many, None all."""
    # The sandbox is no part of a running portal: it is brought in only here.
    from portal.sandbox import town
    from portal.sandbox.load import load

    start_chain(db.session, _keys().log)
    wanted = {} if children is None else {"children": children}
    load(town(on=clock.today(), **wanted), by=by)


def link_again(*, account_id: uuid.UUID, by: Identity) -> str:
    """Issue another enrolment link for the first account, whose own was lost; returns its token."""
    return issue_link(account_id=account_id, by=by)


def note_care(*, event: Event, details: dict[str, object], by: Identity) -> None:
    """Leave a line about the care of the installation: a back-up, an upgrade."""
    record(event, by=by, details=details)


def begin_after_restore(*, made_at: str, by: Identity) -> None:
    """End every session, link and reason that the back-up brought back; let the ledger be replayed
    before anybody is served."""
    end_all_access(by=by)
    forget_all_reasons()
    ledger.await_replay()
    record(Event.PORTAL_RESTORED, by=by, details={"made_at": made_at})


def go_live(*, by: Identity) -> Gate:
    """Count how well the index is filled, and open the portal to everybody if that and the others'
    word allow it; returns how the gate stood. The portal is being prepared."""
    count_quality(by=by)
    found = gate()
    if found.is_open:
        begin_live(by=by)
    return found


def stop_portal(*, by: Identity) -> None:
    """Close every door but sign-in, at once and for everybody."""
    change_state(state=State.STOPPED, by=by)


def resume_portal(*, by: Identity) -> None:
    """Open the portal again, to those to whom it was open before."""
    change_state(state=State.LIVE if was_live() else State.PREPARING, by=by)


def _keys() -> Keys:
    keys: Keys = current_app.extensions["portal_keys"]
    return keys
