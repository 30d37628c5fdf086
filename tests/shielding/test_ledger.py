"""After a restore the officers find the shields again, not only the children hidden."""

import datetime as dt
import uuid

import pytest
from flask import Flask
from sqlalchemy import update

from portal.children import actions as children
from portal.children import vault
from portal.children.models import ChildSource
from portal.children.vault.ledger_standing import Fault
from portal.core.db import db
from portal.shielding import actions
from tests.cast import CHILDREN
from tests.children.vault.following import (
    OPERATOR,
    agreement,
    commit,
    earlier_database,
    replay,
)
from tests.databases import Stage
from tests.search.asking import id_of
from tests.shielding.shields import (
    Clock,
    SignIn,
    document_ids,
    documents,
    grade_of,
    later,
    shield,
)
from tests.shielding.test_new_identity import NEW

DAY = dt.timedelta(days=1, minutes=2)


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_a_shield_given_after_the_back_up_is_there_again(
    stage: Stage, portal: Flask, sign_in: SignIn, clock_at: Clock, decision: str
) -> None:
    child_id = id_of(portal, CHILDREN.story)
    shield_id = shield(portal, sign_in, decision=decision)
    before = documents(portal, "shield")
    earlier_database(stage, portal)
    assert documents(portal, "shield") == []
    replay(portal)
    assert grade_of(portal, child_id) == decision
    assert documents(portal, "shield") == before
    officer, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert shield_id in officer.get("/shields/in-force").get_data(as_text=True)
    officer.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"})
    later(portal, clock_at, DAY)
    assert other.post(f"/shields/{shield_id}/lift/confirm").status_code == 303
    lifted = documents(portal, "shield")
    assert lifted[0]["closed_at"]
    earlier_database(stage, portal)
    replay(portal)
    assert grade_of(portal, child_id) is None
    assert documents(portal, "shield") == lifted


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_what_was_joined_to_a_child_since_is_hidden_with_the_child(
    stage: Stage, portal: Flask, sign_in: SignIn, decision: str
) -> None:
    """The back-up holds another record of the child, with contacts of its own."""
    child_id, other_id = id_of(portal, CHILDREN.story), id_of(portal, CHILDREN.welsh)

    def join() -> None:
        children.merge_children(kept_id=child_id, gone_id=other_id, by=OPERATOR)

    commit(portal, join)
    shield(portal, sign_in, decision=decision)
    earlier_database(stage, portal)
    commit(portal, lambda: actions.replay_ledger(by=OPERATOR))
    assert [grade_of(portal, one) for one in (child_id, other_id)] == [decision, decision]
    held = documents(portal, "shield")
    assert {one["child_id"] for one in held} == {str(child_id), str(other_id)}
    assert len({str(one["ground"]) for one in held}) == 1
    assert agreement(portal).fault is Fault.NONE
    # What was done then stands in the ledger as well.
    earlier_database(stage, portal)
    commit(portal, lambda: actions.replay_ledger(by=OPERATOR))
    assert grade_of(portal, other_id) == decision
    assert documents(portal, "shield") == held


def test_a_masked_record_from_which_an_absent_child_was_parted_is_absent_under_its_own_shield(
    stage: Stage, portal: Flask, sign_in: SignIn
) -> None:
    """In the back-up both are one record, and its stub would bear the name of either."""
    masked, absent = id_of(portal, CHILDREN.story), id_of(portal, CHILDREN.welsh)

    def part() -> None:
        numbers = update(ChildSource).where(ChildSource.child_id == masked)
        db.session.execute(numbers.values(child_id=absent))

    commit(portal, part)
    shields = [shield(portal, sign_in), shield(portal, sign_in, CHILDREN.welsh, "absent")]
    earlier_database(stage, portal)
    commit(portal, lambda: actions.replay_ledger(by=OPERATOR))
    assert [grade_of(portal, one) for one in (masked, absent)] == ["absent", "absent"]
    assert sorted(document_ids(portal, "shield")) == sorted(shields)
    assert {one["grade"] for one in documents(portal, "shield")} == {"absent"}


def kept_apart(app: Flask) -> list[tuple[uuid.UUID, dict[str, object]]]:
    """Return every pair of records that are kept apart."""
    with app.app_context():
        return vault.all_on(vault.Shelf.PAIR)


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_a_new_identity_stays_apart_from_the_old_one(
    stage: Stage, portal: Flask, sign_in: SignIn, decision: str
) -> None:
    child_id = id_of(portal, CHILDREN.story)
    shield_id = shield(portal, sign_in, decision=decision)
    answer = sign_in("shield_officer").post(f"/shields/{shield_id}/new-identity", data=NEW)
    assert answer.status_code == 303
    pairs = kept_apart(portal)
    assert len(pairs) == 1
    earlier_database(stage, portal)
    assert kept_apart(portal) == []
    replay(portal)
    assert kept_apart(portal) == pairs
    assert grade_of(portal, child_id) == "absent"
