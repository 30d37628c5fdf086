"""An installation of its own with nobody in it but these children, and what stands where in it."""

import random
import secrets
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.children import vault
from portal.children.models import ChildRecord, ChildSource, Correction, Involvement
from portal.children.rules import Scheme
from portal.children.vault import Shelf, guard, moving, quarantine
from portal.children.vault.moving import BESIDE
from portal.children.vault.packing import Packed, packed
from portal.children.visibility import Job, everything, identifier_mark
from portal.core.db import Base, db
from portal.directory.models import Organisation
from portal.feeds.rules import FileKind
from tests import signing_in
from tests.databases import Cluster, EncryptedFile, ServerDatabase, Stage, let_go
from tests.feeds.filing import PRACTICE, Cells, counts, feed, run, write
from tests.feeds.sequences.truth import BY_GIVEN, PEOPLE, Line, Number, Person, Telling, Told

# Sealed, or about no child, or the log, which is looked at by itself; and for what reason people
# looked, which names whom they had before them, as the log does, and is shown to nobody.
APART = ("vault_", "access_", "feed", "arrival", "account", "quality", "search", "stated_reason")
PAIRS = "child_review"


@dataclass(frozen=True)
class Place:
    """Where a number of a source leads: a record, and whether it is open, sealed or held back."""

    child_id: uuid.UUID
    is_open: bool = False
    is_sealed: bool = False
    is_held: bool = False


class DrawnIds:
    """In the place of `secrets` where ids are made: the same steps make the same ids, so that what
    goes by their order comes out the same when it is replayed."""

    def begin(self) -> None:
        """Draw the same ids again."""
        self._chance = random.Random(0)

    def token_bytes(self, count: int) -> bytes:
        """So many bytes that are like chance."""
        return self._chance.randbytes(count)

    @staticmethod
    def token_hex(count: int) -> str:
        """Chance, for the names of files."""
        return secrets.token_hex(count)


class Index:
    """The installation, put back to its beginning for every example."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self.folder = folder
        folder.mkdir()
        made: Stage = (
            ServerDatabase(folder, cluster, f"sequences_{uuid.uuid4().hex}")
            if cluster
            else EncryptedFile(folder)
        )
        signing_in.fill(made.config, children=0)
        self.stage, self.told, self.ids = made, Told(), DrawnIds()
        self.app: Flask = create_app(made.config)
        self.app.config["TESTING"] = True
        self.app.config["RATELIMIT_ENABLED"] = False
        named = db.metadata.sorted_tables
        self.tables = [one for one in named if not one.name.startswith(APART)]
        self._fill()
        let_go(self.app)
        made.keep()

    def _fill(self) -> None:
        """Three sources know children already, each in its own way; of two a person is asked."""
        add = ("directory", "add", "T-1", "--name", "Team One", "--kind", "school")
        assert run(self.app, *add, "--phone", "01632 960001").exit_code == 0
        told = [Line(who, Telling.AS_BEFORE) for who in range(len(PEOPLE))]
        apart = [Line(who, Telling.MOVED_BARE) for who in (3, 4)]
        both = [told[0], Line(1, Telling.BARE)]
        for source, lines in (("mosaic", told), ("emis", both), ("school-records", apart)):
            rows = [one.cells() for one in lines]
            expected = self.told.children(source, rows)
            assert counts(self.command(source, FileKind.CHILDREN, rows)) == expected
            work = [work_with(line.number) for line in lines]
            expected = self.told.involvements(source, work)
            assert counts(self.command(source, FileKind.INVOLVEMENTS, work)) == expected

    def begin(self) -> None:
        """Put everything back to the beginning."""
        self.stage.put_back(self.app)
        self.ids.begin()

    @contextmanager
    def here(self, *, keeps: bool = False) -> Iterator[Any]:
        """A transaction of its own, kept or not."""
        with self.app.app_context():
            yield db.session
            (db.session.commit if keeps else db.session.rollback)()

    def place(self, code: str) -> uuid.UUID:
        """The id of an organisation. Needs a transaction."""
        return db.session.scalars(select(Organisation.id).where(Organisation.code == code)).one()

    def written(self, kind: FileKind, rows: Collection[Cells]) -> Path:
        """A file with these rows."""
        return write(self.folder / "some.csv", kind, rows)

    def command(self, source: str, kind: FileKind, rows: Collection[Cells], *more: str) -> Any:
        """Import a file as the operator does."""
        return feed(self.app, self.written(kind, rows), kind, *more, source=source)


def work_with(number: str, code: str = PRACTICE, service: str = "GP", ended: str = "") -> Cells:
    """A row about who works with a child."""
    return {
        "child_source_id": number, "organisation_code": code, "service": service,
        "started_on": "2024-01-01", "ended_on": ended,
    }  # fmt: skip


def open_tables(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that anybody could be shown something of. Needs a transaction."""
    return {
        one.name: sorted(map(tuple, db.session.execute(select(one))), key=repr)
        for one in index.tables
    }


def of_children(tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The tables about children, but which merges there were, and who looks at a pair."""
    names = {"child", *(one.__tablename__ for one in BESIDE), PAIRS} - {"child_merge"}
    return {name: tables[name] for name in names}


def text_of(tables: dict[str, list[tuple[Any, ...]]]) -> str:
    """All that stands in them, folded, to look for words."""
    return repr(tables).casefold()


def marks_of(person: Person) -> set[str]:
    """By what one could tell that a row is about this child and nobody else."""
    number = identifier_mark(Scheme.NHS_NUMBER, person.cells("")["nhs_number"])
    return {number, *(word.casefold() for word in person.own_words)}


def places() -> dict[Number, list[Place]]:
    """Every record to which each number of a source leads. Needs a transaction."""
    found: dict[Number, dict[uuid.UUID, dict[str, bool]]] = {}
    for open_one in db.session.scalars(select(ChildSource)):
        _note(found, open_one.source, open_one.source_id, open_one.child_id, "is_open")
    bound = {}
    for child_id, numbers in sealed().items():
        for one in numbers:
            bound[one["source"], one["source_id"]] = child_id
            _note(found, one["source"], one["source_id"], child_id, "is_sealed")
    for row in quarantine.everything_held():
        # A number that was found to be the hidden child's leads there, whatever waits under it.
        is_bound = bound.get((row.source, row.source_id)) == row.hidden_id
        leads = row.hidden_id if is_bound else row.id
        _note(found, row.source, row.source_id, leads, "is_held")
    return {
        number: [Place(child_id, **ways) for child_id, ways in leads.items()]
        for number, leads in found.items()
    }


def _note(found: Any, source: str, source_id: str, child_id: uuid.UUID, way: str) -> None:
    found.setdefault((source, source_id), {}).setdefault(child_id, {})[way] = True


def hidden_ids() -> list[uuid.UUID]:
    """Everybody who is hidden."""
    return [child_id for child_id, _ in vault.all_on(Shelf.IDENTITY)]


def sealed() -> dict[uuid.UUID, list[Packed]]:
    """The numbers of sources in every sealed record."""
    held = vault.all_on(Shelf.RECORD)
    return {child_id: moving.numbers_in(tables) for child_id, tables in held}


def people_in_records() -> dict[uuid.UUID, set[Person]]:
    """Of each record, open or sealed, whom its sources speak of under its numbers."""
    found: dict[uuid.UUID, set[Person]] = {}
    rows = [(one.child_id, one.given_names) for one in db.session.scalars(select(ChildSource))]
    for child_id, numbers in sealed().items():
        rows += [(child_id, one["given_names"]) for one in numbers]
    for child_id, given in rows:
        if given in BY_GIVEN:
            found.setdefault(child_id, set()).add(BY_GIVEN[given])
    return found


def contacts_of(child_id: uuid.UUID) -> dict[str, Packed]:
    """Everything that stands anywhere of who works with a child, by id."""
    rows = db.session.scalars(select(Involvement).where(Involvement.child_id == child_id))
    found = {one.id.hex: packed(one) for one in rows}
    for values in (moving.record_of(child_id) or {}).get(Involvement.__tablename__, []):
        found[values["id"][1]] = values
    for one in quarantine.of_children([child_id]).values():
        found |= one.involvements
    for one in quarantine.about(child_id):
        if guard.is_bound(one):
            found |= one.involvements
    return found


def record_in_index(child_id: uuid.UUID) -> ChildRecord | None:
    """The row of a child in the open."""
    return db.session.scalar(everything(Job.REVIEW).where(ChildRecord.id == child_id))


def rows_beside(child_id: uuid.UUID) -> dict[type[Base], int]:
    """How many rows stand beside a child in the open, by table, but what people say is wrong with
    the details that everybody sees of a masked one."""
    found = {
        model: db.session.scalars(select(model).where(model.child_id == child_id)).all()
        for model in BESIDE
    }
    of_stub = [one for one in found[Correction] if one.involvement_id is None]
    return {model: len(rows) for model, rows in found.items()} | {
        Correction: len(found[Correction]) - len(of_stub)
    }
