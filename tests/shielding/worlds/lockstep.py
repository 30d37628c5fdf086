"""The state machine: whatever people, feeds and the operator do, both worlds show the same."""

from collections.abc import Collection, Iterator
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.shielding.worlds.pair import Pair, Told
from tests.shielding.worlds.tables import held_in_tables
from tests.shielding.worlds.verbs import EVERYBODYS, VERBS, Verb


class Lockstep(RuleBasedStateMachine):
    """Every verb is a rule. At the end of an example the tables are compared as well."""

    worlds: ClassVar[Pair]

    def __init__(self) -> None:
        super().__init__()
        self.is_told = False
        self.worlds.begin()

    @initialize(typed=st.sampled_from(("an ordinary child", "the child, rightly", "a twin")))
    def begin_work(self, typed: str) -> None:
        """Somebody has something before them, so that what follows is not idle."""
        self.do("search_and_open", {"who": "health_visitor", "typed": typed})

    def do(self, name: str, words: dict[str, Any]) -> None:
        """Do one thing in both worlds."""
        try:
            self.worlds.do(name, **words)
        except Told:
            self.is_told = True
            raise

    def teardown(self) -> None:
        """What is left behind is the same, too."""
        if not self.is_told:
            self.worlds.compare(held_in_tables)


def machine(worlds: Pair, verbs: Collection[str]) -> type[Lockstep]:
    """Return the state machine of two worlds, with these verbs as its rules."""
    rules = {name: _rule(name, VERBS[name]) for name in verbs}
    return type("InLockstep", (Lockstep,), {**rules, "worlds": worlds})


def _rule(name: str, verb: Verb) -> Any:
    def act(self: Lockstep, **words: Any) -> None:
        self.do(name, words)

    act.__name__ = name
    declare: Any = rule(**{name: st.sampled_from(values) for name, values in verb.words.items()})  # type: ignore[call-overload]
    return declare(act)


def scripts(
    verbs: Collection[str], *, steps: int = 8
) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Return scripts in which every verb comes with every value of its words.

    The machine chooses by chance and repeats itself; this is what it cannot leave out.
    """
    every = [(name, words) for name in verbs for words in VERBS[name].each()]
    Random(3).shuffle(every)
    for start in range(0, len(every), steps):
        first = ("search_and_open", {"who": "health_visitor", "typed": "an ordinary child"})
        yield [first, *every[start : start + steps]]


def walk(worlds: Pair, verbs: Collection[str] = EVERYBODYS) -> None:
    """Do everything once. Raises Told when somebody can tell the worlds apart."""
    for script in scripts(verbs):
        worlds.begin()
        try:
            for name, words in script:
                worlds.do(name, **words)
            worlds.compare(held_in_tables)
        except Told as told:
            raise worlds.shortest(told) from None


def look_for(worlds: Pair, verbs: Collection[str], *, examples: int) -> None:
    """Walk through these verbs, then let the machine look. Raises Told."""
    walk(worlds, verbs)
    drive(worlds, examples=examples, verbs=verbs)


def drive(
    worlds: Pair, *, examples: int, steps: int = 6, verbs: Collection[str] = EVERYBODYS
) -> None:
    """Let the machine look for a difference, and shorten the script that leads to one.

    Raises Told when somebody can tell the worlds apart. Hypothesis does not shorten: it would take
    hundreds of replays for what leaving out one step after the other does in a few.
    """
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        derandomize=True, phases=[Phase.generate], print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        run_state_machine_as_test(machine(worlds, verbs), settings=chosen)
    except Told as told:
        raise worlds.shortest(told) from None
