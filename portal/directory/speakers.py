"""Who says what of a practitioner. What each says is kept from the moment that a second one speaks
of them: until then the entry is the word of its source (decisions/0055)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, update

from portal.core import clock
from portal.core.db import db
from portal.core.inserts import insert_rows
from portal.directory.models import Practitioner, PractitionerWord
from portal.directory.queries import words_of, words_of_entry
from portal.directory.rules import (
    INDEX_TEAM,
    Fact,
    Outcome,
    Word,
    agreed,
    ended_by,
    heard,
    read_fact,
    standing,
)
from portal.directory.writing import Row

_TABLE: Any = PractitionerWord.__table__


class Speakers:
    """What is kept of some practitioners while a source is heard."""

    def __init__(self, people: Iterable[Row], source: str, on: dt.date) -> None:
        """people are their entries, of which the source speaks as of a day."""
        self._source, self._on, self._at = source, on, clock.now()
        self._words = words_of([row["id"] for row in people])
        self._changed: set[uuid.UUID] = set()
        self._again: set[uuid.UUID] = set()
        self._emptied: list[Row] = []

    def is_one_of_several(self, row: Row) -> bool:
        """Whether somebody else spoke of this practitioner."""
        return row["id"] in self._words or row["source"] != self._source

    def hear(self, row: Row, said: Mapping[Fact, str]) -> Row | Outcome:
        """Return the entry as it stands after the source said this."""
        before = self._words.get(row["id"]) or words_of_entry(row)
        own = heard(before, said, source=self._source, on=self._on, at=self._at)
        if own is None:
            return Outcome.UNCHANGED
        others = [word for word in before if word.source != self._source]
        ended = ended_by(before, own, has_left=bool(row[Fact.LEFT_ON]))
        stay = [word for word in others if word.source != INDEX_TEAM or word.fact not in ended]
        after = settled([*stay, *own])
        entry = columns_of(after)
        if Fact.LEFT_ON in ended:
            entry[Fact.LEFT_ON] = None
        self._empty(row, ended - entry.keys())
        self._note(row["id"], after)
        is_older = self._on < row["source_on"]
        said_by = row["source"] if is_older else self._source
        return {
            **entry, "work_email": row["work_email"],
            "source": said_by, "source_on": max(self._on, row["source_on"]),
        }  # fmt: skip

    def keep(self) -> None:
        """Write what was heard."""
        replace_words({one: self._words[one] for one in self._changed})
        if self._emptied:
            db.session.execute(update(Practitioner), self._emptied)
        again = self._again - self._changed
        if again:
            said_again = _TABLE.c.source == self._source, _TABLE.c.practitioner_id.in_(again)
            db.session.execute(update(_TABLE).where(*said_again).values(told_on=self._on))

    def _empty(self, row: Row, facts: Iterable[Fact]) -> None:
        """Of what the index team alone had said nobody says anything any more."""
        nothing = {fact.value: "" for fact in facts if row[fact]}
        if nothing:
            row.update(nothing)
            self._emptied.append({"id": row["id"], **nothing})

    def _note(self, practitioner_id: uuid.UUID, after: list[Word]) -> None:
        before = self._words.get(practitioner_id, [])
        is_same = {_content(word) for word in before} == {_content(word) for word in after}
        (self._again if is_same else self._changed).add(practitioner_id)
        self._words[practitioner_id] = after


def replace_words(words: Mapping[uuid.UUID, Iterable[Word]]) -> None:
    """Keep these words of some practitioners, in the place of all that was kept of them."""
    if not words:
        return
    db.session.execute(delete(_TABLE).where(_TABLE.c.practitioner_id.in_(list(words))))
    rows = [_row(practitioner_id, word) for practitioner_id, said in words.items() for word in said]
    insert_rows(db.session.connection(), _TABLE, rows)


def settled(words: list[Word]) -> list[Word]:
    """Return the words without those of the index team that every source says by now."""
    facts = agreed(words)
    return [word for word in words if word.source != INDEX_TEAM or word.fact not in facts]


def columns_of(words: Iterable[Word]) -> Row:
    """Return what stands, as an entry holds it."""
    return {fact.value: read_fact(fact, text) for fact, text in standing(words).items()}


def _content(word: Word) -> tuple[str, ...]:
    return word.fact.value, word.source, word.value


def _row(practitioner_id: uuid.UUID, word: Word) -> Row:
    return {
        "practitioner_id": practitioner_id, "source": word.source, "fact": word.fact.value,
        "value": word.value, "since_on": word.since_on, "told_at": word.told_at,
        "told_on": word.told_on,
    }  # fmt: skip
