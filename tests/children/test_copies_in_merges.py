"""What is kept so that a merge or a split can be undone is never a second copy of somebody who was
hidden since: wherever a part of a record went, no older copy of it stays behind.
"""

import datetime as dt
import json
import uuid
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import migrations
from portal.children import actions, splitting
from portal.children.models import ChildMerge, ChildRecord
from portal.children.rules import Change
from portal.children.vault import Grade
from portal.children.vault.splits import content_of
from portal.core.errors import Conflict, NotFound
from tests.children.reporting import FEED
from tests.children.test_merging import STEWARD, all_of, draft, led_to, merge, row, two, undo
from tests.children.test_splitting import split, wish

COUNCIL = ("council", "C1")
HERS = ("Brackenbury", "1 Mill Lane")


def hide(child_id: uuid.UUID) -> None:
    actions.hide_child(child_id=child_id, grade=Grade.ABSENT, by=FEED)


def lift(child_id: uuid.UUID) -> None:
    actions.unhide_child(child_id=child_id, by=FEED)


def three(session: Session) -> uuid.UUID:
    """A record into which three sources put three girls; what joined them is undone no more."""
    kept, gone = two(session)
    third = actions.create_child(draft=draft("nursery", "N1", family_name="Hollowell"), by=FEED)
    merge(kept, gone)
    merge(kept, third)
    session.query(ChildMerge).delete()
    return kept


def copied(session: Session) -> list[str]:
    """Those words about the girl of the council that a copy in the open tells."""
    session.expire_all()
    kept = [row for row in session.scalars(select(ChildMerge)) if row.sealed]
    told = " ".join(json.dumps(content_of(row)) for row in kept)
    return [word for word in HERS if word in told]


def test_an_undone_merge_is_hidden_with_either_and_keeps_no_copy(session: Session) -> None:
    kept, gone = two(session)
    merge_id = merge(kept, gone)
    undo(merge_id)
    assert actions.open_merge(merge_id=merge_id, by=STEWARD).facts == ()
    hide(gone)
    assert session.scalars(select(ChildMerge)).all() == []
    with pytest.raises(NotFound):
        actions.open_merge(merge_id=merge_id, by=STEWARD)
    lift(gone)
    undo(merge_id)
    assert (row(kept).family_name, row(gone).family_name) == ("Quillfeather", "Brackenbury")
    # Whoever it was joined to since takes it along.
    third = actions.create_child(draft=draft("nursery", "N1", family_name="Hollowell"), by=FEED)
    merge(third, gone)
    hide(third)
    assert session.scalars(select(ChildMerge)).all() == []


def test_of_a_merge_whose_record_was_split_no_copy_is_kept(session: Session) -> None:
    kept, gone = two(session)
    number = row(gone).record_number
    merge_id = merge(kept, gone)
    one = wish(kept, COUNCIL)
    split(one)
    hide(one.new_id)
    assert copied(session) == []
    assert actions.open_merge(merge_id=merge_id, by=STEWARD).facts == ()
    with pytest.raises(Conflict):
        undo(merge_id)
    # Which number leads where does not hang on who is hidden.
    assert led_to(session, record_number=number) == [kept]


def test_of_a_split_whose_record_was_split_again_no_copy_is_kept(session: Session) -> None:
    first = wish(three(session), ("nursery", "N1"))
    earlier = split(first)
    second = wish(first.child_id, COUNCIL)
    later = split(second)
    hide(second.new_id)
    assert copied(session) == []
    with pytest.raises(Conflict):
        undo(earlier)
    lift(second.new_id)
    undo(later)
    assert copied(session) == []
    with pytest.raises(Conflict):
        undo(earlier)


def test_nor_of_one_that_was_in_the_vault_meanwhile(session: Session) -> None:
    first = wish(three(session), ("nursery", "N1"))
    earlier = split(first)
    hide(first.new_id)
    second = wish(first.child_id, COUNCIL)
    split(second)
    hide(second.new_id)
    lift(first.new_id)
    assert copied(session) == []
    assert session.get_one(ChildMerge, earlier).sealed == b""


def test_nor_of_one_whose_record_was_split_in_the_vault(session: Session) -> None:
    kept, gone = two(session)
    merge_id = merge(kept, gone)
    hide(kept)
    one = wish(kept, COUNCIL)
    splitting.split_hidden(one, by=STEWARD)
    lift(kept)
    assert copied(session) == []
    assert session.get_one(ChildMerge, merge_id).sealed == b""
    lift(one.new_id)
    (later,) = session.scalars(select(ChildMerge.id).where(ChildMerge.is_split))
    undo(later)
    assert row(one.new_id) is None
    assert len(all_of(session, kept)[0]["child_source"]) == 2


def test_what_an_earlier_version_kept_is_forgotten(session: Session) -> None:
    first = wish(three(session), ("nursery", "N1"))
    earlier = split(first)
    kept = session.get_one(ChildMerge, earlier).sealed
    second = wish(first.child_id, COUNCIL)
    later = split(second)
    one, other = two(session, given_names="Odile")
    undone = merge(one, other)
    undo(undone)
    for merge_id in (earlier, undone):
        session.get_one(ChildMerge, merge_id).sealed = kept
    session.get_one(ChildMerge, undone).other_id = None
    session.flush()
    _upgrade(session)
    session.expire_all()
    rows = {row.id: row for row in session.scalars(select(ChildMerge))}
    assert [bool(rows[one].sealed) for one in (earlier, later, undone)] == [False, True, False]
    assert (rows[undone].other_id, rows[later].other_id) == (other, second.new_id)


def _upgrade(session: Session) -> None:
    """Take the step that forgets them, on a database that has taken it."""
    (path,) = Path(str(migrations.__file__)).parent.glob("versions/*_copies_in_merges.py")
    spec = spec_from_file_location("copies_in_merges", path)
    assert spec
    assert spec.loader
    step = module_from_spec(spec)
    spec.loader.exec_module(step)
    with Operations.context(MigrationContext.configure(session.connection())):
        step.upgrade()


@pytest.mark.parametrize("is_hidden", [False, True], ids=["open", "hidden"])
@pytest.mark.parametrize("is_split", [False, True], ids=["merge", "split"])
def test_undoing_gives_back_no_number_that_its_source_uses_for_somebody_else(
    session: Session, is_split: bool, is_hidden: bool
) -> None:
    """Undone or not, whoever is hidden; and who bears the number by now comes back with a lift."""
    kept, gone = two(session)
    merge_id, number = merge(kept, gone), COUNCIL
    if is_split:
        merge_id, number = split(wish(kept, COUNCIL)), ("school-records", "S1")
    stranger = draft(*number, family_name="Zimmerman", given_names="Bartholomew")
    ((theirs, change),) = actions.put_children(
        drafts=[replace(stranger, date_of_birth=dt.date(2010, 11, 27))], by=FEED
    )
    assert (change, row(theirs).source_id) == (Change.CHANGED, number[1])
    if is_hidden:
        hide(theirs)
    undo(merge_id)
    if is_hidden:
        lift(theirs)
    first_told = ChildRecord.source == number[0], ChildRecord.source_id == number[1]
    assert session.scalars(select(ChildRecord.id).where(*first_told)).all() == [theirs]
