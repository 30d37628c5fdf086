"""How a verb is declared: what it does in a world, and from what its words are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.shielding.worlds.world import World

Doing = Callable[..., None]


@dataclass(frozen=True)
class Verb:
    """One thing that can be done, and from what its words are drawn."""

    do: Doing
    words: dict[str, st.SearchStrategy[Any]]


VERBS: dict[str, Verb] = {}


def verb(**words: st.SearchStrategy[Any]) -> Callable[[Doing], Doing]:
    """Declare a verb; each of its words is drawn from what is said here."""

    def declare(do: Doing) -> Doing:
        VERBS[do.__name__] = Verb(do, words)
        return do

    return declare


def one_of(*words: str) -> st.SearchStrategy[str]:
    """One of these words."""
    return st.sampled_from(words)


NTH = st.integers(0, 3)


def follow(world: World, who: str, pattern: str, number: int) -> str:
    """Return one of the addresses on somebody's last page, counted round; "" without any."""
    found = world.links(who, pattern)
    return found[number % len(found)] if found else ""
