"""What sources say of involvements: matched with what is known, added or changed in bulk.

What a practitioner has said of their own involvement is not undone by a source's silence.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.children import vault
from portal.children.beside import (
    KeptInvolvement,
    NewInvolvement,
    kept_involvements,
    write_involvements,
)
from portal.children.models import ChildRecord, Involvement
from portal.children.rules import (
    ABOUT,
    OWN_WORD,
    Change,
    InvolvementDraft,
    Subject,
    fault_of_period,
    is_sensitive,
    overlap,
)
from portal.children.telling import Hearing, tell, told_later
from portal.children.vault import guard
from portal.children.vault.quarantine import Quarantined
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Invalid
from portal.directory import queries as directory

AT_ONCE = 1_000
# A file has some thousand places, and many rows.
_tells_of_sensitive = lru_cache(4096)(is_sensitive)
Done = tuple[uuid.UUID | None, Change]


# Those of children who are held back are the vault's, and in no session.
Row = Involvement | NewInvolvement
Known = dict[uuid.UUID, list[Row]]
InIndex = Mapping[uuid.UUID, Collection[Involvement]]


def put_involvement(*, draft: InvolvementDraft, by: Identity) -> Done:
    """Add or change one involvement; return its id and what became of it (see put_involvements)."""
    return put_involvements(drafts=[draft], by=by)[0]


def put_involvements(
    *, drafts: Sequence[InvolvementDraft], by: Identity, heard: Hearing | None = None
) -> list[Done]:
    """Add or change involvements; return id and change of each, in order.

    The same child, organisation, kind and person in overlapping periods is one involvement of a
    source; what another source says of the same work stands beside it (decisions/0033). A
    draft of a sensitive organisation is refused (no id). is_lead is taken only while nobody else
    is the lead. What is said of hidden or quarantined children is kept with them and gets the same
    answer (decisions/0018). What the source told on a later day than a draft speaks of stays as it
    is. heard is the file, where there is one. Raises Invalid for days that cannot
    be (rules.fault_of_period).
    """
    done: list[Done] = []
    for start in range(0, len(drafts), AT_ONCE):
        some = drafts[start : start + AT_ONCE]
        done += _put(some, heard or Hearing(some[0].source, some[0].source_on), by)
    return done


def _put(drafts: Sequence[InvolvementDraft], heard: Hearing, by: Identity) -> list[Done]:
    if any(fault_of_period(one.started_on, one.ended_on, today=clock.today()) for one in drafts):
        raise Invalid
    refused = _sensitive_places(drafts)
    vault.enter()
    known = _known(drafts)
    held = guard.holding(heard.source, {draft.child_id for draft in drafts})
    in_index = _in_index(held)
    for child_id, row in held.items():
        known[child_id] = [*guard.involvements_of(row, in_index.get(child_id, []))]
    ids = (row.id.hex for rows in known.values() for row in rows)
    later = told_later(heard, Subject.INVOLVEMENT, ids)
    done: list[Done] = [(None, Change.REFUSED)] * len(drafts)
    # Those who are no longer the lead come first, so that another can become it.
    for place in sorted(range(len(drafts)), key=lambda place: drafts[place].is_lead):
        draft = drafts[place]
        if draft.organisation_id not in refused:
            done[place] = _put_one(draft, known[draft.child_id], later)
    _write(known, held, in_index)
    _tell(heard, drafts, done)
    _record(drafts, done, by)
    return done


def _write(known: Known, held: Mapping[uuid.UUID, Quarantined], in_index: InIndex) -> None:
    """Put what is new into the index, and what is held back into the vault."""
    free: list[Row] = []
    for child_id, rows in known.items():
        if child_id in held:
            guard.keep_involvements(held[child_id], in_index.get(child_id, ()), _in_orm(rows))
        else:
            free += rows
    db.session.flush()
    write_involvements(free)


def _tell(heard: Hearing, drafts: Sequence[InvolvementDraft], done: Sequence[Done]) -> None:
    """What was answered was told of; of what was told later than this the later word stands."""
    words: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for draft, (row_id, _) in zip(drafts, done, strict=True):
        if row_id is not None:
            words[draft.source][row_id.hex] = draft.child_source_id
    for source, told in words.items():
        tell(replace(heard, source=source), Subject.INVOLVEMENT, told)


def _in_orm(rows: Sequence[Row]) -> list[Involvement]:
    """The rows as the vault takes them, in no session where they are new."""
    return [Involvement(**vars(row)) if isinstance(row, NewInvolvement) else row for row in rows]


def _put_one(draft: InvolvementDraft, of_child: list[Row], later: Collection[str]) -> Done:
    row = _same(draft, of_child)
    if row is not None and later and row.id.hex in later:
        return row.id, Change.UNCHANGED
    if row is None:
        row = _new(draft)
        row.is_lead = draft.is_lead and (row.ended_on is not None or _may_lead(row, of_child))
        of_child.append(row)
        return row.id, Change.ADDED
    values = _merged(draft, row)
    if values["ended_on"] is None and not _may_lead(row, of_child):
        values["is_lead"] = False
    if all(getattr(row, word) == value for word, value in values.items()):
        return row.id, Change.UNCHANGED
    is_ended = row.ended_on is None and values["ended_on"] is not None
    for word, value in values.items():
        setattr(row, word, value)
    row.changed_at = clock.now()
    if row.source != OWN_WORD or is_ended:
        # An end that a source told, it can also take back.
        row.source, row.source_on = draft.source, draft.source_on
    if isinstance(row, KeptInvolvement):
        row.is_changed = True
    return row.id, Change.CHANGED


def _same(draft: InvolvementDraft, of_child: list[Row]) -> Row | None:
    """The known involvement that a draft speaks of, if any: this source's, or a person's own."""
    period = (draft.started_on, draft.ended_on)
    alike = [
        row
        for row in of_child
        if row.source in {draft.source, OWN_WORD}
        and row.organisation_id == draft.organisation_id
        and row.kind == draft.kind.value
        and overlap(period, (row.started_on, row.ended_on))
    ]
    alike.sort(key=lambda row: row.source != draft.source)
    exact = [row for row in alike if row.practitioner_id == draft.practitioner_id]
    unnamed = [
        row
        for row in alike
        if row.source == draft.source and None in (row.practitioner_id, draft.practitioner_id)
    ]
    return next(iter(exact or unnamed), None)


def _merged(draft: InvolvementDraft, row: Row) -> dict[str, Any]:
    """What stands after a source has spoken; a person's word outlasts its silence."""
    is_own = row.source == OWN_WORD
    return {
        "practitioner_id": draft.practitioner_id or row.practitioner_id,
        "tier": (draft.tier or ABOUT[draft.kind].tier).value,
        "started_on": draft.started_on or row.started_on,
        "ended_on": draft.ended_on or (row.ended_on if is_own else None),
        "is_lead": draft.is_lead or (row.is_lead and is_own),
        "has_early_help_assessment": draft.has_early_help_assessment
        or (row.has_early_help_assessment and is_own),
        "last_confirmed_on": _later(draft.last_confirmed_on, row.last_confirmed_on),
    }


def _later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max((day for day in (one, other) if day), default=None)


def _may_lead(row: Row, of_child: list[Row]) -> bool:
    """True while nobody else is the lead."""
    return not any(
        other.is_lead and other.ended_on is None for other in of_child if other is not row
    )


def _new(draft: InvolvementDraft) -> NewInvolvement:
    now = clock.now()
    return NewInvolvement(
        id=random_id(),
        child_id=draft.child_id,
        organisation_id=draft.organisation_id,
        practitioner_id=draft.practitioner_id,
        kind=draft.kind.value,
        tier=(draft.tier or ABOUT[draft.kind].tier).value,
        started_on=draft.started_on,
        ended_on=draft.ended_on,
        is_lead=draft.is_lead,
        has_early_help_assessment=draft.has_early_help_assessment,
        last_confirmed_on=draft.last_confirmed_on,
        source=draft.source,
        source_on=draft.source_on,
        created_at=now,
        changed_at=now,
    )


def _sensitive_places(drafts: Sequence[InvolvementDraft]) -> set[uuid.UUID]:
    places = directory.organisations({draft.organisation_id for draft in drafts})
    return {
        place.id
        for place in places.values()
        if _tells_of_sensitive(place.name) or _tells_of_sensitive(place.kind)
    }


def _known(drafts: Sequence[InvolvementDraft]) -> Known:
    """What a draft may change, or has to stand beside, of these children, whose rows are locked in
    one order first."""
    ids = {draft.child_id for draft in drafts}
    locked = everything(Job.FEED).where(ChildRecord.id.in_(ids)).order_by(ChildRecord.id)
    db.session.execute(locked.with_only_columns(ChildRecord.id).with_for_update())
    known: Known = defaultdict(list)
    places = {(draft.child_id, draft.organisation_id) for draft in drafts}
    known.update((child_id, [*rows]) for child_id, rows in kept_involvements(places).items())
    return known


def _in_index(held: Collection[uuid.UUID]) -> InIndex:
    """What the index still holds of these children, as the vault takes it."""
    found: defaultdict[uuid.UUID, list[Involvement]] = defaultdict(list)
    wanted = select(Involvement).where(Involvement.child_id.in_(list(held)))
    for row in db.session.scalars(wanted.order_by(Involvement.id)):
        found[row.child_id].append(row)
    return found


def _record(drafts: Sequence[InvolvementDraft], done: Sequence[Done], by: Identity) -> None:
    events = {
        Change.ADDED: Event.INVOLVEMENT_RECORDED,
        Change.CHANGED: Event.INVOLVEMENT_CHANGED,
    }
    record_all(
        [
            Entry(
                event=events[change], subject_kind="child", subject_id=draft.child_id,
                details={
                    "involvement": row_id, "kind": draft.kind.value, "source": draft.source
                },
            )
            for draft, (row_id, change) in zip(drafts, done, strict=True)
            if change in events
        ],
        by=by,
    )  # fmt: skip
