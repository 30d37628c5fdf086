"""Who works with a child and can be asked to ring: from the index, and for officers the hidden."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.permissions import Role
from portal.accounts.models import Account
from portal.children import queries as children
from portal.children import vault
from portal.children.models import ChildRecord, Involvement
from portal.children.rules import Criteria, normal_record_number
from portal.children.visibility import visible
from portal.core.db import db
from portal.core.keys import Keys, unseal
from portal.directory import queries as directory
from portal.directory.queries import PractitionerSheet
from portal.matching import age_window, year_window
from portal.shielding.models import ContactRequest
from portal.shielding.queries.hidden_work import hidden_work
from portal.shielding.queries.posts import post_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Somebody who works with the child now; where they work is said as on the record.

    has_account: they can read a call-back here. is_hidden: the index does not say that they work
    with the child. recorded_since: when they said so themselves after the child was hidden, if
    nothing else is known of them.
    """

    practitioner_id: uuid.UUID
    name: str
    role_title: str
    organisation: str
    phone: str
    has_account: bool
    is_hidden: bool
    recorded_since: dt.datetime | None


def sees_hidden(by: Identity) -> bool:
    """True for those who work with hidden children."""
    return Role.SHIELD_OFFICER in by.roles


def reachable(row: ContactRequest, by: Identity) -> tuple[Reachable, ...]:
    """Return whom this reader may have asked about a request: those of the index first, last those
    who recorded their work themselves after the child was hidden."""
    child_id = child_of_request(row, by)
    if child_id is None:
        return ()
    shown = _in_index(child_id, by)
    hidden = hidden_work(child_id) if sees_hidden(by) else {}
    asker = select(Account.practitioner_id).where(Account.id == row.account_id)
    beside = {one: since for one, since in hidden.items() if one not in shown}
    return _people(shown, beside, without=db.session.scalar(asker))


def child_of_request(row: ContactRequest, by: Identity) -> uuid.UUID | None:
    """Return the child a request is about; for officers also one whom the search before it would
    meet now, because nobody else could be asked about them."""
    named = record_named(row)
    if not sees_hidden(by):
        return named
    if named is not None:
        # It may have been joined to a record that was hidden since.
        return named if _is_known(named, by) else children.hidden_holder(named) or named
    asked, numbers = _asked(typed_of(row), on=row.made_at.date())
    met = vault.probe(asked, numbers=numbers)
    return met.child_id if met else None


def record_named(row: ContactRequest) -> uuid.UUID | None:
    """Return the record that a request names, or that which it was joined to since."""
    named = row.child_id or row.about_child_id
    return children.record_now(named) if named else None


def _is_known(child_id: uuid.UUID, by: Identity) -> bool:
    shown = visible(by).where(ChildRecord.id == child_id).with_only_columns(ChildRecord.id)
    return db.session.scalar(shown) is not None or vault.grade_of(child_id) is not None


def is_about_hidden(row: ContactRequest, by: Identity) -> bool:
    """True when somebody works with the child whom the index does not show. For officers only."""
    child_id = child_of_request(row, by)
    if child_id is None:
        return False
    return vault.grade_of(child_id) is not None or bool(hidden_work(child_id))


def typed_of(row: ContactRequest) -> dict[str, Any]:
    """Return what was typed before a request was made after a search; empty from a record."""
    if row.sealed_typed is None:
        return {}
    keys: Keys = current_app.extensions["portal_keys"]
    place = f"contact_request|typed|{row.id}"
    typed: dict[str, Any] = json.loads(unseal(keys.typed, row.sealed_typed, place=place))
    return typed


def record_with_number(number: str, by: Identity) -> uuid.UUID | None:
    """Return the child whose record has this number; None when this person sees none."""
    wanted = visible(by).where(ChildRecord.record_number == (normal_record_number(number) or ""))
    return db.session.scalar(wanted.with_only_columns(ChildRecord.id))


def _in_index(child_id: uuid.UUID, by: Identity) -> set[uuid.UUID]:
    seen = visible(by).where(ChildRecord.id == child_id).with_only_columns(ChildRecord.id)
    found = db.session.scalars(
        select(Involvement.practitioner_id).where(
            Involvement.child_id.in_(seen), Involvement.ended_on.is_(None)
        )
    )
    return {one for one in found if one is not None}


def _people(
    shown: Collection[uuid.UUID],
    hidden: Mapping[uuid.UUID, dt.datetime | None],
    *,
    without: uuid.UUID | None,
) -> tuple[Reachable, ...]:
    found = directory.practitioners({*shown, *hidden})
    with_account = select(Account.practitioner_id).where(
        Account.practitioner_id.in_(found), Account.status == "active"
    )
    readers = set(db.session.scalars(with_account))
    people = [
        _reachable(person, has_account=person.id in readers, hidden=hidden)
        for person in found.values()
        if person.left_on is None and person.id != without
    ]
    return tuple(sorted(people, key=_turn))


def _reachable(
    person: PractitionerSheet,
    *,
    has_account: bool,
    hidden: Mapping[uuid.UUID, dt.datetime | None],
) -> Reachable:
    post = post_of(person.organisation, person)
    return Reachable(
        practitioner_id=person.id,
        name=person.name,
        role_title=post.role_title,
        organisation=post.organisation,
        phone=post.phone,
        has_account=has_account,
        is_hidden=person.id in hidden,
        recorded_since=hidden.get(person.id),
    )


def _turn(one: Reachable) -> tuple[object, ...]:
    return one.recorded_since is not None, one.is_hidden, one.name, str(one.practitioner_id)


def _asked(typed: dict[str, Any], *, on: dt.date) -> tuple[Any, dict[str, str]]:
    """What was typed, as the vault compares it, and the numbers it may be."""
    born, age = typed.get("born"), typed.get("age")
    birth: Any = age_window(age, on) if age is not None else None
    if isinstance(born, str):
        birth = dt.date.fromisoformat(born)
    elif born is not None:
        birth = year_window(born)
    named = ("given_name", "family_name", "postcode", "gender")
    words: dict[str, Any] = {name: typed.get(name) or "" for name in named}
    criteria = Criteria(**words, birth=birth)
    number = str(typed.get("number") or "")
    plain = re.sub(r"[\s-]", "", number).upper()
    numbers = {"record_number": normal_record_number(number) or "", "nhs_number": plain}
    return children.described(criteria), numbers | {"upn": plain}
