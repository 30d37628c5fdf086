"""The watched folder as the inbox sees it: what is ripe, and what is never opened."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.feeds.inbox import (
    DONE,
    REFUSED,
    FileRefused,
    FolderUnsafe,
    Tray,
    changed_at,
    trays,
    watched,
)
from tests.feeds.sending import laid

SOON, LATER = 30, 120


def ripe(tray: Tray, after: float) -> list[str]:
    """Return what is ripe so many seconds from now."""
    return tray.ripe(at=time.time() + after)


def nothing_told(fault: FolderUnsafe) -> None:
    """Every folder of these tests can be opened."""
    raise AssertionError from fault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watched folder with one file in it."""
    laid(tmp_path / "in", "children", "a.csv", b"first")
    return tmp_path / "in"


@pytest.fixture
def tray(folder: Path) -> Iterator[Tray]:
    """Its only tray."""
    with_one = trays(folder, nothing_told)
    yield next(with_one)
    with_one.close()  # type: ignore[attr-defined]


def test_takes_what_has_been_quiet_for_a_minute(tray: Tray) -> None:
    assert (tray.source, tray.kind) == ("mosaic", "children")
    assert ripe(tray, SOON) == []
    assert ripe(tray, LATER) == ["a.csv"]


def test_waits_for_a_map_that_is_on_its_way(folder: Path, tray: Tray) -> None:
    """What there is of it may be a map already, and would be read as one."""
    at = (folder / "mosaic" / "children" / "a.csv").stat().st_ctime + watched.QUIET + 0.02
    assert tray.ripe(at=at) == ["a.csv"]
    time.sleep(0.05)
    laid(folder, "children", "map.toml", b"[columns]")
    assert tray.ripe(at=at) == []
    assert ripe(tray, LATER) == ["a.csv"]


def test_the_oldest_first_and_not_what_is_on_its_way(folder: Path, tray: Tray) -> None:
    for name in ("b.csv.part", ".hidden", "map.toml", "b.csv.tmp"):
        laid(folder, "children", name, b"x")
    older = laid(folder, "children", "z.csv", b"older")
    os.utime(older, (1, 1))
    tray.put_aside("a.csv", DONE, stamp="1")
    laid(folder, "children", "b.csv", b"newer")
    assert ripe(tray, LATER) == ["z.csv", "b.csv"]
    assert tray.strange == 0


def test_links_and_pipes_are_left_and_never_opened(
    folder: Path, tray: Tray, tmp_path: Path
) -> None:
    secret = tmp_path / "portal.keys"
    secret.write_bytes(b"secret")
    here = folder / "mosaic" / "children"
    (here / "link.csv").symlink_to(secret)
    os.link(secret, here / "hard.csv")
    os.mkfifo(here / "pipe.csv")
    (here / "folder.csv").mkdir()
    assert ripe(tray, LATER) == ["a.csv"]
    assert tray.strange == 4
    for name in ("link.csv", "hard.csv", "pipe.csv", "folder.csv", "../a.csv", "gone.csv", "\0"):
        with pytest.raises(FileRefused), tray.stream(name):
            pass
    (here / "map.toml").symlink_to(secret)
    with pytest.raises(FileRefused):
        tray.map_of(100)
    assert secret.read_bytes() == b"secret"


def test_what_a_disk_keeps_for_itself_is_no_source(folder: Path) -> None:
    laid(folder, "children", "#12", b"x", source="lost+found")
    assert [tray.source for tray in trays(folder, nothing_told)] == ["mosaic"]


def test_a_linked_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    elsewhere = laid(tmp_path / "other", "children", "b.csv", b"x").parent
    (folder / "mosaic" / "involvements").symlink_to(elsewhere)
    (folder / "linked").symlink_to(elsewhere.parent)
    assert [(one.source, one.kind) for one in trays(folder, nothing_told)] == [
        ("mosaic", "children")
    ]
    (tmp_path / "root").symlink_to(folder)
    with pytest.raises(FolderUnsafe, match="missing"):
        list(trays(tmp_path / "root", nothing_told))
    with pytest.raises(FolderUnsafe, match="missing"):
        list(trays(tmp_path / "nowhere", nothing_told))


@pytest.mark.parametrize("rights", [0o701, 0o702, 0o704])
def test_a_folder_that_others_can_use_is_refused(folder: Path, rights: int) -> None:
    folder.chmod(rights)
    with pytest.raises(FolderUnsafe, match="open_to_others"):
        list(trays(folder, nothing_told))
    folder.chmod(0o770)
    assert len(list(trays(folder, nothing_told))) == 1


def test_notices_what_changed_since_it_was_opened(folder: Path, tray: Tray) -> None:
    path = folder / "mosaic" / "children" / "a.csv"
    with tray.stream("a.csv") as stream:
        since = changed_at(stream)
        assert tray.is_still("a.csv", stream, since=since)
        assert not tray.is_still("a.csv", stream, since=since - 1)
        path.rename(path.with_name("b.csv"))
        assert not tray.is_still("a.csv", stream, since=since)
        path.write_bytes(b"another")
        assert not tray.is_still("a.csv", stream, since=since)


def test_puts_aside_with_the_reason(folder: Path, tray: Tray) -> None:
    long = laid(folder, "children", "ł" * 120, b"long").name
    tray.put_aside("a.csv", REFUSED, stamp="7", why="The file is empty.")
    tray.put_aside(long, REFUSED, stamp="8", why="The file is empty.")
    there = folder / "mosaic" / "children" / REFUSED
    assert (there / "7-a.csv").read_bytes() == b"first"
    assert (there / "7-a.csv.txt").read_text() == "The file is empty.\n"
    assert (there / f"8-{'ł' * 50}.txt").stat().st_mode & 0o077 == 0
    assert ripe(tray, LATER) == []


def test_does_not_put_aside_through_a_link(folder: Path, tray: Tray, tmp_path: Path) -> None:
    (folder / "mosaic" / "children" / REFUSED).symlink_to(tmp_path)
    with pytest.raises(FolderUnsafe, match="strange"):
        tray.put_aside("a.csv", REFUSED, stamp="7", why="x")
    assert ripe(tray, LATER) == ["a.csv"]


def test_a_map_is_read_only_as_far_as_it_may_be(folder: Path, tray: Tray) -> None:
    assert tray.map_of(3) is None
    laid(folder, "children", "map.toml", b"abcdef")
    assert tray.map_of(3) == b"abcd"
