"""What the directory keeps."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, WithId


class Authority(WithId, Base):
    """A local authority, known by its GSS code (ONS)."""

    __tablename__ = "authority"

    gss_code: Mapped[str] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))


class Organisation(WithId, Base):
    """A school, a practice, a team: whoever employs practitioners.

    code is the URN (DfE), the ODS code (NHS) or the authority's own; scheme says which. Files of
    schools name a school by establishment_number: three digits of the local authority, four of the
    school. A school that closed and the one that took its place may share it.
    """

    __tablename__ = "organisation"

    scheme: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    establishment_number: Mapped[str | None] = mapped_column(String(7), index=True)
    name: Mapped[str] = mapped_column(String(160))
    sector: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(10), default="local")
    authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("authority.id"))
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    closed_on: Mapped[dt.date | None]
    accredited_until: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint("scheme IN ('urn', 'ods', 'own')", name="scheme_known"),
        CheckConstraint("scope IN ('local', 'national')", name="scope_known"),
    )


class Practitioner(WithId, Base):
    """A person who works with children, and how to reach them at work."""

    __tablename__ = "practitioner"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    role_title: Mapped[str] = mapped_column(String(80))
    work_email: Mapped[str] = mapped_column(String(254), unique=True)
    work_phone: Mapped[str] = mapped_column(String(40), default="")
    team_phone: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[str] = mapped_column(String(60), default="")
    left_on: Mapped[dt.date | None]
    last_confirmed_on: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(String(40))
    source_on: Mapped[dt.date]

    __table_args__ = (Index(None, "name"),)


class PractitionerWord(Base):
    """What somebody says of one fact of a practitioner: a source in its last word, or the index
    team. Kept once a second one speaks of the person. Said since the file of which day, come in
    when, and of which day last (rules/entries.py).
    """

    __tablename__ = "practitioner_word"

    practitioner_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("practitioner.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    fact: Mapped[str] = mapped_column(String(15), primary_key=True)
    value: Mapped[str] = mapped_column(String(120))
    since_on: Mapped[dt.date]
    told_at: Mapped[dt.datetime]
    told_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(
            "fact IN ('name', 'role_title', 'organisation_id', 'work_phone', 'team_phone',"
            " 'left_on')",
            name="fact_known",
        ),
        {"sqlite_with_rowid": False},
    )
