"""What stays in the index of a masked child: a row that looks like any other, and tells neither
where the child is nor under which numbers sources know it.
"""

import uuid
from typing import Any

from portal.children.models import ChildRecord
from portal.children.rules import OWN_KEEPING
from portal.children.vault.packing import Packed, unpacked
from portal.children.vault.said import some_marks
from portal.children.visibility import Job, everything
from portal.core.db import db, random_id


def stub_of(values: Packed) -> dict[str, Any]:
    """The row of a stub: no word of where the child is, and no number that a source knows."""
    row = unpacked(ChildRecord, values)
    made = row["created_at"]
    source, authority_id = some_origin(row["id"])
    return row | {
        "source": source,
        "authority_id": authority_id,
        "source_id": random_id().hex,
        "source_on": made.date(),
        "changed_at": made,
    }


def number_of(stub: dict[str, Any]) -> dict[str, Any]:
    """A number as any child has one: nobody reports under it."""
    words = ("source", "source_id", "given_names", "family_name", "date_of_birth", "gender")
    same = {word: stub[word] for word in words}
    return same | {"child_id": stub["id"], "source_on": stub["source_on"], "said": some_marks()}


def some_origin(apart_from: uuid.UUID | None = None) -> tuple[str, uuid.UUID | None]:
    """Return the source and the authority of some other child. The true ones may say where a child
    is, and words that only stubs bore would say who they are."""
    others = everything(Job.VAULT).where(ChildRecord.id != (apart_from or random_id()))
    told = others.with_only_columns(ChildRecord.source, ChildRecord.authority_id)
    first = told.order_by(ChildRecord.id).limit(1)
    found = (
        db.session.execute(first.where(ChildRecord.id > random_id())).first()
        or db.session.execute(first).first()
    )
    return (found.source, found.authority_id) if found else (OWN_KEEPING, None)
