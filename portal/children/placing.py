"""Where rows of a source belong that it never sent before: with which child of the index, if any.

The name index, or for very many rows a bulk engine, and the numbers of other bodies name a few
children, and the ladder of `portal.matching` chooses among them (decisions/0026, 0033, 0035).
Nothing is written here.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from portal.children import finding, vault
from portal.children.models import (
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildSource,
)
from portal.children.rules import ChildDraft
from portal.children.vault import Shelf, quarantine
from portal.children.vault.probe import described
from portal.children.visibility import Job, everything, identifier_mark, plain_identifier
from portal.core.db import db
from portal.matching import (
    Candidate,
    Description,
    Placed,
    Register,
    Rung,
    Veto,
    describe,
    place,
    words_of,
)

# Names the likely children of many rows, by the caller's words for the rows.
Finder = Callable[[Mapping[str, Description]], Mapping[str, Sequence[uuid.UUID]]]
NEW = Placed(Rung.NONE)
NOTHING: Mapping[str, Sequence[Candidate]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a row belongs; near is the child whom the evidence is about, None where there is
    none."""

    placed: Placed
    near: uuid.UUID | None = None

    @property
    def joins(self) -> uuid.UUID | None:
        """The child to whom the row is joined without a person, if any."""
        return self.near if self.placed.rung.links else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why, in words of Kind and Veto."""
        kinds = (item.kind.value for item in self.placed.evidence)
        return (*kinds, *sorted(veto.value for veto in self.placed.vetoes))


def placements(
    drafts: Mapping[str, ChildDraft],
    beside: Mapping[str, Sequence[Candidate]] = NOTHING,
    *,
    is_alone: bool = True,
    finder: Finder | None = None,
) -> dict[str, Placement]:
    """Place the rows of one source, by its numbers; none of them may lead to a child. beside are
    more candidates for some of them. Where no other source reports nobody is compared, unless it is
    said that numbers of this one have changed hands (is_alone false). Who is likely says finder,
    or the name index.

    A child whom the source knows under another number is never joined. Two rows may be placed with
    one child: once_each() parts them.
    """
    if not drafts:
        return {}
    source = next(iter(drafts.values())).source
    if is_alone and not others_report(source):
        return {word: Placement(NEW) for word in drafts}
    rows = {word: described(draft) for word, draft in drafts.items()}
    near = _near(drafts, rows, finder)
    known = _known({one for ids in near.values() for one in ids}, drafts)
    register = register_of([*rows.values(), *(one.description for one in known.values())])
    return {
        word: _placement(place(row, _candidates(known, near[word], beside.get(word, ())), register))
        for word, row in rows.items()
    }


def once_each(found: Mapping[str, Placement]) -> dict[str, Placement]:
    """Of two rows that would join one child none does, a person decides: a source does not send one
    child twice."""
    joined = [one.joins for one in found.values() if one.joins]
    twice = {one for one in joined if joined.count(one) > 1}
    return {
        word: Placement(_with_rival(one.placed), one.near) if one.joins in twice else one
        for word, one in found.items()
    }


def _candidates(
    known: Mapping[uuid.UUID, Candidate], ids: Iterable[uuid.UUID], beside: Sequence[Candidate]
) -> list[Candidate]:
    """Those of the index and those beside it; the whole of a masked child, not the stub."""
    whole = {one.key for one in beside}
    return [*(known[one] for one in ids if one in known and one.hex not in whole), *beside]


def _placement(placed: Placed) -> Placement:
    return Placement(placed, uuid.UUID(placed.key) if placed.key else None)


def _with_rival(placed: Placed) -> Placed:
    vetoes = placed.vetoes | {Veto.RIVAL}
    return Placed(Rung.POSSIBLE, placed.key, placed.bits, placed.margin, placed.evidence, vetoes)


def others_report(source: str) -> bool:
    """True when there is a child of any other source: else nobody can be joined. Whom the index
    lacks because they are hidden or held back counts."""
    for one in (ChildSource.source < source, ChildSource.source > source):
        if db.session.execute(select(ChildSource.source).where(one).limit(1)).first():
            return True
    hidden = (name for _, one in vault.all_on(Shelf.IDENTITY) for name, _ in one["sources"])
    held = (row.source for row in quarantine.everything_held())
    return any(name != source for name in chain(hidden, held))


def _near(
    drafts: Mapping[str, ChildDraft], rows: Mapping[str, Description], finder: Finder | None
) -> dict[str, list[uuid.UUID]]:
    """The children whom each row may mean: who bear one of its numbers, and who are likest."""
    bearers = _bearers(drafts.values())
    likest = finder(rows) if finder else finding.likest(db.session(), rows)
    near = {}
    for word in rows:
        numbered = [one for mark in _marks(drafts[word]) for one in bearers.get(mark, ())]
        near[word] = list(dict.fromkeys([*numbered, *likest[word]]))
    return near


def _bearers(drafts: Iterable[ChildDraft]) -> dict[str, list[uuid.UUID]]:
    marks = {mark for draft in drafts for mark in _marks(draft)}
    wanted = select(ChildIdentifier.value_mark, ChildIdentifier.child_id)
    found: dict[str, list[uuid.UUID]] = defaultdict(list)
    ordered = wanted.where(ChildIdentifier.value_mark.in_(marks)).order_by(ChildIdentifier.child_id)
    for mark, child_id in db.session.execute(ordered):
        found[mark].append(child_id)
    return found


def _marks(draft: ChildDraft) -> list[str]:
    return [identifier_mark(scheme, value) for scheme, value in draft.numbers.items() if value]


def _known(
    ids: Collection[uuid.UUID], drafts: Mapping[str, ChildDraft]
) -> dict[uuid.UUID, Candidate]:
    """These children as the ladder compares them."""
    source = next(iter(drafts.values())).source
    theirs = select(ChildSource.child_id).where(
        ChildSource.child_id.in_(ids), ChildSource.source == source
    )
    bound = set(db.session.scalars(theirs))
    return {
        child_id: Candidate(
            key=child_id.hex,
            description=description,
            vetoes=frozenset({Veto.OTHER_SOURCE_ID} if child_id in bound else ()),
        )
        for child_id, description in descriptions(ids).items()
    }


def descriptions(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Description]:
    """Return what the index says of those of these children who are active."""
    active = everything(Job.FEED).where(ChildRecord.lifecycle == "active")
    rows = db.session.execute(
        active.where(ChildRecord.id.in_(ids)).with_only_columns(
            ChildRecord.id, ChildRecord.given_names, ChildRecord.family_name,
            ChildRecord.date_of_birth, ChildRecord.gender,
        )
    ).all()  # fmt: skip
    names = _beside(ids, ChildName.child_id, ChildName.given_names, ChildName.family_name)
    homes = _beside(ids, ChildAddress.child_id, ChildAddress.postcode, ChildAddress.address)
    numbers = _beside(
        ids, ChildIdentifier.child_id, ChildIdentifier.scheme, ChildIdentifier.id,
        ChildIdentifier.sealed_value,
    )  # fmt: skip
    return {row.id: _described(row, names[row.id], homes[row.id], numbers[row.id]) for row in rows}


def _described(
    row: Any, names: Iterable[Any], homes: Iterable[Any], numbers: Iterable[Any]
) -> Description:
    return describe(
        given_names=row.given_names,
        family_name=row.family_name,
        former_given_names=[one.given_names for one in names if one.given_names],
        former_family_names=[one.family_name for one in names],
        birth=row.date_of_birth,
        gender=row.gender,
        postcodes=[one.postcode for one in homes if one.postcode],
        addresses=[one.address for one in homes if one.address],
        identifiers={one.scheme: plain_identifier(one) for one in numbers},
    )


def _beside(ids: Collection[uuid.UUID], child: Any, *columns: Any) -> dict[uuid.UUID, list[Any]]:
    """What stands beside these children, by child; as rows, for nothing of it is changed here."""
    held: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in db.session.execute(select(child, *columns).where(child.in_(ids))):
        held[row.child_id].append(row)
    return held


def register_of(described: Iterable[Description]) -> Register:
    """Return how common the names of these are, and among how many children."""
    shares, children = finding.shares_of(db.session.connection(), words_of(*described))
    return Register(shares.get, children)
