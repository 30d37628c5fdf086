"""A new identity too near the old one: the officer is told what an old name finds, and decides."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from portal.children import vault
from portal.children.models import ChildRecord
from portal.children.vault import Grade, Shelf
from portal.core.db import db
from tests.cast import CHILDREN
from tests.children.vault.following import earlier_database, replay
from tests.databases import Stage
from tests.search.asking import about, id_of, log_lines, main_part, results
from tests.shielding.shields import (
    DAY,
    SignIn,
    date_boxes,
    documents,
    grade_of,
    shield,
)

OLD = CHILDREN.story
NEAR = {
    "given_names": OLD.given_names, "family_name": "Brackenbury", "gender": OLD.gender,
    **date_boxes("date_of_birth", OLD.date_of_birth),
}  # fmt: skip
FAR = {**NEAR, "given_names": "Rosalind", "family_name": "Quennell"}


def new_records(portal: Flask) -> list[uuid.UUID]:
    """The records of the index under the new name."""
    with portal.app_context():
        named = select(ChildRecord.id).where(ChildRecord.family_name == "Brackenbury")
        return list(db.session.scalars(named))


def pairs(portal: Flask) -> list[dict[str, object]]:
    """The pairs that are kept apart."""
    with portal.app_context():
        return [content for _, content in vault.all_on(Shelf.PAIR)]


def refused(portal: Flask, sign_in: SignIn) -> tuple[str, str]:
    """Try to begin it near the old one; return the address and what the officer is told."""
    address = f"/shields/{shield(portal, sign_in, OLD)}/new-identity"
    answer = sign_in("shield_officer").post(address, data=NEAR)
    assert answer.status_code == 422
    return address, main_part(answer.get_data(as_text=True))


def test_the_officer_is_told_and_nothing_has_begun(portal: Flask, sign_in: SignIn) -> None:
    child = id_of(portal, OLD)
    _, page = refused(portal, sign_in)
    assert "What an old name finds" in page
    assert (
        "Kaitlyn Rose Prendergast, with the date of birth "
        "(given name matches; family name is different; date of birth matches"
    ) in " ".join(page.split())
    assert grade_of(portal, child) is Grade.MASKED, "the old record is as it was"
    assert [one["grade"] for one in documents(portal, "shield")] == ["masked"]
    assert new_records(portal) == pairs(portal) == []
    assert log_lines(portal, "shield:paired") == []
    assert "Brackenbury" not in results(sign_in("police_officer"), about(OLD))


def test_names_far_enough_begin_without_a_question(portal: Flask, sign_in: SignIn) -> None:
    address, _ = refused(portal, sign_in)
    officer = sign_in("shield_officer")
    later = date_boxes("date_of_birth", OLD.date_of_birth + 40 * DAY)
    assert officer.post(address, data={**FAR, **later}).status_code == 303
    assert len(pairs(portal)) == 1
    assert "No child found" in results(sign_in("police_officer"), about(OLD))


@pytest.mark.parametrize(
    ("beginning", "is_offered"), [("open", True), ("masked", True), ("absent", False)]
)
def test_the_officer_decides_how_it_begins(
    portal: Flask, sign_in: SignIn, beginning: str, is_offered: bool
) -> None:
    old = id_of(portal, OLD)
    address, _ = refused(portal, sign_in)
    officer = sign_in("shield_officer")
    assert officer.post(address, data={**NEAR, "beginning": beginning}).status_code == 303
    (pair,) = pairs(portal)
    new = uuid.UUID(str(pair["new"]))
    assert grade_of(portal, old) is Grade.ABSENT
    assert grade_of(portal, new) == (None if beginning == "open" else Grade(beginning))
    text = results(sign_in("police_officer"), about(OLD))
    assert ("Brackenbury" in text) is is_offered
    assert ("No child found" in text) is not is_offered
    of_new = [one for one in documents(portal, "shield") if one["child_id"] == str(new)]
    assert [one["grade"] for one in of_new] == [one for one in [beginning] if one != "open"]
    (line,) = [line for line in log_lines(portal, "shield:paired") if line["subject_id"]]
    assert line["details"]["beginning"] == beginning
    assert "Brackenbury" in officer.get("/kept-apart").get_data(as_text=True)


def test_a_hidden_beginning_is_hidden_after_a_restore_too(
    stage: Stage, portal: Flask, sign_in: SignIn
) -> None:
    address, _ = refused(portal, sign_in)
    officer = sign_in("shield_officer")
    assert officer.post(address, data={**NEAR, "beginning": "absent"}).status_code == 303
    (pair,) = pairs(portal)
    before = documents(portal, "shield")
    earlier_database(stage, portal)
    replay(portal)
    assert pairs(portal) == [pair]
    assert grade_of(portal, uuid.UUID(str(pair["new"]))) is Grade.ABSENT
    assert documents(portal, "shield") == before


def test_another_open_record_of_the_old_identity_is_asked_about(
    portal: Flask, sign_in: SignIn
) -> None:
    twin = id_of(portal, CHILDREN.twin_two)
    shield_id = shield(portal, sign_in, CHILDREN.twin_one, "absent")
    for task_id in [one for one, _ in tasks(portal)]:
        with portal.app_context():
            vault.remove(Shelf.SHIELD, task_id)
            db.session.commit()
    officer = sign_in("shield_officer")
    begun = officer.post(f"/shields/{shield_id}/new-identity", data=FAR)
    assert begun.status_code == 303, begun.get_data(as_text=True)
    assert [one["child_id"] for _, one in tasks(portal)] == [str(twin)]


def tasks(portal: Flask) -> list[tuple[uuid.UUID, dict[str, object]]]:
    """What waits about records in the open."""
    with portal.app_context():
        held = vault.all_on(Shelf.SHIELD)
    return [one for one in held if one[1]["kind"] == "task" and not one[1]["closed_at"]]
