"""The sets of children that are searched, and the queries asked of each."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.benchmarks import febrl
from tests.benchmarks.children import BLOCK, BenchChild, block, generate
from tests.benchmarks.queries import BenchQuery, queries, tuning_queries

_BLOCKS = 500
# Whom a query means, and others around: so many children for each query.
_CHOICE = 20


@dataclass(frozen=True, slots=True)
class ChildSet:
    """Some children by number, from 1 to size; after(n) yields those whose number is above n."""

    name: str
    size: int
    seed: int
    after: Callable[[int], Iterator[BenchChild]]
    source_id: Callable[[int], str]


def invented(size: int, seed: int) -> ChildSet:
    """Return the children that children.py makes."""
    return ChildSet(
        "invented", size, seed, lambda number: generate(size, seed, after=number),
        "B{:08d}".format,
    )  # fmt: skip


def remembered(children: ChildSet) -> ChildSet:
    """Return the same set, made once: for one that is small and asked for many times."""
    every = list(children.after(0))
    return replace(children, after=lambda number: iter(every[number:]))


def of_febrl() -> ChildSet:
    """Return the 5,000 people of FEBRL's dataset 4."""
    every = febrl.children()
    return ChildSet(
        "febrl", len(every), 0, lambda number: iter(every[number:]),
        lambda number: every[number - 1].source_id,
    )  # fmt: skip


def sample(size: int, seed: int, count: int) -> list[BenchChild]:
    """Return some children from all over a set, without making the whole of it."""
    chances = random.Random(f"sample/{seed}")
    blocks = -(-size // BLOCK)
    chosen = chances.sample(range(blocks), min(blocks, _BLOCKS))
    each = -(-count * _CHOICE // len(chosen))
    found = []
    for place in chosen:
        children = block(place, size, seed)
        found += chances.sample(children, min(each, len(children)))
    return found


def questions(size: int, seed: int, count: int, *, tuning: bool = False) -> list[BenchQuery]:
    """Return the queries of a run: the same ones for the same size, seed and count. Those for
    tuning are others, about others: no threshold is chosen on what is reported."""
    children = sample(size, seed, count)
    return tuning_queries(children, count, seed) if tuning else queries(children, count, seed)


def of_febrl_questions(count: int) -> dict[str, Sequence[BenchQuery]]:
    """Return the damaged records of FEBRL's dataset 4 as queries, by what they supply."""
    return {supplied: febrl.queries(supplied)[:count] for supplied in febrl.SUPPLIED}
