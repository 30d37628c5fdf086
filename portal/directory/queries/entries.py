"""What each source says of a practitioner, and of whom they say different things."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import LazyString
from sqlalchemy import and_, bindparam, exists, func, or_, select

from portal.core.db import db
from portal.core.keys import Keys, mark
from portal.core.pages import day
from portal.directory.models import Practitioner, PractitionerWord
from portal.directory.queries.contacts import (
    PractitionerSheet,
    organisations,
    practitioner,
    practitioners,
)
from portal.directory.rules import (
    FACTS,
    INDEX_TEAM,
    TO_REACH,
    Fact,
    Word,
    differing,
    read_fact,
    written_fact,
)

# Databases know less of capitals than we do: of those whose words are not the same to the letter so
# many are looked at.
SHOWN, LOOKED_AT = 100, 5_000
_TABLE: Any = PractitionerWord.__table__
# Made once, as feeds ask it for every few hundred rows (contacts.py).
_WORDS = (
    select(_TABLE)
    .where(_TABLE.c.practitioner_id.in_(bindparam("ids", expanding=True)))
    .order_by(_TABLE.c.source)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSheet:
    """What one of several says of a fact, as people read it, and since the file of which day."""

    label: LazyString
    text: str
    source: str
    since_on: dt.date
    stands: bool

    @property
    def is_own(self) -> bool:
        """True for the word of the index team."""
        return self.source == INDEX_TEAM


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySheet:
    """A practitioner's entry, who spoke of them last and of which day, and what each says where
    several do. places are the organisations that sources name, by id, where they name
    several; seen is the keyed fingerprint of all that (64 hex digits)."""

    entry: PractitionerSheet
    source: str
    source_on: dt.date
    said: tuple[SaidSheet, ...]
    places: tuple[tuple[str, str], ...]
    seen: str

    @property
    def is_corrected(self) -> bool:
        """True where something that the index team said stands."""
        return any(one.is_own for one in self.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingSheet:
    """A practitioner of whom sources say different things, and of what."""

    entry: PractitionerSheet
    facts: tuple[LazyString, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Some of those of whom sources say different things, the newest first."""

    shown: tuple[DifferingSheet, ...]
    has_more: bool


def entry(practitioner_id: uuid.UUID) -> EntrySheet | None:
    """Return an entry with what each source says of it."""
    row = db.session.get(Practitioner, practitioner_id)
    found = practitioner(practitioner_id)
    if row is None or found is None:
        return None
    words = words_of([practitioner_id]).get(practitioner_id, [])
    names = _names_of_places(words)
    return EntrySheet(
        entry=found, source=row.source, source_on=row.source_on, said=_said(row, words, names),
        places=tuple(names.items()) if len(names) > 1 else (), seen=_fingerprint(found, words),
    )  # fmt: skip


def seen_entry(practitioner_id: uuid.UUID) -> str:
    """Return the fingerprint of what an entry's page shows now; empty for nobody."""
    found = entry(practitioner_id)
    return found.seen if found else ""


def differing_entries() -> Differing:
    """Return of whom sources say different things of what one must know to reach them; at most a
    hundred. Where the index team has spoken, only what a source said since is one."""
    ids = db.session.scalars(_wanted().limit(LOOKED_AT)).all()
    about: dict[uuid.UUID, set[Fact]] = {}
    for start in range(0, len(ids), SHOWN):
        words = words_of(ids[start : start + SHOWN])
        about |= {one: found for one, said in words.items() if (found := differing(said))}
        if len(about) > SHOWN:
            break
    chosen = [one for one in ids if one in about][:SHOWN]
    people = practitioners(chosen)
    shown = tuple(
        DifferingSheet(entry=people[one], facts=tuple(FACTS[f] for f in Fact if f in about[one]))
        for one in chosen
    )
    return Differing(shown=shown, has_more=len(about) > SHOWN or len(ids) == LOOKED_AT)


def words_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Word]]:
    """Return what is kept of these practitioners; nothing of whom one source alone speaks."""
    if not ids:
        return {}
    found: defaultdict[uuid.UUID, list[Word]] = defaultdict(list)
    for row in db.session.execute(_WORDS, {"ids": list(ids)}).mappings():
        values = {**row, "fact": Fact(row["fact"])}
        found[values.pop("practitioner_id")].append(Word(**values))
    return dict(found)


def words_of_entry(row: Mapping[str, Any]) -> list[Word]:
    """Return an entry of which one source alone has spoken, as its words."""
    on = row["source_on"]
    days = {"since_on": on, "told_on": on, "told_at": dt.datetime.combine(on, dt.time(), dt.UTC)}
    return [
        Word(fact=fact, value=written_fact(row[fact]), source=row["source"], **days)
        for fact in Fact
        if row[fact] and fact is not Fact.LEFT_ON
    ]


def _wanted() -> Any:
    """Practitioners some of whose words differ, the newest word first."""
    own, word = _TABLE.alias("own"), _TABLE
    ruled = and_(
        own.c.practitioner_id == word.c.practitioner_id,
        own.c.fact == word.c.fact,
        own.c.source == INDEX_TEAM,
    )
    says, against = func.lower(word.c.value), func.lower(own.c.value)
    since = exists().where(ruled, word.c.told_at > own.c.told_at, says != against)
    other = _TABLE.alias("other")
    unlike = exists().where(
        other.c.practitioner_id == word.c.practitioner_id,
        other.c.fact == word.c.fact,
        func.lower(other.c.value) != says,
    )
    return (
        select(word.c.practitioner_id)
        .where(word.c.fact.in_(TO_REACH), word.c.source != INDEX_TEAM)
        .where(or_(since, and_(~exists().where(ruled), unlike)))
        .group_by(word.c.practitioner_id)
        .order_by(func.max(word.c.told_at).desc(), word.c.practitioner_id)
    )


def _names_of_places(words: list[Word]) -> dict[str, str]:
    told = [word for word in words if word.fact is Fact.ORGANISATION]
    places = organisations([uuid.UUID(word.value) for word in told])
    ordered = sorted(places.values(), key=lambda one: (one.name, one.code))
    return {str(one.id): one.name for one in ordered}


def _said(row: Practitioner, words: list[Word], names: Mapping[str, str]) -> tuple[SaidSheet, ...]:
    """Every word on what not all say alike, fact by fact. names are those of organisations."""
    disputed = [fact for fact in Fact if _is_disputed(fact, words)]
    return tuple(
        SaidSheet(
            label=FACTS[word.fact], text=names.get(word.value) or _shown(word), source=word.source,
            since_on=word.since_on, stands=word.value == written_fact(getattr(row, word.fact)),
        )
        for fact in disputed
        for word in words
        if word.fact is fact
    )  # fmt: skip


def _is_disputed(fact: Fact, words: list[Word]) -> bool:
    told = [word for word in words if word.fact is fact]
    return len({word.value for word in told}) > 1 or any(one.source == INDEX_TEAM for one in told)


def _fingerprint(found: PractitionerSheet, words: list[Word]) -> str:
    keys: Keys = current_app.extensions["portal_keys"]
    said = sorted((word.fact.value, word.source, word.value) for word in words)
    return mark(keys.identifier, f"entry_seen|{found}|{said}")


def _shown(word: Word) -> str:
    value = read_fact(word.fact, word.value)
    return day(value) if isinstance(value, dt.date) else word.value
