"""What follows once an officer found that it is the same child: tasks, a shield, a restore."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from portal.children import queries, vault
from portal.children.models import ChildRecord
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db
from portal.feeds.rules import FileKind
from tests.cast import CHILDREN as TOWN
from tests.children.vault.following import earlier_database, replay
from tests.databases import Stage
from tests.editor import Editor
from tests.feeds.filing import Cells, child, feed, write
from tests.search.asking import id_of
from tests.shielding.held import addresses, judge
from tests.shielding.shields import Clock, date_boxes, documents, grade_of, later, shield

SignIn = Callable[[str], Editor]
REFUGE = {"address": "7 Refuge Road", "postcode": "QH2 2BB"}


def report(portal: Flask, folder: Path, source: str, row: Cells) -> None:
    """Import one row."""
    path = write(folder / "some.csv", FileKind.CHILDREN, [row])
    assert feed(portal, path, FileKind.CHILDREN, source=source).exit_code == 0


def take_as_same(officer: Editor) -> int:
    """Decide the only row of the work list; return the status of the answer."""
    (address,) = addresses(officer)
    return judge(officer, address, "same").status_code


def row_of(portal: Flask, child_id: uuid.UUID) -> tuple[str, str]:
    """The source of a child of the town, and the number it has there."""
    with portal.app_context():
        found = everything(Job.FEED).where(ChildRecord.id == child_id)
        row = db.session.scalars(found).one()
        return row.source, row.source_id


def about_story(number: str, **more: str) -> Cells:
    """What a source says of the child of the story under one of its numbers."""
    story = TOWN.story
    return child(
        1, source_id=number, given_names=story.given_names, family_name=story.family_name,
        date_of_birth=story.date_of_birth.isoformat(), gender=story.gender,
        nhs_number="", upn="", **more,
    )  # fmt: skip


def test_whoever_lives_at_the_new_address_becomes_a_task(
    portal: Flask, sign_in: SignIn, tmp_path: Path
) -> None:
    source, number = row_of(portal, id_of(portal, TOWN.story))
    shield(portal, sign_in, TOWN.story, decision="absent")
    before = documents(portal, "task")
    report(portal, tmp_path, "emis", child(2, **REFUGE))
    with portal.app_context():
        sibling = queries.child_ids("emis", ["K2"])["K2"]
    report(portal, tmp_path, source, about_story(number, **REFUGE))
    officer = sign_in("shield_officer")
    assert take_as_same(officer) == 303
    (task,) = [one for one in documents(portal, "task") if one not in before]
    assert task["child_id"] == str(sibling)


def test_a_record_that_was_hidden_too_is_under_its_shield_after_a_restore(
    stage: Stage, portal: Flask, sign_in: SignIn, tmp_path: Path, clock_at: Clock
) -> None:
    report(portal, tmp_path, "emis", {**about_story("E7"), "family_name": "Thistlewood"})
    with portal.app_context():
        other = queries.child_ids("emis", ["E7"])["E7"]
    shield(portal, sign_in, TOWN.story, decision="absent")
    report(portal, tmp_path, "emis", about_story("E7"))
    assert take_as_same(sign_in("shield_officer")) == 303
    before = documents(portal, "shield")
    assert [one["child_id"] for one in before][1:] == [str(other)]
    # The record came after the back-up: of it the ledger alone knows.
    earlier_database(stage, portal)
    replay(portal)
    assert documents(portal, "shield") == before
    assert grade_of(portal, other) is vault.Grade.ABSENT
    review_and_lift(portal, sign_in, clock_at, str(other))
    assert grade_of(portal, other) is None


def review_and_lift(portal: Flask, sign_in: SignIn, clock_at: Clock, child_id: str) -> None:
    """Find the shield of a child on the officers' list, review it, and lift it."""
    with portal.app_context():
        held = dict(vault.all_on(vault.Shelf.SHIELD))
    (shield_id,) = [one for one, words in held.items() if words.get("child_id") == child_id
                    and words["kind"] == "shield"]  # fmt: skip
    officer, second = sign_in("shield_officer"), sign_in("second_shield_officer")
    assert str(shield_id) in officer.get("/shields/in-force").get_data(as_text=True)
    boxes = date_boxes("review_on", clock.today() + dt.timedelta(days=60))
    assert officer.post(f"/shields/{shield_id}/review", data=boxes).status_code == 303
    officer.post(f"/shields/{shield_id}/lift", data={"reason": "risk_over"})
    later(portal, clock_at, dt.timedelta(days=1, minutes=2))
    assert second.post(f"/shields/{shield_id}/lift/confirm").status_code == 303
