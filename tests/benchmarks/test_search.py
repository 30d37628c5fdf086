"""The whole bench among 100,000 children, for what it finds and never for how fast: both databases,
over HTTP, every peer, FEBRL, and the report. One test, so that one process fills it once."""

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.benchmarks import report, sets
from tests.benchmarks.accuracy import recall
from tests.benchmarks.comparing import MOST_ASKED
from tests.benchmarks.findings import OurFinding, Run
from tests.benchmarks.loading import OtherChildren, notes_of
from tests.benchmarks.nasty import inputs
from tests.benchmarks.searching import Plan, measure, search
from tests.benchmarks.web import WAYS

SIZE, SEED, QUERIES = 100_000, 11, 40
# Far below what is found; each peer loses what it is known to lose.
FLOORS = {
    "pg_trgm union, our ranking": 0.85,
    "pg_trgm union, native order": 0.8,
    "double metaphone keys": 0.75,
    "SQLite FTS5 trigram": 0.85,
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of PostgreSQL may be let into."""
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        yield Path(made)
    # What is remembered of so many children would be walked through for all tests to come.
    gc.collect()
    gc.freeze()


def test_the_bench_finds_children_everywhere(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_ASKED, "fulltext", 15)  # It takes ten times as long as the others.
    asked = sets.questions(SIZE, SEED, QUERIES)
    children = sets.remembered(sets.invented(SIZE, SEED))
    plan = Plan(children, asked, folder, febrl_queries=10, nasty=inputs()[::18], pages=20)
    run = measure(plan)
    assert [ours.name for ours in run.ours] == ["sqlcipher", "postgresql"]
    for ours in run.ours:
        _holds_of_ours(ours, run)
    _holds_of_peers(run)
    _holds_of_febrl(run)
    _holds_of_report(run, tmp_path)
    _holds_of_what_is_kept(plan)


def _holds_of_ours(ours: OurFinding, run: Run) -> None:
    assert ours.filled.children == SIZE
    assert ours.times
    assert ours.times.caches > 0
    assert ours.times.look.count == ours.times.find.count == QUERIES
    assert recall(ours.ranks(run.asked)).at_5.value >= 0.95
    assert recall(ours.shown(run.asked)).at_5.value >= 0.8
    assert all(len(answer.shown) <= 5 for answer in ours.answers)
    assert ours.worst
    assert ours.web
    assert [(one.threads, one.by_script) for one in ours.web.throughput] == list(WAYS)
    for one in ours.web.throughput:
        assert one.wrong == {}
        assert one.search.count > one.refused
    assert ours.web.memory_last > ours.web.memory_first > 0


def _holds_of_peers(run: Run) -> None:
    assert {peer.name for peer in run.peers} == set(FLOORS)
    for peer in run.peers:
        assert recall(peer.ranks(run.asked)).at_5.value >= FLOORS[peer.name], peer.name
        assert all(len(answer) <= 5 for answer in peer.answers)
        assert peer.bytes > 1_000_000


def _holds_of_febrl(run: Run) -> None:
    assert [one.supplied for one in run.febrl] == [
        "name+dob+postcode", "name+dob", "name+postcode", "name",
    ]  # fmt: skip
    assert recall(run.febrl[0].ours).at_5.value >= 0.9
    assert all(
        set(one.peers) == {name for name in FLOORS if "pg_trgm" in name} for one in run.febrl
    )


def _holds_of_report(run: Run, tmp_path: Path) -> None:
    report.write(run, tmp_path)
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    for peer in run.peers:
        assert f"| {peer.name} |" in text
        assert peer.settings in text
    for fact in run.machine.values():
        assert fact in text
    assert "| english |" in text
    drawn = (tmp_path / "search.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "<script" not in drawn
    assert drawn.count("<rect") == 3 + 2 * len(list(report.lines(run)))


def _holds_of_what_is_kept(plan: Plan) -> None:
    """What was filled is not filled again, nor mistaken for something else."""
    assert notes_of(plan.folder / "sqlcipher", plan.children).get("index_seconds") > 0
    for name in MOST_ASKED:
        assert notes_of(plan.folder / "peers", plan.children).get(name) > 0
    with pytest.raises(OtherChildren):
        notes_of(plan.folder / "sqlcipher", sets.invented(SIZE, SEED + 1))
    assert not list((plan.folder / "server").glob("postmaster.pid"))


def test_the_command_measures_again_what_it_kept(folder: Path) -> None:
    first = ["--size", "300", "--queries", "5", "--keep", str(folder), "--databases", "sqlcipher",
             "--parts", "action,recall", "--report", str(folder / "docs")]  # fmt: skip
    made = CliRunner().invoke(search, [*first, "--beside", "200"])
    assert made.exit_code == 0, made.output
    assert "from 200 to 300 children" in made.stdout
    kept = (folder / "sqlcipher" / "filled.json").read_bytes()
    assert CliRunner().invoke(search, first).exit_code == 0
    assert (folder / "sqlcipher" / "filled.json").read_bytes() == kept
    other = CliRunner().invoke(search, [*first, "--seed", "4"])
    assert other.exit_code == 1
    assert "holds another set of children" in other.stderr
    assert CliRunner().invoke(search, ["--databases", "oracle"]).exit_code == 2
