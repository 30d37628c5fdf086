"""Two records made one, and parted again: what stands beside them, their numbers, their contacts,
their reviews and the name index, in the transaction of the caller. Nothing here commits.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from portal.access.identity import Identity
from portal.children import contacts, correcting, finding
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildMerge,
    ChildName,
    ChildRecord,
    ChildReview,
    ChildSource,
    LocalCorrection,
)
from portal.children.rules import OWN_KEEPING, OwnFact, Said, facts_said, in_order
from portal.children.rules.parting import Joined, own_rows, parted
from portal.children.vault import quarantine
from portal.children.vault.moving import BESIDE
from portal.children.vault.packing import Packed, insertable, packed, packed_rows, unpacked
from portal.children.vault.reviews import as_held, keep_back, parted_pair
from portal.children.vault.said import PARTS
from portal.children.vault.splits import content_of, seal_into
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id

MOVED = tuple(model for model in BESIDE if model is not ChildMerge)
# What both records say in the same words from the same source is kept once.
_ONCE: dict[Any, tuple[str, ...]] = {
    **{model: (*PARTS[model], "source") for model in (ChildName, ChildAddress, Carer)},
    ChildIdentifier: ("scheme",),
    LocalCorrection: ("fact",),
}
Tables = dict[str, list[Packed]]


def join(
    kept: ChildRecord, gone: ChildRecord, *, review_id: uuid.UUID | None, by: Identity
) -> uuid.UUID:
    """Make one record of two whose rows are locked; return the id under which it can be undone. Of
    two numbers of one scheme that of who stays is kept in the index, the other one sealed."""
    kept_id, gone_id = kept.id, gone.id
    before = {"kept": tables_of(kept), "gone": tables_of(gone)}
    reviews = packed_rows(_reviews_of(kept_id, gone_id))
    older = _older_of(ChildMerge.child_id, gone_id), _older_of(ChildMerge.other_id, gone_id)
    quarantine.follow(numbers_in(before["gone"]), was=gone_id, now=kept_id)
    keep_name(kept, gone)
    contacts.give(kept_id, gone_id)
    theirs = correcting.words_about([gone_id])[gone_id]
    for model in MOVED:
        _give(model, kept_id, gone_id)
    _give_merges(older, kept_id)
    take_corrections(kept, theirs)
    give_reviews(kept_id, gone_id)
    merge = ChildMerge(
        id=random_id(), child_id=kept_id, gone_id=gone_id, gone_number=gone.record_number,
        review_id=review_id, merged_by=by.account_id, merged_at=clock.now(),
    )  # fmt: skip
    let_go(gone_id)
    merges, others = ([one.hex for one in ids] for ids in older)
    after = {"after": tables_of(row_of(kept_id)), "merges": merges, "others": others}
    seal_into(merge, before | after | {"reviews": reviews})
    db.session.add(merge)
    index(kept_id)
    return merge.id


def part(merge: ChildMerge, *, by: Identity) -> None:
    """Make two records of one again: both as they were, with what has come since. No copy of either
    is kept, and the row is hidden with either."""
    content = content_of(merge)
    joined = Joined(content["kept"], content["gone"], content["after"])
    kept_id, gone_id = merge.child_id, merge.gone_id
    now = tables_of(row_of(kept_id))
    ids = joined.kept["child"][0]["id"], joined.gone["child"][0]["id"]
    sides = parted(joined, {word: rows for word, rows in now.items() if word != "child"}, ids=ids)
    ours, theirs = own_rows(joined, sides, now["child"][0])
    rewrite(kept_id, ours, sides.kept)
    insert_rows(ChildRecord, [_with_own_origin(theirs, joined.gone, sides.gone)])
    insert_beside(sides.gone)
    quarantine.follow(numbers_in(sides.gone), was=kept_id, now=gone_id)
    older = ([uuid.UUID(one) for one in content.get(word, [])] for word in ("merges", "others"))
    _give_merges(older, gone_id)
    merge.other_id, merge.sealed = gone_id, b""
    merge.undone_by, merge.undone_at = by.account_id, clock.now()
    _part_reviews(content["reviews"], was=kept_id, now=gone_id)
    index(kept_id, gone_id)


def _with_own_origin(own: Packed, before: Mapping[str, list[Packed]], now: Tables) -> Packed:
    """A record that has let go, while it was joined, of the number under which it was first
    reported: the source means somebody else by it, hidden or not, whose row begins with it."""
    origin = own["source"], own["source_id"]
    has_let_go = origin in numbers_in(before) and origin not in numbers_in(now)
    return own | {"source_id": random_id().hex} if has_let_go else own


def both_as_they_were(merge: ChildMerge) -> tuple[Tables, Tables]:
    """Return both records as they were when they were joined, packed: who stayed, who went."""
    content = content_of(merge)
    return content["kept"], content["gone"]


def rewrite(child_id: uuid.UUID, own: Packed, tables: Tables) -> None:
    """Let a record hold these rows and no others."""
    for model in reversed(MOVED):
        delete_rows(model, model.child_id == child_id)
    values = unpacked(ChildRecord, own)
    db.session.execute(update(ChildRecord).where(ChildRecord.id == child_id).values(**values))
    insert_beside(tables)


def insert_beside(tables: Tables) -> None:
    """Insert all that stands beside a child's own row."""
    for model in MOVED:
        insert_rows(model, tables.get(model.__tablename__, []))


def tables_of(child: ChildRecord) -> Tables:
    """Return a record and all that stands beside it, packed, by name of table."""
    db.session.flush()
    beside = {
        model.__tablename__: packed_rows(
            db.session.scalars(
                select(model)
                .where(model.child_id == child.id)
                .order_by(*model.__table__.primary_key)
                .execution_options(populate_existing=True)
            )
        )
        for model in MOVED
    }
    return {"child": [packed(child)], **beside}


def numbers_in(tables: Mapping[str, list[Packed]]) -> list[tuple[str, str]]:
    """Return the numbers of sources that packed rows hold."""
    return [(row["source"], row["source_id"]) for row in tables[ChildSource.__tablename__]]


def row_of(child_id: uuid.UUID) -> ChildRecord:
    """Return a child's own row, as it is now."""
    wanted = everything(Job.REVIEW).where(ChildRecord.id == child_id)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def take_corrections(kept: ChildRecord, theirs: Sequence[Said]) -> None:
    """What the index team said of who goes stands for who stays, where it said nothing itself. What
    sources said of who goes (theirs) is news about who stays."""
    before = facts_said(kept)
    for fact, one in correcting.standing_of([kept.id])[kept.id].items():
        if one.value != before[fact]:
            one.under = before[fact]
            correcting.set_facts(kept, {fact: one.value})
    correcting.keep_name(kept, (before[OwnFact.GIVEN_NAMES], before[OwnFact.FAMILY_NAME]))
    correcting.weigh({kept.id: theirs})


def keep_name(kept: ChildRecord, gone: ChildRecord) -> None:
    """The name of who goes stays a name by which the child is found, whatever a source says."""
    name = {"given_names": gone.given_names, "family_name": gone.family_name}
    if any(getattr(kept, word).casefold() != one.casefold() for word, one in name.items()):
        known = {**name, "id": random_id(), "child_id": kept.id, "source": OWN_KEEPING}
        db.session.execute(insert(ChildName), [{**known, "source_on": gone.source_on}])


def _give(model: Any, kept_id: uuid.UUID, gone_id: uuid.UUID) -> None:
    words = _ONCE.get(model)
    if words:
        told = [getattr(model, word) for word in words]
        ours = set(map(tuple, db.session.execute(select(*told).where(model.child_id == kept_id))))
        theirs = db.session.execute(select(model.id, *told).where(model.child_id == gone_id))
        twice = [row_id for row_id, *said in theirs if tuple(said) in ours]
        delete_rows(model, model.id.in_(twice))
    moved = update(model).where(model.child_id == gone_id).values(child_id=kept_id)
    db.session.execute(moved, execution_options={"synchronize_session": False})


def _older_of(side: Any, child_id: uuid.UUID) -> list[uuid.UUID]:
    return list(db.session.scalars(select(ChildMerge.id).where(side == child_id)))


def _give_merges(older: Iterable[Iterable[uuid.UUID]], child_id: uuid.UUID) -> None:
    """Merges and splits of a record, and splits that gave to it, are of another one now."""
    for side, ids in zip(("child_id", "other_id"), older, strict=True):
        moved = update(ChildMerge).where(ChildMerge.id.in_(list(ids))).values({side: child_id})
        db.session.execute(moved, execution_options={"synchronize_session": False})


def _reviews_of(*ids: uuid.UUID) -> list[ChildReview]:
    sides = or_(ChildReview.one_id.in_(ids), ChildReview.other_id.in_(ids))
    wanted = select(ChildReview).where(sides).order_by(ChildReview.id).with_for_update()
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def give_reviews(kept_id: uuid.UUID, gone_id: uuid.UUID) -> None:
    """Reviews of who goes are now of who stays. Of two of one pair a settled one stands."""
    known = {(one.one_id, one.other_id): one for one in _reviews_of(kept_id)}
    for row in _reviews_of(gone_id):
        third = row.other_id if row.one_id == gone_id else row.one_id
        pair = in_order(kept_id, third)
        there = known.get(pair)
        if third == kept_id or (there and (there.outcome or not row.outcome)):
            db.session.delete(row)
            continue
        if there:
            db.session.delete(there)
            db.session.flush()
        row.one_id, row.other_id = pair
    db.session.flush()


def _part_reviews(before: Iterable[Packed], *, was: uuid.UUID, now: uuid.UUID) -> None:
    """Each review of who went is theirs again, with the answer it has by now and beside whoever its
    other side has become; in the vault where one of its sides is hidden, a masked one too."""
    known = {row.id: row for row in _reviews_of(was, now)}
    dropped = []
    for values in map(as_held, (unpacked(ChildReview, one) for one in before)):
        row = known.get(values["id"])
        if keep_back(values, was=was, now=now):
            continue
        if row is None:
            dropped.append(values)
        elif now in (values["one_id"], values["other_id"]):
            row.one_id, row.other_id = parted_pair(row, was=was, now=now)
    db.session.flush()
    for values in dropped:
        pair = values["one_id"], values["other_id"]
        if pair not in {(row.one_id, row.other_id) for row in _reviews_of(*pair)}:
            db.session.execute(insert(ChildReview), [values])


def let_go(gone_id: uuid.UUID) -> None:
    """Delete a record whose rows stand elsewhere by now."""
    finding.forget_child(db.session(), gone_id)
    delete_rows(ChildRecord, ChildRecord.id == gone_id)
    db.session.expire_all()


def index(*ids: uuid.UUID) -> None:
    """Let the name index follow what these children are called now."""
    db.session.flush()
    db.session.expire_all()
    active = everything(Job.REVIEW).where(ChildRecord.lifecycle == "active")
    found = db.session.scalars(active.where(ChildRecord.id.in_(ids)).order_by(ChildRecord.id))
    finding.index_children(db.session(), finding.entries_of(db.session(), found))


def delete_rows(model: Any, condition: Any) -> None:
    """Delete rows past the session, which holds none of them changed."""
    db.session.flush()
    db.session.execute(
        delete(model).where(condition), execution_options={"synchronize_session": False}
    )


def insert_rows(model: Any, rows: list[Packed]) -> None:
    """Insert packed rows."""
    for group in insertable(model, rows):
        db.session.execute(insert(model), group)
