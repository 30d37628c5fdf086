"""What changes authorities and organisations, one or many."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.directory.models import Authority, Organisation
from portal.directory.rules import AuthorityFacts, OrganisationFacts, Outcome
from portal.directory.writing import Row, known_rows, record_counts, write_rows


def import_authorities(*, facts: Sequence[AuthorityFacts], by: Identity) -> list[Outcome]:
    """Add or rename authorities, known by GSS code; returns what became of each, in order."""
    known = known_rows(Authority, "gss_code", [fact.gss_code for fact in facts])
    rows = [{"gss_code": fact.gss_code, "name": fact.name, "kind": fact.kind} for fact in facts]
    outcomes = write_rows(Authority, "gss_code", rows, known)
    record_counts("authorities", outcomes, by)
    return outcomes


def put_organisation(
    *,
    facts: OrganisationFacts,
    source: str,
    source_on: dt.date,
    accredited_until: dt.date | None = None,
    by: Identity,
) -> Outcome:
    """Add or change one organisation, known by its code."""
    return import_organisations(
        facts=[facts], source=source, source_on=source_on, accredited_until=accredited_until, by=by
    )[0]


def import_organisations(
    *,
    facts: Sequence[OrganisationFacts],
    source: str,
    source_on: dt.date,
    accredited_until: dt.date | None = None,
    by: Identity,
) -> list[Outcome]:
    """Add, change or close organisations; returns what became of each, in order.

    A closed organisation that is not known is not added. What is known of a later day than
    source_on stays, its accreditation too, and counts as unchanged. accredited_until is written to
    the open ones when given; without it new ones have none. At most a few hundred at a time.
    """
    known = known_rows(Organisation, "code", [fact.code for fact in facts])
    areas = known_rows(Authority, "gss_code", [fact.authority_code for fact in facts])
    rows: list[Row | Outcome] = []
    for fact in facts:
        row = known.get(fact.code)
        if row is None and fact.is_closed:
            rows.append(Outcome.CLOSED_UNKNOWN)
        elif row is not None and row["scheme"] != fact.scheme:
            rows.append(Outcome.CODE_TAKEN)
        else:
            area = areas.get(fact.authority_code, {}).get("id")
            said = _organisation_row(fact, area, row, accredited_until)
            rows.append({**said, "source": source, "source_on": source_on})
    outcomes = write_rows(Organisation, "code", rows, known)
    record_counts(source, outcomes, by)
    return outcomes


def accredit_organisation(*, code: str, until: dt.date | None, by: Identity) -> None:
    """Let the people of an organisation in until a day; None lets them in no longer.

    Raises NotFound when no organisation has this code.
    """
    row = db.session.scalar(select(Organisation).where(Organisation.code == code))
    if row is None:
        raise NotFound()
    row.accredited_until = until
    record(
        Event.ORGANISATION_ACCREDITED,
        by=by,
        subject_kind="organisation",
        subject_id=row.id,
        details={"until": until},
    )


def _organisation_row(
    fact: OrganisationFacts,
    area: uuid.UUID | None,
    before: Row | None,
    accredited_until: dt.date | None,
) -> Row:
    closed_on = None
    if fact.is_closed:
        closed_on = fact.closed_on or (before or {}).get("closed_on") or clock.today()
    return {
        "scheme": fact.scheme,
        "code": fact.code,
        "establishment_number": fact.establishment_number or None,
        "name": fact.name,
        "sector": fact.sector.value,
        "kind": fact.kind,
        "scope": fact.scope,
        "authority_id": area,
        "phone": fact.phone,
        "email": fact.email,
        "address": fact.address,
        "postcode": fact.postcode,
        "closed_on": closed_on,
        "accredited_until": None if fact.is_closed else accredited_until,
    }
