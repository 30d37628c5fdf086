"""Rows of a feed most of which bear an NHS number, as a source sends them that a council goes live
with. Some numbers are another child's: a mother's, a twin's, one typed wrongly.
"""

import random
from dataclasses import replace

from portal.matching import Description
from tests.benchmarks.children import generate
from tests.benchmarks.feed_rows import FeedRow, described, newcomers, of_stream, ordinary
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.placing import KNOWN, NEW, Weighed, weigh
from tests.benchmarks.records import Records

# Of a hundred records, and of a hundred rows, so many bear a number: the gate of CP-IS (domain.md
# 6.8). Of a thousand rows with one, in so many it is that of another child in the index.
NUMBERED, MISTAKEN = 0.95, 0.002
SCHEME = "nhs_number"
_NOBODYS = 5_000_000


def numbered_rows(size: int, seed: int, stream: Stream, *, rows: int) -> list[Weighed]:
    """Place so many rows about invented children who are known, with three new children to seven of
    them, where most records and most rows bear a number."""
    rng = random.Random(f"numbers {stream} {seed}")
    children = list(generate(size, seed))
    chosen = of_stream(children, stream)
    rng.shuffle(chosen)
    records = Records((child, _numbered(described(child), child.number, rng)) for child in children)
    new = round(rows * (1 - KNOWN) / KNOWN)
    said = [*ordinary(chosen[:rows], stream, rng), *newcomers(size, seed + NEW, new, stream, rng)]
    numbers = [*(child.number for child in chosen[:rows]), *range(_NOBODYS, _NOBODYS + new)]
    return [
        weigh(records, _sent(row, number, size, rng))
        for row, number in zip(said, numbers, strict=True)
    ]


def _sent(row: FeedRow, number: int, size: int, rng: random.Random) -> FeedRow:
    if rng.random() < MISTAKEN:
        number = rng.randrange(size) + 1
    return replace(row, description=_numbered(row.description, number, rng))


def _numbered(one: Description, number: int, rng: random.Random) -> Description:
    """The same with this child's number, or sometimes without."""
    if rng.random() >= NUMBERED:
        return one
    return replace(one, identifiers=frozenset({(SCHEME, f"999{number:07d}")}))
