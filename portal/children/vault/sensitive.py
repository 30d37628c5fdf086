"""Sensitive services: what a practitioner recorded in confidence. Shown to nobody but them.

The consent is part of the document, and so is the name of the child as it was that day: whoever
withdraws must be able to, whatever has become of the child in the index.
"""

import datetime as dt
import uuid
from typing import Any

from portal.children.rules import Basis, ConfidedSheet, SensitiveKind
from portal.children.vault import ledger, store
from portal.children.vault.ledger import Act, Entry
from portal.children.vault.store import Shelf
from portal.children.vault.withheld import marks_of
from portal.core.wal import empty_wal_after_commit

SENSITIVE = "sensitive"
MOST_LISTED = 500


def confide(
    sheet: ConfidedSheet,
    *,
    practitioner_id: uuid.UUID | None,
    organisation_id: uuid.UUID | None,
    recorded_by: uuid.UUID | None,
) -> None:
    """Keep what a practitioner records in confidence, or says anew."""
    content = {
        "tier": SENSITIVE,
        "child_id": sheet.child_id.hex,
        "given_names": sheet.given_names,
        "family_name": sheet.family_name,
        "born": sheet.date_of_birth.isoformat(),
        "kind": sheet.kind.value,
        "basis": sheet.basis.value,
        "says_provider": sheet.says_provider,
        "started_on": sheet.started_on.isoformat(),
        "recorded_at": sheet.recorded_at.isoformat(),
        "recorded_by": recorded_by.hex if recorded_by else None,
        "practitioner_id": practitioner_id.hex if practitioner_id else None,
        "organisation_id": organisation_id.hex if organisation_id else None,
    }
    marks = (
        *marks_of(sheet.child_id, practitioner_id),
        _by(practitioner_id),
        _with(sheet.child_id, practitioner_id),
    )
    store.keep(Shelf.INVOLVEMENT, sheet.id, content, marks=marks)


def confided_by(practitioner_id: uuid.UUID | None) -> tuple[ConfidedSheet, ...]:
    """Return what a practitioner recorded in confidence, the newest first, five hundred at most."""
    found = store.marked(Shelf.INVOLVEMENT, [_by(practitioner_id)], most=MOST_LISTED)
    sheets = [_sheet(one, content) for one, content in found]
    return tuple(sorted(sheets, key=lambda sheet: sheet.recorded_at, reverse=True))


def confided_with(
    child_id: uuid.UUID, practitioner_id: uuid.UUID | None
) -> tuple[ConfidedSheet, ...]:
    """Return what a practitioner recorded in confidence of one child."""
    found = store.marked(Shelf.INVOLVEMENT, [_with(child_id, practitioner_id)])
    return tuple(_sheet(one, content) for one, content in found)


def confided(involvement_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> ConfidedSheet | None:
    """Return one that this practitioner recorded; None for anybody else's, or when it is gone."""
    content = store.content_of(Shelf.INVOLVEMENT, involvement_id)
    if content is None or practitioner_id is None or content["tier"] != SENSITIVE:
        return None
    is_own = content["practitioner_id"] == practitioner_id.hex
    return _sheet(involvement_id, content) if is_own else None


def take_back(involvement_id: uuid.UUID) -> None:
    """Overwrite what was recorded in confidence: nothing of it is left, nor that anybody was asked
    to ring because of it."""
    content = store.content_of(Shelf.INVOLVEMENT, involvement_id)
    store.remove(Shelf.INVOLVEMENT, involvement_id)
    for call_back, asked in store.marked(Shelf.FORWARD, [_asked(content)] if content else []):
        if asked["hidden"]:
            store.remove(Shelf.FORWARD, call_back)
    # A back-up still holds it: the ledger takes it out again after a restore.
    ledger.append(Entry(act=Act.ERASE, child_id=involvement_id))
    empty_wal_after_commit()


def _asked(content: dict[str, Any]) -> str:
    """The word that shielding gives to a call-back asked of somebody about one child."""
    child_id, practitioner = uuid.UUID(content["child_id"]), content["practitioner_id"]
    return f"child|{child_id}|practitioner|{practitioner and uuid.UUID(practitioner)}"


def _by(practitioner_id: uuid.UUID | None) -> str:
    return f"confided|{practitioner_id}"


def _with(child_id: uuid.UUID, practitioner_id: uuid.UUID | None) -> str:
    return f"confided|{child_id}|{practitioner_id}"


def _sheet(involvement_id: uuid.UUID, content: dict[str, Any]) -> ConfidedSheet:
    return ConfidedSheet(
        id=involvement_id,
        child_id=uuid.UUID(content["child_id"]),
        given_names=content["given_names"],
        family_name=content["family_name"],
        date_of_birth=dt.date.fromisoformat(content["born"]),
        kind=SensitiveKind(content["kind"]),
        basis=Basis(content["basis"]),
        started_on=dt.date.fromisoformat(content["started_on"]),
        recorded_at=dt.datetime.fromisoformat(content["recorded_at"]),
        # Older documents do not hold it.
        says_provider=content.get("says_provider", False),
    )
