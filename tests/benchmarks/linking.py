"""Many rows against many children: our bulk engine with the ladder, and Splink by itself.

Both start from the same tables in memory and end with a decision for every row; each runs in a
process of its own, so that its memory can be told.
"""

import datetime as dt
import multiprocessing
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

from portal.children.bulk import Engine
from portal.children.bulk.engines import Tables
from portal.children.bulk.facts import lines_of
from portal.matching import Candidate, Description, Register, describe, place
from portal.matching.names import Name
from tests.benchmarks.children import generate
from tests.benchmarks.feed_rows import FeedRow, described, newcomers, ordinary
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.placing import KNOWN, NEW, Outcome, Tally
from tests.benchmarks.records import IMAGINED, USUAL_SHARE

COLUMNS = ("key", "given", "family", "former", "born", "gender", "postcode")
GIGABYTES, AT_ONCE = 12.0, 2_000
TRAINED_ON = 100_000
# Splink gets of these thresholds the one that is best for it on the very rows it is judged by.
THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)


@dataclass(slots=True)
class Linked:
    """What one way of linking took (seconds by step, megabytes at most) and came to: tallies by
    what is counted."""

    steps: dict[str, float] = field(default_factory=dict)
    megabytes: float = 0.0
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """From the tables to the decisions."""
        return sum(self.steps.values())


@dataclass(frozen=True, slots=True)
class Job:
    """The children, the rows, and whom each row is about: empty where the child is new."""

    known: Any
    rows: Any
    truth: Sequence[str]


def job(size: int, count: int, seed: int) -> Job:
    """Make so many children, and so many rows of which seven in ten are about them."""
    said = rows_about(size, count, seed)
    known = ((one.source_id, *written(described(one))) for one in generate(size, seed))
    rows = ((str(number), *written(row.description)) for number, row in enumerate(said))
    return Job(_table(known), _table(rows), [row.truth for row in said])


def rows_about(size: int, count: int, seed: int) -> list[FeedRow]:
    """Make so many rows of which seven in ten are about so many children."""
    chances = random.Random(f"linking/{seed}")
    chosen = set(chances.sample(range(1, size + 1), min(round(count * KNOWN), size)))
    said = list(ordinary(
        [one for one in generate(size, seed) if one.number in chosen], Stream.REPORTING, chances
    ))  # fmt: skip
    new = count - len(said)
    said += newcomers(max(size, 10 * new), seed + NEW, new, Stream.REPORTING, chances)
    chances.shuffle(said)
    return said


def written(one: Description) -> tuple[str, ...]:
    """What COLUMNS say after the key. Folded already, for both: what a spelling means is not what
    is compared here."""
    former = one.former[0] if one.former else Name()
    given, family, before = (" ".join(name.tokens) for name in (one.given, one.family, former))
    return given, family, before, str(one.birth), one.gender or "", min(one.postcodes, default="")


def _table(rows: Iterator[tuple[str, ...]]) -> Any:
    """A table in memory; what is empty is null, as every tool wants it."""
    pieces = []
    while some := list(islice(rows, 100_000)):
        columns = [
            pa.array([value or None for value in column], pa.string())
            for column in zip(*some, strict=True)
        ]
        pieces.append(pa.table(columns, names=list(COLUMNS)))
    return pa.concat_tables(pieces)


def apart(way: Callable[[Job], Linked], work: Job) -> Linked:
    """Let a process of its own do it."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def run() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = way(work)
        found.megabytes = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, before) / 1_024
        theirs.send(found)

    process = context.Process(target=run)
    process.start()
    theirs.close()
    found: Linked = ours.recv()
    process.join()
    return found


def our_way(work: Job) -> Linked:
    """Describe everybody, link with our model, and let the ladder decide every row."""
    found, clock = Linked(), _Clock()
    tables, words = Tables(GIGABYTES), Counter[str]()
    for some in _pieces(work.known):
        people = [(one["key"], _described(one)) for one in some]
        for _, one in people:
            words.update({*one.given.tokens, *one.family.tokens})
        tables.add("known", ((key, line) for key, one in people for line in lines_of(one)))
    for some in _pieces(work.rows):
        said = ((one["key"], _described(one)) for one in some)
        tables.add("incoming", ((f"={key}", line) for key, one in said for line in lines_of(one)))
    found.steps["describe"] = clock.lap()
    tables.begin()
    for _ in tables.link(Engine.DUCKDB, work.known.num_rows):
        pass
    found.steps["block and score"] = clock.lap()
    found.tallies["joined"] = _decided(work, tables, _register(words, work.known.num_rows))
    found.steps["ladder"] = clock.lap()
    tables.close()
    return found


def _decided(work: Job, tables: Tables, register: Register) -> Tally:
    tally = Tally(known=sum(map(bool, work.truth)))
    place_of = {key: number for number, key in enumerate(work.known["key"].to_pylist())}
    for some in _pieces(work.rows):
        near = tables.near([f"={one['key']}" for one in some])
        numbers = sorted({place_of[who] for _, who in near if who[0] != "="})
        people = {
            one["key"]: _described(one) for one in work.known.take(numbers).to_pylist()
        }  # fmt: skip
        candidates: dict[str, list[Candidate]] = {one["key"]: [] for one in some}
        for word, who in near:
            if who in people:
                candidates[word[1:]].append(Candidate(who, people[who]))
        for one in some:
            placed = place(_described(one), candidates[one["key"]], register)
            truth = work.truth[int(one["key"])]
            tally.counts[_outcome(placed.key, placed.rung.links, truth)] += 1
    return tally


def _outcome(key: str | None, links: bool, truth: str) -> Outcome:
    if key is None:
        return Outcome.MISSED if truth else Outcome.NEW
    if links:
        return Outcome.RIGHT if key == truth else Outcome.WRONG
    return Outcome.REVIEW if key == truth else Outcome.IN_VAIN


def splinks_way(work: Job) -> Linked:
    """Splink's own pipeline as its manual has it: its comparisons, trained by EM, a threshold."""
    import duckdb
    from splink import DuckDBAPI

    found, clock = Linked(), _Clock()
    asked = duckdb.connect(":memory:", config={"memory_limit": f"{GIGABYTES}GB"})
    api = DuckDBAPI(asked)
    # Its training grows with the pairs of its blocks: of more rows than these it takes minutes, for
    # the same weights.
    few = [one.slice(0, TRAINED_ON) for one in (work.known, work.rows)]
    trained = _linker(api, "few", few, _model())
    _train(trained)
    found.steps["train"] = clock.lap()
    linker = _linker(api, "all", [work.known, work.rows], trained.misc.save_model_to_json())
    scored = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
    best = asked.execute(f"""
        SELECT key_r, first(key_l ORDER BY match_weight DESC, key_l), max(match_probability)
        FROM {scored.physical_name} GROUP BY key_r
    """).fetchall()
    found.steps["predict"] = clock.lap()
    for threshold in THRESHOLDS:
        found.tallies[f"{threshold:g}"] = _above(best, work.truth, threshold)
    return found


def _above(best: Sequence[Any], truth: Sequence[str], threshold: float) -> Tally:
    linked = {int(row): key for row, key, chance in best if chance >= threshold}
    tally = Tally(known=sum(map(bool, truth)))
    for number, whom in enumerate(truth):
        key = linked.get(number)
        tally.counts[_outcome(key, key is not None, whom)] += 1
    return tally


def _model() -> Any:
    import splink.comparison_library as compared
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="key",
        comparisons=[
            compared.ForenameSurnameComparison("given", "family"),
            compared.DateOfBirthComparison("born", input_is_string=True),
            compared.PostcodeComparison("postcode"),
            compared.ExactMatch("gender"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given", "family"), block_on("born", "family"), block_on("born", "given"),
            block_on("born", "postcode"), block_on("postcode", "family"),
            block_on("postcode", "given"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )  # fmt: skip


def _linker(api: Any, name: str, tables: Sequence[Any], settings: Any) -> Any:
    from splink import Linker

    named = zip(("a_known", "b_rows"), tables, strict=True)
    known = [api.register(one, dataset_display_name=f"{word}_{name}") for word, one in named]
    return Linker(known, settings, log_level=None, validate_settings=False)


def _train(linker: Any) -> None:
    from splink import block_on

    certain = [block_on("given", "family", "born"), block_on("given", "born", "postcode")]
    training = linker.training
    training.estimate_probability_two_random_records_match(certain, recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("born"), block_on("given", "family")):
        training.estimate_parameters_using_expectation_maximisation(
            rule, record_sample_proportion=1.0
        )


def _described(one: dict[str, Any]) -> Description:
    return describe(
        given_names=one["given"] or "", family_name=one["family"] or "",
        former_family_names=[one["former"]] if one["former"] else (),
        birth=dt.date.fromisoformat(one["born"]), gender=one["gender"],
        postcodes=[one["postcode"]] if one["postcode"] else (),
    )  # fmt: skip


def _register(words: Counter[str], children: int) -> Register:
    def share(word: str) -> float | None:
        bearers = words.get(word)
        if bearers is None:
            return None
        return (bearers + IMAGINED * USUAL_SHARE) / (children + IMAGINED)

    return Register(share, children)


def _pieces(table: Any) -> Iterator[list[dict[str, Any]]]:
    for batch in table.to_batches(max_chunksize=AT_ONCE):
        yield batch.to_pylist()


class _Clock:
    """Seconds since it was last asked."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def lap(self) -> float:
        """Return them and begin anew."""
        before, self._since = self._since, time.perf_counter()
        return self._since - before
