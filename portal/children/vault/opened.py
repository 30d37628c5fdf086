"""The documents of a shelf, kept open from one look to the next; what has changed is opened anew.

Whoever writes a slot, or makes it empty, puts other random bytes at its beginning: the nonce of
what is sealed, never the same twice (NIST SP 800-38D, 8.2.2). So a slot that still begins with the
same bytes holds what it held, whoever wrote it, in whichever program, and whether a transaction was
rolled back in between. Every look asks the database for these beginnings; nothing is trusted that
says "unchanged".
"""

import uuid
from collections.abc import Collection

from sqlalchemy import LargeBinary, func, select

from portal.children.vault import store
from portal.children.vault.store import Content, Part, Shelf
from portal.children.vault.tables import SLOT
from portal.core.db import db

_NONCE_BYTES, _AT_ONCE = 12, 200
_BEGINNINGS = select(SLOT.c.number, func.substr(SLOT.c.sealed, 1, _NONCE_BYTES, type_=LargeBinary))


class OpenedShelf:
    """Every document of a shelf, as it stands in the transaction of the last look."""

    def __init__(self, shelf: Shelf) -> None:
        """Nothing is opened before the first look."""
        self._shelf = shelf
        self._beginnings: dict[int, bytes] = {}
        self._parts: dict[int, Part] = {}

    def look(self) -> bool:
        """Open what has changed since the last look; True when the shelf is another one now."""
        # Read before what is opened: should a slot change in between, it is opened again next time.
        rows = db.session.connection().execute(_BEGINNINGS)
        found = {number: bytes(beginning) for number, beginning in rows}
        changed = [one for one, first in found.items() if self._beginnings.get(one) != first]
        changed += self._beginnings.keys() - found.keys()
        before = self._of_shelf(changed)
        for number in changed:
            self._parts.pop(number, None)
        self._open([number for number in changed if number in found])
        self._beginnings = found
        return bool(before) or bool(self._of_shelf(changed))

    def contents(self) -> dict[uuid.UUID, Content]:
        """Return the documents that there were at the last look."""
        whole: dict[uuid.UUID, list[Part]] = {}
        for part in self._parts.values():
            whole.setdefault(part.document_id, []).append(part)
        return {one: store.content_in(*whole[one]) for one in sorted(whole)}

    def _open(self, numbers: list[int]) -> None:
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            for number, part in zip(some, store.opened(some), strict=True):
                if part is not None and part.shelf == self._shelf:
                    self._parts[number] = part

    def _of_shelf(self, numbers: Collection[int]) -> list[int]:
        return [number for number in numbers if number in self._parts]
