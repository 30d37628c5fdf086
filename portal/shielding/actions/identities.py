"""A new identity: a record that nothing joins to the old one, and the pair that keeps it so."""

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import vault
from portal.children.actions import begin_record, hide_child
from portal.children.queries import Lead, leads_to
from portal.children.rules import Gender
from portal.children.vault import Grade, Shelf, ledger
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict
from portal.shielding.actions.lookalikes import shield_also
from portal.shielding.actions.pairs import keep_apart
from portal.shielding.actions.reviews import check_lift
from portal.shielding.actions.tasks import open_tasks
from portal.shielding.queries.documents import document
from portal.shielding.queries.identities import (
    PairLine,
    marks_of_pair,
    pair,
    pair_lines,
    same_records,
)
from portal.shielding.rules.documents import Content, DocumentKind, marks_of
from portal.shielding.rules.shields import Beginning


class OldNameLeads(Conflict):
    """A search by an old name would offer the new record: says by which. Nothing has begun."""

    def __init__(self, leads: tuple[Lead, ...]) -> None:
        super().__init__(
            _l("A search by an old name offers the new record. Change it, or choose how it begins.")
        )
        self.leads = leads


def begin_identity(
    *,
    shield_id: uuid.UUID,
    given_names: str,
    family_name: str,
    date_of_birth: dt.date,
    gender: Gender,
    beginning: Beginning | None = None,
    by: Identity,
) -> uuid.UUID:
    """Give a shielded child a new record without a pointer to the old one; return the pair's id.

    The old record is absent from now on. Raises NotFound, Invalid, Conflict (the shield is lifted,
    or a new identity has begun already); OldNameLeads where a search by an old name offers the new
    record and beginning does not say how it begins nevertheless. Then nothing has begun.
    """
    shield = _may_be_left(shield_id)
    old = uuid.UUID(shield["child_id"])
    with db.session.begin_nested():
        shield = _made_absent(shield_id, shield, by)
        new = begin_record(
            given_names=given_names, family_name=family_name, date_of_birth=date_of_birth,
            gender=gender, by=by,
        )  # fmt: skip
        if beginning is None and (leads := leads_to(new, hidden_id=old, by=by)):
            raise OldNameLeads(leads)
        pair_id = _kept_apart(old, new, beginning, by)
        _begin_hidden(new, shield, beginning, by)
        open_tasks(child_id=old, shield_id=shield_id, by=by)
    return pair_id


def look_at_pairs(*, by: Identity) -> tuple[PairLine, ...]:
    """Return the pairs that must never be joined; the look is logged."""
    lines = pair_lines(by)
    record(Event.SHIELD_LISTED, by=by, subject_kind="shield")
    return lines


def propose_unpair(*, pair_id: uuid.UUID, by: Identity) -> None:
    """Propose that two records need no longer be kept apart. Raises NotFound and Conflict."""
    content = _pair(pair_id)
    if content["lift"] is not None:
        if content["lift"]["by"] == str(by.account_id):
            return
        raise Conflict(_l("Somebody else has proposed this already: confirm or withdraw it."))
    lift = {"by": str(by.account_id), "at": clock.now().isoformat()}
    _keep(pair_id, content | {"lift": lift})
    _note(Event.SHIELD_UNPAIRED, pair_id, by, proposed=True)


def withdraw_unpair(*, pair_id: uuid.UUID, by: Identity) -> None:
    """Take such a proposal back, one's own or another's. Raises NotFound."""
    content = _pair(pair_id)
    if content["lift"] is not None:
        _keep(pair_id, content | {"lift": None})
        _note(Event.SHIELD_UNPAIRED, pair_id, by, withdrawn=True)


def confirm_unpair(*, pair_id: uuid.UUID, by: Identity) -> None:
    """End a pair that another officer proposed to end a day ago or earlier.

    Both records stay as hidden as they are. Raises NotFound, Conflict, TooEarly.
    """
    content = _pair(pair_id)
    check_lift(lift=content["lift"], by=by)
    vault.remove(Shelf.PAIR, pair_id)
    _note(
        Event.SHIELD_UNPAIRED, pair_id, by,
        old=content["old"], new=content["new"], proposed_by=content["lift"]["by"],
    )  # fmt: skip


def _may_be_left(shield_id: uuid.UUID) -> Content:
    """A shield in force whose child has no new identity yet, nobody else writing meanwhile."""
    vault.enter()
    shield = document(DocumentKind.SHIELD, shield_id)
    if shield["closed_at"] is not None:
        raise Conflict(_l("This shield has been lifted."))
    if vault.is_kept_apart(uuid.UUID(shield["child_id"])):
        raise Conflict(_l("This child has a new identity already."))
    return shield


def _kept_apart(
    old: uuid.UUID, new: uuid.UUID, beginning: Beginning | None, by: Identity
) -> uuid.UUID:
    """No feed or person joins the new record to the old one, or to another of the same child."""
    pair_id = keep_apart(old=old, new=new, beginning=beginning, by=by)
    for also in same_records(old):
        keep_apart(old=also, new=new, by=by)
    return pair_id


def _made_absent(shield_id: uuid.UUID, shield: Content, by: Identity) -> Content:
    if shield["grade"] == Grade.ABSENT.value:
        return shield
    child_id = uuid.UUID(shield["child_id"])
    hide_child(child_id=child_id, grade=Grade.ABSENT, by=by)
    # A proposal to lift was about the milder grade.
    absent = shield | {"grade": Grade.ABSENT.value, "lift": None}
    vault.keep(Shelf.SHIELD, shield_id, absent, marks=marks_of(absent))
    ledger.accompany(child_id, Shelf.SHIELD, shield_id, absent, marks=marks_of(absent))
    return absent


def _begin_hidden(
    new: uuid.UUID, shield: Content, beginning: Beginning | None, by: Identity
) -> None:
    """Hide a new record from its first moment on, under a shield like the old one's."""
    if beginning not in {Beginning.ABSENT, Beginning.MASKED}:
        return
    grade = Grade(beginning)
    hide_child(child_id=new, grade=grade, by=by)
    shield_also(child_id=new, beside=shield | {"grade": grade.value}, by=by)


def _pair(pair_id: uuid.UUID) -> Content:
    """The document of a pair, nobody else writing meanwhile."""
    vault.enter()
    return pair(pair_id)


def _keep(pair_id: uuid.UUID, content: Content) -> None:
    vault.keep(Shelf.PAIR, pair_id, content, marks=marks_of_pair(content))


def _note(event: Event, pair_id: uuid.UUID, by: Identity, **details: object) -> None:
    record(event, by=by, subject_kind="shield", subject_id=pair_id, details=details)
