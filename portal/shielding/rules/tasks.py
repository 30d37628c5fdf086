"""What speaks for looking at a record beside a hidden child: a shared address, a resemblance."""

from collections.abc import Iterable

from portal.shielding.rules.documents import Content


def is_beside(task: Content) -> bool:
    """True for the record of a child at the same address."""
    return bool(homes_of(task)) or not (is_alike(task) or split_of(task))


def is_alike(task: Content) -> bool:
    """True for a record that may be about the same child."""
    return bool(task.get("is_alike"))


def split_of(task: Content) -> str:
    """Return the id that the other record would have where a hidden one shall be split, 32 hex
    digits; empty for every other task."""
    return str(task.get("split", ""))


def homes_of(task: Content) -> set[str]:
    """Return the folded addresses that the two shared when the task was made."""
    return set(task.get("homes", []))


def joined(one: Content, other: Content) -> Content:
    """Return what speaks for either of two tasks."""
    return {
        "homes": sorted(homes_of(one) | homes_of(other)),
        "is_alike": is_alike(one) or is_alike(other),
    }


def unjudged(task: Content, judged: Iterable[Content]) -> Content:
    """Return what speaks for a task and for none of those that an officer has judged."""
    earlier = list(judged)
    known: set[str] = set().union(*map(homes_of, earlier))
    return {
        "homes": sorted(homes_of(task) - known),
        "is_alike": is_alike(task) and not any(map(is_alike, earlier)),
    }
