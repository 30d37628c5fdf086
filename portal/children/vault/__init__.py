"""The vault: what may not be shown is not in the index; it is here, sealed under a key of its own.

store.py keeps documents on slots that nobody can tell from empty ones; moving.py takes a child out
of the index and puts it back; searches.py is what every search leaves, watching.py the look that
is made of it later. Everything happens in the session of the caller; nothing here commits. No room
but children/ touches the tables.
"""

from portal.children.vault.corrected import correct_sealed, take_back_sealed
from portal.children.vault.identity import Grade
from portal.children.vault.moving import (
    grade_of,
    identity_of,
    keep_identity,
    keep_record,
    move_in,
    move_out,
    record_of,
    rows_of,
    tell_ledger,
    withhold_correction,
)
from portal.children.vault.pairs import (
    are_kept_apart,
    has_new_identity,
    is_kept_apart,
    kept_apart_among,
    pair_mark,
)
from portal.children.vault.probe import hidden_by_source, likeness, resembles
from portal.children.vault.reviews import (
    HeldReview,
    note_answer,
    note_told,
    put_away,
    review_in_vault,
    said_same,
)
from portal.children.vault.searches import (
    LeftSearch,
    forget_searches,
    forget_searches_of,
    leave_search,
    left_searches,
    oldest_left,
    take_searches,
)
from portal.children.vault.sensitive import (
    confide,
    confided,
    confided_by,
    confided_with,
    take_back,
)
from portal.children.vault.splits import keep_wish, wish_of, wishes
from portal.children.vault.store import (
    Shelf,
    all_on,
    content_of,
    contents_of,
    enter,
    keep,
    marked,
    remove,
    stir,
)
from portal.children.vault.watching import Met, forget_parted, probe
from portal.children.vault.withheld import own_withheld, withhold

__all__ = [
    "Grade",
    "HeldReview",
    "LeftSearch",
    "Met",
    "Shelf",
    "all_on",
    "are_kept_apart",
    "confide",
    "confided",
    "confided_by",
    "confided_with",
    "content_of",
    "contents_of",
    "correct_sealed",
    "enter",
    "forget_parted",
    "forget_searches",
    "forget_searches_of",
    "grade_of",
    "has_new_identity",
    "hidden_by_source",
    "identity_of",
    "is_kept_apart",
    "keep",
    "keep_identity",
    "keep_record",
    "keep_wish",
    "kept_apart_among",
    "leave_search",
    "left_searches",
    "likeness",
    "marked",
    "move_in",
    "move_out",
    "note_answer",
    "note_told",
    "oldest_left",
    "own_withheld",
    "pair_mark",
    "probe",
    "put_away",
    "record_of",
    "remove",
    "resembles",
    "review_in_vault",
    "rows_of",
    "said_same",
    "stir",
    "take_back",
    "take_back_sealed",
    "take_searches",
    "tell_ledger",
    "wish_of",
    "wishes",
    "withhold",
    "withhold_correction",
]
