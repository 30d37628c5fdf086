"""Records in the open that may be about a child who is hidden, or is going to be.

Two sources that report one child under their own numbers have made two records of it. Hiding one
of them leaves the other in the open, with the new address on it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from portal.children import finding, vault
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildSource,
)
from portal.children.rules import NameSheet
from portal.children.vault.identity import Document, Grade, document_of
from portal.children.visibility import (
    Job,
    everything,
    identifier_mark,
    name_sheet,
    plain_identifier,
)
from portal.core.db import db
from portal.matching import Description, describe

LOOKALIKES_SHOWN = 50
# So many for each way of asking: more than the name index compares for one search.
_LOOKED_AT = 30


def lookalikes(child_id: uuid.UUID, *, to_be: Grade = Grade.MASKED) -> list[NameSheet]:
    """Return the records in the open with a number of this child, hidden or not, or that resemble
    it as a row of a feed that is held back resembles a hidden child; the likeliest first, at most
    fifty.

    For shield officers alone. to_be is how far this child is, or is going to be, hidden: beside an
    absent one a masked record is in the open too. Not among them is who is known to be the other
    identity of this child.
    """
    document, own = vault.identity_of(child_id), _row(child_id)
    if document is None and own is not None:
        document = _document(own)
    if document is None:
        return []
    near = dict.fromkeys([*_with_its_numbers(document), *_by_name(document)])
    near.pop(child_id, None)
    held = vault.contents_of(vault.Shelf.IDENTITY, near)
    hidden = {one for one, content in held.items() if content["grade"] in {to_be, Grade.ABSENT}}
    found = [
        (-bits, place, row)
        for place, row in enumerate(_row(one) for one in near if one not in hidden)
        if row is not None
        and (bits := vault.likeness(held.get(row.id) or _document(row), document)) is not None
    ]
    rows = [row for _, _, row in sorted(found, key=lambda one: one[:2])]
    known = [row for row in rows if not vault.are_kept_apart(child_id, row.id)]
    return [name_sheet(row) for row in known][:LOOKALIKES_SHOWN]


def _row(child_id: uuid.UUID) -> ChildRecord | None:
    wanted = everything(Job.VAULT).where(ChildRecord.id == child_id)
    return db.session.scalar(wanted.where(ChildRecord.lifecycle == "active"))


def _document(row: ChildRecord) -> Document:
    """Who a child of the index is, as it would be written down of a hidden one."""
    numbers = _beside(ChildIdentifier, row.id)
    return document_of(
        row,
        _beside(ChildName, row.id),
        _beside(ChildAddress, row.id),
        {one.scheme: plain_identifier(one) for one in numbers},
        _beside(ChildSource, row.id),
        Grade.MASKED,
    )


def _beside(model: Any, child_id: uuid.UUID) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.child_id == child_id)))


def _with_its_numbers(document: Document) -> Iterable[uuid.UUID]:
    marks = [identifier_mark(*number) for number in document["numbers"].items()]
    bearers = select(ChildIdentifier.child_id).where(ChildIdentifier.value_mark.in_(marks))
    return db.session.scalars(bearers.order_by(ChildIdentifier.child_id))


def _by_name(document: Document) -> Iterator[uuid.UUID]:
    """Those near in the name index. It is asked in several ways, each of which forgives something
    else: another given name, another family name, another day of birth."""
    born = dt.date.fromisoformat(document["born"])
    given, family = document["given_names"], document["family_name"]
    names = [(given, family)]
    names += [(first or given, last or family) for first, last in document["former"]]
    asked = [_asked(document, *name, born) for name in names]
    asked += [_asked(document, *name, None) for name in names]
    asked += [_asked(document, one, "", born) for one in dict.fromkeys(n[0] for n in names) if one]
    asked += [_asked(document, "", one, born) for one in dict.fromkeys(n[1] for n in names) if one]
    for one in asked:
        yield from finding.ranked(db.session(), one, limit=_LOOKED_AT)


def _asked(document: Document, given: str, family: str, born: dt.date | None) -> Description:
    return describe(
        given_names=given,
        family_name=family,
        birth=born,
        gender=document["gender"],
        postcodes=document["postcodes"],
    )
