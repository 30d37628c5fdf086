"""Moving a child into the vault and back: one transaction, the name index with it.

Whoever is killed half-way has moved nobody. What a row held is overwritten with zeros as it is
deleted (secure_delete); the write-ahead log still holds old pages after the commit, so whoever
moves a child in empties it then (`portal.core.wal.empty_wal_after_commit`).
"""

import uuid
from typing import Any

from sqlalchemy import delete, insert, select

from portal.children import correcting, finding
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildMerge,
    ChildName,
    ChildRecord,
    ChildSource,
    Correction,
    Involvement,
    LocalCorrection,
)
from portal.children.vault import identity, ledger, store
from portal.children.vault.identity import Document, Grade
from portal.children.vault.ledger import Act, Entry
from portal.children.vault.packing import Packed, insertable, packed, packed_rows, unpacked
from portal.children.vault.reviews import give_reviews, take_reviews
from portal.children.vault.sketches import sketch_marks, sketch_of
from portal.children.vault.splits import coming_back, forget_torn, of_child
from portal.children.vault.store import Shelf
from portal.children.vault.stubs import number_of, stub_of
from portal.children.vault.watching import part_with_sketch
from portal.children.vault.withheld import release, with_withheld, withhold
from portal.children.visibility import Job, everything, plain_identifier
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.wal import empty_wal_after_commit

# Everything beside the child's own row, parents before those that refer to them.
BESIDE: tuple[Any, ...] = (
    ChildSource, ChildMerge, ChildName, ChildAddress, ChildIdentifier, Carer, LocalCorrection,
    Involvement, Correction,
)  # fmt: skip
_CHILD, _INVOLVEMENT = ChildRecord.__tablename__, Involvement.__tablename__
_CORRECTION, _NUMBERS = Correction.__tablename__, ChildSource.__tablename__
_MERGES = ChildMerge.__tablename__


def move_in(child_id: uuid.UUID, grade: Grade) -> None:
    """Hide a child to this grade, or change the grade of one who is hidden.

    MASKED leaves a stub: names, gender, date of birth, record number. ABSENT leaves nothing.
    Raises NotFound when neither index nor vault knows the child.
    """
    store.enter()
    # First of all: whoever builds the name index anew holds it before they look at a child.
    finding.forget_child(db.session(), child_id)
    held = store.content_of(Shelf.RECORD, child_id) or _taken(child_id, grade)
    if grade is Grade.MASKED:
        _leave_stub(child_id, held)
    _share_corrections(child_id, grade, held)
    if grade is Grade.ABSENT:
        _delete(ChildRecord, ChildRecord.id == child_id)
    _set_grade(child_id, grade)
    db.session.expire_all()
    _index(child_id)
    ledger.append(
        Entry(act=Act.HIDE, child_id=child_id, grade=grade.value, identity=identity_of(child_id))
    )
    empty_wal_after_commit()


def tell_ledger(child_id: uuid.UUID) -> None:
    """Write down anew who a hidden child is: what was learned since would be lost by a restore."""
    document = identity_of(child_id)
    if document is not None:
        ledger.append(
            Entry(act=Act.HIDE, child_id=child_id, grade=document["grade"], identity=document)
        )


def move_out(child_id: uuid.UUID) -> None:
    """Put a hidden child back into the index as it was. Raises NotFound where nobody is hidden."""
    store.enter()
    finding.forget_child(db.session(), child_id)
    held = record_of(child_id)
    if held is None:
        _let_go(child_id)
        return
    values = unpacked(ChildRecord, held[_CHILD][0])
    row = _row(child_id)
    if row is None:
        _insert(ChildRecord, [values])
    else:
        for name, value in values.items():
            setattr(row, name, value)
        _delete(ChildSource, ChildSource.child_id == child_id)
        _delete(ChildName, ChildName.child_id == child_id)
    merges = coming_back(child_id, held.get(_MERGES, []))
    held |= {_NUMBERS: numbers_in(held), _MERGES: merges}
    for model in BESIDE:
        _insert(model, held.get(model.__tablename__, []))
    release(child_id)
    store.remove(Shelf.RECORD, child_id)
    forget_identity(child_id)
    give_reviews(child_id)
    db.session.expire_all()
    forget_torn(merges)
    correcting.weigh({child_id: ()})
    _index(child_id)
    ledger.append(Entry(act=Act.LIFT, child_id=child_id))


def _let_go(child_id: uuid.UUID) -> None:
    """Forget one whom only the ledger knew: there is nothing to put into the index."""
    if identity_of(child_id) is None:
        raise NotFound
    forget_identity(child_id)
    ledger.append(Entry(act=Act.LIFT, child_id=child_id))


def grade_of(child_id: uuid.UUID) -> Grade | None:
    """Return how far a child is hidden, None for one who is not. The same work for every child."""
    document = identity_of(child_id)
    return Grade(document["grade"]) if document else None


def identity_of(child_id: uuid.UUID) -> Document | None:
    """Return who a hidden child is, None for one who is not hidden."""
    return store.content_of(Shelf.IDENTITY, child_id)


def record_of(child_id: uuid.UUID) -> dict[str, list[Packed]] | None:
    """Return everything that was moved, by name of table, and what practitioners recorded since."""
    held = store.content_of(Shelf.RECORD, child_id)
    if held is not None:
        held[_INVOLVEMENT] = with_withheld(child_id, held.get(_INVOLVEMENT, []))
    return held


def rows_of(child_id: uuid.UUID) -> tuple[ChildRecord, dict[type, list[Any]]] | None:
    """Return a hidden child and everything beside it as rows in no session; None where nobody is
    hidden. They are for showing: what is changed in them is kept by nobody."""
    held = record_of(child_id)
    if held is None:
        return None
    beside = {
        model: [model(**unpacked(model, one)) for one in held.get(model.__tablename__, [])]
        for model in BESIDE
    }
    return ChildRecord(**unpacked(ChildRecord, held[_CHILD][0])), beside


def numbers_in(tables: dict[str, list[Packed]]) -> list[Packed]:
    """Return the numbers of sources that a sealed record holds; one that was sealed before they had
    a table of their own holds that of who first reported the child."""
    if _NUMBERS in tables or _CHILD not in tables:
        return tables.get(_NUMBERS, [])
    child = tables[_CHILD][0]
    words = ("source", "source_id", "given_names", "family_name", "date_of_birth", "gender")
    first = {"child_id": child["id"], "said": "", "source_on": child["source_on"]}
    return [{word: child[word] for word in words} | first]


def keep_identity(document: Document) -> None:
    """Keep who a hidden child is, with the marks under which searches and feeds come near, and
    since when nobody could find an absent one."""
    child_id, is_absent = identity.child_of(document), document["grade"] == Grade.ABSENT
    known = identity_of(child_id) or {}
    since = document.get("since") or known.get("since") or clock.now().isoformat()
    document = document | {"since": since if is_absent else ""}
    store.keep(Shelf.IDENTITY, child_id, document, marks=identity.marks_of(document))
    if is_absent:
        sketch = sketch_of(document)
        store.keep(Shelf.SKETCH, child_id, sketch, marks=sketch_marks(sketch), whole=True)
    else:
        part_with_sketch(child_id)


def forget_number(child_id: uuid.UUID, source: str, source_id: str) -> None:
    """No longer watch for a number that an officer found to be another child's."""
    document = identity_of(child_id)
    if document is not None and [source, source_id] in document["sources"]:
        sources = [one for one in document["sources"] if one != [source, source_id]]
        keep_identity(document | {"sources": sources})
        tell_ledger(child_id)


def forget_identity(child_id: uuid.UUID) -> None:
    """Forget who a child is who is not hidden any more."""
    store.remove(Shelf.IDENTITY, child_id)
    part_with_sketch(child_id)


def keep_record(child_id: uuid.UUID, tables: dict[str, list[Packed]]) -> None:
    """Keep what was moved, as it is now known."""
    store.keep(Shelf.RECORD, child_id, tables)


def withhold_correction(said: Correction) -> None:
    """Keep in the vault what a practitioner says is wrong with a contact that lies there, unless
    the same waits already; the data steward reads it once the child is back."""
    held = record_of(said.child_id) or {}
    new, rows = packed(said), held.get(_CORRECTION, [])
    same = ("involvement_id", "kind", "settled_at")
    if not any(all(row[word] == new[word] for word in same) for row in rows):
        keep_record(said.child_id, held | {_CORRECTION: [*rows, new]})


def _taken(child_id: uuid.UUID, grade: Grade) -> dict[str, list[Packed]]:
    """Put all that the index holds of a child into the vault, and delete what stands beside."""
    row = _row(child_id)
    if row is None:
        raise NotFound
    beside = {model: _rows(model, child_id) for model in BESIDE}
    numbers = {one.scheme: plain_identifier(one) for one in beside[ChildIdentifier]}
    keep_identity(
        identity.document_of(
            row, beside[ChildName], beside[ChildAddress], numbers, beside[ChildSource], grade
        )
    )
    take_reviews(child_id)
    corrections = beside.pop(Correction)
    tables = {model.__tablename__: packed_rows(rows) for model, rows in beside.items()}
    tables[_CHILD] = [packed(row)]
    tables[_CORRECTION] = packed_rows(one for one in corrections if one.involvement_id)
    keep_record(child_id, tables)
    for involvement in beside[Involvement]:
        withhold(involvement)
    # What is said of an involvement goes before the involvement.
    _delete(Correction, Correction.id.in_([one.id for one in corrections if one.involvement_id]))
    for model in beside:
        _delete(model, of_child(model, child_id))
    return tables


def _set_grade(child_id: uuid.UUID, grade: Grade) -> None:
    document = identity_of(child_id)
    if document is not None and document["grade"] != grade.value:
        keep_identity(document | {"grade": grade.value})


def _row(child_id: uuid.UUID) -> ChildRecord | None:
    wanted = everything(Job.VAULT).where(ChildRecord.id == child_id).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _rows(model: Any, child_id: uuid.UUID) -> list[Any]:
    return list(db.session.scalars(select(model).where(of_child(model, child_id))))


def _leave_stub(child_id: uuid.UUID, held: dict[str, list[Packed]]) -> None:
    whole = held[_CHILD][0]
    row = _row(child_id)
    stub = stub_of(whole)
    if row is None:
        _insert(ChildRecord, [stub])
    elif row.source_id == whole["source_id"]:
        for name, value in stub.items():
            setattr(row, name, value)
    else:
        return
    _insert(ChildSource, [number_of(stub)])


def _share_corrections(child_id: uuid.UUID, grade: Grade, held: dict[str, list[Packed]]) -> None:
    """What people said of the child's own details stays with a stub; all else moves too."""
    here = {row.id: packed(row) for row in _rows(Correction, child_id)}
    there = {uuid.UUID(row["id"][1]): row for row in held.get(_CORRECTION, [])}
    every = there | here
    of_people = {key for key, row in every.items() if row.get("fact") is None}
    own = {key for key in of_people if every[key]["involvement_id"] is None}
    stay = own if grade is Grade.MASKED else set()
    keep_record(child_id, held | {_CORRECTION: [every[key] for key in every.keys() - stay]})
    _delete(Correction, Correction.id.in_(here.keys() - stay))
    _insert(Correction, [every[key] for key in stay - here.keys()])


def _index(child_id: uuid.UUID) -> None:
    db.session.flush()
    active = ChildRecord.id == child_id, ChildRecord.lifecycle == "active"
    found = db.session.scalars(everything(Job.VAULT).where(*active))
    finding.index_children(db.session(), finding.entries_of(db.session(), found))


def _delete(model: Any, condition: Any) -> None:
    db.session.flush()
    db.session.execute(
        delete(model).where(condition), execution_options={"synchronize_session": False}
    )


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    for group in insertable(model, rows):
        db.session.execute(insert(model), group)
