"""Large files: likely children from Splink on DuckDB, everything else by the same code as ever."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child, put_children, unhide_child
from portal.children.bulk import Engine, EngineFull, EngineMissing, engines, model
from portal.children.bulk.facts import COLUMNS
from portal.children.models import ChildReview, ChildSource
from portal.children.placing import Finder, placements
from portal.children.rules import ChildDraft
from portal.children.vault.probe import described
from portal.feeds.actions import importing
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.rules import FileKind
from portal.matching import Rung
from tests.benchmarks.children import generate
from tests.children.reporting import FEED
from tests.feeds.filing import Cells, child, counts, feed, put, write
from tests.feeds.linking import draft, linked, said_otherwise
from tests.feeds.test_guard import hide

CHILDREN = FileKind.CHILDREN
DUCKDB = ("--engine", "duckdb")


def verdicts(drafts: list[ChildDraft], finder: Finder | None = None) -> dict[str, tuple[Rung, Any]]:
    """On which rung each row stands, and beside whom."""
    found = placements({one.source_id: one for one in drafts}, finder=finder)
    return {word: (one.placed.rung, one.near) for word, one in found.items()}


def joined(found: dict[str, tuple[Rung, Any]]) -> dict[str, tuple[Rung, Any]]:
    return {word: one for word, one in found.items() if one[0].links}


def test_the_same_verdicts_as_row_by_row(session: Session) -> None:
    known = list(generate(900, 3))
    put_children(drafts=[draft(one, "mosaic") for one in known[:700]], by=FEED)
    drafts = list(said_otherwise(known[400:]))
    slow = verdicts(drafts)
    with linked(drafts) as bulk:
        fast = verdicts(drafts, bulk.looked_again())
    assert len(joined(slow)) > 150
    assert joined(fast) == joined(slow)
    # Among so few children a little likeness is possible, of which the engine need not know.
    assert sum(slow[word] != fast[word] for word in slow) <= 3


def others(count: int) -> list[Cells]:
    """Rows of another source about children of the first file, and two of one new child."""
    known = [child(n, source_id=f"H{n}", upn="", address="") for n in range(count)]
    new = {
        "given_names": "Quentin Zeno", "family_name": "Marlowe", "nhs_number": "", "upn": "",
        "date_of_birth": "2009-07-07", "postcode": "QH7 7AA",
    }  # fmt: skip
    return [child(900, source_id="N1", **new), *known, child(900, source_id="N2", **new)]


def test_a_file_is_joined_and_asked_about_as_without(
    town: Flask, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 4)
    assert put(town, tmp_path, CHILDREN, *(child(n) for n in range(8)))[1] == 8
    path = write(tmp_path / "health.csv", CHILDREN, others(8))
    rehearsed = feed(town, path, CHILDREN, "--dry-run", *DUCKDB, source="health")
    done = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert done.exit_code == 0, done.output
    assert counts(rehearsed) == counts(done) == (10, 10, 0, 0, 0)
    ids = dict(session.execute(select(ChildSource.source_id, ChildSource.child_id)).all())
    assert [ids[f"H{n}"] for n in range(8)] == [ids[f"K{n}"] for n in range(8)]
    asked = session.scalars(select(ChildReview).where(ChildReview.source == "health")).all()
    assert {ids["N1"], ids["N2"]} in [{row.one_id, row.other_id} for row in asked]
    again = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert counts(again) == (10, 0, 0, 10, 0)


def test_whom_others_add_or_change_meanwhile_is_not_missed(session: Session) -> None:
    known = list(generate(60, 3))
    put_children(drafts=[draft(one, "mosaic") for one in known[:50]], by=FEED)
    rows = [draft(one, "health") for one in known]
    moved = replace(known[0], family_name="Quilfeather", given_names="Zeno", postcode="QH9 9ZZ")
    rows.append(replace(draft(moved, "health"), source_id="moved"))
    with linked(rows) as bulk:
        assert verdicts(rows, bulk.looked_again())["moved"] == (Rung.NONE, None)
        put_children(drafts=[draft(one, "mosaic") for one in [moved, *known[50:]]], by=FEED)
        fast = verdicts(rows, bulk.looked_again())
    assert joined(fast) == joined(verdicts(rows))
    assert fast["moved"][0].links
    assert {"health-51", "health-60"} < joined(fast).keys()


@pytest.mark.parametrize(
    ("born", "postcode"),
    [(date(2012, 8, 3), "QH9 9ZZ"), (date(2012, 3, 8), "QH9 9ZZ"), (date(2012, 3, 9), "QH1 1AA")],
    ids=["born_the_same", "day_and_month_swapped", "the_next_day_at_one_postcode"],
)
def test_names_in_each_others_field_are_found_among_millions(
    session: Session, monkeypatch: pytest.MonkeyPatch, born: date, postcode: str
) -> None:
    """Whoever is not named is no rival either: a row is joined that a person has to decide."""
    monkeypatch.setattr(model, "least_weight", lambda _, real=model.least_weight: real(11_000_000))
    known = replace(
        next(generate(1, 3)), given_names="Maya Mia", family_name="George",
        date_of_birth=date(2012, 8, 3), postcode="QH1 1AA",
    )  # fmt: skip
    # More of one day and given name than are kept for a row.
    namesakes = [
        replace(known, number=n, given_names="George", family_name=name, postcode="QH5 5EE")
        for n, name in enumerate(("Ash", "Birch", "Cedar", "Hazel", "Rowan", "Willow"), 2)
    ]
    put_children(drafts=[draft(child, "mosaic") for child in [known, *namesakes]], by=FEED)
    row = draft(
        replace(
            known, date_of_birth=born, given_names="George", family_name="Maya", postcode=postcode
        ),
        "health",
    )
    with linked([row]) as bulk:
        near = bulk.looked_again()({row.source_id: described(row)})[row.source_id]
    wanted = select(ChildSource.child_id).where(ChildSource.source_id == f"mosaic-{known.number}")
    assert session.scalar(wanted) in near


def test_rows_about_somebody_hidden_are_held_and_answered(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, *(child(n) for n in range(4)))
    hidden = hide(1, vault.Grade.ABSENT)
    session.commit()
    path = write(tmp_path / "health.csv", CHILDREN, others(4))
    done = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert counts(done) == (6, 6, 0, 0, 0)
    held = vault.quarantine.of_source("health", ["H1", "N1"])
    assert held["H1"].hidden_id == hidden
    assert "N1" not in held
    rehearsed = feed(town, path, CHILDREN, "--dry-run", *DUCKDB, source="clinic")
    assert counts(rehearsed) == counts(feed(town, path, CHILDREN, source="clinic"))


def test_a_killed_run_is_compared_anew(
    town: Flask, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(town, tmp_path, CHILDREN, *(child(n) for n in range(8)))
    path = write(tmp_path / "health.csv", CHILDREN, others(8))
    real, calls = decide_rows, [0]

    def killed(**all_of_it: Any) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return real(**all_of_it)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "AT_ONCE", 3)
        patched.setattr(importing, "next_size", lambda *_: 3)
        patched.setattr(importing, "decide_rows", killed)
        assert feed(town, path, CHILDREN, *DUCKDB, source="health").exit_code != 0
    done = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert counts(done) == (10, 10, 0, 0, 0)
    told = select(func.count()).where(ChildSource.source == "health")
    assert session.scalar(told) == 10


def test_memory_that_is_full_loses_nothing(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    small = replace(town.extensions["portal_config"], bulk_gigabytes=0.000_01, bulk_rows=1)
    monkeypatch.setitem(town.extensions, "portal_config", small)
    path = write(tmp_path / "health.csv", CHILDREN, others(6))
    refused = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert refused.exit_code == 1
    assert "bulk_gigabytes" in refused.output
    assert counts(feed(town, path, CHILDREN, source="health")) == (8, 8, 0, 0, 0)


def test_without_the_extra_a_file_is_taken_in_all_the_same(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    small = replace(town.extensions["portal_config"], bulk_rows=1)
    monkeypatch.setitem(town.extensions, "portal_config", small)
    path = write(tmp_path / "health.csv", CHILDREN, others(2))
    refused = feed(town, path, CHILDREN, *DUCKDB, source="health")
    assert refused.exit_code == 2
    assert "README" in refused.output
    assert counts(feed(town, path, CHILDREN, source="health")) == (4, 4, 0, 0, 0)
    with pytest.raises(EngineMissing):
        engines.Tables(1.0)


@pytest.mark.parametrize(("rows", "begun"), [(2, True), (4, False)])
def test_the_setting_says_which_files_are_large(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, begun: bool
) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2))
    small = replace(town.extensions["portal_config"], bulk_rows=rows)
    monkeypatch.setitem(town.extensions, "portal_config", small)
    linkings: list[object] = []
    real = engines.Tables.link

    def link(*all_of_it: Any) -> Any:
        linkings.append(all_of_it)
        return real(*all_of_it)

    monkeypatch.setattr(engines.Tables, "link", link)
    path = write(tmp_path / "health.csv", CHILDREN, others(2))
    assert counts(feed(town, path, CHILDREN, source="health")) == (4, 4, 0, 0, 0)
    assert bool(linkings) is begun


def test_the_engine_reaches_no_disk_and_has_its_limit() -> None:
    tables = engines.Tables(0.02)
    with pytest.raises(duckdb.PermissionException):
        tables._asked.execute("COPY known TO 'known.parquet'")
    line = tuple(f"{column} {'x' * 200}" for column in COLUMNS)
    with pytest.raises(EngineFull):
        tables.add("known", ((f"{n}", line) for n in range(20_000)))
    tables.close()


def test_memory_that_is_full_while_pairs_are_scored_is_said_as_such() -> None:
    tables = engines.Tables(0.03)
    line = tuple("2012" if column.startswith("born") else "mia" for column in COLUMNS)
    for table, sign in (("known", ""), ("incoming", "=")):
        tables.add(table, ((f"{sign}{n}", line) for n in range(4_000)))
    with pytest.raises(EngineFull):
        list(tables.link(Engine.DUCKDB, 1))
    tables.close()


def test_the_portal_never_imports_what_is_optional() -> None:
    asked = (
        "import sys, portal, portal.__main__, portal.children.bulk.linking, portal.feeds.cli;"
        "sys.exit(bool({'splink', 'duckdb', 'pyspark', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_who_comes_back_under_the_last_number_of_the_index_is_read_again(session: Session) -> None:
    """Embedded, the number of the last child is given out anew once that child has left."""
    one, other = generate(2, 3)
    put_children(drafts=[draft(one, "mosaic"), draft(other, "mosaic")], by=FEED)
    child_id = queries.child_ids("mosaic", [f"mosaic-{other.number}"])[f"mosaic-{other.number}"]
    hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=FEED)
    # Only name and postcode lead there, and a stub has none.
    row = draft(replace(other, family_name="Quilfeather", date_of_birth=date(2001, 1, 1)), "health")
    rows = {row.source_id: described(row)}
    with linked([row]) as bulk:
        assert child_id not in bulk.looked_again()(rows)[row.source_id]
        unhide_child(child_id=child_id, by=FEED)
        assert child_id in bulk.looked_again()(rows)[row.source_id]
