"""What a full file leaves out is marked, some at a time; its run leaves the line in the log."""

from collections.abc import Collection

from portal.access.identity import Identity
from portal.children import telling
from portal.children.rules import Subject
from portal.children.telling import Hearing

AT_ONCE = 2_000


def spare_numbers(
    *, heard: Hearing, subject: Subject, numbers: Collection[int], by: Identity
) -> None:
    """Take what a source told under these numbers, given as marks, for told by this file too: it
    has rows about them that could not be used."""
    telling.spare(heard, subject, numbers)


def leave_out(*, heard: Hearing, subject: Subject, by: Identity) -> int:
    """Mark what a full file does not tell of as no longer reported, two thousand at once; return
    how much was marked. Nothing is deleted, and nothing ends."""
    return telling.leave_out(heard, subject, most=AT_ONCE)
