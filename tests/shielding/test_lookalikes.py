"""Two records of one child: hiding one of them asks the officers about the other."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.children import queries, vault
from portal.children.vault import Grade, Shelf
from portal.core.db import db
from portal.feeds.rules import FileKind
from portal.shielding import actions
from portal.shielding.actions import lookalikes
from tests.access.writing import break_log
from tests.children.looking import say_why
from tests.children.reporting import FEED
from tests.children.vault.following import commit, die, earlier_database, killed, replay
from tests.databases import Stage
from tests.editor import Editor
from tests.feeds.filing import child, feed, write
from tests.search.asking import address_of_results, boxes, main_part
from tests.shielding.shields import (
    ASKED,
    SignIn,
    date_boxes,
    decide,
    document_ids,
    documents,
    grade_of,
)

Tell = Callable[..., None]
ZOE = child(1, given_names="Zoë", family_name="Quillfeather", date_of_birth="2015-03-04")
AGAIN = {**ZOE, "source_id": "E9", "address": "9 Weavers Close", "postcode": "QH2 2BB"}
UNNUMBERED = {"nhs_number": "", "upn": ""}
TYPED = boxes("Zoë", "Quillfeather", "4 3 2015")


@pytest.fixture
def tell(portal: Flask, tmp_path: Path) -> Tell:
    """Import rows of children as a source reports them."""

    def send(*rows: dict[str, str], source: str = "mosaic") -> None:
        file = write(tmp_path / "some.csv", FileKind.CHILDREN, rows)
        assert feed(portal, file, FileKind.CHILDREN, source=source).exit_code == 0
        with portal.app_context():
            db.session.rollback()

    return send


def known(portal: Flask, source: str, number: str) -> uuid.UUID:
    """Return the id of the child that a source reported."""
    with portal.app_context():
        return queries.child_ids(source, [number])[number]


def request_for(officer: Editor, child_id: uuid.UUID) -> str:
    """Ask for a shield on a record; return the address of the request."""
    say_why(officer, child_id)
    answer = officer.post(f"/children/{child_id}/shield-request", data=ASKED)
    return f"/shield-requests/{answer.headers['Location'].rpartition('/')[2]}"


def hide(officer: Editor, child_id: uuid.UUID, decision: str = "absent") -> None:
    """Let an officer hide a record."""
    number = request_for(officer, child_id).rpartition("/")[2]
    assert decide(officer, number, decision).status_code == 303


def twice(portal: Flask, tell: Tell, **changes: str) -> tuple[uuid.UUID, uuid.UUID]:
    """A source reports one child twice; return the ids of both records."""
    tell(ZOE)
    tell({**AGAIN, **changes})
    return known(portal, "mosaic", "K1"), known(portal, "mosaic", "E9")


@pytest.mark.parametrize("decision", ["masked", "absent"])
def test_a_second_record_is_named_before_and_can_be_hidden_too(
    portal: Flask, tell: Tell, sign_in: SignIn, decision: str
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    address = request_for(officer, one)
    page = officer.get(address).get_data(as_text=True)
    assert "1 other record may be about the same child" in page
    assert decide(officer, address.rpartition("/")[2], decision).status_code == 303
    assert grade_of(portal, two) is None, "nothing is hidden without an officer"
    (task_id,) = document_ids(portal, "task")
    task = f"/shield-tasks/{task_id}"
    assert "same child as Zoë Quillfeather" in officer.get("/shields").get_data(as_text=True)
    assert "It is the same child: hide this record too" in officer.get(task).get_data(as_text=True)
    for _ in range(2):
        assert officer.post(f"{task}/same").status_code == 303
    assert grade_of(portal, two) is Grade(decision)
    first, second = documents(portal, "shield")
    assert {first["child_id"], second["child_id"]} == {str(one), str(two)}
    for word in ("grade", "ground", "review_on"):
        assert first[word] == second[word]
    assert "hidden too" in officer.get(task).get_data(as_text=True)
    assert officer.post(f"{task}/another").status_code == 409
    browser = sign_in("social_worker")
    found = main_part(browser.get(address_of_results(browser, TYPED)).get_data(as_text=True))
    assert ("No child found" in found) is (decision == "absent")
    assert "Weavers" not in found


def test_after_a_restore_the_second_record_is_under_its_shield_again(
    stage: Stage, portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    hide(officer, one)
    (task_id,) = document_ids(portal, "task")
    assert officer.post(f"/shield-tasks/{task_id}/same").status_code == 303
    before = documents(portal, "shield")
    earlier_database(stage, portal)
    replay(portal)
    assert documents(portal, "shield") == before
    assert grade_of(portal, two) is Grade.ABSENT


@pytest.mark.parametrize("place", ["close_task", "open_tasks"])
def test_killed_half_way_the_second_record_is_as_it_was(
    portal: Flask, tell: Tell, sign_in: SignIn, place: str
) -> None:
    one, two = twice(portal, tell)
    hide(sign_in("shield_officer"), one)
    (task_id,) = document_ids(portal, "task")
    before = documents(portal, "task"), documents(portal, "shield")

    def trap(**_: object) -> None:
        die()

    def step() -> None:
        actions.shield_same_child(task_id=uuid.UUID(task_id), by=FEED)

    assert killed(portal, step, at=lambda: setattr(lookalikes, place, trap))
    assert grade_of(portal, two) is None
    assert (documents(portal, "task"), documents(portal, "shield")) == before
    commit(portal, step)
    assert grade_of(portal, two) is Grade.ABSENT


def test_another_child_stays_and_is_not_asked_again(
    portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    one, two = twice(portal, tell, given_names="Zoe", **UNNUMBERED)
    officer = sign_in("shield_officer")
    hide(officer, one, "masked")
    (task_id,) = document_ids(portal, "task")
    task = f"/shield-tasks/{task_id}"
    for _ in range(2):
        assert officer.post(f"{task}/another").status_code == 303
    assert officer.post(f"{task}/same").status_code == 409
    assert officer.post(task, data={"outcome": "left"}).status_code == 409
    hide(officer, one)
    assert [one["outcome"] for one in documents(portal, "task")] == ["another"]
    assert grade_of(portal, two) is None
    assert "No other child waits" in officer.get("/shields").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({"given_names": "Max", "family_name": "Ockenden", "date_of_birth": "2011-08-21"}, 1),
        ({"family_name": "Brackenbury", **UNNUMBERED}, 1),
        ({"given_names": "Aurelia", **UNNUMBERED}, 1),
        ({"date_of_birth": "2015-03-14", **UNNUMBERED}, 1),
        ({"family_name": "Brackenbury", "date_of_birth": "2011-08-21", **UNNUMBERED}, 0),
        ({"given_names": "Aurelia", "family_name": "Brackenbury", **UNNUMBERED}, 0),
    ],
)  # fmt: skip
def test_a_number_or_a_resemblance_is_asked_about(
    portal: Flask, tell: Tell, sign_in: SignIn, changes: dict[str, str], is_asked: int
) -> None:
    one, two = twice(portal, tell, **changes)
    hide(sign_in("shield_officer"), one)
    about = [task for task in documents(portal, "task") if task["child_id"] == str(two)]
    assert len(about) == is_asked


def test_who_is_hidden_already_is_not_asked_about(
    portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    hide(officer, one)
    hide(officer, two)
    assert [task["outcome"] for task in documents(portal, "task")] == ["shielded"]
    with portal.app_context():
        assert queries.lookalikes(one) == queries.lookalikes(two) == []


def test_beside_an_absent_child_a_masked_record_is_asked_about_again(
    portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    hide(officer, one, "masked")
    (first,) = document_ids(portal, "task")
    assert officer.post(f"/shield-tasks/{first}/same").status_code == 303
    hide(officer, one)
    (second,) = set(document_ids(portal, "task")) - {first}
    assert officer.post(f"/shield-tasks/{second}/same").status_code == 303
    assert grade_of(portal, two) is Grade.ABSENT
    assert [held["grade"] for held in documents(portal, "shield")] == ["absent", "absent"]


@pytest.mark.parametrize("is_first", [True, False])
def test_every_old_record_is_kept_apart_from_a_new_identity(
    portal: Flask, tell: Tell, sign_in: SignIn, is_first: bool
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    hide(officer, one)
    (task_id,) = document_ids(portal, "task")
    (shield_id,) = document_ids(portal, "shield")
    new = {"given_names": "Rosalind", "family_name": "Quennell", "gender": "male"}
    new |= date_boxes("date_of_birth", dt.date(2014, 11, 27))
    steps = [(f"/shield-tasks/{task_id}/same", {}), (f"/shields/{shield_id}/new-identity", new)]
    for address, typed in steps if is_first else reversed(steps):
        assert officer.post(address, data=typed).status_code == 303
    with portal.app_context():
        pairs = [content for _, content in vault.all_on(Shelf.PAIR)]
    assert {pair["old"] for pair in pairs} == {str(one), str(two)}
    assert len({pair["new"] for pair in pairs}) == 1
    for held in document_ids(portal, "shield"):
        lift = officer.post(f"/shields/{held}/lift", data={"reason": "risk_over"})
        assert lift.status_code == 409


def test_where_the_log_takes_no_line_the_second_record_stays(
    portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    one, two = twice(portal, tell)
    officer = sign_in("shield_officer")
    hide(officer, one)
    (task_id,) = document_ids(portal, "task")
    break_log(portal)
    assert officer.post(f"/shield-tasks/{task_id}/same").status_code == 500
    assert grade_of(portal, two) is None
    assert len(documents(portal, "shield")) == 1
    assert documents(portal, "task")[0]["closed_at"] is None


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "auditor", "helpdesk"])
def test_nobody_else_judges_it(portal: Flask, tell: Tell, sign_in: SignIn, key: str) -> None:
    one, two = twice(portal, tell)
    hide(sign_in("shield_officer"), one)
    (task_id,) = document_ids(portal, "task")
    browser = sign_in(key)
    for verb in ("same", "another"):
        assert browser.post(f"/shield-tasks/{task_id}/{verb}").status_code == 403
    assert grade_of(portal, two) is None


def test_who_only_lives_there_is_not_hidden_as_the_same(
    portal: Flask, tell: Tell, sign_in: SignIn
) -> None:
    sibling = {**child(2), "given_names": "Max", "date_of_birth": "2012-09-09"}
    sibling |= {word: ZOE[word] for word in ("family_name", "address", "postcode")}
    tell(ZOE, sibling)
    officer = sign_in("shield_officer")
    hide(officer, known(portal, "mosaic", "K1"))
    (task_id,) = document_ids(portal, "task")
    task = f"/shield-tasks/{task_id}"
    assert "same child" not in main_part(officer.get(task).get_data(as_text=True))
    assert officer.post(f"{task}/same").status_code == 404
    assert officer.post(f"{task}/another").status_code == 409
    assert grade_of(portal, known(portal, "mosaic", "K2")) is None
