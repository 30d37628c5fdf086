"""Filling the peers' stores, and asking the peers."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tests.benchmarks.accuracy import rank_of
from tests.benchmarks.loading import AT_ONCE, Notes, Progress, notes_of
from tests.benchmarks.peers import Peer, Store
from tests.benchmarks.peers.fulltext import FullText
from tests.benchmarks.peers.metaphones import Metaphones
from tests.benchmarks.peers.ranking import Ranking, count_words, row_of
from tests.benchmarks.peers.trigrams import Trigrams
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.servers import Server
from tests.benchmarks.sets import ChildSet
from tests.benchmarks.timing import Spread, spread

WARM_UP = 5
# How many queries each is asked at most: the slow ones take a second for one.
MOST_ASKED = {"trigrams": 2_000, "metaphones": 3_000, "fulltext": 200}


@dataclass(frozen=True, slots=True)
class PeerTimes:
    """What a peer did: its times, and what it answered to each of the first queries (source ids,
    the likeliest first)."""

    name: str
    settings: str
    times: Spread
    answers: tuple[tuple[str, ...], ...]
    build_seconds: float
    bytes: int

    def ranks(self, asked: Sequence[BenchQuery]) -> list[int]:
        """Return the rank of the right child for each query that this peer was asked."""
        some = zip(asked, self.answers, strict=False)
        return [rank_of(query.expect, answer) for query, answer in some]


def measure_peers(
    folder: Path, server: Server, children: ChildSet, asked: Sequence[BenchQuery],
    progress: Progress, *, names: Sequence[str] = tuple(MOST_ASKED), database: str = "peer",
    most: int = 0,
) -> list[PeerTimes]:  # fmt: skip
    """Fill what is not filled yet, and ask every peer; one store at a time is open."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    server.ensure(database)
    opened: dict[str, Callable[[], Store]] = {
        "trigrams": lambda: Trigrams(server.uri(database)),
        "metaphones": lambda: Metaphones(folder / "metaphones.sqlite"),
        "fulltext": lambda: FullText(folder / "fulltext.sqlite"),
    }
    notes = notes_of(folder, children)
    found: list[PeerTimes] = []
    for name in names:
        store = opened[name]()
        try:
            some = asked[: most or MOST_ASKED[name]]
            found += _measured(name, store, folder, children, some, notes, progress)
        finally:
            store.close()
    return found


def _measured(
    name: str, store: Store, folder: Path, children: ChildSet, asked: Sequence[BenchQuery],
    notes: Notes, progress: Progress,
) -> list[PeerTimes]:  # fmt: skip
    if not notes.get(name):
        notes.put(**{name: _filled(name, store, folder / "words.json", children, progress)})
    words = Counter[str](json.loads((folder / "words.json").read_text(encoding="utf-8")))
    peers = store.peers(Ranking(words, children.size, children.source_id))
    made = [(peer, *_asked(peer, asked)) for peer in peers]
    return [
        PeerTimes(peer.name, peer.settings, times, answers, notes.get(name), store.bytes())
        for peer, times, answers in made
    ]


def _filled(name: str, store: Store, words: Path, children: ChildSet, progress: Progress) -> float:
    """Write every child; returns the seconds that the store took, without making the children."""
    counted: Counter[str] = Counter()
    begun, taken, done = time.perf_counter(), 0.0, 0
    store.begin()
    waiting = children.after(0)
    while part := list(islice(waiting, AT_ONCE)):
        rows = [row_of(child) for child in part]
        count_words(counted, rows)
        begun = time.perf_counter()
        store.write(rows)
        taken += time.perf_counter() - begun
        done += len(part)
        progress(name, done, children.size)
    begun = time.perf_counter()
    store.finish()
    words.write_text(json.dumps(counted), encoding="utf-8")
    return taken + time.perf_counter() - begun


def _asked(peer: Peer, asked: Sequence[BenchQuery]) -> tuple[Spread, tuple[tuple[str, ...], ...]]:
    """Ask a peer every query once."""
    for query in asked[:WARM_UP]:
        peer.find(query)
    times, answers = [], []
    for query in asked:
        begun = time.perf_counter()
        answers.append(tuple(peer.find(query)))
        times.append(time.perf_counter() - begun)
    return spread(times), tuple(answers)
