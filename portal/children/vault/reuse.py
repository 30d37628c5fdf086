"""A number under which a source suddenly reports somebody else.

That is no correction: the number lets go of the child it belonged to, in the same way in the index,
in a sealed record and in quarantine. The child keeps what was said, under a number that nobody
uses. The guard goes on watching for the number: a child with a new name may still bear it.
"""

import uuid
from collections.abc import Mapping
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

_WHO = ("given_names", "family_name", "date_of_birth")
_LAST_WORD = [getattr(ChildSource, word) for word in ("source_id", "said", "gender", *_WHO)]


def let_go(
    drafts: Mapping[str, ChildDraft], known: Mapping[str, ChildSource]
) -> dict[str, uuid.UUID | None]:
    """Take the numbers of one source from children whom it no longer means; return them, each with
    the child of the index it belonged to, if any. The caller entered the vault."""
    source = next(iter(drafts.values())).source
    hidden, held = hidden_by_source(source, drafts), quarantine.of_source(source, drafts)
    reused: dict[str, uuid.UUID | None] = {}
    for word, draft in drafts.items():
        number, row = known.get(word), held.get(word)
        if number is not None:
            if not _means_another(draft, number.said, number):
                continue
            reused[word] = number.child_id
            _rename(number)
        elif not (_has_left(draft, hidden.get(word)) or _means_another_held(draft, row)):
            continue
        reused.setdefault(word, None)
        if row is not None:
            _part(row)
    correcting.weigh({child_id: () for child_id in reused.values() if child_id})
    db.session.flush()
    return reused


def shifts_of(drafts: Mapping[str, ChildDraft]) -> dict[str, Shift]:
    """Say of each number that a source used before what it means now: the same answer whether the
    child is in the index, hidden or in quarantine. Nothing is changed."""
    source = next(iter(drafts.values())).source
    last: dict[str, tuple[str, Any]] = {}
    for word, row in quarantine.of_source(source, drafts).items():
        if row.draft is not None:
            last[word] = row.said, row.draft
    for word, hidden_id in hidden_by_source(source, drafts).items():
        number = _number_in(_numbers_of(moving.record_of(hidden_id)), (source, word))
        if number is not None:
            last[word] = number.said, number
    wanted = select(*_LAST_WORD).where(
        ChildSource.source == source, ChildSource.source_id.in_(list(drafts))
    )
    last |= {row.source_id: (row.said, row) for row in db.session.execute(wanted)}
    return {word: _shift(drafts[word], *before) for word, before in last.items()}


def _shift(draft: ChildDraft, marks: str, before: Any) -> Shift:
    facts = said.facts_of(draft)
    if all(facts[word] == getattr(before, word) for word in _WHO):
        return Shift.NONE
    if _means_another(draft, marks, before):
        return Shift.CHILD
    return Shift.NONE if draft.date_of_birth == before.date_of_birth else Shift.BIRTH


def _means_another_held(draft: ChildDraft, row: Quarantined | None) -> bool:
    return row is not None and row.draft is not None and _means_another(draft, row.said, row.draft)


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


def _rename(number: ChildSource) -> None:
    fresh = random_id().hex
    child = db.session.scalar(everything(Job.FEED).where(ChildRecord.id == number.child_id))
    if child is not None and (child.source, child.source_id) == (number.source, number.source_id):
        child.source_id = fresh
    number.source_id, number.said = fresh, LET_GO


def _has_left(draft: ChildDraft, hidden_id: uuid.UUID | None) -> bool:
    """Rename a number in the record of a hidden child; False where it still means the child."""
    if hidden_id is None:
        return False
    tables = moving.record_of(hidden_id)
    numbers = _numbers_of(tables)
    name = (draft.source, draft.source_id)
    found = _number_in(numbers, name)
    if tables is None or found is None or not _means_another(draft, found.said, found):
        return False
    found.source_id, found.said = random_id().hex, LET_GO
    child = tables["child"][0]
    if (child["source"], child["source_id"]) == name:
        child["source_id"] = found.source_id
    numbered = {ChildSource.__tablename__: [packed(one) for one in numbers]}
    moving.keep_record(hidden_id, tables | numbered)
    return True


def _numbers_of(tables: dict[str, list[Packed]] | None) -> list[ChildSource]:
    return [ChildSource(**unpacked(ChildSource, one)) for one in moving.numbers_in(tables or {})]


def _number_in(numbers: list[ChildSource], name: tuple[str, str]) -> ChildSource | None:
    return next((one for one in numbers if (one.source, one.source_id) == name), None)


def _part(row: Quarantined) -> None:
    """What is held of the child stays, under a number of its own; what was let in is there."""
    if not row.is_held:
        quarantine.forget(row)
        return
    row.source_id = random_id().hex
    if row.draft is not None:
        row.draft = replace(row.draft, source_id=row.source_id)
    quarantine.keep(row)
