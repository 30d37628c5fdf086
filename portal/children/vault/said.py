"""What a source says of a child, in one form that can be compared and kept.

Whether a row says anything new must come out the same, whoever holds what the source said before:
the index, the sealed record of a hidden child, or the quarantine.
"""

import datetime as dt
import json
import secrets
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.children.models import Carer, ChildAddress, ChildIdentifier, ChildName, ChildRecord
from portal.children.rules import (
    LET_GO,
    AddressDraft,
    AddressKind,
    CarerDraft,
    ChildDraft,
    FormerName,
    Gender,
    Relation,
    Scheme,
    tidy_name,
)
from portal.children.visibility import identifier_mark, sealed_identifier
from portal.core.db import db, random_id
from portal.core.keys import Keys, mark

# The tables beside child, and the columns that a source speaks of.
PARTS: dict[Any, tuple[str, ...]] = {
    ChildName: ("given_names", "family_name"),
    ChildAddress: ("kind", "address", "postcode"),
    Carer: ("name", "relation", "phone"),
    ChildIdentifier: ("scheme", "value_mark"),
}
Words = set[tuple[str, ...]]
BySource = defaultdict[str, Words]
Held = defaultdict[uuid.UUID, BySource]
Written = dict[str, Any]


def facts_of(draft: ChildDraft) -> dict[str, Any]:
    """Return what stands in the child's own row."""
    return {
        "given_names": tidy_name(draft.given_names),
        "family_name": tidy_name(draft.family_name),
        "date_of_birth": draft.date_of_birth,
        "gender": draft.gender.value,
        "authority_id": draft.authority_id,
    }


def words_of(model: Any, draft: ChildDraft) -> Words | None:
    """What a source says for one table, as the columns of PARTS; None when it says nothing."""
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


def rows_of(model: Any, child_id: uuid.UUID, draft: ChildDraft) -> list[dict[str, Any]]:
    """Return the rows of one table that a source's words make."""
    rows: list[dict[str, Any]] = []
    for values in sorted(words_of(model, draft) or ()):
        known = {"id": random_id(), "child_id": child_id, "source": draft.source}
        part = dict(zip(PARTS[model], values, strict=True))
        rows.append({**known, "source_on": draft.source_on, **part})
    if model is ChildIdentifier:
        plain = {scheme.value: value for scheme, value in draft.numbers.items()}
        for row in rows:
            row["sealed_value"] = sealed_identifier(row["id"], plain[row["scheme"]])
    return rows


def held_in_index(model: Any, ids: Collection[uuid.UUID]) -> Held:
    """What one table holds of these children, by child and source, as the columns of PARTS."""
    columns = [getattr(model, word) for word in PARTS[model]]
    of_these = select(model.child_id, model.source, *columns).where(model.child_id.in_(ids))
    held: Held = defaultdict(lambda: defaultdict(set))
    for child_id, source, *values in db.session.execute(of_these):
        held[child_id][source].add(tuple(values))
    return held


def marks_of(draft: ChildDraft, before: str) -> str:
    """Return keyed marks of a source's word, one for each part. before are the marks of its last
    word: of what it says nothing, it means what it said then."""
    return " ".join(now for _, _, now in _compared(draft, before))


def is_news(draft: ChildDraft, before: str) -> bool:
    """True when a source does not say what it said before, of which these are the marks."""
    return marks_of(draft, before) != before


def news(draft: ChildDraft, before: str) -> list[Any]:
    """Return the tables of which a source says something new, ChildRecord for the child's own."""
    return [model for model, then, now in _compared(draft, before) if now != then]


def is_last_word(table: str, rows: list[dict[str, Any]], marks: str) -> bool:
    """True when these rows are all that the source's last word, of which these are the marks, said
    for one table."""
    for model, then in zip(_WORDS, marks.split(), strict=False):
        if model is not ChildRecord and model.__tablename__ == table:
            return then == _mark(model, {tuple(row[word] for word in PARTS[model]) for row in rows})
    return False


def bare_marks() -> str:
    """Return what looks like the marks of a word about nothing but the child's own row."""
    return " ".join([secrets.token_hex(_LETTERS // 2), *SILENCE.split()[1:]])


def source_row(child_id: uuid.UUID, draft: ChildDraft, before: str | None = None) -> dict[str, Any]:
    """Return the row of a source's number, with what the source says now. before are the marks of
    its last word; None: it never spoke. A number that was let go speaks of nobody again, whatever
    was held back under it."""
    facts = facts_of(draft)
    del facts["authority_id"]
    marks = marks_of(draft, SILENCE if before is None else before)
    return {
        **facts, "source": draft.source, "source_id": draft.source_id, "child_id": child_id,
        "said": LET_GO if before == LET_GO else marks, "source_on": draft.source_on,
    }  # fmt: skip


def written(draft: ChildDraft) -> Written:
    """Return a draft as JSON holds it."""
    facts = facts_of(draft)
    authority = facts["authority_id"]
    return facts | {
        "source": draft.source,
        "source_id": draft.source_id,
        "source_on": draft.source_on.isoformat(),
        "date_of_birth": draft.date_of_birth.isoformat(),
        "authority_id": authority.hex if authority else None,
        "former": [[one.family_name, one.given_names] for one in draft.former_names],
        "addresses": [[one.kind.value, one.address, one.postcode] for one in draft.addresses],
        "carers": None
        if draft.carers is None
        else [[one.name, one.relation.value, one.phone] for one in draft.carers],
        "numbers": {scheme.value: value for scheme, value in draft.numbers.items()},
    }


def read(said: Written) -> ChildDraft:
    """Return the draft that was written so."""
    authority, carers = said["authority_id"], said["carers"]
    return ChildDraft(
        source=said["source"],
        source_id=said["source_id"],
        source_on=dt.date.fromisoformat(said["source_on"]),
        given_names=said["given_names"],
        family_name=said["family_name"],
        date_of_birth=dt.date.fromisoformat(said["date_of_birth"]),
        gender=Gender(said["gender"]),
        former_names=tuple(FormerName(*one) for one in said["former"]),
        addresses=tuple(
            AddressDraft(kind=AddressKind(kind), address=address, postcode=postcode)
            for kind, address, postcode in said["addresses"]
        ),
        carers=None
        if carers is None
        else tuple(CarerDraft(name=n, relation=Relation(r), phone=p) for n, r, p in carers),
        numbers={Scheme(scheme): value for scheme, value in said["numbers"].items()},
        authority_id=uuid.UUID(authority) if authority else None,
    )


def _facts_said(draft: ChildDraft) -> Words:
    return {tuple(f"{word}={value}" for word, value in facts_of(draft).items())}


# Each part of a source's word, in the order of its marks.
_WORDS: dict[Any, Callable[[ChildDraft], Words | None]] = {
    ChildRecord: _facts_said,
    **{model: partial(words_of, model) for model in PARTS},
}
_LETTERS, _NOTHING, _UNKNOWN = 14, "-", "?"
# What a source said that never spoke.
SILENCE = " ".join([_NOTHING] * len(_WORDS))


def _compared(draft: ChildDraft, before: str) -> list[tuple[Any, str, str]]:
    """Every part of a word, with the mark it had and the one it has."""
    then = before.split() or [_UNKNOWN] * len(_WORDS)
    return [
        (model, old, old if (said := words(draft)) is None else _mark(model, said))
        for old, (model, words) in zip(then, _WORDS.items(), strict=True)
    ]


def _mark(model: Any, said: Words) -> str:
    if not said:
        return _NOTHING
    keys: Keys = current_app.extensions["portal_keys"]
    written = json.dumps([model.__tablename__, sorted(said)])
    return mark(keys.identifier, f"said|{written}")[:_LETTERS]
