"""Sharing syncs, and syncing the file that is there: without an application."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.core import durable
from portal.core.durable import Gathering, NotDurable, Wal
from tests.waiting import until

MANY = 12


class Disk:
    """A disk whose syncs end when told to, or fail."""

    def __init__(self) -> None:
        self.syncs = 0
        self.may_end = threading.Event()
        self.failure: BaseException | None = None

    def sync(self) -> None:
        """Count, wait to be let go, fail when told to."""
        self.syncs += 1
        self.may_end.wait()
        if self.failure is not None:
            raise self.failure


def gathered(gathering: Gathering, number: int) -> Callable[[], bool]:
    """True when so many wait for the sync after the present one."""
    return lambda: gathering._gathered.waiting == number


def first_and_others(
    pool: ThreadPoolExecutor, gathering: Gathering, disk: Disk
) -> tuple[Future[None], list[Future[None]]]:
    """One whose sync goes on, and many who came after it began."""
    first = pool.submit(gathering.wait, disk.sync)
    until(lambda: disk.syncs == 1)
    others = [pool.submit(gathering.wait, disk.sync) for _ in range(MANY)]
    until(gathered(gathering, MANY))
    return first, others


def test_one_sync_serves_all_who_came_before_it_began() -> None:
    gathering, disk = Gathering(), Disk()
    with ThreadPoolExecutor(MANY + 1) as pool:
        first, others = first_and_others(pool, gathering, disk)
        assert not any(one.done() for one in [first, *others])
        assert disk.syncs == 1, "nobody may be served by a sync that began before them"
        disk.may_end.set()
        for one in [first, *others]:
            one.result()
    assert disk.syncs == 2


def test_one_after_the_other_each_has_its_sync() -> None:
    gathering, disk = Gathering(), Disk()
    disk.may_end.set()
    for _ in range(3):
        gathering.wait(disk.sync)
    assert disk.syncs == 3


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (OSError(5, "lost"), {NotDurable: MANY + 1}),
        # Who leads is the one who was interrupted: first of the one round, and of the next.
        (KeyboardInterrupt(), {KeyboardInterrupt: 2, NotDurable: MANY - 1}),
    ],
    ids=["lost", "interrupted"],
)
def test_a_sync_that_fails_fails_for_all_and_not_for_the_next(
    failure: BaseException, told: dict[type[BaseException], int]
) -> None:
    gathering, disk = Gathering(), Disk()
    disk.failure = failure
    with ThreadPoolExecutor(MANY + 1) as pool:
        first, others = first_and_others(pool, gathering, disk)
        disk.may_end.set()
        ends = [one.exception() for one in [first, *others]]
    assert Counter(type(end) for end in ends) == told
    assert all(end is failure or (end and end.__cause__ is failure) for end in ends)
    assert disk.syncs == 2
    disk.failure = None
    gathering.wait(disk.sync)
    assert disk.syncs == 3


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The first byte of each file that was synced, in order."""
    seen: list[bytes] = []

    def read(descriptor: int) -> None:
        seen.append(os.pread(descriptor, 1, 0))

    monkeypatch.setattr(durable, "to_disk", read)
    return seen


def test_the_file_that_is_there_is_synced(tmp_path: Path, synced: list[bytes]) -> None:
    path = tmp_path / "some-wal"
    wal = Wal(path)
    wal.sync()
    assert synced == [], "a WAL that was removed was checkpointed before"
    path.write_bytes(b"1")
    wal.sync()
    wal.sync()
    path.unlink()
    wal.sync()
    path.write_bytes(b"2")
    wal.sync()
    (tmp_path / "newer").write_bytes(b"3")
    (tmp_path / "newer").rename(path)
    wal.sync()
    wal.close()
    wal.sync()
    wal.close()
    assert synced == [b"1", b"1", b"2", b"3", b"3"]


def test_after_a_failed_sync_none_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "some-wal"
    path.write_bytes(b"1")
    wal = Wal(path)

    def fail(_: int) -> None:
        raise OSError(5, "lost")

    monkeypatch.setattr(durable, "to_disk", fail)
    with pytest.raises(OSError, match="lost"):
        wal.sync()
    monkeypatch.undo()
    with pytest.raises(OSError, match="lost"):
        wal.sync()
    wal.close()
