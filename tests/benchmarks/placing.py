"""What the ladder makes of rows whose truth is known."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from portal.matching import Description, Thresholds, describe
from portal.matching.ladder import Nearest, nearest
from tests.benchmarks import febrl
from tests.benchmarks.children import BenchChild, generate
from tests.benchmarks.feed_rows import FeedRow, described, newcomers, of_stream, ordinary
from tests.benchmarks.kin import kin
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.records import Records

# Seven of ten rows of a feed are about children whom the index has.
KNOWN = 0.7
# Children who are new come from another seed, and live where those of the index do.
NEW = 1_000
SUPPLIED = "name+dob+postcode+address"
THERE, TAKEN_OUT = "the person is among the records", "the person was taken out"


class Outcome(StrEnum):
    """What became of a row. RIGHT, WRONG: joined without a person. REVIEW: a person is asked about
    the right record. IN_VAIN: about another one. MISSED: there is a record, and nobody is asked.
    NEW: a new record, rightly."""

    RIGHT = "right"
    WRONG = "wrong"
    REVIEW = "review"
    IN_VAIN = "in_vain"
    MISSED = "missed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A row, its truth, and the record that came nearest."""

    truth: str
    kind: str
    nearest: Nearest | None


@dataclass(slots=True)
class Tally:
    """How many rows came to what; `known` of them are about somebody who is in the index."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    known: int = 0

    def __getitem__(self, outcome: Outcome) -> int:
        return self.counts[outcome]

    def add(self, one: Weighed, thresholds: Thresholds) -> None:
        """Count a row."""
        self.counts[outcome(one, thresholds)] += 1
        self.known += bool(one.truth)

    @property
    def rows(self) -> int:
        """All of them."""
        return self.counts.total()

    @property
    def recall(self) -> float:
        """Of those, the share joined to the right record without a person."""
        return self[Outcome.RIGHT] / self.known if self.known else 0.0

    @property
    def recall_with_review(self) -> float:
        """The same, where a person decides rightly about what is put before them."""
        return (self[Outcome.RIGHT] + self[Outcome.REVIEW]) / self.known if self.known else 0.0

    def f1(self, recall: float) -> float:
        """F1 at a recall; precision counts joined rows, and reviews that end rightly."""
        found = recall * self.known
        precision = found / (found + self[Outcome.WRONG]) if found else 0.0
        return 2 * precision * recall / (precision + recall) if found else 0.0


def tallies(weighed: Iterable[Weighed], thresholds: Thresholds) -> dict[str, Tally]:
    """Return a tally for each kind of row by these thresholds."""
    found: dict[str, Tally] = defaultdict(Tally)
    for one in weighed:
        found[one.kind].add(one, thresholds)
    return dict(found)


def together(weighed: Iterable[Weighed], thresholds: Thresholds) -> Tally:
    """Return one tally of all."""
    tally = Tally()
    for one in weighed:
        tally.add(one, thresholds)
    return tally


def outcome(one: Weighed, thresholds: Thresholds) -> Outcome:
    """Return what a row came to by these thresholds."""
    placed = one.nearest.at(thresholds) if one.nearest else None
    if placed is None or placed.key is None:
        return Outcome.MISSED if one.truth else Outcome.NEW
    is_right = placed.key == one.truth
    if placed.rung.links:
        return Outcome.RIGHT if is_right else Outcome.WRONG
    return Outcome.REVIEW if is_right else Outcome.IN_VAIN


def febrl_rows(people: list[BenchChild], asked: Sequence[BenchQuery]) -> list[Weighed]:
    """Place each damaged record of FEBRL twice: with its person among the records, and with that
    person taken out, when it belongs to nobody."""
    records = Records((one, _person(one)) for one in people)
    found = []
    for query in asked:
        row = FeedRow(_typed(query), query.expect, THERE)
        found.append(weigh(records, row))
        away = replace(row, truth="", kind=TAKEN_OUT)
        found.append(weigh(records, away, without=query.expect))
    return found


def invented_rows(
    size: int, seed: int, stream: Stream, *, rows: int, kin_rows: int
) -> list[Weighed]:
    """Place rows about invented children among so many of them: so many about children who are
    known, with three new children to seven of them, and so many new twins and siblings."""
    rng = random.Random(f"feed {stream} {seed}")
    children = list(generate(size, seed))
    chosen = of_stream(children, stream)
    rng.shuffle(chosen)
    made = list(kin(chosen[rows : rows + kin_rows], children, rng))
    overlaid = {child.source_id: child for child in children}
    overlaid |= {child.source_id: child for one in made for child in one.known}
    records = Records((child, described(child)) for child in overlaid.values())
    new = round(rows * (1 - KNOWN) / KNOWN)
    said = [*ordinary(chosen[:rows], stream, rng), *newcomers(size, seed + NEW, new, stream, rng)]
    return [weigh(records, row) for row in [*said, *(one.row for one in made)]]


def weigh(records: Records, row: FeedRow, *, without: str = "") -> Weighed:
    """Return what came nearest to a row, one of the records left out if it is named."""
    candidates = records.candidates(row.description, without=without)
    return Weighed(row.truth, row.kind, nearest(row.description, candidates, records.register))


def _person(child: BenchChild) -> Description:
    """A person of FEBRL. A day that stands in for none is none, or those without would agree."""
    one = described(child)
    return replace(one, birth=None) if one.birth == febrl.NO_DATE else one


def _typed(query: BenchQuery) -> Description:
    said = query.typed
    day = said["date_of_birth"]
    return describe(
        given_names=said["given_name"], family_name=said["family_name"],
        birth=dt.date.fromisoformat(day) if day else None, postcodes=[said["postcode"]],
        addresses=[said["address"]],
    )  # fmt: skip
