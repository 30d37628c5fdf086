"""What sources have told of, for feeds: by the source's own words, whoever is hidden."""

from portal.children.rules import Subject
from portal.children.telling import (
    Hearing,
    current_among,
    mark_of,
    marks_spared,
    number_current,
    number_left_out,
    number_unreported,
    told_among,
)

__all__ = [
    "Hearing", "current_among", "mark_of_number", "marks_spared", "number_current",
    "number_left_out", "number_unreported", "told_among",
]  # fmt: skip


def mark_of_number(source: str, source_id: str) -> int:
    """Return the mark of the number by which a source names a child, 64 bits."""
    return mark_of(source, Subject.CHILD, source_id)
