"""Two worlds side by side: the same step in both, and what differs said as a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.shielding.worlds.seen import Difference, Seen, first_difference
from tests.shielding.worlds.tables import held_in_tables
from tests.shielding.worlds.verbs import VERBS
from tests.shielding.worlds.world import World


@dataclass(frozen=True)
class Step:
    """One thing that is done in both worlds."""

    verb: str
    words: dict[str, Any] = field(default_factory=dict)

    def __call__(self, world: World) -> None:
        """Do it."""
        VERBS[self.verb].do(world, **self.words)

    def __str__(self) -> str:
        """The step as a line of a script."""
        said = " ".join(f"{name}={value}" for name, value in self.words.items())
        return f"{self.verb} {said}".strip()


class Told(AssertionError):
    """Somebody could tell the worlds apart: the script that does, and the first differing line."""

    def __init__(self, script: list[Step], difference: Difference) -> None:
        lines = [f"  {number}. {step}" for number, step in enumerate(script, start=1)]
        super().__init__("\n".join(["The worlds differ after", *lines, f"in {difference}"]))
        self.script, self.difference = script, difference


class Pair:
    """A world without the child and a world in which it is hidden."""

    def __init__(self, without: World, hidden: World) -> None:
        self.without, self.hidden = without, hidden
        self.script: list[Step] = []

    def begin(self) -> None:
        """Put both back to their beginning."""
        self.script = []
        for world in (self.without, self.hidden):
            world.begin()

    def do(self, verb: str, **words: Any) -> Seen:
        """Do the same in both. Raises Told when they do not show the same."""
        step = Step(verb, words)
        self.script.append(step)
        return self._compare(lambda world: world.step(step))

    def shortest(self, told: Told) -> Told:
        """Leave out of a script what the difference does not need; say what is left."""
        place = 0
        while place < len(told.script):
            shorter = [*told.script[:place], *told.script[place + 1 :]]
            again = self._told_by(shorter)
            told, place = (again, place) if again else (told, place + 1)
        return told

    def _told_by(self, script: list[Step]) -> Told | None:
        self.begin()
        try:
            for step in script:
                self.do(step.verb, **step.words)
            self.compare(held_in_tables)
        except Told as told:
            return told
        return None

    def compare(self, look: Callable[[World], Seen]) -> Seen:
        """Look at something of both. Raises Told when it is not the same."""
        return self._compare(look)

    def _compare(self, look: Callable[[World], Seen]) -> Seen:
        here, there = look(self.without), look(self.hidden)
        difference = first_difference(here, there)
        if difference:
            raise Told(list(self.script), difference)
        return here

    def close(self) -> None:
        """Let go of both."""
        self.without.close()
        self.hidden.close()
