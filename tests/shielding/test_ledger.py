"""After a restore the officers find the shields again, not only the children hidden."""

import datetime as dt
import uuid

import pytest
from flask import Flask

from portal.children import vault
from tests.cast import CHILDREN
from tests.children.vault.following import earlier_database, replay
from tests.databases import Stage
from tests.search.asking import id_of
from tests.shielding.shields import Clock, SignIn, documents, grade_of, later, shield
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
