"""Whatever sources send, in whatever order, whatever people decide between: nobody hidden becomes
visible, no two children are one, no row is lost, and undoing restores.

EXAMPLES says how many sequences are tried instead (make test-sequences).
"""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from portal.children.vault import Grade
from tests.databases import let_go
from tests.feeds.sequences.index import Index, places
from tests.feeds.sequences.machine import Sequences
from tests.feeds.sequences.truth import Telling

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
# What chance must not leave out.
WANTED = ("children imported", "children uploaded", "hidden: absent", "hidden: masked", "lifted",
          "new identity", "split", "split of a hidden record", "undone: merge",
          "undone: split")  # fmt: skip


def look_for(
    machine: type[Sequences], index: Index, *, examples: int, steps: int, seen: bool = True
) -> None:
    """Let a machine look for something that does not hold: for the same thing each time (seen), or
    for new ones, and then it shortens what it finds, where each replay is an example more."""
    machine.index, machine.reached = index, Counter()
    phases = [Phase.generate] if seen else [Phase.generate, Phase.shrink]
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        derandomize=seen, phases=phases, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)


def drive(index: Index, *, examples: int, steps: int) -> Counter[str]:
    """Let the whole machine look; return how often it did what."""
    try:
        many = EXAMPLES or examples
        look_for(Sequences, index, examples=many, steps=steps, seen=not EXAMPLES)
    finally:
        print(*sorted(Sequences.reached.items()), sep="\n")
        let_go(index.app)
    return Sequences.reached


def test_in_an_encrypted_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = Index(tmp_path_factory.mktemp("sequences") / "index", None)
    reached = drive(index, examples=9, steps=14)
    # Of few examples chance may leave out some: what is planted shows that each is reached.
    assert [word for word in WANTED if EXAMPLES and not reached[word]] == []


def test_a_number_goes_into_the_open_beside_another_hidden_child(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An officer has found whose the number is; who is lifted resembles one who stays hidden."""
    Sequences.index = Index(tmp_path_factory.mktemp("sequences") / "index", None)
    told = Sequences()
    told.holds()
    told.split(number=0, hides=Grade.ABSENT, takes_back=False)
    assert len(told.hidden) == 2
    told.send_who_is_hidden("school-records", 0, Telling.ADOPTED, True)
    told.holds()
    with told.index.here():
        place = next(here[0] for number, here in places().items() if number[1].startswith("A"))
    told.lift(sorted(told.hidden).index(place.child_id))
    told.holds()
    told.teardown()
    let_go(told.index.app)
