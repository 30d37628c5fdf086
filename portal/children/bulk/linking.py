"""The likely children of all first words of a file, found before its rows are decided.

While the rows are decided the index goes on changing. What this file itself adds is found through
its rows, which are compared with one another as well; what others add or change is read again
before each step, and compared by the same keys.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import func, select

from portal.access.models import AccessEvent
from portal.children import finding
from portal.children.bulk.engines import Engine, EngineMissing, Tables, is_installed
from portal.children.bulk.facts import Line, lines_of, ways_to
from portal.children.models import ChildSource
from portal.children.placing import Finder
from portal.children.rules import ChildDraft
from portal.children.vault.probe import described
from portal.core.db import db
from portal.matching import Description

_PAGE = 5_000


class Bulk:
    """Who is likely for the rows of one source. Take the rows, read the index and link, in this
    order and in the steps of the caller, who commits at each; then hand it to what decides."""

    def __init__(self, *, source: str, engine: Engine, gigabytes: float) -> None:
        """Begin. Raises EngineMissing."""
        if not is_installed(engine):
            raise EngineMissing
        self._source, self._engine = source, engine
        self._tables = Tables(gigabytes)
        self._words: set[str] = set()
        self._since = db.session.scalar(select(func.max(AccessEvent.line))) or 0
        self._marks = [0, 0]
        self._later: dict[tuple[int, Line], set[uuid.UUID]] = defaultdict(set)

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many first words it has."""
        return len(self._words)

    def close(self) -> None:
        """Forget everybody."""
        self._tables.close()

    def take_rows(self, drafts: Iterable[ChildDraft]) -> None:
        """Take rows whose numbers are new to the source. Raises EngineFull."""
        taken = list(drafts)
        self._words.update(draft.source_id for draft in taken)
        self._tables.add(
            "incoming",
            ((f"={one.source_id}", line) for one in taken for line in lines_of(described(one))),
        )

    def read_index(self) -> Iterator[int]:
        """Read whom the index knows, some thousand at a time; tell how many. Raises EngineFull."""
        read, number = 0, 0
        while page := finding.described_after(db.session(), number, most=_PAGE):
            self._tables.add(
                "known", ((child.hex, line) for _, child, one in page for line in lines_of(one))
            )
            read, number = read + len(page), page[-1][0]
            yield read
        self._marks = [number, number]
        self._tables.begin()

    def link(self) -> Iterator[None]:
        """Find who is likely, in steps in which no database is read. Raises EngineFull,
        EngineMissing."""
        yield from self._tables.link(self._engine, max(self._marks[0], 1))

    def looked_again(self) -> Finder:
        """Read what others have added to the index or changed in it since; return who says whom
        rows may mean. Before each step, and outside of what may be undone: what was read here
        counts as read."""
        session = db.session()
        highest = finding.highest(session)
        # Who gave a number out may keep it later than who gave out the next: read once more.
        least, self._marks = min(*self._marks, highest), [self._marks[1], highest]
        # Embedded, the number of the last child is given out anew once that child has left.
        touched = {child for _, child, _ in finding.described_after(session, least - 1)}
        line = db.session.scalar(select(func.max(AccessEvent.line))) or 0
        told = select(AccessEvent.subject_id).where(
            AccessEvent.line > self._since, AccessEvent.subject_kind == "child"
        )
        touched |= {child for child in db.session.scalars(told) if child}
        self._since = line
        for child, one in finding.described_of(session, self._of_others(touched)):
            for key in ways_to(one, is_row=False):
                self._later[key].add(child)
        return self._near

    def _near(self, rows: Mapping[str, Description]) -> dict[str, list[uuid.UUID]]:
        """Return the likely children of these rows of the source, as the name index would."""
        found: dict[str, list[uuid.UUID]] = {word: [] for word in rows if word in self._words}
        near = self._tables.near([f"={word}" for word in found])
        own = self._own({who[1:] for _, who in near if who[0] == "="})
        for word, who in sorted(near):
            child = own.get(who[1:]) if who[0] == "=" else uuid.UUID(who)
            if child:
                found[word[1:]].append(child)
        for word in found:
            keys = ways_to(rows[word], is_row=True) if self._later else ()
            found[word] += sorted({one for key in keys for one in self._later.get(key, ())})
        missing = {word: row for word, row in rows.items() if word not in found}
        return found | finding.likest(db.session(), missing)

    def _own(self, words: Collection[str]) -> dict[str, uuid.UUID]:
        """The children of the index whom the source knows by now under these numbers."""
        wanted = select(ChildSource.source_id, ChildSource.child_id).where(
            ChildSource.source == self._source, ChildSource.source_id.in_(words)
        )
        return {row[0]: row[1] for row in db.session.execute(wanted)}

    def _of_others(self, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Those whom the source does not know: what it said itself is found through its rows."""
        found: set[uuid.UUID] = set(ids)
        waiting = sorted(found)
        for start in range(0, len(waiting), _PAGE):
            own = select(ChildSource.child_id).where(
                ChildSource.source == self._source,
                ChildSource.child_id.in_(waiting[start : start + _PAGE]),
            )
            found -= set(db.session.scalars(own))
        return found
