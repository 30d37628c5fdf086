"""What sources say of children: one or many at a time, with the name index in one transaction.

A source replaces what it said before and leaves alone what another source said.
"""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, insert, or_, select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.children import finding, queries
from portal.children.models import Carer, ChildAddress, ChildIdentifier, ChildName, ChildRecord
from portal.children.rules import (
    BITS,
    Change,
    ChildDraft,
    fault_of_child,
    record_number,
    tidy_name,
)
from portal.children.visibility import Job, everything, identifier_mark, sealed_identifier
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Invalid, NotFound

OWN_KEEPING = "index"
AT_ONCE = 200
Rows = list[dict[str, Any]]
Held = defaultdict[uuid.UUID, defaultdict[str, set[tuple[str, ...]]]]
# The tables beside child, and the columns that say whether a source says the same as before.
_PARTS: dict[Any, tuple[str, ...]] = {
    ChildName: ("given_names", "family_name"),
    ChildAddress: ("kind", "address", "postcode"),
    Carer: ("name", "relation", "phone"),
    ChildIdentifier: ("scheme", "value_mark"),
}


def create_child(*, draft: ChildDraft, by: Identity) -> uuid.UUID:
    """Add one child; return its id. Raises Invalid for a draft that cannot be kept."""
    return create_children(drafts=[draft], by=by)[0]


def create_children(*, drafts: Sequence[ChildDraft], by: Identity) -> list[uuid.UUID]:
    """Add children no source has reported yet; return their ids in order.

    Raises Invalid when one cannot be kept (rules.fault_of_child says why).
    """
    _check(drafts)
    ids = [random_id() for _ in drafts]
    _insert(ChildRecord, _new_records(ids, drafts))
    for model in _PARTS:
        pairs = zip(ids, drafts, strict=True)
        _insert(model, [row for pair in pairs for row in _part_rows(model, *pair)])
    finding.index_children(db.session(), map(_name_entry, ids, drafts))
    _record(Event.CHILD_IMPORTED, ids, drafts, by)
    return ids


def change_child(*, child_id: uuid.UUID, draft: ChildDraft, by: Identity) -> Change:
    """Let a source say anew what it knows of a child; unchanged when it says the same.

    Raises NotFound, and Invalid for a draft that cannot be kept.
    """
    done = _change({child_id: draft}, by)
    if not done:
        raise NotFound
    return done[child_id]


def put_children(*, drafts: Sequence[ChildDraft], by: Identity) -> list[tuple[uuid.UUID, Change]]:
    """Add or change children of one source, known by its own ids; return id and change in order.

    Of two drafts of one child the later stands. Raises Invalid when one cannot be kept.
    """
    done: dict[str, tuple[uuid.UUID, Change]] = {}
    latest = {draft.source_id: draft for draft in drafts}
    words = list(latest)
    for start in range(0, len(words), AT_ONCE):
        part = {word: latest[word] for word in words[start : start + AT_ONCE]}
        known = queries.child_ids(part[words[start]].source, list(part))
        new = [draft for word, draft in part.items() if word not in known]
        for draft, child_id in zip(new, create_children(drafts=new, by=by), strict=True):
            done[draft.source_id] = child_id, Change.ADDED
        changes = _change({child_id: part[word] for word, child_id in known.items()}, by)
        done |= {word: (child_id, changes[child_id]) for word, child_id in known.items()}
    return [done[draft.source_id] for draft in drafts]


def _change(wanted: Mapping[uuid.UUID, ChildDraft], by: Identity) -> dict[uuid.UUID, Change]:
    """Apply what sources say anew; children that are not there are missing from the answer."""
    _check(list(wanted.values()))
    rows = _locked(wanted)
    held = {model: _held(model, list(rows)) for model in _PARTS}
    changed = []
    for child_id, row in rows.items():
        draft, facts = wanted[child_id], _facts(wanted[child_id])
        other = [model for model in _PARTS if _differs(model, draft, held[model][child_id])]
        if not other and all(getattr(row, word) == value for word, value in facts.items()):
            continue
        _apply(row, draft, other)
        changed.append(child_id)
    if changed:
        finding.index_children(db.session(), _entries([rows[child_id] for child_id in changed]))
        _record(Event.CHILD_CHANGED, changed, [wanted[child_id] for child_id in changed], by)
    done = dict.fromkeys(rows, Change.UNCHANGED)
    return done | dict.fromkeys(changed, Change.CHANGED)


def _locked(wanted: Collection[uuid.UUID]) -> dict[uuid.UUID, ChildRecord]:
    """The children's rows, locked in one order."""
    chosen = everything(Job.FEED).where(ChildRecord.id.in_(list(wanted)))
    # Not its key: whoever builds the name index refers to the child meanwhile.
    ordered = chosen.order_by(ChildRecord.id).with_for_update(key_share=True)
    return {row.id: row for row in db.session.scalars(ordered)}


def _apply(row: ChildRecord, draft: ChildDraft, other: list[Any]) -> None:
    facts = _facts(draft)
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


def _facts(draft: ChildDraft) -> dict[str, Any]:
    return {
        "given_names": tidy_name(draft.given_names),
        "family_name": tidy_name(draft.family_name),
        "date_of_birth": draft.date_of_birth,
        "gender": draft.gender.value,
        "authority_id": draft.authority_id,
    }


def _new_records(ids: Sequence[uuid.UUID], drafts: Sequence[ChildDraft]) -> Rows:
    now, numbers = clock.now(), _unused_numbers(len(drafts))
    return [
        {
            **_facts(draft), "id": child_id, "record_number": number, "lifecycle": "active",
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


def _said(model: Any, draft: ChildDraft) -> set[tuple[str, ...]] | None:
    """What a source says for one table, as the columns of _PARTS; None when it says nothing."""
    if model is Carer and draft.carers is None:
        return None
    said: dict[Any, Iterable[tuple[str, ...]]] = {
        ChildName: (
            (tidy_name(one.given_names), tidy_name(one.family_name)) for one in draft.former_names
        ),
        ChildAddress: ((one.kind.value, one.address, one.postcode) for one in draft.addresses),
        Carer: ((one.name, one.relation.value, one.phone) for one in draft.carers or ()),
        ChildIdentifier: (
            (scheme.value, identifier_mark(scheme, value))
            for scheme, value in draft.numbers.items()
            if value
        ),
    }
    return set(said[model])


def _held(model: Any, ids: Sequence[uuid.UUID]) -> Held:
    """What one table holds of these children, by child and source, as the columns of _PARTS."""
    columns = [getattr(model, word) for word in _PARTS[model]]
    of_these = select(model.child_id, model.source, *columns).where(model.child_id.in_(ids))
    held: Held = defaultdict(lambda: defaultdict(set))
    for child_id, source, *values in db.session.execute(of_these):
        held[child_id][source].add(tuple(values))
    return held


def _differs(model: Any, draft: ChildDraft, held: Mapping[str, set[tuple[str, ...]]]) -> bool:
    """True when a source says something for this table, and it is not what it said before."""
    said = _said(model, draft)
    return said is not None and said != held.get(draft.source, set())


def _part_rows(model: Any, child_id: uuid.UUID, draft: ChildDraft) -> Rows:
    rows: Rows = []
    for values in sorted(_said(model, draft) or ()):
        known = {"id": random_id(), "child_id": child_id, "source": draft.source}
        part = dict(zip(_PARTS[model], values, strict=True))
        rows.append({**known, "source_on": draft.source_on, **part})
    if model is ChildIdentifier:
        plain = {scheme.value: value for scheme, value in draft.numbers.items()}
        for row in rows:
            row["sealed_value"] = sealed_identifier(row["id"], plain[row["scheme"]])
    return rows


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
    rows = _part_rows(model, row.id, draft)
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
    facts = _facts(draft)
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
    names, codes = _held(ChildName, ids), _held(ChildAddress, ids)
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
