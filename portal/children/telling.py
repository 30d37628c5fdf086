"""What each source has told of, and since when it no longer does.

One entry for each number of a child and for each involvement, under a keyed mark, so that nothing
says of which child it is. An entry hangs on the source's own words alone: it is written where the
source is answered, whether the row was applied or held back, and nothing of it moves when a child
is hidden, brought back or joined (decisions/0036). Nothing here commits.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.children.models import Involvement, SourceWord
from portal.children.rules import Subject
from portal.core import clock
from portal.core.db import db
from portal.core.inserts import insert_rows
from portal.core.keys import Keys, mark

_WORD: Any = SourceWord.__table__
_HEX = 16  # 64 bits.
# Since when the sources of involvements no longer report them, by id.
LeftOut = Mapping[uuid.UUID, dt.date]


@dataclass(frozen=True, slots=True)
class Hearing:
    """A file that is heard: whose it is, the day it speaks of, and its run. A dry run has one that
    nobody else has; what it tells of is undone, so it is noted here by subject and mark."""

    source: str
    on: dt.date
    run_id: uuid.UUID | None = None
    noted: set[tuple[Subject, int]] | None = None


def mark_of(source: str, subject: Subject, word: str) -> int:
    """Return the mark of a number of a source, or of the id of an involvement in hex."""
    return _marker(source, subject)(word)


def _marker(source: str, subject: Subject) -> Callable[[str], int]:
    keys: Keys = current_app.extensions["portal_keys"]
    key, about = keys.vault, f"source_word|{source}|{subject}|"

    def marked(word: str) -> int:
        found = bytes.fromhex(mark(key, about + word)[:_HEX])
        return int.from_bytes(found, "big", signed=True)

    return marked


def tell(heard: Hearing, subject: Subject, words: Mapping[str, str]) -> None:
    """Write down that a file told of these words, each with the child's number it was told under.
    What a later file told, or left out, stays."""
    marked, of_child = _marker(heard.source, subject), _marker(heard.source, Subject.CHILD)
    numbers = {number: of_child(number) for number in set(words.values())}
    rows = {
        (found := marked(word)): {
            "source": heard.source, "subject": subject.value, "mark": found,
            "under": numbers[number], "told_on": heard.on, "told_in": heard.run_id,
            "unreported_since": None,
        }
        for word, number in words.items()
    }  # fmt: skip
    if heard.noted is not None:
        heard.noted.update((subject, one) for one in rows)
    connection = db.session.connection()
    insert_rows(connection, _TELL[connection.dialect.name], [rows[one] for one in sorted(rows)])


def told_later(heard: Hearing, subject: Subject, words: Iterable[str]) -> set[str]:
    """Return those words of which the source told on a later day than this file speaks of."""
    if heard.on >= clock.today():
        return set()
    marked = _marker(heard.source, subject)
    marks = {marked(word): word for word in words}
    later = select(_WORD.c.mark).where(*_among(heard.source, subject), _WORD.c.told_on > heard.on)
    return {marks[one] for one in db.session.scalars(later.where(_WORD.c.mark.in_(list(marks))))}


def spare(heard: Hearing, subject: Subject, numbers: Collection[int]) -> None:
    """Count what was told under these numbers (their marks) as told by this file, which has rows
    about them that could not be used."""
    spared = _heard_before(heard, subject).where(_WORD.c.under.in_(list(numbers)))
    told = {"told_in": heard.run_id, "told_on": heard.on, "unreported_since": None}
    db.session.execute(spared.values(told))


def number_left_out(heard: Hearing, subject: Subject) -> tuple[int, int]:
    """Return how much of what the source told this full file leaves out, and how much there is."""
    known = select(func.count()).where(*_current(heard, subject))
    left_out = db.session.scalar(known.where(_not_in(heard)))
    return left_out or 0, db.session.scalar(known) or 0


def number_current(heard: Hearing, subject: Subject) -> int:
    """Return how much a full file of this day has to tell again, or leaves out."""
    return db.session.scalar(select(func.count()).where(*_current(heard, subject))) or 0


def current_among(heard: Hearing, subject: Subject, marks: Collection[int]) -> set[int]:
    """Return those marks that a full file of this day has to tell again, or leaves out."""
    return _marks(*_current(heard, subject), _WORD.c.mark.in_(list(marks)))


def told_among(heard: Hearing, subject: Subject, marks: Collection[int]) -> set[int]:
    """Return those marks whose last word is of this very file."""
    by_it = _WORD.c.told_in == heard.run_id, _WORD.c.mark.in_(list(marks))
    return _marks(*_among(heard.source, subject), *by_it)


def marks_spared(heard: Hearing, subject: Subject, numbers: Collection[int]) -> set[int]:
    """Return the marks that spare would count as told."""
    under = _WORD.c.under.in_(list(numbers))
    return _marks(*_among(heard.source, subject), _is_no_later(heard.on), under)


def leave_out(heard: Hearing, subject: Subject, *, most: int) -> int:
    """Mark what this full file does not tell of, so much at a time; return how much it was."""
    wanted = select(_WORD.c.mark).where(*_current(heard, subject), _not_in(heard))
    marks = db.session.scalars(wanted.order_by(_WORD.c.mark).limit(most)).all()
    marked = update(_WORD).where(*_among(heard.source, subject), _WORD.c.mark.in_(marks))
    if marks:
        db.session.execute(marked.values(unreported_since=heard.on))
    return len(marks)


def number_unreported(source: str, subject: Subject) -> int:
    """Return how much of what a source told it no longer reports."""
    marked = _WORD.c.unreported_since.is_not(None)
    wanted = select(func.count()).where(*_among(source, subject), marked)
    return db.session.scalar(wanted) or 0


def unreported(rows: Iterable[Involvement]) -> LeftOut:
    """Return since when the sources of these involvements no longer report them, by id; asked in
    one statement, whatever there is."""
    marks = {mark_of(row.source, Subject.INVOLVEMENT, row.id.hex): row for row in rows}
    wanted = select(_WORD.c.mark, _WORD.c.unreported_since).where(
        _WORD.c.source.in_(sorted({row.source for row in marks.values()})),
        _WORD.c.subject == Subject.INVOLVEMENT.value,
        _WORD.c.mark.in_(sorted(marks)),
        _WORD.c.unreported_since.is_not(None),
    )
    return {marks[one].id: since for one, since in db.session.execute(wanted)}


def _marks(*conditions: Any) -> set[int]:
    return set(db.session.scalars(select(_WORD.c.mark).where(*conditions)))


def _among(source: str, subject: Subject) -> tuple[Any, ...]:
    return _WORD.c.source == source, _WORD.c.subject == subject.value


def _current(heard: Hearing, subject: Subject) -> tuple[Any, ...]:
    """What the source told until this day and was not left out since."""
    in_time = _WORD.c.told_on <= heard.on
    return (*_among(heard.source, subject), in_time, _WORD.c.unreported_since.is_(None))


def _not_in(heard: Hearing) -> Any:
    return or_(_WORD.c.told_in.is_(None), _WORD.c.told_in != heard.run_id)


def _heard_before(heard: Hearing, subject: Subject) -> Any:
    """Entries that a word of this day may change."""
    return update(_WORD).where(*_among(heard.source, subject), _is_no_later(heard.on))


def _is_no_later(on: Any) -> Any:
    since = _WORD.c.unreported_since
    return (_WORD.c.told_on <= on) & or_(since.is_(None), since <= on)


def _telling(insertion: Any) -> Any:
    """An entry, new or in the place of an older one: the same words on both databases."""
    new = insertion(_WORD)
    given = new.excluded
    fresh = {word: given[word] for word in ("under", "told_on", "told_in", "unreported_since")}
    key = [column.name for column in _WORD.primary_key]
    return new.on_conflict_do_update(
        index_elements=key, set_=fresh, where=_is_no_later(given.told_on)
    )


_TELL = {"sqlite": _telling(sqlite.insert), "postgresql": _telling(postgresql.insert)}
