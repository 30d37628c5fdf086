"""What changes the address book: authorities, organisations and practitioners, one or many.

A source that says nothing about a fact never wipes what is known: only a value replaces a value.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record, record_all
from portal.core import clock
from portal.core.db import Base, db, random_id
from portal.core.errors import NotFound
from portal.core.inserts import insert_rows
from portal.directory.models import Authority, Organisation, Practitioner
from portal.directory.rules import (
    AuthorityFacts,
    OrganisationFacts,
    Outcome,
    PractitionerFacts,
)

Row = dict[str, Any]


def import_authorities(*, facts: Sequence[AuthorityFacts], by: Identity) -> list[Outcome]:
    """Add or rename authorities, known by GSS code; returns what became of each, in order."""
    known = _known(Authority, "gss_code", [fact.gss_code for fact in facts])
    rows = [{"gss_code": fact.gss_code, "name": fact.name, "kind": fact.kind} for fact in facts]
    outcomes = _write(Authority, "gss_code", rows, known)
    _record_counts("authorities", outcomes, by)
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
    known = _known(Organisation, "code", [fact.code for fact in facts])
    areas = _known(Authority, "gss_code", [fact.authority_code for fact in facts])
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
    outcomes = _write(Organisation, "code", rows, known)
    _record_counts(source, outcomes, by)
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


def import_practitioners(
    *, facts: Sequence[PractitionerFacts], source: str, source_on: dt.date, by: Identity
) -> list[Outcome]:
    """Add or change practitioners, known by work e-mail; returns what became of each, in order.
    What is known of a later day than source_on stays, and counts as unchanged.

    Each one that is added or changed leaves a line of its own in the log. At most a few thousand
    at a time.
    """
    places = _known(Organisation, "code", [fact.organisation_code for fact in facts])
    known = _known(Practitioner, "work_email", [fact.email for fact in facts])
    rows: list[Row | Outcome] = []
    for fact in facts:
        place = places.get(fact.organisation_code)
        if place is None:
            rows.append(Outcome.NO_ORGANISATION)
        else:
            said = _practitioner_row(fact, place["id"])
            rows.append({**said, "source": source, "source_on": source_on})
    outcomes = _write(Practitioner, "work_email", rows, known)
    entries = []
    for fact, outcome in zip(facts, outcomes, strict=True):
        event = _PRACTITIONER_EVENTS.get(outcome)
        if event is not None:
            subject = known[fact.email]["id"]
            entries.append(Entry(event=event, subject_kind="practitioner", subject_id=subject))
    record_all(entries, by=by)
    return outcomes


_PRACTITIONER_EVENTS = {
    Outcome.ADDED: Event.PRACTITIONER_ADDED,
    Outcome.CHANGED: Event.PRACTITIONER_CHANGED,
}
_NOT_CONTENT = frozenset({"source", "source_on"})


def _known(model: type[Base], key: str, values: Collection[str]) -> dict[str, Row]:
    """Return the rows of a table with these keys, as plain values by key."""
    columns = model.__table__.columns
    wanted = select(*columns).where(columns[key].in_(set(values)))
    return {row[key]: dict(row) for row in db.session.execute(wanted).mappings()}


def _write(
    model: type[Base], key: str, rows: Sequence[Row | Outcome], known: dict[str, Row]
) -> list[Outcome]:
    """Write what is new or different, in bulk. known is brought up to date with what was written.

    A row that is an Outcome already is passed on; an empty value never replaces one, and nothing
    what is known of a later day.
    """
    outcomes: list[Outcome] = []
    fresh: dict[str, Row] = {}
    touched: dict[str, Row] = {}
    again: dict[str, Row] = {}
    for row in rows:
        if isinstance(row, Outcome):
            outcomes.append(row)
            continue
        before = known.get(row[key])
        after = before if before and _is_older(row, before) else _merged(model, before, row)
        outcomes.append(_outcome(before, after))
        if before is None or row[key] in fresh:
            fresh[row[key]] = known[row[key]] = after
        elif outcomes[-1] is not Outcome.UNCHANGED:
            touched[row[key]] = known[row[key]] = after
        elif after != before:
            again[row[key]] = known[row[key]] = after
    _keep(model, fresh, touched, again)
    return outcomes


def _keep(
    model: type[Base], fresh: dict[str, Row], touched: dict[str, Row], again: dict[str, Row]
) -> None:
    """Write what is new, what is different, and of what was only said again, when and by whom."""
    table: Any = model.__table__
    if fresh:
        insert_rows(db.session.connection(), table, list(fresh.values()))
    if touched:
        db.session.execute(update(model), list(touched.values()))
    if again:
        last = list(again.values())[-1]
        said = {name: last[name] for name in _NOT_CONTENT}
        ids = [row["id"] for name, row in again.items() if name not in touched]
        db.session.execute(update(table).where(table.c.id.in_(ids)).values(said))


def _is_older(said: Row, before: Row) -> bool:
    """Whether what is known was said of a later day. Authorities have none."""
    return "source_on" in said and bool(said["source_on"] < before["source_on"])


def _merged(model: type[Base], before: Row | None, said: Row) -> Row:
    if before is None:
        blank = dict.fromkeys(model.__table__.columns.keys())
        return {**blank, **_BLANKS[model], "id": random_id(), **said}
    kept = {name: value for name, value in said.items() if value != "" and value is not None}
    cleared = {name: said[name] for name in ("closed_on",) if name in said}
    return {**before, **kept, **cleared}


_BLANKS: dict[type[Base], Row] = {
    Authority: {},
    Organisation: {"email": ""},
    Practitioner: {"hours": ""},
}


def _outcome(before: Row | None, after: Row) -> Outcome:
    if before is None:
        return Outcome.ADDED
    different = {name for name in after if after[name] != before[name]} - _NOT_CONTENT
    if "closed_on" in different and before["closed_on"] is None:
        return Outcome.CLOSED
    return Outcome.CHANGED if different else Outcome.UNCHANGED


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


def _practitioner_row(fact: PractitionerFacts, organisation_id: uuid.UUID) -> Row:
    return {
        "organisation_id": organisation_id,
        "name": fact.name,
        "role_title": fact.role_title,
        "work_email": fact.email,
        "work_phone": fact.phone,
        "team_phone": fact.team_phone,
    }


def _record_counts(source: str, outcomes: Sequence[Outcome], by: Identity) -> None:
    counts = {outcome.value: count for outcome, count in Counter(outcomes).items()}
    record(Event.DIRECTORY_IMPORTED, by=by, details={"source": source, **counts})
