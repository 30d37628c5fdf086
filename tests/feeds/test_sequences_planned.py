"""On PostgreSQL few examples of chance reach almost nothing: one sequence goes through everything
by a plan, and finds what is planted.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.databases import Cluster, let_go
from tests.feeds.sequences.index import Index
from tests.feeds.sequences.machine import Sequences
from tests.feeds.sequences.plan import PLANNED, go_through
from tests.feeds.test_sequences import EXAMPLES, look_for
from tests.feeds.test_sequences_planted import (
    Plant,
    lifting_loses_contacts,
    undoing_loses_addresses,
)


@pytest.fixture(scope="module")
def on_server(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster
) -> Iterator[type[Sequences]]:
    """The machine on PostgreSQL."""
    index = Index(tmp_path_factory.mktemp("sequences") / "index", postgresql)
    yield type("OnServer", (Sequences,), {"index": index, "reached": Counter()})
    let_go(index.app)


def test_everything_is_reached_and_all_holds(on_server: type[Sequences]) -> None:
    go_through(on_server())
    assert [word for word in PLANNED if not on_server.reached[word]] == []
    if EXAMPLES:
        look_for(on_server, on_server.index, examples=EXAMPLES, steps=12, seen=False)


@pytest.mark.parametrize(
    ("plant", "broken"),
    [(undoing_loses_addresses, "_undo"), (lifting_loses_contacts, "every_contact_stands_once")],
)
def test_a_mistake_is_found(
    on_server: type[Sequences], plant: Plant, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError) as found:
        go_through(on_server())
    assert broken in {entry.name for entry in found.traceback}
