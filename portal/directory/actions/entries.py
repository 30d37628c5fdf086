"""What the index team says of a practitioner, before every source until all say the same."""

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import select, update

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.directory import queries
from portal.directory.models import Practitioner
from portal.directory.rules import INDEX_TEAM, Fact, Word, differing, read_fact, written_fact
from portal.directory.speakers import (
    columns_of,
    replace_words,
    settled,
)
from portal.directory.writing import Row


class EntryChanged(Conflict):
    """Something else stands than was shown."""


def list_differing(*, by: Identity) -> queries.Differing:
    """Return of whom sources say different things; the look is logged."""
    found = queries.differing_entries()
    record(Event.PRACTITIONERS_LISTED, by=by, details={"count": len(found.shown)})
    return found


def open_entry(*, practitioner_id: uuid.UUID, by: Identity) -> queries.EntrySheet:
    """Return an entry with what each source says; the look is logged. Raises NotFound."""
    found = queries.entry(practitioner_id)
    if found is None:
        raise NotFound
    record(
        Event.PRACTITIONER_OPENED, by=by, subject_kind="practitioner", subject_id=practitioner_id
    )
    return found


def correct_entry(
    *, practitioner_id: uuid.UUID, details: Mapping[Fact, str], seen: str, by: Identity
) -> None:
    """Put an entry right. An empty text says that there is none, as nobody has left.

    What is as it stands is said by nobody anew, unless sources differ in it: then it is confirmed.
    Raises NotFound, and EntryChanged when seen is not the fingerprint of what stands by now.
    """
    row = _locked(practitioner_id)
    words = queries.words_of([practitioner_id]).get(practitioner_id) or queries.words_of_entry(row)
    contested = differing(words)
    said = {
        fact: text
        for fact, text in details.items()
        if text != written_fact(row[fact]) or fact in contested
    }
    if not said:
        return
    if seen != queries.seen_entry(practitioner_id):
        raise EntryChanged
    kept = [word for word in words if word.source != INDEX_TEAM or word.fact not in said]
    own = [_own(fact, text) for fact, text in said.items() if text or fact is not Fact.LEFT_ON]
    _write(row, [*kept, *own], said)
    _record(Event.PRACTITIONER_CORRECTED, practitioner_id, said, by)


def take_back_entry(*, practitioner_id: uuid.UUID, seen: str, by: Identity) -> None:
    """Let what sources say of a practitioner stand again. Raises as correct_entry."""
    row = _locked(practitioner_id)
    words = queries.words_of([practitioner_id]).get(practitioner_id, [])
    own = {word.fact for word in words if word.source == INDEX_TEAM}
    if not own:
        return
    if seen != queries.seen_entry(practitioner_id):
        raise EntryChanged
    _write(row, [word for word in words if word.source != INDEX_TEAM], own)
    _record(Event.PRACTITIONER_CORRECTION_TAKEN_BACK, practitioner_id, own, by)


def _locked(practitioner_id: uuid.UUID) -> Row:
    table = Practitioner.__table__
    wanted = select(table).where(table.c.id == practitioner_id)
    locked = wanted.with_for_update(key_share=True)
    row = db.session.execute(locked).mappings().one_or_none()
    if row is None:
        raise NotFound
    # What was read before the lock may be another's by now.
    db.session.expire_all()
    return dict(row)


def _own(fact: Fact, text: str) -> Word:
    today = clock.today()
    return Word(
        fact=fact, value=text, source=INDEX_TEAM, since_on=today, told_at=clock.now(), told_on=today
    )


def _write(row: Row, words: list[Word], about: Iterable[Fact]) -> None:
    """Keep the words, and let what they say of these facts stand."""
    words = settled(words)
    # Where they work is always said by somebody.
    nothing = {fact.value: read_fact(fact, "") for fact in about if fact is not Fact.ORGANISATION}
    entry = {**nothing, **columns_of(words)}
    replace_words({row["id"]: words})
    db.session.execute(update(Practitioner).where(Practitioner.id == row["id"]).values(entry))


def _record(event: Event, practitioner_id: uuid.UUID, facts: Iterable[Fact], by: Identity) -> None:
    record(
        event, by=by, subject_kind="practitioner", subject_id=practitioner_id,
        details={"facts": sorted(facts)},
    )  # fmt: skip
