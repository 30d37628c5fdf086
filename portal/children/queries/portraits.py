"""What is known of single children, hidden or not, so that a copy can be asked about them.

For comparing a copy of the index with its world without the vault (lifecycle/verifying): nothing of
it is shown to anybody.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from portal.children import vault
from portal.children.models import ChildAddress, ChildIdentifier, ChildName, ChildRecord
from portal.children.queries.known import at_same_address
from portal.children.vault import quarantine
from portal.children.vault.identity import RECORD_NUMBER
from portal.children.vault.store import Shelf
from portal.children.visibility import Job, everything, plain_identifier
from portal.core.db import db, random_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A child as somebody asks about it. numbers are other bodies' by scheme."""

    child_id: uuid.UUID
    given_names: str
    family_name: str
    born: dt.date
    gender: str
    former: str = ""
    postcode: str = ""
    record_number: str = ""
    numbers: dict[str, str] = field(default_factory=dict)
    source: str = ""
    source_id: str = ""


def portraits_of_hidden() -> list[Portrait]:
    """Return everybody hidden, and everybody of whom a row is held in quarantine."""
    found = [_of_document(document) for _, document in vault.all_on(Shelf.IDENTITY)]
    return found + [_of_row(row) for row in quarantine.everything_held() if row.draft]


def portraits_beside(child_id: uuid.UUID) -> list[Portrait]:
    """Return the children of the index who live where this one lives."""
    return _of_index(one.child_id for one in at_same_address(child_id))


def portraits_by_chance(most: int, *, source: str = "") -> list[Portrait]:
    """Return some children of the index, taken by chance; of one source where it is named."""
    wanted = everything(Job.VAULT).where(ChildRecord.lifecycle == "active")
    wanted = wanted.with_only_columns(ChildRecord.id)
    if source:
        wanted = wanted.where(ChildRecord.source == source)
    ids: list[uuid.UUID] = []
    for _ in range(most):
        after = wanted.where(ChildRecord.id >= random_id()).order_by(ChildRecord.id).limit(1)
        ids += db.session.scalars(after)
    return _of_index(dict.fromkeys(ids))


def _of_index(ids: Iterable[uuid.UUID]) -> list[Portrait]:
    found = db.session.scalars(everything(Job.VAULT).where(ChildRecord.id.in_(list(ids))))
    return [_of_child(child) for child in found]


def _of_child(child: ChildRecord) -> Portrait:
    former, home = _first(ChildName, child), _first(ChildAddress, child)
    numbers = db.session.scalars(
        select(ChildIdentifier).where(ChildIdentifier.child_id == child.id)
    )
    return Portrait(
        child_id=child.id,
        given_names=child.given_names,
        family_name=child.family_name,
        born=child.date_of_birth,
        gender=child.gender,
        former=former.family_name if former else "",
        postcode=(home.postcode or "") if home else "",
        record_number=child.record_number,
        numbers={one.scheme: plain_identifier(one) for one in numbers},
        source=child.source,
        source_id=child.source_id,
    )


def _first(model: Any, child: ChildRecord) -> Any:
    return db.session.scalar(select(model).where(model.child_id == child.id).order_by(model.id))


def _of_document(document: dict[str, Any]) -> Portrait:
    numbers = dict(document["numbers"])
    source, source_id = next(iter(document["sources"]), ("", ""))
    return Portrait(
        child_id=uuid.UUID(document["child_id"]),
        given_names=document["given_names"],
        family_name=document["family_name"],
        born=dt.date.fromisoformat(document["born"]),
        gender=document["gender"],
        former=next((family for _, family in document["former"]), ""),
        postcode=next(iter(document["postcodes"]), ""),
        record_number=numbers.pop(RECORD_NUMBER, ""),
        numbers=numbers,
        source=source,
        source_id=source_id,
    )


def _of_row(row: quarantine.Quarantined) -> Portrait:
    draft = row.draft
    assert draft is not None
    return Portrait(
        child_id=row.id,
        given_names=draft.given_names,
        family_name=draft.family_name,
        born=draft.date_of_birth,
        gender=draft.gender.value,
        former=next((name.family_name for name in draft.former_names), ""),
        postcode=next((place.postcode for place in draft.addresses if place.postcode), ""),
        numbers={scheme.value: value for scheme, value in draft.numbers.items() if value},
        source=row.source,
        source_id=row.source_id,
    )
