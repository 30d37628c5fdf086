"""What can be seen of a world: texts by channel, kept so that two worlds can be compared."""

import gzip
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import Result
from werkzeug.test import TestResponse

# Bytes by which files may differ: on which pages a tree splits hangs on the names that lay there,
# also on those of the child nobody asks about. Of a child in the index remains more; how many rows
# and slots there are is compared exactly (tables.py).
SIZE_STEP = 64 * 1024
# A clock of its own, outside the process: nobody can freeze it.
NOT_COMPARED = {"Date"}
# Other programs fill the same disk meanwhile.
FREE = re.compile(r"[\d.]+ GB are free")


def either_of(ids: Iterable[uuid.UUID]) -> re.Pattern[str]:
    """Return what finds these ids, whole or as the first digits that auditors read.

    Each world hides a child with an id of its own, so that the id about which people ask is
    nobody's in the world without the child. What the log says of one it must say of the other.
    """
    words = [word for one in ids for word in (str(one), one.hex, one.hex[:8])]
    return re.compile("|".join(words))


@dataclass
class Seen:
    """What one step showed: lines of text by channel, in the order in which they came.

    hidden finds the ids of the children whom the worlds hide.
    """

    hidden: re.Pattern[str] = re.compile("(?!)")
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, channel: str, *lines: str) -> None:
        """Keep lines of a channel. The ids of the two children of the worlds become one word."""
        self.lines[channel].extend(self.hidden.sub("(the child)", line) for line in lines)

    def answer(self, answer: TestResponse) -> None:
        """Keep all of an answer of the server but its Date."""
        asked = f"{answer.request.method} {answer.request.path}"
        self.note("status", f"{asked}: {answer.status_code}")
        for name, value in answer.headers:
            if name not in NOT_COMPARED:
                self.note("headers", f"{asked}: {name}: {value}")
        body = answer.get_data()
        self.note("body", f"{asked}:", *body.decode("utf-8", "replace").split("\n"))
        alike = self.hidden.sub("(the child)", body.decode("utf-8", "replace")).encode()
        zipped = len(gzip.compress(alike, mtime=0))
        self.note("length", f"{asked}: {len(body)}, {zipped} zipped")

    def command(self, words: tuple[str, ...], result: Result, folder: Path) -> None:
        """Keep what a command printed, and its exit code; the folder's own name aside."""
        said = " ".join(words).replace(str(folder), "…")
        text = FREE.sub("… GB are free", result.output.replace(str(folder), "…"))
        self.note("printed", f"$ {said}", *text.split("\n"))
        self.note("exit code", f"$ {said}: {result.exit_code}")


@dataclass(frozen=True)
class Difference:
    """The first line in which two worlds differ."""

    channel: str
    number: int
    here: str
    there: str

    def __str__(self) -> str:
        """Say it as a person reads it."""
        return (
            f"{self.channel}, line {self.number}:\n"
            f"    without the child: {self.here}\n"
            f"    with the child:    {self.there}"
        )


MISSING = "(nothing)"


def first_difference(here: Seen, there: Seen) -> Difference | None:
    """Compare what two worlds showed; None when it is the same."""
    for channel in sorted(here.lines.keys() | there.lines.keys(), key=_order):
        one, other = here.lines.get(channel, []), there.lines.get(channel, [])
        for place in range(max(len(one), len(other))):
            pair = _at(one, place), _at(other, place)
            if not _is_same(channel, *pair):
                return Difference(channel, place + 1, *pair)
    return None


def _at(lines: list[str], place: int) -> str:
    return lines[place] if place < len(lines) else MISSING


def _is_same(channel: str, here: str, there: str) -> bool:
    """True for equal lines, and for sizes of the same file that are less than a step apart."""
    if here == there or channel != "sizes":
        return here == there
    (name, size), (other, other_size) = (line.rsplit(": ", 1) for line in (here, there))
    return name == other and abs(int(size) - int(other_size)) < SIZE_STEP


ORDER = ("exit code", "printed", "status", "body", "headers", "length")


def _order(channel: str) -> tuple[int, str]:
    """What people see first is told first."""
    return (ORDER.index(channel) if channel in ORDER else len(ORDER), channel)
