"""A new identity: nothing leads from one record to the other, and ending a pair takes two."""

import datetime as dt
import json
import re
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.children import vault
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.children.vault import Grade, Shelf
from portal.core import clock
from portal.core.db import db
from portal.feeds.rules import FileKind
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.feeds.filing import child, feed, write
from tests.search.asking import about, boxes, id_of, log_lines, main_part, results
from tests.shielding.held import judge
from tests.shielding.shields import (
    ASKED,
    Clock,
    SignIn,
    date_boxes,
    decide,
    documents,
    grade_of,
    later,
    shield,
)

OLD = CHILDREN.former_name
BORN = OLD.date_of_birth
NEW = {
    "given_names": "Rosalind", "family_name": "Quennell", "gender": "female",
    **date_boxes("date_of_birth", BORN),
}  # fmt: skip
TYPED = boxes("Rosalind", "Quennell", f"{BORN.day} {BORN.month} {BORN.year}")
DAY = dt.timedelta(days=1)


def begin(portal: Flask, sign_in: SignIn, decision: str = "masked") -> tuple[uuid.UUID, uuid.UUID]:
    """Give the child a new identity; return the ids of old and new record."""
    old = id_of(portal, OLD)
    shield_id = shield(portal, sign_in, OLD, decision)
    answer = sign_in("shield_officer").post(f"/shields/{shield_id}/new-identity", data=NEW)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with portal.app_context():
        new = db.session.scalars(
            select(ChildRecord.id).where(ChildRecord.family_name == "Quennell")
        ).one()
    return old, new


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_the_new_is_found_and_the_old_is_not(portal: Flask, sign_in: SignIn, decision: str) -> None:
    old, new = begin(portal, sign_in, decision)
    assert grade_of(portal, old) is Grade.ABSENT
    assert documents(portal, "shield")[0]["grade"] == "absent"
    browser = sign_in("health_visitor")
    assert "Quennell" in main_part(results(browser, TYPED))
    record = main_part(browser.get(f"/children/{new}").get_data(as_text=True))
    for word in ("Fairbrother", "Kowalczyk", "Jasmine", "Underbank"):
        assert word not in record
    for typed in (
        about(OLD),
        boxes("Jasmine", "Kowalczyk", f"{BORN.day} {BORN.month} {BORN.year}"),
        boxes("Jasmine", "Fairbrother", f"- - {BORN.year}"),
    ):
        text = results(browser, typed)
        assert "No child found" in text
        assert "Quennell" not in text
    assert browser.get(f"/children/{old}").status_code in {303, 404}


def test_nothing_points_from_one_to_the_other(portal: Flask, sign_in: SignIn) -> None:
    old, new = begin(portal, sign_in)
    with portal.app_context():
        for model in (ChildName, ChildAddress):
            assert db.session.scalars(select(model).where(model.child_id == new)).all() == []
        row = db.session.scalars(select(ChildRecord).where(ChildRecord.id == new)).one()
        said = " ".join(str(getattr(row, column.name)) for column in row.__table__.columns)
        held = json.dumps([vault.identity_of(old), vault.record_of(old)])
        pairs = vault.all_on(Shelf.PAIR)
    assert old.hex not in said.replace("-", "")
    assert new.hex not in held.replace("-", "")
    assert "Quennell" not in held
    ((_, pair),) = pairs
    assert (pair["old"], pair["new"]) == (str(old), str(new))


def test_the_ordinary_log_says_nothing(portal: Flask, sign_in: SignIn) -> None:
    before = len(log_lines(portal, "child:imported"))
    old, new = begin(portal, sign_in)
    assert len(log_lines(portal, "child:imported")) == before
    assert all(line["subject_id"] not in {old, new} for line in log_lines(portal, "shield:paired"))
    page = sign_in("auditor").get("/log").get_data(as_text=True)
    assert new.hex[:8] not in page
    assert "Records kept apart" not in page


def test_only_one_new_identity_at_a_time(portal: Flask, sign_in: SignIn) -> None:
    begin(portal, sign_in)
    officer = sign_in("shield_officer")
    shield_id = officer.get("/shields/in-force").get_data(as_text=True).split("/shields/")[-1][:36]
    again = officer.post(f"/shields/{shield_id}/new-identity", data=NEW)
    assert again.status_code == 422
    assert "has a new identity already" in again.get_data(as_text=True)
    with portal.app_context():
        assert len(vault.all_on(Shelf.PAIR)) == 1


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("family_name", "Enter the new family name"),
        ("gender", "Choose a gender"),
        ("date_of_birth-day", "must include a day"),
    ],
)
def test_what_is_missing_is_said(
    portal: Flask, sign_in: SignIn, left_out: str, message: str
) -> None:
    shield_id = shield(portal, sign_in, OLD)
    typed = {name: value for name, value in NEW.items() if name != left_out}
    answer = sign_in("shield_officer").post(f"/shields/{shield_id}/new-identity", data=typed)
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert grade_of(portal, id_of(portal, OLD)) is Grade.MASKED


def test_where_the_log_takes_no_line_nothing_has_begun(portal: Flask, sign_in: SignIn) -> None:
    shield_id = shield(portal, sign_in, OLD)
    officer = sign_in("shield_officer")
    break_log(portal)
    assert officer.post(f"/shields/{shield_id}/new-identity", data=NEW).status_code == 500
    assert grade_of(portal, id_of(portal, OLD)) is Grade.MASKED
    with portal.app_context():
        assert vault.all_on(Shelf.PAIR) == []
        named = select(ChildRecord).where(ChildRecord.family_name == "Quennell")
        assert db.session.scalars(named).all() == []


def test_the_old_shield_stays_while_the_pair_does(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    old, _ = begin(portal, sign_in)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    shield_id = one.get("/shields/in-force").get_data(as_text=True).split("/shields/")[-1][:36]
    refused = one.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"})
    assert refused.status_code == 409
    assert "must go first" in refused.get_data(as_text=True)
    page = one.get("/kept-apart").get_data(as_text=True)
    assert "Jasmine Fairbrother" in page
    assert "Rosalind Quennell" in page
    with portal.app_context():
        ((pair_id, _),) = vault.all_on(Shelf.PAIR)
    address = f"/kept-apart/{pair_id}"
    assert other.post(f"{address}/confirm").status_code == 409, "nobody has proposed it"
    assert one.post(f"{address}/propose").status_code == 303
    assert one.post(f"{address}/propose").status_code == 303
    assert other.post(f"{address}/propose").status_code == 409
    assert other.post(f"{address}/confirm").status_code == 409, "too early"
    assert other.post(f"{address}/withdraw").status_code == 303
    assert other.post(f"{address}/propose").status_code == 303
    later(portal, clock_at, DAY + dt.timedelta(minutes=1))
    assert other.post(f"{address}/confirm").status_code == 409, "the same person"
    assert "Confirm: end the pair" in one.get("/kept-apart").get_data(as_text=True)
    assert one.post(f"{address}/confirm").status_code == 303
    assert one.post(f"{address}/confirm").status_code == 404
    assert "No child has a second identity." in one.get("/kept-apart").get_data(as_text=True)
    assert grade_of(portal, old) is Grade.ABSENT, "both stay as hidden as they are"
    lift = one.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"})
    assert lift.status_code == 303


def test_a_shield_on_the_new_record_can_be_lifted_while_the_pair_stands(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    old, new = begin(portal, sign_in)
    one, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    results(one, TYPED)
    asked = one.post(f"/children/{new}/shield-request", data=ASKED)
    request_id = asked.headers["Location"].rpartition("/")[2]
    made = decide(one, request_id, "masked").headers["Location"].partition("?")[0]
    page = one.get(made).get_data(as_text=True)
    assert "Propose to lift the shield" in page
    assert "Begin a new identity" not in page
    assert one.post(f"{made}/lift", data={"reason": "risk_over"}).status_code == 303
    later(portal, clock_at, DAY + dt.timedelta(minutes=1))
    assert other.post(f"{made}/lift/confirm").status_code == 303
    assert grade_of(portal, new) is None
    assert grade_of(portal, old) is Grade.ABSENT
    with portal.app_context():
        assert len(vault.all_on(Shelf.PAIR)) == 1
        old_shield = next(iter(of_child(old)))
    page = one.get(f"/shields/{old_shield}").get_data(as_text=True)
    assert "Propose to lift the shield" not in page


def of_child(child_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the shields of a child."""
    held = vault.all_on(Shelf.SHIELD)
    return [
        one for one, content in held
        if content["kind"] == "shield" and content["child_id"] == str(child_id)
    ]  # fmt: skip


def test_no_row_of_a_feed_joins_the_two(portal: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    old, _ = begin(portal, sign_in)
    row = child(
        1, given_names="Jasmine", family_name="Fairbrother", former_family_names="",
        date_of_birth=BORN.isoformat(), gender="female", nhs_number="", upn="",
    )  # fmt: skip
    file = write(tmp_path / "some.csv", FileKind.CHILDREN, [row])
    assert feed(portal, file, FileKind.CHILDREN, source="elsewhere").exit_code == 0
    officer = sign_in("shield_officer")
    page = officer.get("/quarantine").get_data(as_text=True)
    (address,) = re.findall(r'href="(/quarantine/[0-9a-f-]{36})"', page)
    refused = judge(officer, address, "same")
    assert "must never be joined" in refused.get_data(as_text=True)
    with portal.app_context():
        held = json.dumps([vault.identity_of(old), vault.record_of(old)])
    assert "elsewhere" not in held


def test_the_new_row_does_not_stand_out_in_its_table(portal: Flask, sign_in: SignIn) -> None:
    with portal.app_context():
        known = set(db.session.scalars(select(ChildRecord.source)))
    _, new = begin(portal, sign_in)
    with portal.app_context():
        row = db.session.scalars(select(ChildRecord).where(ChildRecord.id == new)).one()
        assert row.source in known
        assert row.created_at == row.changed_at


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "auditor", "helpdesk"])
def test_nobody_else_sees_or_ends_a_pair(portal: Flask, sign_in: SignIn, key: str) -> None:
    begin(portal, sign_in)
    with portal.app_context():
        ((pair_id, _),) = vault.all_on(Shelf.PAIR)
    browser = sign_in(key)
    assert browser.get("/kept-apart").status_code == 403
    for verb in ("propose", "withdraw", "confirm"):
        assert browser.post(f"/kept-apart/{pair_id}/{verb}").status_code == 403


def test_counts_withhold_what_is_small(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, CHILDREN.story)
    officer = sign_in("shield_officer")
    page = main_part(officer.get("/shields/counts").get_data(as_text=True))
    year = clock.today().year
    assert f"{year} so far" in page
    assert page.count("fewer than 5") == 4
    assert "between 0 and 16" in page
    for other in (CHILDREN.twin_one, CHILDREN.welsh, CHILDREN.one_name, CHILDREN.nobody_now):
        shield(portal, sign_in, other)
    page = main_part(officer.get("/shields/counts").get_data(as_text=True))
    assert page.count("fewer than 5") == 3
    assert "between 5 and 17" in page
    assert "Risk of harm 5" in page
    assert len(log_lines(portal, "shield:counted")) == 2
