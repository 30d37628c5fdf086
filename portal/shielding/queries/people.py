"""Who asked or searched and how to ring them, and which child it is: for shield officers."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.access.identity import Identity
from portal.accounts.models import Account
from portal.children import vault
from portal.children.models import ChildRecord
from portal.children.rules import NameSheet
from portal.children.vault import Shelf
from portal.children.visibility import name_sheet, visible
from portal.core.db import db
from portal.directory.models import Organisation, Practitioner


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A person of the portal and their registered contacts; phones without doubles."""

    name: str
    organisation: str
    phones: tuple[str, ...]
    email: str


NOBODY = Reach(name="", organisation="", phones=(), email="")


def reaches(account_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Reach]:
    """Return these people by account. Who has no phone of their own is rung at the organisation."""
    wanted = (
        select(Account, Organisation, Practitioner)
        .join(Organisation, Organisation.id == Account.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Account.practitioner_id)
        .where(Account.id.in_(set(account_ids)))
    )
    return {
        account.id: _reach(account, place, person)
        for account, place, person in db.session.execute(wanted)
    }


def _reach(account: Account, place: Organisation, person: Practitioner | None) -> Reach:
    own = (person.work_phone, person.team_phone) if person else ()
    phones = tuple(dict.fromkeys(phone for phone in own if phone))
    return Reach(
        name=account.name,
        organisation=place.name,
        phones=phones or ((place.phone,) if place.phone else ()),
        email=account.email,
    )


def child_of(child_id: uuid.UUID, by: Identity) -> NameSheet | None:
    """Return which child it is, from the index or from the vault; None when neither knows."""
    return children_of([child_id], by).get(child_id)


def children_of(ids: Collection[uuid.UUID], by: Identity) -> dict[uuid.UUID, NameSheet]:
    """Return which children they are, by id, in two look-ups; who has gone is not among them."""
    rows = db.session.scalars(visible(by).where(ChildRecord.id.in_(set(ids))))
    found = {row.id: name_sheet(row) for row in rows}
    hidden = vault.contents_of(Shelf.IDENTITY, set(ids) - found.keys())
    return found | {child_id: _hidden(child_id, held) for child_id, held in hidden.items()}


def _hidden(child_id: uuid.UUID, held: dict[str, Any]) -> NameSheet:
    return NameSheet(
        child_id=child_id,
        given_names=held["given_names"],
        family_name=held["family_name"],
        date_of_birth=dt.date.fromisoformat(held["born"]),
    )
