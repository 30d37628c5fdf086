"""Numbers that mean other children than before: some are a habit of their source, many are a table
that was sorted by one column alone, or numbered anew (decisions/0053)."""

from flask import current_app

from portal.children.queries import numbers_used_before
from portal.children.rules import ChildDraft
from portal.core.config import Config
from portal.feeds.inbox import FileRefused
from portal.feeds.rules import AT_ONCE, PupilFacts, is_too_much


class ReusedNumbers:
    """How many numbers of a file its source used before, and how many of these for others."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._drafts: dict[str, ChildDraft] = {}
        self._used = self._reused = 0

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
        if is_too_much(self._reused, self._used, most=config.reused_numbers):
            raise FileRefused("numbers_reused")

    def _count(self) -> None:
        if self._drafts:
            found = numbers_used_before(self._drafts)
            self._used += len(found)
            self._reused += sum(found.values())
            self._drafts.clear()
