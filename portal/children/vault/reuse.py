"""A number under which a source suddenly reports somebody else.

That is no correction: the number lets go of the child it belonged to, in the same way in the index,
in a sealed record and in quarantine. The child keeps what was said, under a number that nobody
uses. The guard goes on watching for the number: a child with a new name may still bear it.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from portal.children import correcting
from portal.children.models import ChildRecord, ChildSource
from portal.children.rules import LET_GO, ChildDraft, Shift
from portal.children.vault import moving, quarantine, said
from portal.children.vault.packing import Packed, packed, unpacked
from portal.children.vault.probe import described, hidden_by_source
from portal.children.vault.quarantine import Quarantined
from portal.children.visibility import Job, everything
from portal.core.db import db, random_id
from portal.matching import describe, may_be_same_person

# The marks of a word, and who was meant by it.
LastWord = tuple[str, Any]
_WHO = ("given_names", "family_name", "date_of_birth")
_LAST_WORD = [getattr(ChildSource, word) for word in ("source_id", "said", "gender", *_WHO)]


def let_go(
    drafts: Mapping[str, ChildDraft], known: Mapping[str, ChildSource]
) -> dict[str, uuid.UUID | None]:
    """Take the numbers of one source from children whom it no longer means; return them, each with
    the child of the index it belonged to, if any. The caller entered the vault."""
    source = next(iter(drafts.values())).source
    hidden, held = hidden_by_source(source, drafts), quarantine.of_source(source, drafts)
    last = _last_words(source, known, hidden, held)
    reused: dict[str, uuid.UUID | None] = {}
    for word, draft in drafts.items():
        if word not in last or not _means_another(draft, *last[word]):
            continue
        # One number wherever the child lies: what is held finds its way back by it.
        number, fresh = known.get(word), random_id().hex
        reused[word] = number.child_id if number is not None else None
        if number is not None:
            _rename(number, fresh)
        elif word in hidden:
            _rename_sealed(hidden[word], (source, word), fresh)
        if word in held:
            _part(held[word], fresh)
    correcting.weigh({child_id: () for child_id in reused.values() if child_id})
    db.session.flush()
    return reused


def shifts_of(drafts: Mapping[str, ChildDraft]) -> dict[str, Shift]:
    """Say of each number that a source used before what it means now: the same answer whether the
    child is in the index, hidden or in quarantine. Nothing is changed."""
    last = _spoken(next(iter(drafts.values())).source, drafts)
    return {word: _shift(drafts[word], *before) for word, before in last.items()}


def births_said(source: str, numbers: Collection[str]) -> dict[str, dt.date]:
    """Return the days of birth that a source said last under its numbers, wherever the children
    lie: what it is told hangs on nothing that others say of them."""
    return {word: before.date_of_birth for word, (_, before) in _spoken(source, numbers).items()}


def _spoken(source: str, numbers: Collection[str]) -> dict[str, LastWord]:
    wanted = select(*_LAST_WORD).where(
        ChildSource.source == source, ChildSource.source_id.in_(list(numbers))
    )
    known = {row.source_id: row for row in db.session.execute(wanted)}
    hidden, held = hidden_by_source(source, numbers), quarantine.of_source(source, numbers)
    return _last_words(source, known, hidden, held)


def _last_words(
    source: str,
    known: Mapping[str, Any],
    hidden: Mapping[str, uuid.UUID],
    held: Mapping[str, Quarantined],
) -> dict[str, LastWord]:
    """What a source said last under its numbers: what is held back came after what the record, in
    the index or sealed, knows of."""
    last: dict[str, LastWord] = {}
    for word, hidden_id in hidden.items():
        number = _number_in(_numbers_of(moving.record_of(hidden_id)), (source, word))
        if number is not None:
            last[word] = number.said, number
    last |= {word: (number.said, number) for word, number in known.items()}
    return last | {word: (row.said, row.draft) for word, row in held.items() if row.draft}


def _shift(draft: ChildDraft, marks: str, before: Any) -> Shift:
    facts = said.facts_of(draft)
    if all(facts[word] == getattr(before, word) for word in _WHO):
        return Shift.NONE
    if _means_another(draft, marks, before):
        return Shift.CHILD
    return Shift.NONE if draft.date_of_birth == before.date_of_birth else Shift.BIRTH


def _means_another(draft: ChildDraft, marks: str, before: Any) -> bool:
    """True when what a source says anew cannot be a correction of what it said before."""
    if not said.is_news(draft, marks):
        return False
    known = describe(
        given_names=before.given_names,
        family_name=before.family_name,
        birth=before.date_of_birth,
        gender=str(getattr(before.gender, "value", before.gender)),
    )
    return not may_be_same_person(described(draft), known)


def _rename(number: ChildSource, fresh: str) -> None:
    child = db.session.scalar(everything(Job.FEED).where(ChildRecord.id == number.child_id))
    if child is not None and (child.source, child.source_id) == (number.source, number.source_id):
        child.source_id = fresh
    number.source_id, number.said = fresh, LET_GO


def _rename_sealed(hidden_id: uuid.UUID, name: tuple[str, str], fresh: str) -> None:
    """Rename a number in the record of a hidden child, where it is there."""
    tables = moving.record_of(hidden_id)
    numbers = _numbers_of(tables)
    found = _number_in(numbers, name)
    if tables is None or found is None:
        return
    found.source_id, found.said = fresh, LET_GO
    child = tables["child"][0]
    if (child["source"], child["source_id"]) == name:
        child["source_id"] = fresh
    numbered = {ChildSource.__tablename__: [packed(one) for one in numbers]}
    moving.keep_record(hidden_id, tables | numbered)


def _numbers_of(tables: dict[str, list[Packed]] | None) -> list[ChildSource]:
    return [ChildSource(**unpacked(ChildSource, one)) for one in moving.numbers_in(tables or {})]


def _number_in(numbers: list[ChildSource], name: tuple[str, str]) -> ChildSource | None:
    return next((one for one in numbers if (one.source, one.source_id) == name), None)


def _part(row: Quarantined, fresh: str) -> None:
    """What is held of the child stays, under the child's number; what was let in is there."""
    if not row.is_held:
        quarantine.forget(row)
        return
    row.source_id = fresh
    if row.draft is not None:
        row.draft = replace(row.draft, source_id=fresh)
    quarantine.keep(row)
