"""Children at the address of a hidden child, and who resembles it: each a task for the officers."""

import datetime as dt
import uuid

from flask import Flask
from sqlalchemy import update

from portal.children import vault
from portal.children.models import ChildAddress
from portal.children.vault import Grade
from portal.core import clock
from portal.core.db import db
from tests.cast import CHILDREN
from tests.search.asking import id_of
from tests.shielding.shields import (
    DAY,
    Clock,
    SignIn,
    date_boxes,
    decide,
    document_ids,
    documents,
    grade_of,
    later,
    shield,
)


def tasks_of(portal: Flask) -> list[str]:
    """The children whom the tasks are about."""
    return [str(one["child_id"]) for one in documents(portal, "task") if not one["closed_at"]]


def test_the_twin_at_the_same_address_becomes_a_task(portal: Flask, sign_in: SignIn) -> None:
    twin = id_of(portal, CHILDREN.twin_two)
    shield(portal, sign_in, CHILDREN.twin_one)
    officer = sign_in("shield_officer")
    assert tasks_of(portal) == [str(twin)]
    assert "Zain Akhtar, maybe the same child as Zayn Akhtar" in officer.get("/shields").get_data(
        as_text=True
    )
    (task_id,) = document_ids(portal, "task")
    answer = officer.post(f"/shield-tasks/{task_id}/request")
    assert answer.status_code == 303
    request_id = answer.headers["Location"].rpartition("/")[2]
    again = officer.post(f"/shield-tasks/{task_id}/request").headers["Location"]
    assert again.endswith(request_id)
    assert decide(officer, request_id, "masked").status_code == 303
    assert grade_of(portal, twin) is Grade.MASKED
    assert tasks_of(portal) == [], "the first twin is hidden: no task in return"
    assert officer.post(f"/shield-tasks/{task_id}/request").status_code == 409


def test_a_task_can_be_settled_otherwise(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, CHILDREN.twin_one, "absent")
    officer = sign_in("shield_officer")
    (task_id,) = document_ids(portal, "task")
    address = f"/shield-tasks/{task_id}"
    assert "Zain Akhtar" in officer.get(address).get_data(as_text=True)
    assert officer.post(address, data={}).status_code == 422
    assert officer.post(address, data={"outcome": "shielded"}).status_code == 422
    assert officer.post(address, data={"outcome": "left"}).status_code == 303
    assert officer.post(address, data={"outcome": "left"}).status_code == 303
    assert officer.post(address, data={"outcome": "not_together"}).status_code == 409
    assert tasks_of(portal) == []
    assert sign_in("health_visitor").get(address).status_code == 403


def test_an_address_alike_is_not_the_same(portal: Flask, sign_in: SignIn) -> None:
    with portal.app_context():
        other = id_of(portal, CHILDREN.twin_two)
        db.session.execute(
            update(ChildAddress)
            .where(ChildAddress.child_id == other)
            .values(address="7a Elsewhere")
        )
        db.session.commit()
    shield(portal, sign_in, CHILDREN.twin_one)
    (task,) = documents(portal, "task")
    assert (task["child_id"], task["homes"]) == (str(other), []), "only alike, not beside"


def test_a_review_finds_who_has_come_since(portal: Flask, sign_in: SignIn, clock_at: Clock) -> None:
    with portal.app_context():
        other: uuid.UUID = id_of(portal, CHILDREN.twin_two)
        there = ChildAddress.child_id == other
        db.session.execute(update(ChildAddress).where(there).values(kind="last_known"))
        db.session.commit()
    shield_id = shield(portal, sign_in, CHILDREN.twin_one)
    assert [one["homes"] for one in documents(portal, "task")] == [[]]
    with portal.app_context():
        db.session.execute(update(ChildAddress).where(there).values(kind="current"))
        db.session.commit()
    boxes = date_boxes("review_on", clock.today() + 30 * DAY)
    officer = sign_in("shield_officer")
    for _ in range(2):
        assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 303
    assert tasks_of(portal) == [str(other)]
    assert [one["homes"] == [] for one in documents(portal, "task")] == [False]


def test_who_was_left_when_a_shield_was_lifted_is_looked_at_anew(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    twin = id_of(portal, CHILDREN.twin_two)
    shield_id = shield(portal, sign_in, CHILDREN.twin_one)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert one.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"}).status_code == 303
    later(portal, clock_at, DAY + dt.timedelta(minutes=2))
    assert other.post(f"/shields/{shield_id}/lift/confirm").status_code == 303
    assert tasks_of(portal) == []
    (task_id,) = document_ids(portal, "task")
    assert "The shield was lifted" in one.get(f"/shield-tasks/{task_id}").get_data(as_text=True)
    shield(portal, sign_in, CHILDREN.twin_one)
    assert tasks_of(portal) == [str(twin)]


def test_what_was_judged_is_asked_again_at_another_address_only(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    first, twin = (id_of(portal, one) for one in (CHILDREN.twin_one, CHILDREN.twin_two))
    shield_id = shield(portal, sign_in, CHILDREN.twin_one)
    (task_id,) = document_ids(portal, "task")
    officer = sign_in("shield_officer")
    settled = officer.post(f"/shield-tasks/{task_id}", data={"outcome": "not_together"})
    assert settled.status_code == 303
    boxes = date_boxes("review_on", clock.today() + 30 * DAY)
    assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 303
    assert tasks_of(portal) == []
    with portal.app_context():
        homes = update(ChildAddress).where(ChildAddress.child_id == twin)
        db.session.execute(homes.values(address="7 Refuge Road"))
        held = vault.record_of(first) or {}
        for home in held["child_address"]:
            home["address"] = "7 Refuge Road"
        vault.keep_record(first, held)
        db.session.commit()
    assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 303
    assert tasks_of(portal) == [str(twin)]
    page = officer.get("/shields").get_data(as_text=True)
    assert "Zain Akhtar, beside Zayn Akhtar" in page, "that they are two was judged before"


def test_no_child_at_the_address_no_task(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, CHILDREN.welsh)
    assert tasks_of(portal) == []
