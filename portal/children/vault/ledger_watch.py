"""Whether a running portal still has the index that its ledger goes with.

An earlier index can be put back under a server that runs. So before a request is answered, file and
head are looked at. Where both are as they were when they were last compared, so is the answer: that
costs a stat and one row. Where not, the lines from the head on are read; those before were proved
at the start.

While an act is being committed its line stands already, and the index seems to be behind. Whoever
commits holds the row of the head: what seems wrong is looked at again with that row in hand.
"""

from dataclasses import dataclass

from sqlalchemy import Engine

from portal.children.vault import ledger_file
from portal.children.vault.ledger import is_work
from portal.children.vault.ledger_file import Damaged
from portal.children.vault.ledger_head import Head, seen_head, take_head
from portal.children.vault.ledger_standing import Fault
from portal.core.config import Config
from portal.core.db import snapshot
from portal.core.keys import Keys


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is compared: where and how long the file is, when it was written, and the head."""

    file: tuple[int, ...]
    head: Head


class Watch:
    """Remembers what one application last saw, and what was wrong with it."""

    def __init__(self, config: Config, keys: Keys) -> None:
        self._config, self._keys = config, keys
        self._last: tuple[_Seen, Fault] | None = None

    def fault(self, engine: Engine) -> Fault:
        """What is wrong now. Raises DatabaseProblem when the database does not answer."""
        with snapshot(engine) as connection:
            seen = self._seen(seen_head(connection))
        last = self._last
        if last is not None and last[0] == seen:
            return last[1]
        found = self._compared(seen.head)
        if found:
            with engine.connect() as connection:
                seen = self._seen(take_head(connection))
                found = self._compared(seen.head)
                connection.rollback()
        self._last = seen, found
        return found

    def _seen(self, head: Head) -> _Seen:
        try:
            file = self._config.ledger_path.stat()
        except OSError:
            return _Seen((), head)
        return _Seen((file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns), head)

    def _compared(self, head: Head) -> Fault:
        if head.awaits_replay:
            return Fault.AHEAD
        if not head.length:
            return Fault.UNBOUND
        try:
            lines = ledger_file.tail(self._config.ledger_path, head.length, self._keys)
            contents = [ledger_file.content_of(line, self._keys) for line in lines[1:]]
        except Damaged:
            return Fault.DAMAGED
        except OSError:
            return Fault.MISSING
        if not lines:
            return Fault.BEHIND
        if not head.is_at(lines[0]):
            return Fault.FOREIGN
        return Fault.AHEAD if any(map(is_work, contents)) else Fault.NONE
