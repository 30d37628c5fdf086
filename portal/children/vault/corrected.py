"""What the index team says of a hidden child: kept in the sealed record, as it would stand in the
open, so that it is there after a lift. Of a masked child the stub shows it as any child would.

Under _SHOWN the record remembers what the stub showed before a correction where that is not what
sources say by now: taking a correction back must not publish what a source said meanwhile.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from portal.children import correcting
from portal.children.models import ChildName, ChildRecord, ChildSource, Correction, LocalCorrection
from portal.children.rules import (
    LET_GO,
    OWN_KEEPING,
    OwnFact,
    Said,
    facts_said,
    has_dissolved,
    read_fact,
    said_since,
    written_fact,
)
from portal.children.vault import moving, store
from portal.children.vault.packing import Packed, packed, packed_rows, unpacked
from portal.core import clock
from portal.core.db import random_id

Tables = dict[str, list[Packed]]
_NAMES, _MADE = ChildName.__tablename__, LocalCorrection.__tablename__
_ASKED, _SHOWN = Correction.__tablename__, "shown"


def correct_sealed(child_id: uuid.UUID, new: Iterable[LocalCorrection]) -> bool:
    """Keep what the index team says of a hidden child; False for one who is not. Their under is
    what the stub shows now. As much is written for a child in the open."""
    tables = moving.record_of(child_id)
    if tables is None:
        store.stir()
        return False
    child, standing = _child(tables), standing_in(tables)
    before, new = facts_said(child), list(new)
    told = {OwnFact(one.fact): one for one in new}
    stub = before | {fact: one.under for fact, one in told.items()}
    for fact, one in told.items():
        if fact not in standing and one.under != before[fact]:
            _remember_shown(tables, fact, one.under)
            one.under = before[fact]
    first = correcting.put_over(standing, new)
    tables[_MADE] = packed_rows([*standing.values(), *first])
    tables[_ASKED] = [one for one in _questions(tables) if not _waits_about(one, told)]
    _set(tables, child, {fact: one.value for fact, one in told.items()})
    for names in (before, stub):
        _add_name(tables, child, names[OwnFact.GIVEN_NAMES], names[OwnFact.FAMILY_NAME])
    _keep(child_id, tables)
    return True


def take_back_sealed(child_id: uuid.UUID, correction_id: uuid.UUID) -> dict[OwnFact, str] | None:
    """Take back what was said of a hidden child because of one correction; return what the stub
    shows again. None for a child who is not hidden, for whom as much is written."""
    tables = moving.record_of(child_id)
    if tables is None:
        store.stir()
        return None
    standing = standing_in(tables)
    gone = [fact for fact, one in standing.items() if one.correction_id == correction_id]
    under = {fact: standing.pop(fact).under for fact in gone}
    tables[_MADE] = packed_rows(standing.values())
    _set(tables, _child(tables), under)
    shown = {OwnFact(one["fact"]): one["value"] for one in tables.get(_SHOWN, [])}
    tables[_SHOWN] = [one for one in tables.get(_SHOWN, []) if OwnFact(one["fact"]) not in under]
    rows = (Correction(**unpacked(Correction, one)) for one in _questions(tables))
    answered = correcting.answers_among(row for row in rows if row.fact)
    weigh_sealed(tables, child_id, said_since(_words_in(tables), under, answered))
    _keep(child_id, tables)
    return {fact: shown.get(fact, text) for fact, text in under.items()}


def standing_in(tables: Tables) -> correcting.Standing:
    """Return the local corrections of a sealed record, by fact, as rows in no session."""
    rows = (LocalCorrection(**unpacked(LocalCorrection, one)) for one in tables.get(_MADE, []))
    return {OwnFact(row.fact): row for row in rows}


def overrule_sealed(tables: Tables, facts: dict[str, Any]) -> None:
    """As correcting.overrule; what the stub showed is remembered before it is written over."""
    standing = standing_in(tables)
    for fact, one in standing.items():
        if one.under != written_fact(facts[fact]):
            _remember_shown(tables, fact, one.under)
    correcting.overrule(facts, standing)
    if standing:
        tables[_MADE] = packed_rows(standing.values())


def weigh_sealed(tables: Tables, child_id: uuid.UUID, news: Sequence[Said]) -> None:
    """As correcting.weigh, for what a source has said anew of a hidden child. What has answered
    itself goes at the lift."""
    words = _words_in(tables)
    standing = {
        fact: one
        for fact, one in standing_in(tables).items()
        if not has_dissolved(fact, words, one.value)
    }
    if _MADE in tables:
        tables[_MADE] = packed_rows(standing.values())
    ruled = {fact: one.value for fact, one in standing.items()}
    asked = {one.get("fact") for one in _questions(tables) if one["settled_at"] is None}
    for fact in correcting.disputed_among(news, words, ruled):
        if fact.value not in asked:
            tables.setdefault(_ASKED, []).append(packed(correcting.question(child_id, fact)))


def _words_in(tables: Tables) -> list[Said]:
    """What sources say in their last words, as correcting.words_about."""
    rows = (ChildSource(**unpacked(ChildSource, one)) for one in moving.numbers_in(tables))
    return [said for row in rows if row.said != LET_GO for said in correcting.said_by(row)]


def _questions(tables: Tables) -> list[Packed]:
    return tables.get(_ASKED, [])


def _waits_about(packed_row: Packed, facts: Collection[OwnFact]) -> bool:
    return packed_row["settled_at"] is None and packed_row.get("fact") in facts


def _set(tables: Tables, child: ChildRecord, values: dict[OwnFact, str]) -> None:
    for fact, text in values.items():
        setattr(child, fact, read_fact(fact, text))
    child.changed_at = clock.now()
    tables["child"] = [packed(child)]
    now = (OWN_KEEPING, child.given_names, child.family_name)
    tables[_NAMES] = [
        one
        for one in tables.get(_NAMES, [])
        if (one["source"], one["given_names"], one["family_name"]) != now
    ]


def _add_name(tables: Tables, child: ChildRecord, given: str, family: str) -> None:
    known = {(one["given_names"], one["family_name"]) for one in tables[_NAMES]}
    if (given, family) in known | {(child.given_names, child.family_name)}:
        return
    name = ChildName(
        id=random_id(), child_id=child.id, given_names=given, family_name=family,
        source=OWN_KEEPING, source_on=clock.today(),
    )  # fmt: skip
    tables[_NAMES].append(packed(name))


def _remember_shown(tables: Tables, fact: OwnFact, text: str) -> None:
    shown = tables.setdefault(_SHOWN, [])
    if fact.value not in {one["fact"] for one in shown}:
        shown.append({"fact": fact.value, "value": text})


def _keep(child_id: uuid.UUID, tables: Tables) -> None:
    """The record, and who the child is by now: feeds and searches are compared with that."""
    moving.keep_record(child_id, tables)
    document = moving.identity_of(child_id)
    assert document is not None
    child = _child(tables)
    former = [[one["given_names"], one["family_name"]] for one in tables.get(_NAMES, [])]
    moving.keep_identity(document | {
        "given_names": child.given_names, "family_name": child.family_name, "former": former,
        "born": child.date_of_birth.isoformat(), "gender": child.gender,
    })  # fmt: skip


def _child(tables: Tables) -> ChildRecord:
    return ChildRecord(**unpacked(ChildRecord, tables["child"][0]))
