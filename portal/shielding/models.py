"""What is kept of a wish to be put in touch. No column takes free text."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId

OPEN = text("state IN ('new', 'taken')")


class ContactRequest(WithId, Base):
    """Somebody asks the index team to be put in touch, about a child or after a search.

    authority_id names the index team that answers: the asker's own, so that nothing is said of
    where the child is. subject_mark is equal for equal subjects; sealed_typed is a copy of what
    was typed, because the search itself is forgotten.
    """

    __tablename__ = "contact_request"

    number: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    child_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("child.id", ondelete="CASCADE"), index=True
    )
    search_id: Mapped[uuid.UUID | None]
    sealed_typed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject_mark: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30))
    ring_back: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(String(10), default="new")
    taken_by: Mapped[uuid.UUID | None]
    taken_at: Mapped[dt.datetime | None]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("(child_id IS NULL) <> (search_id IS NULL)", name="one_subject"),
        CheckConstraint("(search_id IS NULL) = (sealed_typed IS NULL)", name="typed_with_search"),
        CheckConstraint("state IN ('new', 'taken', 'answered', 'declined')", name="state_known"),
        CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name="taken_pair"),
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_pair"),
        CheckConstraint(
            "(state IN ('answered', 'declined')) = (settled_at IS NOT NULL)", name="settled_state"
        ),
        Index(None, "authority_id", "state", "made_at"),
        Index(
            "uq_contact_request_open", "account_id", "kind", "subject_mark",
            unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
        ),
    )  # fmt: skip
