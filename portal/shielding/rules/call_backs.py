"""A call-back that was passed on: what is kept of it in the vault, and what may be replied."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Reply(StrEnum):
    """What somebody who was asked to ring says of it."""

    RANG = "rang"
    THROUGH_TEAM = "through_team"
    DECLINED = "declined"


REPLIES: dict[Reply, tuple[LazyString, LazyString]] = {
    Reply.RANG: (_l("I rang them"), _l("The index team reads that you have spoken.")),
    Reply.THROUGH_TEAM: (
        _l("Pass my reply through the index team"),
        _l("The index team rings you. The person who asks does not learn your name."),
    ),
    Reply.DECLINED: (
        _l("Decline"),
        _l("The person who asks is not told that you were asked."),
    ),
}
# What the index team reads, and the person who was asked.
REPLIED: dict[Reply | None, LazyString] = {
    None: _l("No reply yet"),
    Reply.RANG: _l("They rang"),
    Reply.THROUGH_TEAM: _l("They want to reply through the index team: ring them"),
    Reply.DECLINED: _l("They declined"),
}
OWN_REPLIES: dict[Reply | None, LazyString] = {
    None: _l("Waits for your reply"),
    Reply.RANG: _l("You rang them"),
    Reply.THROUGH_TEAM: _l("You reply through the index team"),
    Reply.DECLINED: _l("You declined"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """Somebody is asked to ring the asker of a request. is_hidden when the index does not show that
    they work with the child: then shield officers alone may know of it. joined are the records that
    had been joined to the child's.
    """

    id: uuid.UUID
    request_id: uuid.UUID
    practitioner_id: uuid.UUID
    child_id: uuid.UUID
    is_hidden: bool
    passed_on_by: uuid.UUID
    passed_on_at: dt.datetime
    child_name: str
    born: dt.date
    joined: tuple[uuid.UUID, ...] = ()
    reply: Reply | None = None
    replied_at: dt.datetime | None = None

    @property
    def content(self) -> dict[str, Any]:
        """The document that the vault keeps."""
        return {
            "request": self.request_id.hex,
            "practitioner": self.practitioner_id.hex,
            "child": self.child_id.hex,
            "hidden": self.is_hidden,
            "passed_on_by": self.passed_on_by.hex,
            "passed_on_at": self.passed_on_at.isoformat(),
            "child_name": self.child_name,
            "born": self.born.isoformat(),
            "joined": [one.hex for one in self.joined],
            "reply": self.reply.value if self.reply else None,
            "replied_at": self.replied_at.isoformat() if self.replied_at else None,
        }

    @property
    def marks(self) -> tuple[str, ...]:
        """The words under which it is found again."""
        of_request = hidden_mark if self.is_hidden else request_mark
        records = (self.child_id, *self.joined)
        return (
            practitioner_mark(self.practitioner_id),
            of_request(self.request_id),
            *(together_mark(one, self.practitioner_id) for one in records),
        )


def read_call_back(document_id: uuid.UUID, content: dict[str, Any]) -> CallBack:
    """Read the document of a call-back."""
    replied_at = content["replied_at"]
    return CallBack(
        id=document_id,
        request_id=uuid.UUID(content["request"]),
        practitioner_id=uuid.UUID(content["practitioner"]),
        child_id=uuid.UUID(content["child"]),
        is_hidden=content["hidden"],
        passed_on_by=uuid.UUID(content["passed_on_by"]),
        passed_on_at=dt.datetime.fromisoformat(content["passed_on_at"]),
        child_name=content["child_name"],
        born=dt.date.fromisoformat(content["born"]),
        # One that an older program kept has none.
        joined=tuple(uuid.UUID(one) for one in content.get("joined", ())),
        reply=Reply(content["reply"]) if content["reply"] else None,
        replied_at=dt.datetime.fromisoformat(replied_at) if replied_at else None,
    )


def practitioner_mark(practitioner_id: uuid.UUID | None) -> str:
    """Return the word under which what was asked of somebody is found."""
    return f"practitioner|{practitioner_id}"


def together_mark(child_id: uuid.UUID, practitioner_id: uuid.UUID) -> str:
    """Return the word under which what was asked of somebody about one child is found: it goes when
    they no longer want to be known to work with the child."""
    return f"child|{child_id}|practitioner|{practitioner_id}"


def request_mark(request_id: uuid.UUID) -> str:
    """Return the word under which the whole team finds what was passed on."""
    return f"request|{request_id}"


def hidden_mark(request_id: uuid.UUID) -> str:
    """Return the word under which shield officers find what they passed on in confidence."""
    return f"hidden|request|{request_id}"
