"""Who is where, and how to reach them, as sheets."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.directory.models import Authority, Organisation, Practitioner, PractitionerWord
from portal.directory.rules import Fact


def _is_word(word: Any, fact: Fact) -> ColumnElement[bool]:
    of_them = word.practitioner_id == Practitioner.id
    return and_(of_them, word.source == bindparam("of"), word.fact == fact.value)


# Feeds ask these for every few hundred rows. A statement is a ring of objects that would go on
# holding what it was asked for until somebody looks for such rings, which is seldom: so each is
# made once, and the values are handed over beside it.
_THESE = Practitioner.work_email.in_(bindparam("emails", expanding=True))
_POSTS = select(Practitioner.work_email, Practitioner.id, Practitioner.role_title).where(_THESE)
_NAME, _PHONE = aliased(PractitionerWord), aliased(PractitionerWord)
_SAID = (
    select(
        Practitioner.work_email,
        func.coalesce(_NAME.value, Practitioner.name),
        func.coalesce(_PHONE.value, Practitioner.work_phone),
    )
    .outerjoin(_NAME, _is_word(_NAME, Fact.NAME))
    .outerjoin(_PHONE, _is_word(_PHONE, Fact.WORK_PHONE))
    .where(_THESE)
)
_PLACES = select(Organisation).where(Organisation.code.in_(bindparam("codes", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritySheet:
    """A local authority."""

    id: uuid.UUID
    gss_code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSheet:
    """An organisation and how to reach it. closed_on is None while it is open."""

    id: uuid.UUID
    scheme: str
    code: str
    name: str
    sector: str
    kind: str
    scope: str
    authority_id: uuid.UUID | None
    phone: str
    email: str
    address: str
    postcode: str
    closed_on: dt.date | None
    accredited_until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerSheet:
    """A practitioner, how to reach them at work, and where they work."""

    id: uuid.UUID
    organisation: OrganisationSheet
    name: str
    role_title: str
    work_email: str
    work_phone: str
    team_phone: str
    hours: str
    left_on: dt.date | None
    last_confirmed_on: dt.date | None


def organisation_by_code(code: str) -> OrganisationSheet | None:
    """Return the organisation with this URN, ODS code or own code."""
    return organisations_by_code([code]).get(code)


def organisations_by_code(codes: Collection[str]) -> dict[str, OrganisationSheet]:
    """Return the organisations with these codes, by code. At most a few hundred at a time."""
    found = db.session.scalars(_PLACES, {"codes": list(set(codes))})
    return {row.code: _organisation(row) for row in found}


def schools_by_establishment(numbers: Collection[str]) -> dict[str, OrganisationSheet]:
    """Return the schools with these establishment numbers, by number. At most a few hundred.

    Of several the one that is open, and of those the newest in the register: an academy takes over
    the number of the school it was made from.
    """
    named = Organisation.establishment_number.in_(set(numbers))
    # What stands later in the order stays.
    wanted = select(Organisation).where(named).order_by(Organisation.code)
    found = db.session.scalars(wanted).all()
    ordered = sorted(found, key=lambda row: (row.closed_on is None, row.closed_on or dt.date.min))
    return {row.establishment_number or "": _organisation(row) for row in ordered}


def organisation(organisation_id: uuid.UUID) -> OrganisationSheet | None:
    """Return one organisation."""
    return organisations([organisation_id]).get(organisation_id)


def organisations(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, OrganisationSheet]:
    """Return these organisations, by id."""
    found = db.session.scalars(select(Organisation).where(Organisation.id.in_(set(ids))))
    return {row.id: _organisation(row) for row in found}


def search_organisations(text: str, limit: int = 10) -> list[OrganisationSheet]:
    """Return open organisations with this code, or with every word in their name, by name."""
    words = text.split()[:6]
    if not words:
        return []
    named = [Organisation.name.icontains(word, autoescape=True) for word in words]
    wanted = (
        select(Organisation)
        .where(Organisation.closed_on.is_(None))
        .where(or_(func.upper(Organisation.code) == text.strip().upper(), and_(*named)))
        .order_by(Organisation.name, Organisation.code)
        .limit(limit)
    )
    return [_organisation(row) for row in db.session.scalars(wanted)]


def practitioner_by_email(email: str) -> PractitionerSheet | None:
    """Return the practitioner with this work e-mail address."""
    return practitioners_by_email([email]).get(email.lower())


def practitioners_by_email(emails: Collection[str]) -> dict[str, PractitionerSheet]:
    """Return the practitioners with these addresses, by address in lower case."""
    wanted = {email.lower() for email in emails}
    return {
        sheet.work_email: sheet
        for sheet in _practitioners(_people().where(Practitioner.work_email.in_(wanted)))
    }


def posts_by_email(emails: Collection[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """Return id and role title of the practitioners with these addresses in lower case; for feeds,
    which name a few thousand at a time."""
    found = db.session.execute(_POSTS, {"emails": list(set(emails))})
    return {email: (person_id, title) for email, person_id, title in found}


def contacts_said(source: str, emails: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return name and work phone of the practitioners with these addresses in lower case, as this
    source said them last, else as they stand; for feeds, which name a few thousand at a time."""
    asked = {"emails": list(set(emails)), "of": source}
    return {email: (name, phone) for email, name, phone in db.session.execute(_SAID, asked)}


def practitioner(practitioner_id: uuid.UUID) -> PractitionerSheet | None:
    """Return one practitioner."""
    return practitioners([practitioner_id]).get(practitioner_id)


def practitioners(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PractitionerSheet]:
    """Return these practitioners, by id."""
    wanted = _people().where(Practitioner.id.in_(set(ids)))
    return {sheet.id: sheet for sheet in _practitioners(wanted)}


def authority_by_code(gss: str) -> AuthoritySheet | None:
    """Return the authority with this GSS code."""
    row = db.session.scalar(select(Authority).where(Authority.gss_code == gss))
    return AuthoritySheet(id=row.id, gss_code=row.gss_code, name=row.name) if row else None


def _people() -> Select[Practitioner, Organisation]:
    return select(Practitioner, Organisation).join(
        Organisation, Organisation.id == Practitioner.organisation_id
    )


def _practitioners(wanted: Select[Practitioner, Organisation]) -> list[PractitionerSheet]:
    return [
        PractitionerSheet(
            id=row.id,
            organisation=_organisation(place),
            name=row.name,
            role_title=row.role_title,
            work_email=row.work_email,
            work_phone=row.work_phone,
            team_phone=row.team_phone,
            hours=row.hours,
            left_on=row.left_on,
            last_confirmed_on=row.last_confirmed_on,
        )
        for row, place in db.session.execute(wanted)
    ]


def _organisation(row: Organisation) -> OrganisationSheet:
    return OrganisationSheet(
        id=row.id,
        scheme=row.scheme,
        code=row.code,
        name=row.name,
        sector=row.sector,
        kind=row.kind,
        scope=row.scope,
        authority_id=row.authority_id,
        phone=row.phone,
        email=row.email,
        address=row.address,
        postcode=row.postcode,
        closed_on=row.closed_on,
        accredited_until=row.accredited_until,
    )
