"""The same job on a Spark of this machine, with a small set."""

import tempfile
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from portal.children.bulk import Engine, engines
from portal.children.bulk.facts import lines_of
from tests.benchmarks.children import generate
from tests.benchmarks.feed_rows import described, ordinary
from tests.benchmarks.misspelling import Stream


class Watched(TemporaryDirectory[str]):
    """A folder that is looked through before it is removed."""

    seen: list[bytes] = []

    def cleanup(self) -> None:
        """Read every file, then remove the folder."""
        files = [path for path in Path(self.name).rglob("*") if path.is_file()]
        Watched.seen += [path.read_bytes() for path in files]
        super().cleanup()


# PySpark leaves it to the collector to close the sockets by which it was handed the tables.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_names_whom_duckdb_names_and_leaves_nothing_readable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "TemporaryDirectory", Watched)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    known = list(generate(90, 3))
    rows = list(ordinary(known[30:], Stream.REPORTING, Random(5)))
    found = []
    for engine in (Engine.DUCKDB, Engine.SPARK):
        tables = engines.Tables(1.0)
        for one in known:
            tables.add("known", [(one.source_id, line) for line in lines_of(described(one))])
        for row in rows:
            lines = [(f"={row.truth}", line) for line in lines_of(row.description)]
            tables.add("incoming", lines)
        tables.begin()
        assert list(tables.link(engine, len(known)))
        found.append(sorted(tables.near([f"={row.truth}" for row in rows])))
        tables.close()
    assert found[0] == found[1]
    right = {(f"={row.truth}", row.truth) for row in rows}
    assert len(right & set(found[1])) > 50
    names = {one.family_name.encode() for one in known if len(one.family_name) > 5}
    held = b" ".join(Watched.seen).lower()
    assert Watched.seen
    assert not [name for name in names if name.lower() in held]
    assert not list(tmp_path.iterdir())
