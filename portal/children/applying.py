"""Putting what sources say of children into the index: the child's own row, what stands beside it,
the number of the source, and the name index, in one transaction.
"""

import secrets
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from portal.children import correcting, finding
from portal.children.beside import Beside, insert_rows_of
from portal.children.models import (
    ChildAddress,
    ChildName,
    ChildRecord,
    ChildSource,
)
from portal.children.rules import (
    BITS,
    LET_GO,
    OWN_KEEPING,
    Change,
    ChildDraft,
    OwnFact,
    Said,
    facts_said,
    fault_of_child,
    news_of,
    record_number,
    written_fact,
)
from portal.children.vault.said import (
    PARTS,
    facts_of,
    held_in_index,
    is_news,
    news,
    rows_of,
    source_row,
    words_of,
)
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Invalid

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Word:
    """What a source says of a child under its number. applied is what of it may reach the index;
    number is its row, None where it never spoke under this number before."""

    child_id: uuid.UUID
    said: ChildDraft
    applied: ChildDraft
    number: ChildSource | None

    @property
    def is_news(self) -> bool:
        """True unless the source says what it said before."""
        return self.number is None or is_news(self.said, self.number.said)


def check_drafts(drafts: Sequence[ChildDraft]) -> None:
    """Raise Invalid when one cannot be kept (rules.fault_of_child says why)."""
    today = clock.today()
    if any(fault_of_child(draft, today) for draft in drafts):
        raise Invalid(_l("A child in this file cannot be kept."))


def add_children(
    drafts: Sequence[ChildDraft],
    ids: Sequence[uuid.UUID] | None = None,
    *,
    said: Sequence[ChildDraft] | None = None,
) -> list[uuid.UUID]:
    """Add children and return their ids: those given, or new ones. said is what the sources said
    where not all of it may reach the index."""
    ids = list(ids or (random_id() for _ in drafts))
    insert_rows_of(ChildRecord, _new_records(ids, drafts))
    insert_rows_of(
        ChildSource, [source_row(*pair) for pair in zip(ids, said or drafts, strict=True)]
    )
    for model in PARTS:
        pairs = zip(ids, drafts, strict=True)
        insert_rows_of(model, [row for pair in pairs for row in rows_of(model, *pair)])
    finding.index_children(db.session(), map(_name_entry, ids, drafts))
    return ids


def apply_words(words: Iterable[Word]) -> list[Change]:
    """Apply what sources say anew; return what each word was: ADDED for the first under a number,
    else CHANGED or UNCHANGED. Rows of children of whom there is nothing new are left alone."""
    words = list(words)
    rows = locked({word.child_id for word in words if word.is_news})
    standing, heard = correcting.standing_of(rows), _heard(words)
    beside = Beside()
    changes = [
        _apply(word, rows[word.child_id], standing[word.child_id], beside)
        if word.is_news
        else Change.UNCHANGED
        for word in words
    ]
    beside.write()
    correcting.weigh(heard)
    touched = {
        word.child_id
        for word, change in zip(words, changes, strict=True)
        if change is not Change.UNCHANGED
    }
    if touched:
        db.session.flush()
        finding.index_children(db.session(), _entries([rows[one] for one in sorted(touched)]))
    return changes


def locked(wanted: Collection[uuid.UUID]) -> dict[uuid.UUID, ChildRecord]:
    """Return the children's rows, locked in one order."""
    chosen = everything(Job.FEED).where(ChildRecord.id.in_(list(wanted)))
    # Not its key: whoever builds the name index refers to the child meanwhile.
    ordered = chosen.order_by(ChildRecord.id).with_for_update(key_share=True)
    return {row.id: row for row in db.session.scalars(ordered)}


def _heard(words: Iterable[Word]) -> dict[uuid.UUID, list[Said]]:
    """What these words say anew of children's own rows, before any is applied."""
    heard: dict[uuid.UUID, list[Said]] = {}
    for word in words:
        if word.number is not None and word.number.said == LET_GO:
            continue
        facts = facts_of(word.said)
        told = {fact: written_fact(facts[fact]) for fact in OwnFact}
        before = facts_said(word.number) if word.number else {}
        news = [
            Said(fact=fact, text=told[fact], source=word.said.source, on=word.said.source_on)
            for fact in news_of(before, told)
        ]
        if news:
            heard.setdefault(word.child_id, []).extend(news)
    return heard


def _apply(word: Word, row: ChildRecord, standing: correcting.Standing, beside: Beside) -> Change:
    """The first word under a number stands beside what is known; of a later one stands what is
    new in it."""
    beside.await_turn(row.id)
    before = word.number.said if word.number else None
    parts = [*PARTS] if before is None else news(word.said, before)
    if before is None:
        _know_by(row, facts_of(word.applied))
        beside.number(source_row(row.id, word.said))
    else:
        assert word.number is not None
        for name, value in source_row(row.id, word.said, before).items():
            setattr(word.number, name, value)
    if ChildRecord in parts:
        _apply_facts(row, word.applied, standing)
    for model in parts:
        if model is not ChildRecord and words_of(model, word.applied) is not None:
            beside.replace(model, row.id, word.applied)
    row.changed_at = clock.now()
    return Change.ADDED if before is None else Change.CHANGED


def _apply_facts(row: ChildRecord, draft: ChildDraft, standing: correcting.Standing) -> None:
    """What the index team says of a fact stands; the child is found by the source's names too."""
    said = facts_of(draft)
    facts = dict(said)
    correcting.overrule(facts, standing)
    _keep_former_name(row, facts["family_name"])
    for word, value in facts.items():
        setattr(row, word, value)
    row.source_on = draft.source_on
    if standing:
        _know_by(row, said)


def _know_by(row: ChildRecord, facts: dict[str, Any]) -> None:
    """Keep the names by which another source knows a child: the child is found by them as well."""
    names = {"given_names": facts["given_names"], "family_name": facts["family_name"]}
    if all(getattr(row, word).casefold() == name.casefold() for word, name in names.items()):
        return
    same = (getattr(ChildName, word) == name for word, name in names.items())
    if db.session.scalar(select(ChildName.id).where(ChildName.child_id == row.id, *same).limit(1)):
        return
    insert_rows_of(ChildName, [{
        **names, "id": random_id(), "child_id": row.id,
        "source": OWN_KEEPING, "source_on": clock.today(),
    }])  # fmt: skip


def _new_records(ids: Sequence[uuid.UUID], drafts: Sequence[ChildDraft]) -> Rows:
    now, numbers = clock.now(), unused_numbers(len(drafts))
    return [
        {
            **facts_of(draft), "id": child_id, "record_number": number, "lifecycle": "active",
            "source": draft.source, "source_id": draft.source_id, "source_on": draft.source_on,
            "created_at": now, "changed_at": now,
        }
        for child_id, number, draft in zip(ids, numbers, drafts, strict=True)
    ]  # fmt: skip


def unused_numbers(count: int) -> list[str]:
    """Return new record numbers; one in 10^11 would meet another among eleven million children."""
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
        insert_rows_of(ChildName, [kept])
    back_again = ChildName.source == OWN_KEEPING, ChildName.family_name == new
    db.session.execute(delete(ChildName).where(names, *back_again))


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
