"""What a source says of a child, in one form that can be compared and kept.

Whether a row says anything new must come out the same, whoever holds what the source said before:
the index, the sealed record of a hidden child, or the quarantine.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from portal.children.models import Carer, ChildAddress, ChildIdentifier, ChildName, ChildRecord
from portal.children.rules import (
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
from portal.children.vault.packing import Packed, unpacked
from portal.children.visibility import identifier_mark, sealed_identifier
from portal.core.db import db, random_id

# The tables beside child, and the columns that say whether a source says the same as before.
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


def differs(model: Any, draft: ChildDraft, held: Mapping[str, Words]) -> bool:
    """True when a source says something for this table, and it is not what it said before."""
    said = words_of(model, draft)
    return said is not None and said != held.get(draft.source, set())


def is_news_to_index(draft: ChildDraft, row: ChildRecord) -> bool:
    """True when the index holds something else from this source."""
    parts = {model: held_in_index(model, [row.id])[row.id] for model in PARTS}
    return _is_news(draft, {word: getattr(row, word) for word in facts_of(draft)}, parts)


def is_news_to_record(draft: ChildDraft, tables: Mapping[str, list[Packed]]) -> bool:
    """True when the sealed record of a hidden child holds something else from this source."""
    parts: dict[Any, BySource] = {}
    for model, columns in PARTS.items():
        parts[model] = defaultdict(set)
        for row in tables.get(model.__tablename__, []):
            parts[model][row["source"]].add(tuple(row[word] for word in columns))
    return _is_news(draft, unpacked(ChildRecord, tables["child"][0]), parts)


def is_news_after(draft: ChildDraft, before: ChildDraft) -> bool:
    """True when a source does not say the same as it said before."""
    parts = {model: {draft.source: words_of(model, before) or set()} for model in PARTS}
    return _is_news(draft, facts_of(before), parts)


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


def _is_news(
    draft: ChildDraft, facts: Mapping[str, Any], parts: Mapping[Any, Mapping[str, Words]]
) -> bool:
    said = facts_of(draft)
    return any(facts[word] != value for word, value in said.items()) or any(
        differs(model, draft, parts[model]) for model in PARTS
    )
