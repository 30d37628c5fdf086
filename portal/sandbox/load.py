"""Writing a town into an empty index, in bulk and in the transaction of whoever calls.

Only an index without any account, organisation or child is filled, and it is marked as a sandbox
for good: the commands that print passphrases and codes work nowhere else.
"""

from flask import current_app
from sqlalchemy import exists, select

from portal.access.identity import Identity, operator
from portal.access.log import Event, record
from portal.access.models import PortalState
from portal.access.state import begin_state, is_sandbox
from portal.accounts.models import Account, AccountRole
from portal.accounts.rules import fold_name
from portal.accounts.rules.factors import factor_place, hash_passphrase
from portal.children.models import ChildRecord
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.keys import Keys, seal
from portal.directory.models import Authority, Organisation, Practitioner
from portal.sandbox.children import write_children
from portal.sandbox.rows import SOURCE, Ids, Row, write
from portal.sandbox.shapes import CastMember, Town


class NotEmpty(Exception):
    """The index holds something already, or is not to be a sandbox; the text says so."""


def load(town: Town, *, by: Identity | None = None) -> None:
    """Fill an empty index with the town; 2,000 children take some seconds. Needs an application
    context; the caller commits.

    Raises NotEmpty when anybody or anything is in the index, or when it was set up as a real one.
    """
    who = by or operator("sandbox")
    _refuse_unless_empty()
    _mark_as_sandbox()
    authorities = _write_authorities(town)
    places = _write_organisations(town, authorities)
    people = _write_practitioners(town, places)
    _write_accounts(town, places, people)
    write_children(town, authorities=authorities, places=places, people=people, by=who)
    counts = {"children": len(town.children), "practitioners": len(people), "places": len(places)}
    record(Event.PORTAL_FILLED, by=who, details=counts)


def _refuse_unless_empty() -> None:
    for table in (Account, Organisation, ChildRecord):
        if db.session.scalar(select(exists(select(table.id)))):
            raise NotEmpty("The index is not empty. The invented town needs an empty one.")


def _mark_as_sandbox() -> None:
    if not db.session.scalar(select(exists(select(PortalState.id)))):
        begin_state(is_sandbox=True)
    elif not is_sandbox():
        raise NotEmpty("This index was set up for real people. It takes no invented ones.")


def _write_authorities(town: Town) -> Ids:
    """Add the invented authorities to those that set-up may have brought; ids by GSS code."""
    codes = [authority.code for authority in town.authorities]
    found = select(Authority.gss_code, Authority.id).where(Authority.gss_code.in_(codes))
    ids: Ids = dict(db.session.execute(found).all())
    missing = [authority for authority in town.authorities if authority.code not in ids]
    rows: list[Row] = [
        {"id": random_id(), "gss_code": one.code, "name": one.name, "kind": "invented"}
        for one in missing
    ]
    write(Authority, rows)
    return ids | {row["gss_code"]: row["id"] for row in rows}


def _write_organisations(town: Town, authorities: Ids) -> Ids:
    rows: list[Row] = [
        {
            "id": random_id(),
            "scheme": "urn" if place.urn else "ods" if place.ods_code else "own",
            "code": place.code,
            "name": place.name,
            "sector": place.sector,
            "kind": place.kind,
            "scope": place.scope,
            "authority_id": authorities.get(place.authority_code),
            "phone": place.phone,
            "email": place.email,
            "address": f"{place.street}, {place.town}",
            "postcode": place.postcode,
            "accredited_until": place.accredited_until,
            "source": SOURCE,
            "source_on": town.on,
        }
        for place in town.organisations
    ]
    write(Organisation, rows)
    return {row["code"]: row["id"] for row in rows}


def _write_practitioners(town: Town, places: Ids) -> Ids:
    rows: list[Row] = [
        {
            "id": random_id(),
            "organisation_id": places[person.organisation_code],
            "name": person.name,
            "role_title": person.role_title,
            "work_email": person.email,
            "work_phone": person.work_phone,
            "team_phone": person.team_phone,
            "hours": person.hours,
            "last_confirmed_on": person.last_confirmed_on,
            "source": SOURCE,
            "source_on": town.on,
        }
        for person in town.practitioners
    ]
    write(Practitioner, rows)
    return {row["work_email"]: row["id"] for row in rows}


def _write_accounts(town: Town, places: Ids, people: Ids) -> None:
    """The authoriser stands first: the accounts of the others point to theirs."""
    in_order = sorted(town.cast, key=lambda member: "authoriser" not in member.roles)
    ids: Ids = {member.key: random_id() for member in in_order}
    write(Account, [_account(member, ids, places, people) for member in in_order])
    write(
        AccountRole,
        [
            {"id": random_id(), "account_id": ids[member.key], "role": role}
            for member in in_order
            for role in member.roles
        ],
    )


def _account(member: CastMember, ids: Ids, places: Ids, people: Ids) -> Row:
    keys: Keys = current_app.extensions["portal_keys"]
    own, now = ids[member.key], clock.now()
    return {
        "id": own,
        "email": member.email,
        "name": member.name,
        "name_key": fold_name(member.name),
        "organisation_id": places[member.organisation_code],
        "practitioner_id": people.get(member.email),
        "sponsor_id": None if member.key == "authoriser" else ids["authoriser"],
        "passphrase_hash": hash_passphrase(member.passphrase),
        "sealed_factor": seal(keys.factor, member.totp_secret, place=factor_place(own)),
        "factor_enrolled_at": now,
        "trained_until": member.trained_until,
        "vetted_until": member.vetted_until,
        "reviewed_until": member.review_due_on,
        "created_at": now,
    }
