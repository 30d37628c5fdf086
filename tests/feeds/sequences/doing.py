"""How the machine does things and remembers them: files that are held to their receipts, who is
hidden, which records were made one.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, ClassVar

from hypothesis import currently_in_test_context, event
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from portal.access.permissions import Role
from portal.children import actions
from portal.children.models import ChildMerge, ChildReview
from portal.children.queries.quarantined import QuarantineLine, quarantine_lines
from portal.children.vault import moving
from portal.children.vault.quarantine import Standing
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.feeds import actions as feeds
from portal.feeds.queries import SourceSheet, source_named
from portal.feeds.rules import FileKind
from tests.access.test_policy import GOOD
from tests.feeds.filing import Cells, counts, run
from tests.feeds.sequences import holds
from tests.feeds.sequences.index import (
    Index,
    hidden_ids,
    marks_of,
    of_children,
    open_tables,
    places,
    text_of,
)
from tests.feeds.sequences.truth import BY_GIVEN, Number, Person

STEWARD = replace(GOOD, account_id=uuid.UUID(int=3), roles=frozenset({Role.DATA_STEWARD}))
COUNTED = re.compile(r"(\d+) (?:received|added|changed|unchanged|set)")


class Doing(RuleBasedStateMachine):
    """joined: who was said to be one child, rightly or not; allowed: what may be seen of whoever is
    hidden; hidden: who that is; merges: what there was before each merge or split; apart: new
    identities by the old ones; parted: the numbers on both sides of each split that stands;
    unclear: numbers of whose work nothing is promised."""

    index: ClassVar[Index]
    # How often things were really done, over all examples.
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.index.begin()
        self.told = self.index.told.copy()
        self.files: list[tuple[str, Sequence[Cells]]] = [("mosaic", self._last_words("mosaic"))]
        self.joined: holds.Pairs = set()
        self.allowed: dict[Person, set[str]] = {}
        self.hidden: dict[uuid.UUID, Person] = {}
        self.merges: dict[uuid.UUID, dict[str, Any]] = {}
        self.untouched: uuid.UUID | None = None
        self.waits = {"pairs": 0, "rows": 0, "merges": 0}
        self.apart: dict[uuid.UUID, holds.Renewed] = {}
        self.parted: dict[uuid.UUID, holds.Sides] = {}
        self.unclear: set[Number] = set()

    def _reach(self, what: str) -> None:
        """Count what was really done: a machine that never does a thing proves nothing of it."""
        if currently_in_test_context():
            event(what)
        self.reached[what] += 1

    def _take(
        self,
        source: str,
        kind: FileKind,
        rows: Sequence[Cells],
        by: Callable[..., tuple[int, ...] | None] | None = None,
    ) -> None:
        """Let a source send a file: it is told what follows from its own words, or it is paused."""
        self.untouched = None
        sheet = self._source(source)
        if sheet is not None and sheet.pause is not None:
            before = self._tables()
            assert self.index.command(source, kind, rows).exit_code == 1
            assert self._tables() == before, "nothing is taken from a paused source"
            self._reach("file of a paused source")
            return
        expected = self.told.hear(source, kind, rows)
        if by is None:
            done = self.index.command(source, kind, rows)
            assert (done.exit_code, counts(done)) == (0, expected), done.output
        else:
            assert by(source, kind, rows) == expected
        self._reach(f"{kind.value} {'imported' if by is None else 'uploaded'}")

    def _rehearse(self, source: str, kind: FileKind, rows: Sequence[Cells]) -> None:
        """A dry run says what would be told, and changes nothing."""
        if not rows:
            return
        before = self._tables()
        done = self.index.command(source, kind, rows, "--dry-run")
        assert (done.exit_code, counts(done)) == (0, self.told.copy().hear(source, kind, rows))
        assert self._tables() == before

    def look_what_waits(self) -> None:
        """What there is to decide, so that nobody decides where there is nothing."""
        self.waits = {
            "pairs": len(pairs_that_wait()), "rows": len(rows_that_wait()),
            "merges": len(merges_that_stand()),
        }  # fmt: skip

    def _uploaded(self, source: str, kind: FileKind, rows: Sequence[Cells]) -> tuple[int, ...]:
        """Upload a file as the steward does, let cron take it in; return what is told of it."""
        content = self.index.written(kind, rows).read_bytes()
        with self.index.here(keeps=True):
            feeds.add_feed(name=source, by=STEWARD)
        with self.index.here(keeps=True):
            sheet = source_named(source)
            assert sheet is not None
            feeds.upload_file(
                feed_id=sheet.id, kind=kind, content=BytesIO(content), by_map=None,
                is_rehearsal=False, by=STEWARD,
            )  # fmt: skip
        done = run(self.index.app, "feeds", "take-in")
        assert done.exit_code == 0, done.output
        return tuple(
            map(int, re.findall(r"(\d+) (?:received|added|changed|unchanged|set)", done.output))
        )

    def _source(self, name: str) -> SourceSheet | None:
        with self.index.here():
            return source_named(name)

    def _tables(self) -> dict[str, list[tuple[Any, ...]]]:
        with self.index.here():
            return open_tables(self.index)

    def _marks(self, person: Person) -> set[str]:
        with self.index.here():
            return marks_of(person)

    def _last_words(self, source: str) -> list[Cells]:
        return [row for (one, _), row in self.told.said.items() if one == source]

    def _last_work(self, source: str) -> list[Cells]:
        numbers = [number for number in self.told.work if number[0] == source]
        own = self._with_a_record_of_their_own(numbers)
        return [row for number in own for row in self.told.work[number].values()]

    def _with_a_record_of_their_own(self, numbers: Iterable[Number]) -> list[Number]:
        """Those of some numbers whose record their source calls by no other number: where people
        have made one record of two of its numbers, it tells the work of one child in two ways."""
        with self.index.here():
            every = places()
        leads = [(number[0], found[0].child_id) for number, found in every.items()]
        return [
            number
            for number in numbers
            if number not in self.unclear
            and (number not in every or leads.count((number[0], every[number][0].child_id)) == 1)
        ]

    def _look_who_is_hidden(self, *, seen_anew: set[uuid.UUID]) -> None:
        """Whoever was hidden now, or hidden otherwise, may be seen as far as is seen after it."""
        self.untouched = None
        with self.index.here():
            text, before = text_of(open_tables(self.index)), dict(self.hidden)
            self.hidden = {one: person_of(one) for one in hidden_ids()}
            for child_id, person in self.hidden.items():
                if child_id not in before or child_id in seen_anew:
                    shown = {word for word in marks_of(person) if word in text}
                    self.allowed[person] = self.allowed.get(person, set()) | shown
        gone = self.allowed.keys() - set(self.hidden.values())
        self.allowed = {one: seen for one, seen in self.allowed.items() if one not in gone}

    def _remember_merge(self, before: dict[str, list[tuple[Any, ...]]]) -> None:
        with self.index.here():
            for row in db.session.scalars(select(ChildMerge)):
                if row.id not in self.merges:
                    numbers = _numbers_before(before, row.gone_id) | holds.numbers_of(row.gone_id)
                    self.merges[row.id] = {"before": before, "numbers": numbers}
                    self.untouched = row.id

    def _undo(self, merge_id: uuid.UUID) -> None:
        """Undo a merge unless a later one stands. What nobody touched is as it was, to the bit."""
        known = self.merges[merge_id]
        with self.index.here(keeps=True):
            row = db.session.get_one(ChildMerge, merge_id)
            kept_id, gone_id = row.child_id, row.gone_id
            if row.is_split:
                kept_id, gone_id = gone_id, kept_id
            there = holds.leading(known["numbers"])
            if not done(lambda: actions.undo_merge(merge_id=merge_id, by=STEWARD)):
                return
            now = holds.leading(known["numbers"])
            moved = {number for number, child_id in there.items() if child_id == kept_id}
            assert {now[number] for number in moved} <= {gone_id}, "its numbers go back with it"
            after = open_tables(self.index)
        self._reach(f"undone: {'split' if merge_id in self.parted else 'merge'}")
        self.parted.pop(merge_id, None)
        if self.untouched == merge_id:
            assert of_children(after) == of_children(known["before"])
        self.untouched = None
        text = text_of(known["before"])
        for person, seen in self.allowed.items():
            seen |= {word for word in self._marks(person) if word in text}


def done(act: Callable[[], object]) -> bool:
    """Do something, or hear that it cannot be done now."""
    try:
        act()
    except (Conflict, NotFound):
        db.session.rollback()
        return False
    return True


def pairs_that_wait() -> list[ChildReview]:
    """The pairs before the steward."""
    rows = db.session.scalars(select(ChildReview).where(ChildReview.outcome.is_(None)))
    return sorted(rows, key=lambda one: one.id)


def rows_that_wait() -> list[QuarantineLine]:
    """What was held back and is not decided."""
    return [one for one in quarantine_lines() if one.standing is Standing.WAITING]


def merges_that_stand() -> list[ChildMerge]:
    """Records made of two, in the open."""
    rows = db.session.scalars(select(ChildMerge).where(ChildMerge.undone_at.is_(None)))
    return sorted(rows, key=lambda one: one.id)


def person_of(child_id: uuid.UUID) -> Person:
    """Who a hidden child is."""
    document = moving.identity_of(child_id)
    assert document is not None
    return BY_GIVEN[document["given_names"]]


def _numbers_before(before: dict[str, list[tuple[Any, ...]]], child_id: uuid.UUID) -> set[Number]:
    return {(row[0], row[1]) for row in before["child_source"] if row[2] == child_id}
