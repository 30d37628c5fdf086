"""What sources say of practitioners, known by work e-mail."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.directory.models import Organisation, Practitioner
from portal.directory.rules import Fact, Outcome, PractitionerFacts, written_fact
from portal.directory.speakers import Speakers
from portal.directory.writing import Row, known_rows, write_rows

_PRACTITIONER_EVENTS = {
    Outcome.ADDED: Event.PRACTITIONER_ADDED,
    Outcome.CHANGED: Event.PRACTITIONER_CHANGED,
}


def import_practitioners(
    *, facts: Sequence[PractitionerFacts], source: str, source_on: dt.date, by: Identity
) -> list[Outcome]:
    """Add or change practitioners, known by work e-mail; returns what became of each, in order.
    What a source only says again is no news where another has spoken since; what it said of a
    later day than source_on stays, as does what anybody said of a later one when a source speaks
    for the first time. Both count as unchanged.

    Each one that is added or changed leaves a line of its own in the log. At most a few thousand
    at a time.
    """
    emails = [fact.email for fact in facts]
    known = known_rows(Practitioner, "work_email", emails, locked=True)
    rows = _rows(facts, known, source, source_on)
    outcomes = write_rows(Practitioner, "work_email", rows, known)
    changes = zip(facts, outcomes, strict=True)
    record_all(
        [
            Entry(event=event, subject_kind="practitioner", subject_id=known[fact.email]["id"])
            for fact, outcome in changes
            if (event := _PRACTITIONER_EVENTS.get(outcome))
        ],
        by=by,
    )
    return outcomes


def _rows(
    facts: Sequence[PractitionerFacts], known: Mapping[str, Row], source: str, on: dt.date
) -> list[Row | Outcome]:
    """What is to be written for each: what the source says, or, where others spoke of the same
    person, what stands after it."""
    places = known_rows(Organisation, "code", [fact.organisation_code for fact in facts])
    speakers = Speakers(known.values(), source, on)
    rows: list[Row | Outcome] = []
    for fact in facts:
        place, before = places.get(fact.organisation_code), known.get(fact.email)
        if place is None:
            rows.append(Outcome.NO_ORGANISATION)
        elif before is not None and speakers.is_one_of_several(before):
            rows.append(speakers.hear(before, _said(fact, place["id"])))
        else:
            rows.append({**_entry(fact, place["id"]), "source": source, "source_on": on})
    speakers.keep()
    return rows


def _said(fact: PractitionerFacts, organisation_id: uuid.UUID) -> dict[Fact, str]:
    """What a row says, fact by fact, each in one text."""
    entry = _entry(fact, organisation_id)
    return {fact: written_fact(entry[fact]) for fact in Fact if fact in entry}


def _entry(fact: PractitionerFacts, organisation_id: uuid.UUID) -> Row:
    return {
        "organisation_id": organisation_id,
        "name": fact.name,
        "role_title": fact.role_title,
        "work_email": fact.email,
        "work_phone": fact.phone,
        "team_phone": fact.team_phone,
    }
