"""One sequence by a plan, for where chance has too few examples: everything is reached, and after
each step everything must hold.
"""

from collections.abc import Callable
from typing import Any

from portal.children.vault import Grade
from portal.feeds.rules import FileKind
from portal.shielding.rules.shields import Beginning
from tests.feeds.filing import Cells, counts
from tests.feeds.sequences.machine import Sequences
from tests.feeds.sequences.truth import Counts, Line, Telling

PLANNED = ("answered: same", "children uploaded", "decided: take_as_same",
           "file of a paused source", "full file", "hidden: absent", "hidden: masked", "lifted",
           "new identity", "resumed", "split", "split of a hidden record", "undone: merge",
           "undone: split")  # fmt: skip
AS_BEFORE, MOVED, RENAMED = Telling.AS_BEFORE, Telling.MOVED, Telling.RENAMED


def go_through(told: Sequences) -> None:
    """Do all of it. Raises AssertionError where something does not hold."""
    told.holds()
    for step in (*_joins_and_parts(told), *_hides(told), *_stands_still(told)):
        step()
        told.holds()
    told.teardown()


def _joins_and_parts(told: Sequences) -> tuple[Callable[[], Any], ...]:
    return (
        lambda: told.review(0, "rightly", True),
        lambda: told.find_duplicates(),
        lambda: told.review(0, "rightly", False),
        lambda: told.split(0, None, True),
        lambda: told.split(0, None, False),
        lambda: told.undo(0),
        lambda: told.split(1, Grade.ABSENT, False),
    )


def _hides(told: Sequences) -> tuple[Callable[[], Any], ...]:
    return (
        lambda: told.hide(1, Grade.MASKED),
        lambda: told.hide(3, Grade.ABSENT),
        lambda: told.send_who_is_hidden("mosaic", 1, MOVED, True),
        lambda: told.send_who_is_hidden("school-records", 1, AS_BEFORE, True),
        lambda: told.tell_of_work("mosaic", {1, 2}, ("T-1", "school"), False, False),
        lambda: _send_all(told, "mosaic", (0, 1, 2, 3), left_out=1),
        lambda: told.lift(0),
        lambda: told.lift(0),
    )


def _stands_still(told: Sequences) -> tuple[Callable[[], Any], ...]:
    return (
        lambda: told.pause("emis"),
        lambda: told.send("emis", [Line(0, RENAMED)], False),
        lambda: told.resume("emis"),
        lambda: told.upload("emis", [Line(0, RENAMED), Line(4, AS_BEFORE)]),
        lambda: told.new_identity(2, Beginning.MASKED),
        lambda: told.send("mosaic", [Line(2, Telling.ADOPTED_LINKED)], True),
    )


def _send_all(told: Sequences, source: str, whom: tuple[int, ...], *, left_out: int) -> None:
    """A source sends everything it knows; of whom it leaves out the receipt must count."""

    def full(source: str, kind: FileKind, rows: list[Cells]) -> Counts:
        done = told.index.command(source, kind, rows, "--full")
        assert f"No longer reported: {left_out}" in done.output, done.output
        return counts(done)

    rows = [Line(who, MOVED).cells() for who in whom]
    told._take(source, FileKind.CHILDREN, rows, full)
    told._reach("full file")
