"""What sources have told of, for feeds: by the source's own words, whoever is hidden."""

from portal.children.rules import Subject
from portal.children.telling import Hearing, mark_of, number_left_out, number_unreported

__all__ = ["Hearing", "mark_of_number", "number_left_out", "number_unreported"]


def mark_of_number(source: str, source_id: str) -> int:
    """Return the mark of the number by which a source names a child, 64 bits."""
    return mark_of(source, Subject.CHILD, source_id)
