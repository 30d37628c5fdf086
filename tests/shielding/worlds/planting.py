"""How a leak is planted: a named place of the product replaced while one world does a step."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from flask import Response, g, has_request_context, request

from portal.children import queries, vault
from portal.children.rules import Criteria
from tests.shielding.worlds.world import Planting, World

LOOKING = ("search", "search_another", "read_results_again", "search_and_open")


@dataclass(frozen=True)
class Leak:
    """A switch, and the verbs to which the machine is narrowed so that it looks there."""

    plant: Planting
    verbs: tuple[str, ...]


LEAKS: dict[str, Leak] = {}


def leak(*verbs: str) -> Callable[[Planting], Planting]:
    """Declare a leak under the name of its function."""

    def declare(plant: Planting) -> Planting:
        LEAKS[plant.__name__] = Leak(plant, verbs or LOOKING)
        return plant

    return declare


@contextmanager
def on_meeting(do: Callable[[], object]) -> Iterator[None]:
    """Look up at once whom a search would have met, and do something when it met the child."""
    leave = vault.leave_search

    def looked_up(criteria: Criteria, *, numbers: Mapping[str, str], **words: Any) -> None:
        leave(criteria, numbers=numbers, **words)
        if vault.probe(queries.described(criteria), numbers=numbers):
            do()

    with patch.object(vault, "leave_search", looked_up):
        yield


@contextmanager
def on_looking_up(do: Callable[[], object]) -> Iterator[None]:
    """Do something whenever a search that is looked up later had met the hidden child."""
    probe = vault.probe

    def watched(*args: Any, **words: Any) -> Any:
        met = probe(*args, **words)
        if met is not None:
            do()
        return met

    with patch.object(vault, "probe", watched):
        yield


@contextmanager
def answering(world: World, change: Callable[[Response], object]) -> Iterator[None]:
    """Change the answers that are about the hidden child: its search, the results, its address."""

    def met() -> None:
        if has_request_context():
            g.met = True

    def look(answer: Response) -> Response:
        told = world.remembered.setdefault("told", [])
        if g.get("met"):
            told.append(answer.headers.get("Location", ""))
        if g.get("met") or request.path in told or str(world.child_id) in request.path:
            change(answer)
        return answer

    with on_meeting(met), after_request(world, look):
        yield


@contextmanager
def after_request(world: World, look: Callable[[Response], Response]) -> Iterator[None]:
    """Let every answer of a world pass by."""
    hooks = world.app.after_request_funcs.setdefault(None, [])
    hooks.append(look)
    try:
        yield
    finally:
        hooks.remove(look)


@contextmanager
def instead(place: Any, name: str, change: Callable[..., Any]) -> Iterator[None]:
    """Let what a function returns be changed; change gets it and the function's own words."""
    real = getattr(place, name)

    def changed(*args: Any, **words: Any) -> Any:
        return change(real(*args, **words), *args, **words)

    with patch.object(place, name, changed):
        yield


def edit(old: bytes, new: bytes, answer: Response) -> None:
    """Write something else into a page."""
    answer.set_data(answer.get_data().replace(old, new))
