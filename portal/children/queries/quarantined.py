"""What the guard of feeds held back, as the shield officer reads it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from portal.accounts import queries as accounts
from portal.children import vault
from portal.children.models import Carer, ChildAddress, Involvement
from portal.children.rules import (
    ABOUT,
    GENDERS,
    RELATIONS,
    SCHEMES,
    ChildDraft,
    Gender,
    Kind,
    Relation,
    Scheme,
)
from portal.children.vault import guard, quarantine
from portal.children.vault.packing import Packed, unpacked
from portal.children.vault.quarantine import Quarantined, Standing
from portal.core.errors import NotFound
from portal.directory import queries as directory


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLine:
    """One number of one source that is held back. name is that of the hidden child."""

    key: uuid.UUID
    source: str
    arrived_at: dt.datetime
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """An involvement in one line."""

    label: LazyString
    organisation: str
    started_on: dt.date | None
    ended_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the comparison: what a source says, or what the vault holds. A carer is a name,
    a relation and a telephone number."""

    given_names: str
    family_name: str
    former_names: tuple[str, ...]
    date_of_birth: dt.date
    gender: LazyString
    addresses: tuple[str, ...]
    carers: tuple[tuple[str, LazyString, str], ...]
    numbers: tuple[tuple[LazyString, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineSheet(QuarantineLine):
    """A row beside the hidden child. said is None while only involvements came; contacts are the
    involvements that the source told of. is_own: the source knew the hidden child under this number
    before. is_open: the index holds a record under it. bears_number: the source gives a number of
    the hidden child. seen is the fingerprint of all that is decided by.
    """

    source_id: str
    said: Side | None
    held: Side
    contacts: tuple[ContactLine, ...]
    is_own: bool
    is_open: bool
    bears_number: bool
    seen: str
    decided_by: str
    decided_at: dt.datetime | None

    @property
    def is_to_decide(self) -> bool:
        """True until an officer has found whether it is the same child."""
        return self.standing in {Standing.WAITING, Standing.LEFT}

    @property
    def may_be_another(self) -> bool:
        """True where an officer can find that it is another child."""
        return not (self.is_own or self.bears_number) and self.said is not None


def quarantine_lines() -> list[QuarantineLine]:
    """Return all that is held back, what waits first, then by the day it came."""
    rows = quarantine.everything_held()
    lines = [QuarantineLine(**_line(row)) for row in rows]
    return sorted(lines, key=lambda one: (one.standing is not Standing.WAITING, one.arrived_at))


def quarantine_sheet(key: uuid.UUID) -> QuarantineSheet:
    """Return one beside the hidden child. Raises NotFound."""
    found = quarantine.one(key)
    if found is None or not found.is_held:
        raise NotFound
    row = guard.belonging(found)
    document = vault.identity_of(row.hidden_id)
    if document is None:
        raise NotFound
    decider = accounts.names_of({row.decided_by}) if row.decided_by else {}
    return QuarantineSheet(
        **_line(row),
        source_id=row.source_id,
        said=_said(row.draft) if row.draft else None,
        held=_held(document, vault.record_of(row.hidden_id) or {}),
        contacts=_contacts(row.involvements.values()),
        is_own=row.is_own,
        is_open=row.is_open,
        bears_number=row.draft is not None and guard.bears_number_of(row.draft, row.hidden_id),
        seen=quarantine.fingerprint(row),
        decided_by=next(iter(decider.values()), ""),
        decided_at=row.decided_at,
    )


def _line(row: Quarantined) -> dict[str, Any]:
    document = vault.identity_of(row.hidden_id) or {"given_names": "", "family_name": ""}
    return {
        "key": row.key,
        "source": row.source,
        "arrived_at": row.arrived_at,
        "name": f"{document['given_names']} {document['family_name']}".strip(),
        "standing": row.standing,
    }


def _said(draft: ChildDraft) -> Side:
    return Side(
        given_names=draft.given_names,
        family_name=draft.family_name,
        former_names=tuple(
            f"{one.given_names} {one.family_name}".strip() for one in draft.former_names
        ),
        date_of_birth=draft.date_of_birth,
        gender=GENDERS[draft.gender],
        addresses=tuple(_place(one.address, one.postcode) for one in draft.addresses),
        carers=tuple((one.name, RELATIONS[one.relation], one.phone) for one in draft.carers or ()),
        numbers=tuple((SCHEMES[scheme], value) for scheme, value in draft.numbers.items()),
    )


def _held(document: dict[str, Any], record: dict[str, list[Packed]]) -> Side:
    places = [unpacked(ChildAddress, one) for one in record.get(ChildAddress.__tablename__, [])]
    carers = [unpacked(Carer, one) for one in record.get(Carer.__tablename__, [])]
    return Side(
        given_names=document["given_names"],
        family_name=document["family_name"],
        former_names=tuple(f"{given} {family}".strip() for given, family in document["former"]),
        date_of_birth=dt.date.fromisoformat(document["born"]),
        gender=GENDERS[Gender(document["gender"])],
        addresses=tuple(_place(one["address"], one["postcode"]) for one in places),
        carers=tuple(
            (one["name"], RELATIONS[Relation(one["relation"])], one["phone"]) for one in carers
        ),
        numbers=tuple(
            (SCHEMES[scheme], document["numbers"][scheme.value])
            for scheme in Scheme
            if scheme.value in document["numbers"]
        ),
    )


def _place(address: str, postcode: str) -> str:
    return ", ".join(part for part in (address, postcode) if part)


def _contacts(rows: Iterable[Packed]) -> tuple[ContactLine, ...]:
    values = [unpacked(Involvement, one) for one in rows]
    places = directory.organisations({one["organisation_id"] for one in values})
    return tuple(
        ContactLine(
            label=ABOUT[Kind(one["kind"])].label,
            organisation=places[one["organisation_id"]].name,
            started_on=one["started_on"],
            ended_on=one["ended_on"],
        )
        for one in sorted(
            values, key=lambda one: (one["started_on"] or dt.date.min, str(one["id"]))
        )
    )
