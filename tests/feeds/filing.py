"""Files of people for tests, and what the index holds of them afterwards."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.models import AccessEvent
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    Involvement,
)
from portal.core.db import Base, db
from portal.directory.models import Organisation, Practitioner
from portal.feeds.cli import driving
from portal.feeds.rules import COLUMNS, FileKind
from portal.sandbox import numbers

Cells = dict[str, str]
PARTS: dict[type[Base], tuple[str, ...]] = {
    ChildName: ("given_names", "family_name"),
    ChildAddress: ("kind", "address", "postcode"),
    ChildIdentifier: ("scheme", "value_mark"),
}
PRACTICE, TEAM = "X99001", "T-1"


def child(number: int, **more: str) -> Cells:
    """Return a row for an invented child."""
    row = {
        "source_id": f"K{number}", "given_names": "Ada Maria", "family_name": "O’Hara-Łąki",
        "date_of_birth": f"2014-02-{number % 28 + 1:02d}", "gender": "female",
        "nhs_number": numbers.nhs(50_000 + number), "upn": numbers.upn(50_000 + number, 20),
        "address": f"{number} Tannery Lane", "postcode": "QH1 1AA",
    }  # fmt: skip
    return {**row, **more}


def practitioner(word: str, **more: str) -> Cells:
    """Return a row for an invented practitioner."""
    row = {
        "email": f"{word.lower()}@trial.example.org", "name": f"{word.title()} Trial",
        "role_title": "Health visitor", "organisation_code": PRACTICE, "phone": "01632 960123",
    }  # fmt: skip
    return {**row, **more}


def involvement(number: int, **more: str) -> Cells:
    """Return a row for an involvement with one of those children."""
    row = {
        "child_source_id": f"K{number}", "organisation_code": PRACTICE, "service": "GP",
        "tier": "universal", "started_on": "2024-01-01",
    }  # fmt: skip
    return {**row, **more}


def write(path: Path, kind: FileKind, rows: Iterable[Cells], encoding: str = "utf-8") -> Path:
    """Write rows with the header of their kind; what is not given is empty."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS[kind], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(app: Flask, *arguments: object) -> Result:
    """Run a command as the operator types it. Nobody else is there for whom it would pause."""
    with patch.object(driving, "BETWEEN_STEPS", 0):
        return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def feed(app: Flask, path: Path, kind: FileKind, *more: str, source: str = "mosaic") -> Result:
    """Run feeds import."""
    return run(app, "feeds", "import", "--source", source, "--kind", kind.value, path, *more)


def counts(result: Result) -> tuple[int, int, int, int, int]:
    """Return received, added, changed, unchanged and set aside, as the receipt prints them."""
    said = dict(line.split(": ", 1) for line in result.output.splitlines() if ": " in line)
    words = ("Received", "Added", "Changed", "Unchanged", "Set aside")
    received, added, changed, unchanged, aside = (int(said[word]) for word in words)
    return received, added, changed, unchanged, aside


def put(town: Flask, tmp_path: Path, kind: FileKind, *rows: Cells) -> tuple[int, ...]:
    """Import rows and return the counts of the receipt."""
    result = feed(town, write(tmp_path / "some.csv", kind, rows), kind)
    assert result.exit_code == 0, result.output
    return counts(result)


def len_of_log(session: Session) -> int:
    """Return how many lines the access log has."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(AccessEvent)) or 0


def holdings(source: str) -> list[tuple[Any, ...]]:
    """Return all that the index holds from a source, without ids and moments."""
    found: list[tuple[Any, ...]] = []
    ids = {}
    children = select(*ChildRecord.__table__.columns).where(ChildRecord.source == source)
    for row in db.session.execute(children).mappings():
        ids[row["id"]] = row["source_id"]
        words = ("source_id", "given_names", "family_name", "date_of_birth", "gender")
        found.append(("child", *(str(row[word]) for word in words)))
    for model, columns in PARTS.items():
        table: Any = model.__table__
        parts = select(*table.columns).where(table.c.child_id.in_(list(ids)))
        for row in db.session.execute(parts).mappings():
            held = (str(row[word]) for word in columns)
            found.append((model.__tablename__, ids[row["child_id"]], *held))
    return sorted(found + _involvements(ids))


def _involvements(ids: dict[Any, str]) -> list[tuple[Any, ...]]:
    rows = db.session.execute(
        select(*Involvement.__table__.columns, Organisation.code, Practitioner.work_email)
        .join(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
        .where(Involvement.child_id.in_(list(ids)))
    )
    return [
        ("involvement", ids[row.child_id], row.code, str(row.work_email), row.kind, row.tier,
         str(row.started_on), str(row.ended_on), row.is_lead, row.has_early_help_assessment)
        for row in rows
    ]  # fmt: skip
