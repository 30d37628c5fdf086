"""Times of single searches, and what they come to."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import portal.children.finding
import portal.matching


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles in milliseconds (nearest rank) over so many searches."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float


def spread(seconds: Sequence[float]) -> Spread:
    """Return the percentiles of some times in seconds. Raises ValueError when there is none."""
    if not seconds:
        raise ValueError("nothing was timed")
    ordered = sorted(one * 1_000 for one in seconds)

    def at(share: int) -> float:
        return ordered[max(0, -(-len(ordered) * share // 100) - 1)]

    return Spread(len(ordered), at(50), at(95), at(99), ordered[-1])


class TokenCaches:
    """Everything the portal remembers of names it has seen, found by looking: each lru_cache of
    the matching and of the name index that takes an argument. Those without one hold tables that
    are read once, such as the short forms; they stay."""

    def __init__(self) -> None:
        found = {id(one): one for one in _caches()}
        self._caches = list(found.values())

    def __len__(self) -> int:
        return len(self._caches)

    def clear(self) -> None:
        """Forget every name."""
        for one in self._caches:
            one.cache_clear()


def _caches() -> Iterator[Any]:
    for package in (portal.matching, portal.children.finding):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for value in [*vars(module).values(), *_of_classes(module)]:
                if hasattr(value, "cache_clear") and inspect.signature(value).parameters:
                    yield value


def _of_classes(module: Any) -> Iterator[Any]:
    for value in vars(module).values():
        if inspect.isclass(value):
            yield from vars(value).values()
