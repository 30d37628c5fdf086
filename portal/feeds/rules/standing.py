"""How a source stands, why it was paused, and when its dry run was clean."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.feeds.rules.words import FileKind


class SourceState(StrEnum):
    """Whether files of a source are taken."""

    LIVE = "live"
    PAUSED = "paused"
    RESUME_PROPOSED = "resume_proposed"


class PauseCause(StrEnum):
    """Why a source was paused. Coded: whoever pauses may be in a hurry, and says nothing of a
    child."""

    PRECAUTION = "precaution"
    WRONG_ROWS = "wrong_rows"
    WRONG_CHILD = "wrong_child"
    ASKED_BY_SOURCE = "asked_by_source"


STATES: dict[SourceState, LazyString] = {
    SourceState.LIVE: _l("Files are taken"),
    SourceState.PAUSED: _l("Paused"),
    SourceState.RESUME_PROPOSED: _l("Paused, waits for the second person"),
}
CAUSES: dict[PauseCause, LazyString] = {
    PauseCause.PRECAUTION: _l("As a precaution"),
    PauseCause.WRONG_ROWS: _l("Its rows are wrong"),
    PauseCause.WRONG_CHILD: _l("Its rows are about another child than they say"),
    PauseCause.ASKED_BY_SOURCE: _l("The source asked for it"),
}
KINDS: dict[str, LazyString] = {
    FileKind.PRACTITIONERS: _l("Practitioners"),
    FileKind.CHILDREN: _l("Children"),
    FileKind.INVOLVEMENTS: _l("Involvements"),
    FileKind.CTF: _l("Pupils"),
}


def is_clean(*, received: int | None, set_aside: int | None) -> bool:
    """True for a dry run that was read to its end, had rows, and had none set aside. Counts are
    None while it runs, and for ever when its file was refused or left out too much."""
    return bool(received) and set_aside == 0
