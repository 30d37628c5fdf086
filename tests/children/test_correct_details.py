"""/corrections/<id>: the steward puts a child's own facts right, or says which source is right."""

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from portal.children import vault
from portal.children.models import ChildRecord, Correction
from portal.children.visibility import Job, everything
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.children.looking import NOBODY, archive, id_of, lines, plain, read, say_why
from tests.children.vault.test_numbers import H, T, hide, put
from tests.editor import Editor
from tests.feeds.reviewing import NAMESAKES, suspect

SignIn = Callable[[str], Editor]
CHILD = CHILDREN.story
TYPED = {
    "given_names": "Odile", "family_name": CHILD.family_name, "gender": CHILD.gender,
    "date_of_birth-day": str(CHILD.date_of_birth.day),
    "date_of_birth-month": str(CHILD.date_of_birth.month),
    "date_of_birth-year": str(CHILD.date_of_birth.year),
}  # fmt: skip


@pytest.fixture
def told(portal: Flask, sign_in: SignIn) -> uuid.UUID:
    """The teacher has said that the name is wrong; the id of the report."""
    browser, child_id = sign_in("teacher"), id_of(portal, CHILD)
    say_why(browser, child_id)
    browser.post(f"/children/{child_id}/dispute")
    return waiting(portal)[0]


@pytest.fixture
def differ(portal: Flask) -> uuid.UUID:
    """Two sources differ in a family name; the id of the question."""
    with portal.app_context():
        put(H)
        put(replace(T, family_name="Quillfether"))
        db.session.commit()
    return waiting(portal)[0]


def waiting(app: Flask) -> list[uuid.UUID]:
    with app.app_context():
        open_ones = select(Correction.id).where(Correction.settled_at.is_(None))
        return list(db.session.scalars(open_ones.order_by(Correction.reported_at)))


def name_of(app: Flask, child_id: uuid.UUID) -> str:
    with app.app_context():
        row = db.session.scalar(everything(Job.REVIEW).where(ChildRecord.id == child_id))
        assert row is not None
        return f"{row.given_names} {row.family_name}"


def test_shows_who_it_is_and_puts_it_right(portal: Flask, sign_in: SignIn, told: uuid.UUID) -> None:
    browser, child_id = sign_in("data_steward"), id_of(portal, CHILD)
    page = read(browser.get(f"/corrections/{told}"))
    assert f'value="{CHILD.family_name}"' in page
    sent = browser.post(f"/corrections/{told}/details", data=TYPED)
    assert sent.headers["Location"] == "/corrections?done=saved"
    page = plain(read(browser.get(sent.headers["Location"])))
    for words in ("Your answer is saved.", "No correction waits", "Corrected by the index team"):
        assert words in page
    assert "Odile" not in page
    assert name_of(portal, child_id) == f"Odile {CHILD.family_name}"
    opened, settled, corrected = lines(
        portal, "correction:opened", "correction:settled", "child:corrected"
    )
    assert {one.subject_id for one in (opened, settled, corrected)} == {child_id}
    assert (opened.reason, corrected.reason) == ("data_quality", "data_quality")
    assert corrected.details == {"correction": str(told), "facts": "given_names"}
    page = read(browser.get(f"/corrections/{told}"))
    assert "Odile" not in page
    sent = browser.post(f"/corrections/{told}/reopen")
    assert sent.headers["Location"] == f"/corrections/{told}?done=again"
    assert "It waits again." in read(browser.get(sent.headers["Location"]))
    assert name_of(portal, child_id) == CHILD.name


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"given_names": "", "family_name": ""}, "Enter a given name or a family name"),
        ({"date_of_birth-year": "1970"}, "The date of birth is too long ago for a child"),
        ({"date_of_birth-year": ""}, "Date of birth must include a year"),
        ({"given_names": CHILD.given_names}, "Change what is wrong, or say below how it ended"),
        ({"gender": "x"}, "Choose one of the answers shown"),
        ({"family_name": "x" * 121}, "must be 120 characters or fewer"),
    ],
)
def test_bad_input_is_explained_and_loses_nothing(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, typed: dict[str, str], message: str
) -> None:
    answer = sign_in("data_steward").post(f"/corrections/{told}/details", data=TYPED | typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert f'value="{(TYPED | typed)["given_names"]}"' in page or not typed.get("given_names", "x")
    assert name_of(portal, id_of(portal, CHILD)) == CHILD.name


def test_sources_stand_side_by_side_with_source_and_day(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, differ: uuid.UUID
) -> None:
    first, second = waiting(portal)
    browser = sign_in("data_steward")
    page = plain(read(browser.get("/corrections")))
    assert "2 corrections wait." in page
    assert "Sources say different things" in page
    assert "Quillf" not in page
    sent = browser.post(f"/corrections/{first}", data={"outcome": "not_wrong"})
    assert sent.headers["Location"] == f"/corrections/{second}?done=saved"
    page = read(browser.get(sent.headers["Location"]))
    for words in ("school-records", "health-records", "Quillfeather", "Quillfether"):
        assert words in page
    path = f"/corrections/{second}/difference"
    for wrong in ({}, {"answer": "said:Nobody"}):
        assert browser.post(path, data=wrong).status_code == 422
    assert browser.post(f"/corrections/{second}", data={"outcome": "fixed"}).status_code == 404
    sent = browser.post(path, data={"answer": "said:Quillfether"})
    assert sent.headers["Location"] == "/corrections?done=saved"
    assert waiting(portal) == []


def test_sent_twice_it_is_saved_and_what_another_says_after_it_is_not_lost_unsaid(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, differ: uuid.UUID
) -> None:
    browser = sign_in("data_steward")
    first, second = waiting(portal)
    details, difference = f"/corrections/{first}/details", f"/corrections/{second}/difference"
    for door, right, wrong in (
        (details, TYPED, TYPED | {"given_names": "Ottoline"}),
        (difference, {"answer": "said:Quillfether"}, {"answer": "said:Quillfeather"}),
    ):
        assert [browser.post(door, data=right).status_code for _ in range(2)] == [303, 303]
        answer = browser.post(door, data=wrong)
        assert answer.status_code == 409
        assert "Somebody else has settled this already" in answer.get_data(as_text=True)
    assert browser.post(difference).status_code == 409
    assert name_of(portal, id_of(portal, CHILD)) == f"Odile {CHILD.family_name}"


def test_a_practitioner_sees_one_value(portal: Flask, sign_in: SignIn, differ: uuid.UUID) -> None:
    with portal.app_context():
        child_id = db.session.get_one(Correction, differ).child_id
    browser = sign_in("teacher")
    say_why(browser, child_id)
    page = read(browser.get(f"/children/{child_id}"))
    before = page.count("Quillfether")
    steward = sign_in("data_steward")
    steward.post(f"/corrections/{differ}/difference", data={"answer": "both"})
    page = read(browser.get(f"/children/{child_id}"))
    assert (before, page.count("Quillfether"), page.count("school-records")) == (1, 1, 0)


def test_the_side_by_side_of_two_records_says_who_corrected_it(
    portal: Flask, sign_in: SignIn
) -> None:
    one, _ = NAMESAKES
    browser, child_id = sign_in("teacher"), id_of(portal, one)
    say_why(browser, child_id)
    browser.post(f"/children/{child_id}/dispute")
    steward = sign_in("data_steward")
    steward.post(f"/corrections/{waiting(portal)[0]}/details", data=TYPED)
    (review_id,) = suspect(portal, NAMESAKES)
    assert "corrected by the index team" in read(steward.get(f"/feeds/review/{review_id}"))


@pytest.mark.parametrize("door", ["details", "difference", "reopen"])
def test_refuses_the_wrong_person_and_what_is_not_there(
    portal: Flask, sign_in: SignIn, told: uuid.UUID, door: str
) -> None:
    for who in ("teacher", "auditor", "shield_officer", "helpdesk"):
        sent = sign_in(who).post(f"/corrections/{told}/{door}", data=TYPED)
        assert sent.status_code == 403
    steward = sign_in("data_steward")
    assert steward.post(f"/corrections/{NOBODY}/{door}", data=TYPED).status_code == 404
    assert steward.get(f"/corrections/{told}/{door}").status_code == 405
    steward.post(f"/corrections/{told}", data={"outcome": "fixed"})
    expected = {"details": 409, "difference": 404, "reopen": 409}[door]
    assert steward.post(f"/corrections/{told}/{door}", data=TYPED).status_code == expected
    assert name_of(portal, id_of(portal, CHILD)) == CHILD.name


def test_a_failing_log_undoes_it(portal: Flask, sign_in: SignIn, told: uuid.UUID) -> None:
    browser = sign_in("data_steward")
    break_log(portal)
    assert browser.post(f"/corrections/{told}/details", data=TYPED).status_code == 500
    assert browser.get(f"/corrections/{told}").status_code == 500
    assert name_of(portal, id_of(portal, CHILD)) == CHILD.name


def test_the_report_of_a_masked_child_reads_the_same_and_an_absent_one_is_gone(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    browser = sign_in("data_steward")
    pages = []
    for grade in (None, vault.Grade.MASKED):
        with portal.app_context():
            if grade:
                hide(id_of(portal, CHILD), grade)
            db.session.commit()
        pages.append(plain(read(browser.get(f"/corrections/{told}"))))
    assert pages[0] == pages[1]
    sent = browser.post(f"/corrections/{told}/details", data=TYPED)
    assert sent.headers["Location"] == "/corrections?done=saved"
    with portal.app_context():
        hide(id_of(portal, CHILD), vault.Grade.ABSENT)
        db.session.commit()
    assert browser.get(f"/corrections/{told}").status_code == 404
    assert "Corrected by the index team" not in read(browser.get("/corrections"))


def test_one_of_an_archived_child_can_still_be_settled(
    portal: Flask, sign_in: SignIn, told: uuid.UUID
) -> None:
    archive(portal, id_of(portal, CHILD))
    browser = sign_in("data_steward")
    assert CHILD.family_name not in read(browser.get(f"/corrections/{told}"))
    assert browser.post(f"/corrections/{told}/details", data=TYPED).status_code == 404
    assert browser.post(f"/corrections/{told}", data={"outcome": "fixed"}).status_code == 303
