"""What is kept of a wish to be put in touch. No column takes free text."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId

WAITS = text("state = 'new'")


class ContactRequest(WithId, Base):
    """Somebody asks the index team to be put in touch, about a child or after a search.

    authority_id names the index team that answers: the asker's own, so that nothing is said of
    where the child is. child_id is no foreign key: what was asked outlasts a child who becomes
    absent, or its asker would learn of it. about_child_id is the record that the team took a search
    to mean. subject_mark is equal for equal subjects; sealed_typed is a copy of what was typed,
    because the search itself is forgotten. Who was asked to ring stands in the vault, not here.
    settled_by is empty when the portal closed the request after its time.
    """

    __tablename__ = "contact_request"

    number: Mapped[str] = mapped_column(String(12), unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    child_id: Mapped[uuid.UUID | None]
    search_id: Mapped[uuid.UUID | None]
    about_child_id: Mapped[uuid.UUID | None]
    sealed_typed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject_mark: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30))
    ring_back: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(String(10), default="new")
    passed_on_by: Mapped[uuid.UUID | None]
    passed_on_at: Mapped[dt.datetime | None]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("(child_id IS NULL) <> (search_id IS NULL)", name="one_subject"),
        CheckConstraint("(search_id IS NULL) = (sealed_typed IS NULL)", name="typed_with_search"),
        CheckConstraint("about_child_id IS NULL OR search_id IS NOT NULL", name="about_search"),
        CheckConstraint(
            "state IN ('new', 'passed_on', 'answered', 'nobody', 'declined')", name="state_known"
        ),
        CheckConstraint("(passed_on_by IS NULL) = (passed_on_at IS NULL)", name="passed_on_pair"),
        CheckConstraint(
            "state <> 'passed_on' OR passed_on_at IS NOT NULL", name="passed_on_state"
        ),
        CheckConstraint("settled_by IS NULL OR settled_at IS NOT NULL", name="settled_pair"),
        CheckConstraint(
            "(state IN ('answered', 'nobody', 'declined')) = (settled_at IS NOT NULL)",
            name="settled_state",
        ),
        Index(None, "authority_id", "state", "due_at"),
        Index(
            "uq_contact_request_waits", "account_id", "kind", "subject_mark",
            unique=True, sqlite_where=WAITS, postgresql_where=WAITS,
        ),
    )  # fmt: skip
