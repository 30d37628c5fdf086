"""What is known of single children, for feeds, shield officers and people's own posts."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from flask import current_app
from sqlalchemy import bindparam, select

from portal.access.identity import Identity
from portal.children import finding, vault
from portal.children.models import ChildAddress, ChildMerge, ChildRecord, ChildSource
from portal.children.rules import AddressKind, ChildDraft, NameSheet, SensitiveKind, Shift
from portal.children.vault import guard, reuse
from portal.children.vault.packing import Packed, unpacked
from portal.children.visibility import Job, everything, name_sheet, sensitive_kind_of
from portal.core.db import db
from portal.directory import queries as directory
from portal.matching.postcodes import fold_postcode

NEIGHBOURS_SHOWN = 50
# Made once: a statement is a ring of objects that goes on holding what it was asked for.
_BY_NUMBER = select(ChildSource.source_id, ChildSource.child_id).where(
    ChildSource.source == bindparam("of"),
    ChildSource.source_id.in_(bindparam("numbers", expanding=True)),
)


def child_ids(source: str, source_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the ids of the children that a source reported, by its own ids; for feeds.

    At most a few hundred at a time. Archived children are among them, and those who are hidden or
    quarantined: a source hears nothing of that.
    """
    held = guard.ids_of(source, source_ids)
    return child_ids_in_index(source, source_ids) | held


def child_ids_in_index(source: str, source_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the same of those only whom the index holds under a source's number."""
    asked = {"of": source, "numbers": list(set(source_ids))}
    return {row[0]: row[1] for row in db.session.execute(_BY_NUMBER, asked)}


def shifts_of(drafts: Mapping[str, ChildDraft]) -> dict[str, Shift]:
    """Say of each number that a source used before what it means now; for feeds. Those of hidden
    children are among them: a source hears nothing of that."""
    return reuse.shifts_of(drafts)


def record_now(child_id: uuid.UUID) -> uuid.UUID:
    """Return the record that holds by now what this one held: another one, where the index shows
    that the two were joined."""
    joined = select(ChildMerge.child_id).where(ChildMerge.gone_id == child_id, ChildMerge.of_one())
    return db.session.scalar(joined) or child_id


def records_within(child_id: uuid.UUID) -> set[uuid.UUID]:
    """Return this record and those that were joined to it, whether the index shows it or it is
    hidden: what lies in the vault under one of them is about this child. For shield officers."""
    joined = select(ChildMerge.gone_id).where(ChildMerge.child_id == child_id, ChildMerge.of_one())
    hidden = _joined_in(vault.record_of(child_id) or {}, child_id)
    return {child_id, *db.session.scalars(joined), *hidden}


def hidden_holder(child_id: uuid.UUID) -> uuid.UUID | None:
    """Return the hidden record that this one was joined to, None where there is none. Opens every
    sealed record: for shield officers, about a record that is nowhere else."""
    sealed = vault.all_on(vault.Shelf.RECORD)
    return next((one for one, tables in sealed if child_id in _joined_in(tables, one)), None)


def _joined_in(tables: Mapping[str, list[Packed]], child_id: uuid.UUID) -> set[uuid.UUID]:
    rows = tables.get(ChildMerge.__tablename__, ())
    merges = [ChildMerge(**unpacked(ChildMerge, row)) for row in rows]
    return {
        one.gone_id
        for one in merges
        if one.child_id == child_id and one.is_split == (one.undone_at is not None)
    }


def births_said(source: str, numbers: Collection[str]) -> dict[str, dt.date]:
    """Return the dates of birth that a source said last of its children, by its own numbers; for
    feeds, to judge the days of a row."""
    return reuse.births_said(source, numbers)


def at_same_address(child_id: uuid.UUID) -> list[NameSheet]:
    """Return the other children at the current address of a child, hidden or not, at most fifty.

    For shield officers alone: whoever is not hidden beside a hidden child gives it away. An address
    without a postcode leads nowhere.
    """
    homes = _homes_of(child_id)
    codes = {fold_postcode(code) for _, code in homes} - {""}
    living_near = (
        everything(Job.VAULT)
        .join(ChildAddress, ChildAddress.child_id == ChildRecord.id)
        .where(ChildRecord.id.in_(finding.living_at(codes)), ChildRecord.id != child_id)
        .where(ChildRecord.lifecycle == "active")
        .where(ChildAddress.kind == AddressKind.CURRENT.value)
        .order_by(ChildRecord.date_of_birth, ChildRecord.id)
        .add_columns(ChildAddress.address, ChildAddress.postcode)
    )
    found = {
        row.id: name_sheet(row)
        for row, address, code in db.session.execute(living_near)
        if _folded(address, code) in homes
    }
    return list(found.values())[:NEIGHBOURS_SHOWN]


def shared_homes(one: uuid.UUID, other: uuid.UUID) -> list[str]:
    """Return the current addresses that two children share, folded, in a fixed order."""
    shared = _homes_of(one) & _homes_of(other)
    return sorted(" ".join(home) for home in shared if home[1])


def _homes_of(child_id: uuid.UUID) -> set[tuple[str, str]]:
    """The current addresses of a child, from the index or from the vault."""
    rows = db.session.execute(
        select(ChildAddress.kind, ChildAddress.address, ChildAddress.postcode).where(
            ChildAddress.child_id == child_id
        )
    )
    held = [row._asdict() for row in rows]
    held += (vault.record_of(child_id) or {}).get(ChildAddress.__tablename__, [])
    current = [one for one in held if one["kind"] == AddressKind.CURRENT.value]
    return {_folded(one["address"], one["postcode"]) for one in current}


def _folded(address: str, code: str) -> tuple[str, str]:
    letters = "".join(sign for sign in address.casefold() if sign.isalnum())
    return letters, fold_postcode(code)


def sensitive_kind_of_post(by: Identity) -> SensitiveKind | None:
    """Return the sensitive service that this person's organisation or post tells of, if any."""
    place = directory.organisation(by.organisation_id) if by.organisation_id else None
    person = directory.practitioner(by.practitioner_id) if by.practitioner_id else None
    return sensitive_kind_of(place, person) if place else None


def age_of_own_consent() -> int:
    """Return the age in years from which a young person alone consents to what is recorded."""
    age: int = current_app.extensions["portal_config"].own_consent_from_age
    return age
