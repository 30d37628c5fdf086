"""Whether the database has followed the ledger: asked before a start, and by the doctor."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine

from portal.children.vault import ledger_file
from portal.children.vault.ledger import is_work
from portal.children.vault.ledger_file import Damaged, Line
from portal.children.vault.ledger_head import Head, seen_head, take_head
from portal.core.config import Config
from portal.core.db import snapshot
from portal.core.keys import Keys


class Fault(StrEnum):
    """How ledger and database may disagree."""

    NONE = ""
    MISSING = "missing"
    DAMAGED = "damaged"
    BEHIND = "behind"
    FOREIGN = "foreign"
    UNBOUND = "unbound"
    AHEAD = "ahead"


_REPLAY = "Run: python -m portal shielding replay-ledger"
_SENTENCES = {
    Fault.NONE: ("The ledger fits the index.", ""),
    Fault.MISSING: (
        "The ledger {name} is missing or cannot be read: it says which children must stay hidden.",
        "Put back its newest copy (no back-up holds one) and see that the portal may write to it",
    ),
    Fault.DAMAGED: (
        "Line {line} of the ledger {name} is not as it was written: it is the first bad line.",
        "Put back its newest copy, and call whoever looks after information security",
    ),
    Fault.BEHIND: (
        "The ledger {name} is older than the index: lines are missing at its end.",
        "Put back its newest copy: an older one may not take its place",
    ),
    Fault.FOREIGN: (
        "The ledger {name} is not the one of this index.",
        "Put back the ledger that belongs to this index",
    ),
    Fault.UNBOUND: (
        "The index does not say which ledger it belongs to: an older program made this back-up.",
        "Put back the ledger that was kept for it, see that none was ever begun in its place, and "
        "vouch for that: python -m portal shielding replay-ledger --vouch",
    ),
    Fault.AHEAD: (
        "The index is behind the ledger: a back-up was put in place, or the machine stopped in the "
        "middle of a step. The ledger must be replayed first.",
        _REPLAY,
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the database has followed the ledger, and what to do when not."""

    name: str
    fault: Fault = Fault.NONE
    line: int = 0

    @property
    def sentence(self) -> str:
        """How it is, in words. Nothing tells how many lines there are."""
        return _SENTENCES[self.fault][0].format(name=self.name, line=self.line)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _SENTENCES[self.fault][1]


def standing(engine: Engine, config: Config, keys: Keys) -> Standing:
    """Compare database and ledger. Reads the whole ledger and proves every line."""
    with snapshot(engine) as connection:
        found = compared(seen_head(connection), config, keys)
    if found.fault is not Fault.AHEAD:
        return found
    # Somebody may be about to commit: the row of the head is theirs until then.
    with engine.connect() as connection:
        found = compared(take_head(connection), config, keys)
        connection.rollback()
    return found


def compared(head: Head, config: Config, keys: Keys) -> Standing:
    """Hold the ledger against a head of the database. Proves every line."""
    path = config.ledger_path
    try:
        fault, number = _followed(head, path, keys)
    except Damaged as damaged:
        return Standing(path.name, Fault.DAMAGED, damaged.number)
    except OSError:
        return Standing(path.name, Fault.MISSING)
    return Standing(path.name, fault, number)


def _followed(head: Head, path: Path, keys: Keys) -> tuple[Fault, int]:
    """What is wrong with a ledger whose every line is as it was written, and where."""
    last, is_work_left = Line(), False
    for line in ledger_file.lines(path, keys):
        if line.number == head.length and not head.is_at(line):
            return Fault.FOREIGN, 0
        if line.number > head.length:
            is_work_left |= is_work(ledger_file.content_of(line, keys))
        last = line
    if not last.number:
        return Fault.MISSING, 0
    if not head.length:
        return Fault.UNBOUND, 0
    if last.number < head.length:
        return Fault.BEHIND, 0
    return (Fault.AHEAD if is_work_left or head.awaits_replay else Fault.NONE), 0
