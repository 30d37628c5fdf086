"""How a verb is declared: what it does in a world, and from what its words are drawn."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.shielding.worlds.world import World

Doing = Callable[..., None]


@dataclass(frozen=True)
class Verb:
    """One thing that can be done, and from what its words are drawn.

    is_alone: whoever does it reads their own line on a record afterwards, and nobody else may look.
    """

    do: Doing
    words: dict[str, tuple[Any, ...]]
    is_alone: bool = False

    def each(self) -> Iterator[dict[str, Any]]:
        """Return words with which every value of every word comes at least once."""
        most = max((len(values) for values in self.words.values()), default=1)
        for turn in range(most):
            yield {name: values[turn % len(values)] for name, values in self.words.items()}


VERBS: dict[str, Verb] = {}


def verb(*, is_alone: bool = False, **words: Iterable[Any]) -> Callable[[Doing], Doing]:
    """Declare a verb, and the values that each of its words may have."""

    def declare(do: Doing) -> Doing:
        drawn = {name: tuple(values) for name, values in words.items()}
        VERBS[do.__name__] = Verb(do, drawn, is_alone)
        return do

    return declare


NTH = range(4)
EITHER = (False, True)


def follow(world: World, who: str, pattern: str, number: int) -> str:
    """Return one of the addresses on somebody's last page, counted round; "" without any."""
    found = world.links(who, pattern)
    return found[number % len(found)] if found else ""
