"""What a file would turn upside down: numbers that mean other children than before, and other dates
of birth. Some are corrections; many are a table that was sorted by one column alone, numbered anew,
or written with day and month exchanged (decisions/0053)."""

from collections import Counter

from flask import current_app

from portal.children.queries import shifts_of
from portal.children.rules import ChildDraft, Shift
from portal.core.config import Config
from portal.feeds.inbox import FileRefused
from portal.feeds.rules import AT_ONCE, PupilFacts, is_too_much

_FAULTS = {Shift.CHILD: "numbers_reused", Shift.BIRTH: "births_changed"}


class Shifts:
    """What the numbers of a file mean now that its source used before."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._drafts: dict[str, ChildDraft] = {}
        self._found: Counter[Shift] = Counter()

    def hear(self, read: object) -> None:
        """Count a row as it was read; whatever is no child is passed over."""
        draft = read.child if isinstance(read, PupilFacts) else read
        if not isinstance(draft, ChildDraft):
            return
        self._drafts[draft.source_id] = draft
        if len(self._drafts) >= AT_ONCE:
            self._count()

    def refuse_too_many(self) -> None:
        """Raise FileRefused when the file cannot be believed; to be asked when all was heard."""
        self._count()
        config: Config = current_app.extensions["portal_config"]
        for shift, fault in _FAULTS.items():
            if is_too_much(self._found[shift], self._found.total(), most=config.identity_change):
                raise FileRefused(fault)

    def _count(self) -> None:
        if self._drafts:
            self._found.update(shifts_of(self._drafts).values())
            self._drafts.clear()
