"""Invented children as sources say them, and a bulk engine that has compared them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from portal.children.bulk import Bulk, Engine
from portal.children.rules import AddressDraft, ChildDraft, FormerName, Gender
from tests.benchmarks.children import BenchChild
from tests.benchmarks.feed_rows import drafted
from tests.benchmarks.misspelling import Stream
from tests.children.reporting import TODAY


def draft(one: BenchChild, source: str) -> ChildDraft:
    """What a source says of an invented child."""
    return ChildDraft(
        given_names=one.given_names, family_name=one.family_name, date_of_birth=one.date_of_birth,
        gender=Gender(one.gender), source=source, source_id=f"{source}-{one.number}",
        source_on=TODAY, addresses=(AddressDraft(address="", postcode=one.postcode),),
        former_names=tuple(
            FormerName(given_names="", family_name=name)
            for name in [one.former_family_name] if name
        ),
    )  # fmt: skip


def said_otherwise(children: list[BenchChild]) -> Iterator[ChildDraft]:
    """What another source says of them, with the errors that sources make."""
    rng = random.Random(5)
    for one in children:
        said, _, _ = drafted(one, (Stream.REPORTING, rng))
        row = replace(
            one, given_names=said.given or "Baby", family_name=said.family or "Unknown",
            date_of_birth=said.birth, postcode=said.postcode, former_family_name="",
        )  # fmt: skip
        yield draft(row, "health")


@contextmanager
def linked(drafts: list[ChildDraft], engine: Engine = Engine.DUCKDB) -> Iterator[Bulk]:
    """Everything that precedes the decisions about these rows."""
    with Bulk(source="health", engine=engine, gigabytes=1.0) as bulk:
        bulk.take_rows(drafts)
        assert len(bulk) == len(drafts)
        assert sum(1 for _ in bulk.read_index()) >= 1
        for _ in bulk.link():
            pass
        yield bulk
