"""What a source says of a hidden child, taken into the sealed record once an officer knows that it
is the same child. The index is not touched: the stub of a masked child stays as it is.
"""

import uuid
from dataclasses import replace
from typing import Any, TypeVar

from portal.children.correcting import said_by
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildSource,
    Involvement,
)
from portal.children.rules import LET_GO, OWN_KEEPING, ChildDraft, facts_said, news_of
from portal.children.vault import corrected, guard, identity, moving
from portal.children.vault.identity import Grade
from portal.children.vault.packing import Packed, packed, packed_rows, unpacked
from portal.children.vault.quarantine import Quarantined
from portal.children.vault.said import PARTS, facts_of, news, rows_of, source_row, words_of
from portal.children.vault.withheld import withhold
from portal.core import clock
from portal.core.db import Base, random_id
from portal.core.errors import NotFound

Tables = dict[str, list[Packed]]
Row = TypeVar("Row", bound=Base)


def absorb(row: Quarantined) -> None:
    """Take what a source says into the record of the hidden child, and bind its number to the
    child. The grade stays. Raises NotFound when the child is no longer hidden, and for one of whom
    only the ledger knows."""
    tables, document = moving.record_of(row.hidden_id), moving.identity_of(row.hidden_id)
    if tables is None or document is None:
        raise NotFound
    if row.draft is not None:
        _take_child(tables, row.hidden_id, row.draft)
    _take_involvements(tables, row)
    moving.keep_record(row.hidden_id, tables)
    _keep_identity(tables, document, row)


def _keep_identity(tables: Tables, document: identity.Document, row: Quarantined) -> None:
    """Who the child is by now, known under one number more."""
    said = row.draft.numbers if row.draft else {}
    fresh = identity.document_of(
        _rows(ChildRecord, tables)[0],
        _rows(ChildName, tables),
        _rows(ChildAddress, tables),
        document["numbers"] | {scheme.value: value for scheme, value in said.items()},
        _numbers(tables),
        Grade(document["grade"]),
    )
    bound = [*document["sources"], [row.source, row.source_id], *fresh["sources"]]
    sources = [one for place, one in enumerate(bound) if one not in bound[:place]]
    moving.keep_identity(fresh | {"sources": sources})
    moving.tell_ledger(row.hidden_id)


def _take_child(tables: Tables, hidden_id: uuid.UUID, draft: ChildDraft) -> None:
    """What a source says anew under a number of the child replaces what it said there; under a
    number that was never the child's all is heard beside what is known."""
    child, numbers = _rows(ChildRecord, tables)[0], _numbers(tables)
    name = (draft.source, draft.source_id)
    own = next((one for one in numbers if (one.source, one.source_id) == name), None)
    number = ChildSource(**source_row(hidden_id, draft, own.said if own else None))
    kept = [one for one in numbers if one is not own]
    tables[ChildSource.__tablename__] = packed_rows([*kept, number])
    parts = news(draft, own.said) if own else [*PARTS]
    told = news_of(facts_said(own) if own else {}, facts_said(number))
    news_here = [one for one in said_by(number) if one.fact in told and number.said != LET_GO]
    if own is None and draft.source in {one.source for one in numbers}:
        # Said under a second number: under the first this source goes on saying what it said.
        draft = replace(draft, source=OWN_KEEPING)
    if ChildRecord in parts:
        _take_facts(tables, child, draft)
    for model in PARTS:
        if model in parts and words_of(model, draft) is not None:
            _replace(tables, model, hidden_id, draft, is_own=own is not None)
    facts = facts_of(draft)
    if (child.given_names, child.family_name) != (facts["given_names"], facts["family_name"]):
        _add_name(tables, hidden_id, facts["given_names"], facts["family_name"], OWN_KEEPING)
    corrected.weigh_sealed(tables, hidden_id, news_here)


def _take_facts(tables: Tables, child: ChildRecord, draft: ChildDraft) -> None:
    """The newest change stands; a name that goes is still one that leads to the child."""
    facts = facts_of(draft)
    corrected.overrule_sealed(tables, facts)
    if child.given_names != facts["given_names"]:
        _add_name(tables, child.id, child.given_names, child.family_name, OWN_KEEPING)
    _keep_former_name(tables, child, facts["family_name"])
    for word, value in facts.items():
        setattr(child, word, value)
    child.source_on, child.changed_at = draft.source_on, clock.now()
    tables["child"] = [packed(child)]


def _replace(
    tables: Tables, model: Any, hidden_id: uuid.UUID, draft: ChildDraft, *, is_own: bool
) -> None:
    """A child has one number of a scheme: its own source's stays, so that this source goes on
    being told that it said nothing new."""
    new = [packed(model(**values)) for values in rows_of(model, hidden_id, draft)]
    held = tables.get(model.__tablename__, [])
    kept = [one for one in held if one["source"] != draft.source]
    if model is ChildName and draft.source == OWN_KEEPING:
        words = PARTS[model]
        there = {tuple(one[word] for word in words) for one in held}
        kept, new = held, [one for one in new if tuple(one[word] for word in words) not in there]
    if model is ChildIdentifier:
        kept, new = (_beside(kept, new), new) if is_own else (kept, _beside(new, kept))
    tables[model.__tablename__] = [*kept, *new]


def _beside(rows: list[Packed], others: list[Packed]) -> list[Packed]:
    """The numbers of schemes of which the others have none."""
    taken = {one["scheme"] for one in others}
    return [one for one in rows if one["scheme"] not in taken]


def _keep_former_name(tables: Tables, child: ChildRecord, new: str) -> None:
    """As in the index: a family name that goes is kept, one that comes back is no former one."""
    names = tables.get(ChildName.__tablename__, [])
    if not child.family_name or child.family_name.casefold() == new.casefold():
        return
    back = [one for one in names if one["source"] == OWN_KEEPING and one["family_name"] == new]
    tables[ChildName.__tablename__] = [one for one in names if one not in back]
    if child.family_name not in {one["family_name"] for one in names}:
        _add_name(tables, child.id, "", child.family_name, OWN_KEEPING)


def _add_name(tables: Tables, child_id: uuid.UUID, given: str, family: str, source: str) -> None:
    name = ChildName(
        id=random_id(), child_id=child_id, given_names=given, family_name=family,
        source=source, source_on=clock.today(),
    )  # fmt: skip
    tables.setdefault(ChildName.__tablename__, []).append(packed(name))


def _take_involvements(tables: Tables, row: Quarantined) -> None:
    """What is said of the record itself joins what people said of it since; of what came under
    another record the one who was the lead before stays it."""
    if row.is_own:
        known = guard.involvements_of(row, ())
        tables[Involvement.__tablename__] = packed_rows(known)
        for one in known:
            withhold(one)
        return
    held = {one.id: one for one in _rows(Involvement, tables)}
    has_lead = any(one.is_lead and one.ended_on is None for one in held.values())
    for values in row.involvements.values():
        new = Involvement(**unpacked(Involvement, values))
        new.child_id = row.hidden_id
        if has_lead and new.id not in held:
            new.is_lead = False
        held[new.id] = new
    tables[Involvement.__tablename__] = [packed(one) for one in held.values()]


def _numbers(tables: Tables) -> list[ChildSource]:
    """The numbers of sources under which the index knew the child."""
    return [ChildSource(**unpacked(ChildSource, one)) for one in moving.numbers_in(tables)]


def _rows(model: type[Row], tables: Tables) -> list[Row]:
    """The rows of a table, in no session."""
    return [model(**unpacked(model, one)) for one in tables.get(model.__tablename__, [])]
