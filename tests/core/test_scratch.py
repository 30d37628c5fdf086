"""What does not fit into memory stands in a file that nobody else can read, and that is gone."""

import os
from pathlib import Path

import pytest

from portal.core import db
from portal.core.db import scratch

WORDS = "Tannery Lane"


def kept_by_us(folder: Path) -> bytes:
    """Everything in files of this folder that this process holds open, their names gone or not."""
    found = b""
    for descriptor in os.listdir("/proc/self/fd"):
        path = f"/proc/self/fd/{descriptor}"
        if os.path.lexists(path) and os.readlink(path).startswith(str(folder)):
            found += Path(path).read_bytes()
    return found


def test_it_is_sealed_and_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = [one.replace("64000", "100") for one in db.SCRATCH]
    monkeypatch.setattr(db, "SCRATCH", small)
    with scratch(tmp_path) as kept:
        kept.execute("CREATE TABLE said (words TEXT)")
        kept.executemany("INSERT INTO said VALUES (?)", [(f"{n} {WORDS}",) for n in range(40_000)])
        assert os.listdir(tmp_path) == []
        written = kept_by_us(tmp_path)
        assert len(written) > 500_000, "more than what is kept in memory is in the file"
        assert WORDS.encode() not in written
        assert b"SQLite format" not in written
        assert kept.execute("SELECT count(*) FROM said").fetchone() == (40_000,)
    assert kept_by_us(tmp_path) == b""


def test_it_goes_when_something_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch(tmp_path) as kept:
            kept.execute("CREATE TABLE said (words TEXT)")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    assert os.listdir(tmp_path) == []
    assert kept_by_us(tmp_path) == b""
