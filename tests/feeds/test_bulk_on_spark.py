"""The same job on a Spark of this machine, with a small set."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.children.actions import put_children
from portal.children.bulk import Engine, engines
from portal.children.placing import placements
from tests.benchmarks.children import generate
from tests.children.reporting import FEED
from tests.feeds.linking import draft, linked, said_otherwise


class Watched(TemporaryDirectory[str]):
    """A folder that is looked through before it is removed."""

    seen: list[bytes] = []

    def cleanup(self) -> None:
        """Read every file, then remove the folder."""
        files = [path for path in Path(self.name).rglob("*") if path.is_file()]
        Watched.seen += [path.read_bytes() for path in files]
        super().cleanup()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spark_names_whom_duckdb_names_and_leaves_nothing_readable(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "TemporaryDirectory", Watched)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    known = list(generate(120, 3))
    put_children(drafts=[draft(one, "mosaic") for one in known[:90]], by=FEED)
    rows = list(said_otherwise(known[60:]))
    drafts = {one.source_id: one for one in rows}
    found: list[Any] = []
    for engine in (Engine.DUCKDB, Engine.SPARK):
        with linked(rows, engine) as bulk:
            found.append(placements(drafts, finder=bulk.looked_again()))
    assert found[0] == found[1]
    assert sum(one.joins is not None for one in found[1].values()) > 15
    names = {one.family_name.lower().encode() for one in known if len(one.family_name) > 5}
    assert names
    assert not [name for content in Watched.seen for name in names if name in content.lower()]
    assert not list(tmp_path.iterdir())
