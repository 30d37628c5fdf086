"""The documents of shield work, as they lie in the vault, and the words they are found by."""

from enum import StrEnum
from typing import Any

Content = dict[str, Any]


class DocumentKind(StrEnum):
    """What a document of the shelf is about."""

    REQUEST = "request"
    SHIELD = "shield"
    TASK = "task"
    ALERT = "alert"


def open_mark(kind: DocumentKind) -> str:
    """Return the word under which the documents that wait are found."""
    return f"{kind}|open"


def closed_mark(kind: DocumentKind) -> str:
    """Return the word under which the documents that are dealt with are found."""
    return f"{kind}|closed"


def child_mark(kind: DocumentKind, child_id: object) -> str:
    """Return the word under which the documents about one child are found."""
    return f"{kind}|child|{child_id}"


def asker_mark(account_id: object) -> str:
    """Return the word under which somebody's own requests are found."""
    return f"request|asker|{account_id}"


def again_mark(account_id: object, child_id: object) -> str:
    """Return the word under which an open request of the same person for the same child is."""
    return f"request|again|{account_id}|{child_id}"


def number_mark(number: str) -> str:
    """Return the word under which a request number is found."""
    return f"request|number|{number}"


def marks_of(content: Content) -> list[str]:
    """Return the words under which a document must be found again, from what it says."""
    kind = DocumentKind(content["kind"])
    is_open = content["closed_at"] is None
    words = [open_mark(kind) if is_open else closed_mark(kind)]
    words.append(child_mark(kind, content["child_id"]))
    if kind is DocumentKind.REQUEST:
        words += [asker_mark(content["asker"]), number_mark(content["number"])]
        words += [again_mark(content["asker"], content["child_id"])] if is_open else []
    return words
