"""Two worlds that differ in one hidden child show the same, whatever ordinary people do.

Two hundred examples without more ado, of which each walk makes nineteen; EXAMPLES says how many
each machine tries instead (make test-worlds).
"""

import os
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from tests.databases import Cluster
from tests.shielding.worlds import beginnings
from tests.shielding.worlds.beginnings import Beginning
from tests.shielding.worlds.channels import CHANNELS, NOT_BY_LEAK
from tests.shielding.worlds.leaks import LEAKS
from tests.shielding.worlds.lockstep import drive, look_for, walk
from tests.shielding.worlds.pair import Pair, Step, Told
from tests.shielding.worlds.stages import pair
from tests.shielding.worlds.verbs import OWN_WORK

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
QUICK_LEAK = 15


@pytest.fixture(scope="module")
def absent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A world in which the child never was, and one in which it is absent."""
    yield from _pair(tmp_path_factory, beginnings.without, beginnings.absent)


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A world in which the child never had a contact, and one in which it is masked."""
    yield from _pair(tmp_path_factory, beginnings.without_contacts, beginnings.masked)


@pytest.fixture(scope="module")
def confided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Worlds in which a service knows another child in confidence, and this one."""
    yield from _pair(tmp_path_factory, beginnings.confided_of_another, beginnings.confided)


@pytest.fixture(scope="module")
def on_server(tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster) -> Iterator[Pair]:
    """The worlds of the absent child on PostgreSQL."""
    worlds = beginnings.without, beginnings.absent
    yield from _pair(tmp_path_factory, *worlds, cluster=postgresql)


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A world in which the child never was, and one in which everybody finds it."""
    yield from _pair(tmp_path_factory, beginnings.nothing, beginnings.present)


def _pair(
    factory: pytest.TempPathFactory,
    here: Beginning,
    there: Beginning,
    *,
    cluster: Cluster | None = None,
) -> Iterator[Pair]:
    made = pair(factory.mktemp("worlds"), cluster, here, there)
    yield made
    made.close()


def test_nobody_can_tell_that_a_child_is_absent(absent: Pair) -> None:
    walk(absent)
    drive(absent, examples=EXAMPLES or 50)


def test_nobody_can_tell_that_a_child_is_masked(masked: Pair) -> None:
    for world in (masked.without, masked.hidden):
        world.in_vault = frozenset({"involvement", "local_correction"})
    walk(masked)
    drive(masked, examples=EXAMPLES or 40)


def test_whom_a_source_names_acts_as_on_any_record(masked: Pair, absent: Pair) -> None:
    """Where what is said of one's own line lies in the vault, the receipts are the proof."""
    for world in (masked.without, masked.hidden):
        world.in_vault = frozenset({"involvement", "correction", "local_correction"})
    for worlds in (masked, absent):
        walk(worlds, OWN_WORK)
    drive(masked, examples=EXAMPLES or 8, steps=10, verbs=OWN_WORK)


def test_nobody_can_tell_that_a_service_works_in_confidence(confided: Pair) -> None:
    walk(confided)
    drive(confided, examples=EXAMPLES or 17)


def test_nobody_can_tell_on_postgresql(on_server: Pair) -> None:
    walk(on_server)
    drive(on_server, examples=EXAMPLES or 17)


@pytest.mark.parametrize("engine", ["index", "duckdb"])
@pytest.mark.parametrize("rehearse", [False, True])
def test_a_row_held_back_reads_like_one_that_was_taken(
    absent: Pair, rehearse: bool, engine: str
) -> None:
    """What source, operator and auditor read; what is in the index differs, as it must."""
    absent.begin()
    words = {"file": "a child nobody hides, or the child", "rehearse": rehearse, "engine": engine}
    step = Step("bring_in", words)
    taken, held_back = (world.step(step) for world in (absent.without, absent.hidden))
    for channel in ("printed", "exit code", "process log", "files"):
        assert taken.lines[channel] == held_back.lines[channel]
    assert len(taken.lines["access log"]) == len(held_back.lines["access log"])


def test_a_child_that_is_there_is_found(present: Pair) -> None:
    with pytest.raises(Told):
        drive(present, examples=20)
    present.begin()
    with pytest.raises(Told) as told:
        present.do("search", who="health_visitor", typed="the child, rightly")
    assert told.value.difference.channel == "body"


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_found(name: str, absent: Pair) -> None:
    absent.hidden.planted = LEAKS[name].plant
    try:
        with pytest.raises(Told) as told:
            look_for(absent, LEAKS[name].verbs, examples=QUICK_LEAK)
    finally:
        absent.hidden.planted = lambda world: nullcontext()
    print(told.value)


def test_every_channel_has_its_leaks() -> None:
    planted = {leak for channel in CHANNELS for leak in channel.leaks}
    assert planted == set(LEAKS)
    for channel in CHANNELS:
        assert bool(channel.leaks) == (channel.is_there and channel.name not in NOT_BY_LEAK)
