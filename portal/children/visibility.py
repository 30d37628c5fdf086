"""Who sees which children, and which lines of them. The only way to a child.

A person starts from visible(by); a named job of the portal from everything(job). What must be
hidden from everybody is not in these tables at all (design.md 5), so nothing here has to hide it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, false, select

from portal.access.identity import Identity
from portal.access.permissions import Permission
from portal.access.policy import may
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    Involvement,
)
from portal.children.rules import (
    ABOUT,
    ADDRESS_KINDS,
    GENDERS,
    ISSUED_FOR,
    RELATIONS,
    SCHEMES,
    AddressKind,
    AddressLine,
    CarerLine,
    ContactCard,
    Gender,
    Kind,
    NameSheet,
    NumberLine,
    RecordSheet,
    Relation,
    Scheme,
    SensitiveKind,
    gives_away,
    months_unconfirmed,
)
from portal.children.rules.once import carers_once, places_once, work_once
from portal.children.telling import LeftOut, unreported
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import Keys, mark, seal, unseal
from portal.directory.models import Organisation, Practitioner
from portal.directory.queries import OrganisationSheet, PractitionerSheet

MEASURING = "bench search"
_ACTIVE = select(ChildRecord).where(ChildRecord.lifecycle == "active")
_NOBODY = _ACTIVE.where(false())


class Job(StrEnum):
    """The jobs of the portal that must reach every child, also those that no person sees."""

    FEED, REVIEW = "feed", "review"
    NAME_INDEX = "name_index"
    VAULT = "vault"


def visible(by: Identity) -> Select[ChildRecord]:
    """Select the children that this person may see; narrow it with where(). None archived.

    The one command that measures the search reaches what practitioners see, and shows nobody.
    """
    return _ACTIVE if by.command == MEASURING or may(Permission.CHILD_OPEN, by) else _NOBODY


def everything(job: Job) -> Select[ChildRecord]:
    """Select among all children for a job of the portal, never to show them to a person."""
    return select(ChildRecord).execution_options(job=job.value)


def one(child_id: uuid.UUID, *, by: Identity, to_change: bool = False) -> ChildRecord:
    """Return a child that this person may see; locked where the row is about to change.

    Raises NotFound, the same for a child that is archived, hidden or unknown.
    """
    wanted = visible(by).where(ChildRecord.id == child_id)
    found = db.session.scalar(wanted.with_for_update() if to_change else wanted)
    if found is None:
        raise NotFound
    return found


def identifier_mark(scheme: str, value: str) -> str:
    """Return the keyed fingerprint under which another body's number is found again."""
    keys: Keys = current_app.extensions["portal_keys"]
    return mark(keys.identifier, f"{scheme}:{value}")


def sealed_identifier(row_id: uuid.UUID, value: str) -> bytes:
    """Seal another body's number for its row of child_identifier."""
    keys: Keys = current_app.extensions["portal_keys"]
    return seal(keys.identifier, value, place=f"child_identifier|sealed_value|{row_id}")


def plain_identifier(row: ChildIdentifier) -> str:
    """Open another body's number."""
    keys: Keys = current_app.extensions["portal_keys"]
    place = f"child_identifier|sealed_value|{row.id}"
    return unseal(keys.identifier, row.sealed_value, place=place)


def name_sheet(child: ChildRecord) -> NameSheet:
    """Say which child it is."""
    return NameSheet(
        child_id=child.id,
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
    )


def sheet(child: ChildRecord, *, withheld: Sequence[Involvement], by: Identity) -> RecordSheet:
    """Return the lines of a child that this reader may see.

    withheld are the reader's own involvements that the vault holds of this child: everybody else's
    are not there.
    """
    models: list[Any] = [ChildName, ChildAddress, Carer]
    if by.organisation_sector in ISSUED_FOR.values():
        models.append(ChildIdentifier)
    beside = {model: _beside(model, child.id) for model in models}
    return _sheet_of(child, beside, _cards(child, withheld, by), by)


def hidden_sheet(
    child: ChildRecord, beside: Mapping[type, Sequence[Any]], by: Identity
) -> RecordSheet:
    """Return the lines of a hidden child from what the vault holds, for whoever may override.

    Neither child nor rows are in the session: nothing of them is ever written by it.
    """
    return _sheet_of(child, beside, _cards_of(_placed(beside[Involvement]), by), by)


def _sheet_of(
    child: ChildRecord,
    beside: Mapping[type, Sequence[Any]],
    cards: Sequence[ContactCard],
    by: Identity,
) -> RecordSheet:
    return RecordSheet(
        child_id=child.id,
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        record_number=child.record_number,
        gender=GENDERS[Gender(child.gender)],
        former_names=_former_names(child, beside[ChildName]),
        addresses=_addresses(beside[ChildAddress]),
        carers=_carers(beside[Carer]),
        numbers=_numbers(beside.get(ChildIdentifier, ()), by),
        current=tuple(card for card in cards if card.ended_on is None),
        former=tuple(card for card in cards if card.ended_on is not None),
    )


def _beside(model: Any, child_id: uuid.UUID) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.child_id == child_id)))


def _former_names(child: ChildRecord, rows: Sequence[ChildName]) -> tuple[str, ...]:
    ordered = sorted(rows, key=lambda row: (-row.source_on.toordinal(), row.family_name, row.id))
    return tuple(
        f"{row.given_names or child.given_names} {row.family_name}".strip() for row in ordered
    )


def _addresses(rows: Sequence[ChildAddress]) -> tuple[AddressLine, ...]:
    newest = sorted(rows, key=lambda row: (row.kind, -row.source_on.toordinal(), row.id))
    return tuple(
        AddressLine(
            kind=AddressKind(row.kind),
            label=ADDRESS_KINDS[AddressKind(row.kind)],
            address=row.address,
            postcode=row.postcode,
        )
        for row in places_once(newest)
    )


def _carers(rows: Sequence[Carer]) -> tuple[CarerLine, ...]:
    return tuple(
        CarerLine(name=row.name, relation=RELATIONS[Relation(row.relation)], phone=row.phone)
        for row in carers_once(sorted(rows, key=lambda row: (row.name, row.id)))
    )


def _numbers(rows: Sequence[ChildIdentifier], by: Identity) -> tuple[NumberLine, ...]:
    return tuple(
        NumberLine(
            scheme=Scheme(row.scheme),
            label=SCHEMES[Scheme(row.scheme)],
            value=plain_identifier(row),
        )
        for row in sorted(rows, key=lambda row: row.scheme)
        if ISSUED_FOR[Scheme(row.scheme)] == by.organisation_sector
    )


def sensitive_kind_of(
    place: Organisation | OrganisationSheet, person: Practitioner | PractitionerSheet | None
) -> SensitiveKind | None:
    """Return the sensitive service that an organisation, or a person's post there, tells of."""
    told = [place.name, place.kind, place.email]
    if person is not None:
        told += [person.role_title, person.work_email.rpartition("@")[2]]
    return gives_away(*told)


def place_shown(
    place: Organisation | OrganisationSheet, person: Practitioner | PractitionerSheet | None
) -> str:
    """Return where a contact works as others may read it: never the name of a sensitive service."""
    return str(_("Index team")) if sensitive_kind_of(place, person) else place.name


def _cards(child: ChildRecord, withheld: Sequence[Involvement], by: Identity) -> list[ContactCard]:
    rows: list[Any] = list(
        db.session.execute(
            select(Involvement, Organisation, Practitioner)
            .join(Organisation, Organisation.id == Involvement.organisation_id)
            .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
            .where(Involvement.child_id == child.id)
        )
    )
    return _cards_of([*rows, *_own_rows(withheld, by)], by)


def _cards_of(rows: Sequence[Any], by: Identity) -> list[ContactCard]:
    gone = unreported(row for row, _, _ in rows)
    return [_card(row, place, who, gone, by) for row, place, who in work_once(rows, gone)]


def _own_rows(withheld: Sequence[Involvement], by: Identity) -> list[Any]:
    """The reader's own withheld ones and where they work: asked whether or not there is one."""
    found = _by_id(Organisation, [row.organisation_id for row in withheld] or [by.organisation_id])
    person = _by_id(Practitioner, [by.practitioner_id]).get(by.practitioner_id)
    return [(row, found[row.organisation_id], person) for row in withheld]


def _placed(rows: Sequence[Involvement]) -> list[Any]:
    """Involvements that are not in the index, each with its organisation and its person."""
    places = _by_id(Organisation, {row.organisation_id for row in rows})
    people = _by_id(Practitioner, {row.practitioner_id for row in rows})
    return [(row, places[row.organisation_id], people.get(row.practitioner_id)) for row in rows]


def _by_id(model: Any, ids: Iterable[uuid.UUID | None]) -> dict[Any, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}


def _card(
    row: Involvement, place: Organisation, person: Practitioner | None, gone: LeftOut, by: Identity
) -> ContactCard:
    kind = Kind(row.kind)
    card = ContactCard(
        involvement_id=row.id,
        kind=kind,
        label=ABOUT[kind].label,
        person=person.name if person else "",
        role_title=person.role_title if person else "",
        organisation=place_shown(place, person),
        phone=(person.work_phone if person and not person.left_on else "") or place.phone,
        email=(person.work_email if person and not person.left_on else "") or place.email,
        team_phone=person.team_phone if person else "",
        hours=person.hours if person and not person.left_on else "",
        left_on=person.left_on if person else None,
        started_on=row.started_on,
        ended_on=row.ended_on,
        is_lead=row.is_lead,
        lead_ended_on=row.lead_ended_on,
        has_early_help_assessment=row.has_early_help_assessment,
        last_confirmed_on=row.last_confirmed_on,
        months_unconfirmed=months_unconfirmed(row.last_confirmed_on, clock.today()),
        unreported_since=gone.get(row.id),
        is_own=person is not None and person.id == by.practitioner_id,
    )
    return _through_index_team(card) if sensitive_kind_of(place, person) else card


def _through_index_team(card: ContactCard) -> ContactCard:
    """Somebody whose post or team would give a sensitive service away is reached through the index
    team, and nothing else is said of where they work."""
    phone = current_app.extensions["portal_config"].index_team_phone
    return replace(card, role_title="", phone=phone, email="", team_phone="", hours="")
