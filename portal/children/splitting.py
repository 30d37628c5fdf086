"""One record that is about two children, split by its numbers of sources, and made one again; in
the transaction of the caller. Nothing here commits, and nothing says who acts but the row of it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, tuple_

from portal.access.identity import Identity
from portal.children import correcting
from portal.children.applying import unused_numbers
from portal.children.joining import (
    MOVED,
    Tables,
    give_reviews,
    index,
    insert_beside,
    insert_rows,
    keep_name,
    let_go,
    numbers_in,
    rewrite,
    row_of,
    tables_of,
    take_corrections,
)
from portal.children.models import ChildMerge, ChildRecord, ChildReview
from portal.children.rules import ReviewAnswer, ReviewCause, in_order
from portal.children.rules.parting import Packed, Parted
from portal.children.rules.splitting import CHILD, NUMBERS, Choice, reunited, split
from portal.children.vault import moving, quarantine
from portal.children.vault.identity import Grade
from portal.children.vault.moving import identity_of, move_in, record_of
from portal.children.vault.packing import packed_rows, unpacked
from portal.children.vault.resealing import reseal
from portal.children.vault.reviews import keep_review
from portal.children.vault.said import is_last_word
from portal.children.vault.splits import content_of, of_child, seal_into
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import NotFound

_MERGES = ChildMerge.__tablename__


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of a record: what is another child's, and the id of that child's record."""

    child_id: uuid.UUID
    new_id: uuid.UUID
    choice: Choice


def wish_in(content: dict[str, Any]) -> Wish:
    """Return the wish that was written so."""
    numbers = frozenset((source, word) for source, word in content["numbers"])
    choice = Choice(numbers, frozenset(content["contacts"]))
    return Wish(uuid.UUID(content["child_id"]), uuid.UUID(content["new_id"]), choice)


def written(wish: Wish) -> dict[str, Any]:
    """Return a wish as JSON holds it."""
    numbers, contacts = sorted(wish.choice.numbers), sorted(wish.choice.contacts)
    ids = {"child_id": wish.child_id.hex, "new_id": wish.new_id.hex}
    return ids | {"numbers": numbers, "contacts": contacts}


def sides_of(whole: Tables, wish: Wish) -> Parted:
    """Return what both records will hold. The record number of the new one is drawn last."""
    now = ["moment", clock.now().isoformat()]
    new: Packed = {"id": ["id", wish.new_id.hex], "record_number": ""}
    new |= {"lifecycle": "active", "created_at": now, "changed_at": now}
    return split(whole, wish.choice, new, is_last_word=_is_last_word)


def split_open(child: ChildRecord, wish: Wish, *, by: Identity) -> None:
    """Split a record in the open whose row is locked, so that it can be undone."""
    whole = tables_of(child)
    sides = _drawn(whole, wish)
    _forget_copies(_older_merges(child.id))
    rewrite(child.id, sides.kept[CHILD][0], sides.kept)
    insert_rows(ChildRecord, sides.gone[CHILD])
    insert_beside(sides.gone)
    quarantine.follow(numbers_in(sides.gone), was=child.id, now=wish.new_id)
    db.session.add(_review_of(wish, by))
    index(wish.child_id, wish.new_id)
    # What sources differed in may be no question any more.
    correcting.weigh({wish.child_id: (), wish.new_id: ()})
    left = Parted(tables_of(row_of(wish.child_id)), tables_of(row_of(wish.new_id)))
    db.session.add(_merge_of(whole, left, wish, by))


def split_hidden(wish: Wish, *, by: Identity) -> None:
    """Split a record that lies in the vault: both are hidden as far, and nothing of it was ever in
    the open. Raises NotFound where no record lies there."""
    held, document = record_of(wish.child_id), identity_of(wish.child_id)
    if held is None or document is None:
        raise NotFound
    whole = sealed_tables(held)
    sides = _drawn(whole, wish)
    older = [ChildMerge(**unpacked(ChildMerge, one)) for one in held.get(_MERGES, [])]
    _forget_copies(older)
    merges = packed_rows([*older, _merge_of(whole, sides, wish, by)])
    reseal(wish.child_id, sides.kept | {_MERGES: merges}, document)
    insert_rows(ChildRecord, sides.gone[CHILD])
    insert_beside(sides.gone)
    quarantine.follow(numbers_in(sides.gone), was=wish.child_id, now=wish.new_id)
    keep_review(_review_of(wish, by))
    move_in(wish.new_id, Grade(document["grade"]))


def sealed_tables(held: Tables) -> Tables:
    """Return what a sealed record holds as tables_of does one in the open."""
    words = (CHILD, *(model.__tablename__ for model in MOVED))
    return {word: held.get(word, []) for word in words} | {NUMBERS: moving.numbers_in(held)}


def reunite(merge: ChildMerge, *, by: Identity) -> None:
    """Make one record of two that were split: as it was, with what has come since. Both rows are
    locked."""
    content = content_of(merge)
    kept_id, gone_id = merge.child_id, merge.gone_id
    kept, gone = row_of(kept_id), row_of(gone_id)
    now = Parted(tables_of(kept), tables_of(gone))
    left = Parted(content["kept"], content["gone"])
    tables = reunited(content["whole"], left, now)
    was_renamed = _name_in(now.gone) != _name_in(left.gone)
    name = ChildRecord(given_names=gone.given_names, family_name=gone.family_name)
    name.source_on = gone.source_on
    give_reviews(kept_id, gone_id)
    quarantine.follow(numbers_in(now.gone), was=gone_id, now=kept_id)
    let_go(gone_id)
    rewrite(kept_id, tables[CHILD][0], tables)
    if was_renamed:
        keep_name(row_of(kept_id), name)
    take_corrections(row_of(kept_id), ())
    merge.other_id, merge.sealed = None, b""
    merge.undone_by, merge.undone_at = by.account_id, clock.now()
    index(kept_id)


def _older_merges(child_id: uuid.UUID) -> list[ChildMerge]:
    """Merges and splits of a record before it is split."""
    touching = select(ChildMerge).where(of_child(ChildMerge, child_id)).with_for_update()
    return list(db.session.scalars(touching.execution_options(populate_existing=True)))


def _forget_copies(older: Iterable[ChildMerge]) -> None:
    """Their copies hold what another record has from now on, which may be hidden without this one.
    They can be undone no more: the record is split by its numbers instead."""
    for row in older:
        row.sealed = b""


def _drawn(whole: Tables, wish: Wish) -> Parted:
    """Both records as they will be, each under numbers that no other record has."""
    sides = sides_of(whole, wish)
    (number,) = unused_numbers(1)
    gone = sides.gone[CHILD][0] | {"record_number": number}
    ours, theirs = (_with_own_origin(one, wish) for one in (sides.kept[CHILD][0], gone))
    return replace(sides, kept=sides.kept | {CHILD: [ours]}, gone=sides.gone | {CHILD: [theirs]})


def _with_own_origin(own: Packed, wish: Wish) -> Packed:
    """A child's row says who first reported it; where another row says the same, nobody did."""
    origin = tuple_(ChildRecord.source, ChildRecord.source_id)
    same = everything(Job.REVIEW).where(origin.in_([(own["source"], own["source_id"])]))
    others = same.where(ChildRecord.id != wish.child_id).with_only_columns(ChildRecord.id)
    return own | {"source_id": random_id().hex} if db.session.scalar(others) else own


def _is_last_word(table: str, rows: list[Packed], number: Packed) -> bool:
    return is_last_word(table, rows, number["said"])


def _merge_of(whole: Tables, sides: Parted, wish: Wish, by: Identity) -> ChildMerge:
    number = sides.gone[CHILD][0]["record_number"]
    merge = ChildMerge(
        id=random_id(), is_split=True, child_id=wish.child_id, other_id=wish.new_id,
        gone_id=wish.new_id, gone_number=number, merged_by=by.account_id, merged_at=clock.now(),
    )  # fmt: skip
    seal_into(merge, {"whole": whole, "kept": sides.kept, "gone": sides.gone})
    return merge


def _review_of(wish: Wish, by: Identity) -> ChildReview:
    """What remembers that the two are two children."""
    one_id, other_id = in_order(wish.child_id, wish.new_id)
    now = clock.now()
    return ChildReview(
        id=random_id(), one_id=one_id, other_id=other_id, cause=ReviewCause.DUPLICATE.value,
        bits=0.0, evidence="", source="", opened_by=by.account_id, opened_at=now,
        outcome=ReviewAnswer.DIFFERENT.value, settled_by=by.account_id, settled_at=now,
    )  # fmt: skip


def _name_in(tables: Any) -> tuple[str, str]:
    own = tables[CHILD][0]
    return own["given_names"], own["family_name"]
