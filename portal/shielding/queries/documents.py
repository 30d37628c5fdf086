"""The documents of shield work as they lie in the vault: found, opened, never shown as they are."""

import datetime as dt
import uuid

from portal.children import vault
from portal.children.vault import Shelf
from portal.core.errors import NotFound
from portal.shielding.rules.documents import (
    Content,
    DocumentKind,
    child_mark,
    closed_mark,
    open_mark,
)

# More than one authority has; a list that left one out would lose a review.
MOST = 10_000
Documents = list[tuple[uuid.UUID, Content]]


def document(kind: DocumentKind, document_id: uuid.UUID) -> Content:
    """Return one document. Raises NotFound, also for one of another kind."""
    content = vault.content_of(Shelf.SHIELD, document_id)
    if content is None or content["kind"] != kind:
        raise NotFound
    return content


def waiting(kind: DocumentKind) -> Documents:
    """Return the documents of a kind that are open, the oldest first."""
    return _in_order(vault.marked(Shelf.SHIELD, [open_mark(kind)], most=MOST))


def closed(kind: DocumentKind) -> Documents:
    """Return the documents of a kind that are dealt with, the oldest first."""
    return _in_order(vault.marked(Shelf.SHIELD, [closed_mark(kind)], most=MOST))


def about(kind: DocumentKind, child_id: uuid.UUID) -> Documents:
    """Return the documents of a kind about one child, the oldest first."""
    return _in_order(vault.marked(Shelf.SHIELD, [child_mark(kind, child_id)], most=MOST))


def in_force(child_id: uuid.UUID) -> tuple[uuid.UUID, Content] | None:
    """Return the shield that protects a child now, None when there is none."""
    of_child = about(DocumentKind.SHIELD, child_id)
    return next((one for one in of_child if one[1]["closed_at"] is None), None)


def moment(text: str) -> dt.datetime:
    """Read a moment out of a document."""
    return dt.datetime.fromisoformat(text)


def _in_order(found: Documents) -> Documents:
    return sorted(found, key=lambda one: (one[1]["made_at"], one[0]))
