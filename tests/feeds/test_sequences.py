"""Whatever sources send, in whatever order, whatever people decide between: nobody hidden becomes
visible, no two children are one, no row is lost, and undoing restores.

EXAMPLES says how many sequences are tried on each database instead (make test-sequences).
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import Cluster, let_go
from tests.feeds.sequences.index import Index
from tests.feeds.sequences.machine import Sequences

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))


def drive(index: Index, *, examples: int, steps: int) -> None:
    """Let the machine look for something that does not hold. It shortens what it finds only where
    it is asked for many examples: each replay is an example more."""
    Sequences.index = index
    phases = [Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate]
    chosen = settings(
        max_examples=EXAMPLES or examples, stateful_step_count=steps, deadline=None, database=None,
        derandomize=not EXAMPLES, phases=phases, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        run_state_machine_as_test(Sequences, settings=chosen)
    finally:
        print(*sorted(Sequences.reached.items()), sep="\n")
        let_go(index.app)


def test_in_an_encrypted_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    drive(Index(tmp_path_factory.mktemp("sequences") / "index", None), examples=9, steps=14)


def test_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster) -> None:
    drive(Index(tmp_path_factory.mktemp("sequences") / "index", postgresql), examples=2, steps=12)
