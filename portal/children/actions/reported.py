"""What sources say of children: one or many at a time, with the name index in one transaction.

A source replaces what it said before and leaves alone what another source said.
"""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, or_, select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.children import finding, queries, vault
from portal.children.models import ChildAddress, ChildIdentifier, ChildName, ChildRecord
from portal.children.rules import (
    BITS,
    OWN_KEEPING,
    Change,
    ChildDraft,
    fault_of_child,
    record_number,
)
from portal.children.vault import guard
from portal.children.vault.guard import Answer
from portal.children.vault.said import PARTS, differs, facts_of, held_in_index, rows_of
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Invalid, NotFound

AT_ONCE = 200
Rows = list[dict[str, Any]]


def create_child(*, draft: ChildDraft, by: Identity) -> uuid.UUID:
    """Add one child; return its id. Raises Invalid for a draft that cannot be kept."""
    return create_children(drafts=[draft], by=by)[0]


def create_children(*, drafts: Sequence[ChildDraft], by: Identity) -> list[uuid.UUID]:
    """Add children no source has reported yet; return their ids in order. Not for feeds: no guard
    looks at them.

    Raises Invalid when one cannot be kept (rules.fault_of_child says why).
    """
    _check(drafts)
    ids = _create(drafts)
    _record(Event.CHILD_IMPORTED, ids, drafts, by)
    return ids


def change_child(*, child_id: uuid.UUID, draft: ChildDraft, by: Identity) -> Change:
    """Let a source say anew what it knows of a child; unchanged when it says the same. Not for
    feeds: no guard looks at it.

    Raises NotFound, and Invalid for a draft that cannot be kept.
    """
    _check([draft])
    rows = _locked([child_id])
    if not rows:
        raise NotFound
    change = _change(rows, {child_id: draft})[child_id]
    if change is Change.CHANGED:
        _record(Event.CHILD_CHANGED, [child_id], [draft], by)
    return change


def _create(drafts: Sequence[ChildDraft], ids: list[uuid.UUID] | None = None) -> list[uuid.UUID]:
    """Add children and return their ids: those given, or new ones."""
    ids = ids or [random_id() for _ in drafts]
    _insert(ChildRecord, _new_records(ids, drafts))
    for model in PARTS:
        pairs = zip(ids, drafts, strict=True)
        _insert(model, [row for pair in pairs for row in rows_of(model, *pair)])
    finding.index_children(db.session(), map(_name_entry, ids, drafts))
    return ids


def let_in(*, child_id: uuid.UUID, draft: ChildDraft, by: Identity) -> None:
    """Apply what the guard held back and an officer lets into the index: a new child of this id, or
    a change of the one who is there. The source was answered, and the line written, when it came.
    """
    rows = _locked([child_id])
    if rows:
        _change(rows, {child_id: draft})
    else:
        _create([draft], [child_id])


def put_children(*, drafts: Sequence[ChildDraft], by: Identity) -> list[Answer]:
    """Add or change children of one source, known by its own ids; return id and change in order.

    The one way in for feeds: what is about a hidden child, or resembles one, goes to quarantine and
    gets the same answer (decisions/0018). Of two drafts of one child the later stands. Raises
    Invalid when one cannot be kept.
    """
    _check(drafts)
    latest = {draft.source_id: draft for draft in drafts}
    words = list(latest)
    done: dict[str, Answer] = {}
    for start in range(0, len(words), AT_ONCE):
        done |= _put({word: latest[word] for word in words[start : start + AT_ONCE]}, by)
    return [done[draft.source_id] for draft in drafts]


def _put(drafts: Mapping[str, ChildDraft], by: Identity) -> dict[str, Answer]:
    """Let the guard look at every row first, then add and change what may pass."""
    vault.enter()
    known = _known(drafts)
    guarded = guard.hold_back(drafts, known)
    done = dict(guarded.answers)
    free = {word: draft for word, draft in drafts.items() if word not in done}
    new = {word: draft for word, draft in free.items() if word not in known}
    ids = _create(list(new.values()))
    done |= {word: (child_id, Change.ADDED) for word, child_id in zip(new, ids, strict=True)}
    rows = {known[word].id: known[word] for word in free if word in known}
    wanted = {known[word].id: draft for word, draft in free.items() if word in known}
    for word, row in guarded.passing.items():
        wanted[known[word].id] = guard.without_names(drafts[word], row.apart)
    changes = _change(rows, wanted)
    done |= {word: (known[word].id, changes[known[word].id]) for word in free if word in known}
    for word, row in guarded.passing.items():
        done[word] = known[word].id, guard.remember(row, drafts[word])
    _record_done(drafts, done, by)
    return done


def _known(drafts: Mapping[str, ChildDraft]) -> dict[str, ChildRecord]:
    """The rows that the index has under a source's numbers, locked. A row that was hidden while we
    waited for it has lost its number."""
    source = next(iter(drafts.values())).source
    rows = _locked(queries.child_ids_in_index(source, list(drafts)).values())
    return {row.source_id: row for row in rows.values() if row.source == source}


def _record_done(
    drafts: Mapping[str, ChildDraft], done: Mapping[str, Answer], by: Identity
) -> None:
    """The same lines in the same order, whether a row was applied or held back."""
    added = [(word, done[word][0]) for word in drafts if done[word][1] is Change.ADDED]
    changed = [(word, done[word][0]) for word in drafts if done[word][1] is Change.CHANGED]
    changed.sort(key=lambda one: one[1].hex)
    for event, some in ((Event.CHILD_IMPORTED, added), (Event.CHILD_CHANGED, changed)):
        _record(event, [child_id for _, child_id in some], [drafts[word] for word, _ in some], by)


def _change(
    rows: Mapping[uuid.UUID, ChildRecord], wanted: Mapping[uuid.UUID, ChildDraft]
) -> dict[uuid.UUID, Change]:
    """Apply what sources say anew of these children, whose rows are locked."""
    held = {model: held_in_index(model, list(rows)) for model in PARTS}
    changed = []
    for child_id, row in rows.items():
        draft, facts = wanted[child_id], facts_of(wanted[child_id])
        other = [model for model in PARTS if differs(model, draft, held[model][child_id])]
        if not other and all(getattr(row, word) == value for word, value in facts.items()):
            continue
        _apply(row, draft, other)
        changed.append(child_id)
    if changed:
        finding.index_children(db.session(), _entries([rows[child_id] for child_id in changed]))
    done = dict.fromkeys(rows, Change.UNCHANGED)
    return done | dict.fromkeys(changed, Change.CHANGED)


def _locked(wanted: Collection[uuid.UUID]) -> dict[uuid.UUID, ChildRecord]:
    """The children's rows, locked in one order."""
    chosen = everything(Job.FEED).where(ChildRecord.id.in_(list(wanted)))
    # Not its key: whoever builds the name index refers to the child meanwhile.
    ordered = chosen.order_by(ChildRecord.id).with_for_update(key_share=True)
    return {row.id: row for row in db.session.scalars(ordered)}


def _apply(row: ChildRecord, draft: ChildDraft, other: list[Any]) -> None:
    facts = facts_of(draft)
    _keep_former_name(row, facts["family_name"])
    for word, value in facts.items():
        setattr(row, word, value)
    row.source_on, row.changed_at = draft.source_on, clock.now()
    for model in other:
        _replace(model, row, draft)


def _check(drafts: Sequence[ChildDraft]) -> None:
    today = clock.today()
    if any(fault_of_child(draft, today) for draft in drafts):
        raise Invalid(_l("A child in this file cannot be kept."))


def _new_records(ids: Sequence[uuid.UUID], drafts: Sequence[ChildDraft]) -> Rows:
    now, numbers = clock.now(), _unused_numbers(len(drafts))
    return [
        {
            **facts_of(draft), "id": child_id, "record_number": number, "lifecycle": "active",
            "source": draft.source, "source_id": draft.source_id, "source_on": draft.source_on,
            "created_at": now, "changed_at": now,
        }
        for child_id, number, draft in zip(ids, numbers, drafts, strict=True)
    ]  # fmt: skip


def _unused_numbers(count: int) -> list[str]:
    """New record numbers; one in 10^11 would meet another among eleven million children."""
    numbers: set[str] = set()
    while len(numbers) < count:
        fresh = {record_number(secrets.randbits(BITS)) for _ in range(count - len(numbers))}
        meeting = everything(Job.FEED).where(ChildRecord.record_number.in_(fresh))
        taken = db.session.scalars(meeting.with_only_columns(ChildRecord.record_number))
        numbers |= fresh - set(taken)
    return list(numbers)


def _keep_former_name(row: ChildRecord, new: str) -> None:
    """Keep a family name that goes, under a source of our own: no feed's silence deletes it."""
    if not row.family_name or row.family_name.casefold() == new.casefold():
        return
    names = ChildName.child_id == row.id
    held = db.session.scalars(select(ChildName.family_name).where(names)).all()
    if row.family_name not in held:
        former = {"id": random_id(), "child_id": row.id, "family_name": row.family_name}
        kept = {**former, "given_names": "", "source": OWN_KEEPING, "source_on": row.source_on}
        _insert(ChildName, [kept])
    back_again = ChildName.source == OWN_KEEPING, ChildName.family_name == new
    db.session.execute(delete(ChildName).where(names, *back_again))


def _replace(model: Any, row: ChildRecord, draft: ChildDraft) -> None:
    rows = rows_of(model, row.id, draft)
    old = model.source == draft.source
    if model is ChildIdentifier:
        # A child has one number of each scheme, whoever said it last.
        old = or_(old, ChildIdentifier.scheme.in_([one["scheme"] for one in rows]))
    db.session.execute(delete(model).where(model.child_id == row.id, old))
    _insert(model, rows)


def _insert(model: Any, rows: Rows) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _name_entry(child_id: uuid.UUID, draft: ChildDraft) -> finding.Entry:
    facts = facts_of(draft)
    return finding.Entry(
        child_id=child_id,
        given_names=facts["given_names"],
        family_name=facts["family_name"],
        date_of_birth=draft.date_of_birth,
        gender=draft.gender.value,
        former_given_names=tuple(one.given_names for one in draft.former_names if one.given_names),
        former_family_names=tuple(one.family_name for one in draft.former_names),
        postcodes=tuple(one.postcode for one in draft.addresses if one.postcode),
    )


def _entries(rows: Sequence[ChildRecord]) -> list[finding.Entry]:
    """What the name index needs, from every source."""
    ids = [row.id for row in rows]
    names, codes = held_in_index(ChildName, ids), held_in_index(ChildAddress, ids)
    entries = []
    for row in rows:
        former = sorted(set().union(*names[row.id].values()))
        places = sorted(set().union(*codes[row.id].values()))
        entries.append(
            finding.Entry(
                child_id=row.id,
                given_names=row.given_names,
                family_name=row.family_name,
                date_of_birth=row.date_of_birth,
                gender=row.gender,
                former_given_names=tuple(given for given, _ in former if given),
                former_family_names=tuple(family for _, family in former if family),
                postcodes=tuple(code for _, _, code in places if code),
            )
        )
    return entries


def _record(
    event: Event, ids: Sequence[uuid.UUID], drafts: Sequence[ChildDraft], by: Identity
) -> None:
    record_all(
        [
            Entry(
                event=event, subject_kind="child", subject_id=child_id,
                details={"source": draft.source, "source_id": draft.source_id},
            )
            for child_id, draft in zip(ids, drafts, strict=True)
        ],
        by=by,
    )  # fmt: skip
