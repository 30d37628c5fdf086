"""/feeds/review: pairs of records that may be about one child, and what a steward says of them."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.access.identity import Identity
from portal.children import actions, vault
from portal.children.models import ChildRecord, ChildReview
from portal.children.visibility import Job, everything
from portal.core import clock
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.children.looking import NOBODY, PIECE, lines, plain, read
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.feeds.reviewing import (
    NAMESAKES,
    TWINS,
    answer,
    ids_of,
    reviews_in_index,
    seen_by,
    suspect,
    suspicion,
)  # fmt: skip
from tests.shielding.held import seen_in

SignIn = Callable[[str], Editor]
SAVED = "Your answer is saved."


def kept(app: Flask, review_id: uuid.UUID) -> ChildReview:
    with app.app_context():
        row = db.session.get_one(ChildReview, review_id)
        db.session.expunge(row)
        return row


def test_a_pair_waits_once_and_one_that_was_told_apart_never_again(session: Session) -> None:
    one, other = ids_of(*TWINS)
    for pair in ((one, other), (other, one), (one, one)):
        actions.open_reviews(pairs=[suspicion(*pair), suspicion(*pair)], by=FEED)
    (row,) = reviews_in_index()
    assert (row.one_id, row.other_id) == tuple(sorted((one, other)))
    assert row.evidence == "family_same born_same"
    row.outcome, row.settled_by, row.settled_at = "different", NOBODY, clock.now()
    actions.open_reviews(pairs=[suspicion(one, other)], by=FEED)
    assert [row.outcome for row in reviews_in_index()] == ["different"]


def test_nothing_is_opened_beside_somebody_hidden_or_kept_apart(session: Session) -> None:
    one, other = ids_of(*TWINS)
    third, fourth = ids_of(*NAMESAKES)
    actions.hide_child(child_id=one, grade=vault.Grade.MASKED, by=FEED)
    content = {"old": str(third), "new": str(NOBODY)}
    marks = [vault.pair_mark(third), vault.pair_mark(NOBODY)]
    vault.keep(vault.Shelf.PAIR, NOBODY, content, marks=marks)
    pairs = [suspicion(one, other), suspicion(fourth, third), suspicion(fourth, NOBODY)]
    actions.open_reviews(pairs=[*pairs, suspicion(other, fourth)], by=FEED)
    assert [{row.one_id, row.other_id} for row in reviews_in_index()] == [{other, fourth}]


def test_evidence_is_kept_as_far_as_there_is_room() -> None:
    long = suspicion(NOBODY, NOBODY, evidence=("given_short_form",) * 20)
    assert long.written_evidence == " ".join(["given_short_form"] * 15)


@pytest.mark.parametrize("hidden", [0, 1])
@pytest.mark.parametrize("grade", vault.Grade)
def test_a_review_goes_into_the_vault_with_either_side_and_comes_back(
    session: Session, hidden: int, grade: vault.Grade
) -> None:
    ids = ids_of(*TWINS)
    actions.open_reviews(pairs=[suspicion(*ids)], by=FEED)
    before = {name: getattr(row, name) for row in reviews_in_index() for name in ("id", "bits")}
    actions.hide_child(child_id=ids[hidden], grade=grade, by=FEED)
    actions.hide_child(child_id=ids[1 - hidden], grade=vault.Grade.MASKED, by=FEED)
    assert reviews_in_index() == []
    actions.unhide_child(child_id=ids[hidden], by=FEED)
    assert reviews_in_index() == []
    actions.unhide_child(child_id=ids[1 - hidden], by=FEED)
    (row,) = reviews_in_index()
    assert {name: getattr(row, name) for name in before} == before
    assert vault.review_in_vault(row.id) is None


def test_shows_both_sides_and_says_in_words_what_differs(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    sent = browser.get("/feeds/review")
    assert sent.headers["Location"] == f"/feeds/review/{review_id}"
    page = read(browser.get(sent.headers["Location"]))
    text = plain(page)
    for word in (*(twin.given_names for twin in TWINS), "1 pair waits.", "family name matches"):
        assert word in text
    assert "Family name Same" in text
    assert "Given names Different" in text
    assert len(page.encode()) < 50_000
    with portal.app_context():
        ids = ids_of(*TWINS)
    looks = lines(portal, "review:opened")
    assert {line.subject_id for line in looks} == set(ids)
    assert {(line.reason, line.details["review"]) for line in looks} == {
        ("data_quality", str(review_id))
    }


def test_an_answer_is_kept_and_the_next_pair_comes_with_it(portal: Flask, sign_in: SignIn) -> None:
    first, second = suspect(portal, TWINS, NAMESAKES)
    browser = sign_in("data_steward")
    sent = answer(browser, first, "different", headers=PIECE)
    page = plain(read(sent))
    assert SAVED in page
    assert CHILDREN.namesake_one.family_name in page
    assert sent.headers["HX-Push-Url"] == f"/feeds/review/{second}"
    assert kept(portal, first).outcome == "different"
    told = lines(portal, "review:settled")
    assert [line.details for line in told] == [{"answer": "different", "review": str(first)}] * 2
    again = answer(browser, first, "different")
    assert again.status_code == 200
    assert len(lines(portal, "review:settled")) == 2
    assert answer(browser, first, "set_aside").status_code == 409


@pytest.mark.parametrize("said", ["same", "different", "set_aside"])
def test_an_answer_about_something_else_than_there_is_now_is_asked_again(
    portal: Flask, sign_in: SignIn, said: str
) -> None:
    """Between a look and the answer a source, or the index team, may say who somebody is."""
    (review_id,) = suspect(portal, TWINS)
    browser, address = sign_in("data_steward"), f"/feeds/review/{review_id}"
    before = seen_by(browser, review_id)
    with portal.app_context():
        one = everything(Job.REVIEW).where(ChildRecord.id == ids_of(*TWINS)[0])
        db.session.scalars(one).one().family_name = "Vaughan"
        db.session.commit()
    for typed in (before, "", "f" * 64):
        sent = browser.post(address, data={"answer": said, "seen": typed}, headers=PIECE)
        page = sent.get_data(as_text=True)
        assert sent.status_code == 409
        assert "There is something else to see since you looked" in page
        assert "Vaughan" in page
        assert "checked" not in page
    assert (kept(portal, review_id).outcome, lines(portal, "review:settled")) == (None, [])
    sent = browser.post(address, data={"answer": said, "seen": seen_in(page)})
    assert sent.status_code == 200
    assert len(lines(portal, "review:settled")) == 2


def test_set_aside_rests_for_two_weeks(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None]
) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    page = read(answer(browser, review_id, "set_aside"))
    assert "No pair waits for you now" in page
    assert "1 pair was set aside" in plain(page)
    clock_at(clock.now() + dt.timedelta(days=14, minutes=1))
    again = sign_in("data_steward").get("/feeds/review")
    assert again.headers["Location"] == f"/feeds/review/{review_id}"


def steward(number: int) -> Identity:
    return Identity(account_id=uuid.UUID(int=number))


def test_two_stewards_get_two_pairs(session: Session) -> None:
    actions.open_reviews(
        pairs=[suspicion(*ids_of(*TWINS)), suspicion(*ids_of(*NAMESAKES))], by=FEED
    )
    one, other = (steward(number) for number in (1, 2))
    first = actions.open_next_review(by=one)
    assert actions.open_next_review(by=one) == first
    second = actions.open_next_review(by=other)
    assert second not in (None, first)
    assert actions.open_next_review(by=steward(3)) is None


def test_an_answer_can_be_taken_back(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    answer(browser, review_id, "different")
    assert "that these are two children" in read(browser.get(f"/feeds/review/{review_id}"))
    for _ in range(2):
        assert browser.post(f"/feeds/review/{review_id}/reopen").status_code == 303
    assert kept(portal, review_id).outcome is None
    assert len(lines(portal, "review:reopened")) == 2


@pytest.mark.parametrize("said", ["different", "same"])
@pytest.mark.parametrize("grade", vault.Grade)
def test_one_that_was_hidden_meanwhile_is_answered_alike(
    portal: Flask, sign_in: SignIn, grade: vault.Grade, said: str
) -> None:
    first, second, third = suspect(portal, TWINS, NAMESAKES, (CHILDREN.welsh, CHILDREN.one_name))
    browser = sign_in("data_steward")
    typed = {one: {"answer": said, "seen": seen_by(browser, one)} for one in (first, second)}
    with portal.app_context():
        subjects = {*ids_of(*TWINS), *ids_of(*NAMESAKES)}
        actions.hide_child(child_id=ids_of(*NAMESAKES)[0], grade=grade, by=FEED)
        db.session.commit()
    answers = [
        browser.post(f"/feeds/review/{one}", data=typed[one], headers=PIECE)
        for one in (first, second, first, second)
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(SAVED in read(answer) for answer in answers)
    assert all(answer.headers["HX-Push-Url"].endswith(str(third)) for answer in answers)
    told = lines(portal, "review:settled")
    assert [line.details["answer"] for line in told] == [said] * 4
    assert {line.subject_id for line in told} == subjects
    assert {browser.get(f"/feeds/review/{second}").status_code} == {404}
    again = "same" if said == "different" else "different"
    refused = answer(browser, second, again)
    assert refused.status_code == 409
    with portal.app_context():
        assert is_in_index(ids_of(NAMESAKES[1])[0])


def is_in_index(child_id: uuid.UUID) -> bool:
    wanted = everything(Job.REVIEW).where(ChildRecord.id == child_id)
    return db.session.scalar(wanted) is not None


def test_two_records_become_one_and_two_again(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    assert "No two records have been made one" in read(browser.get("/feeds/merges"))
    answer(browser, review_id, "same")
    with portal.app_context():
        ids = ids_of(*TWINS)
        assert ids[0] == ids[1]
    assert browser.get(f"/feeds/review/{review_id}").status_code == 404
    listed = read(browser.get("/feeds/merges"))
    assert CHILDREN.twin_one.family_name not in listed
    (path,) = set(re.findall(r"/feeds/merges/[0-9a-f-]{36}", listed))
    page = plain(read(browser.get(path)))
    for twin in TWINS:
        assert twin.given_names in page
    looks = lines(portal, "merge:opened")
    assert len({line.subject_id for line in looks}) == 2
    for _ in range(2):
        assert browser.post(f"{path}/undo").headers["Location"] == "/feeds/merges?done=undone"
    assert len(lines(portal, "merge:undone")) == 2
    assert "It is undone" in read(browser.get("/feeds/merges?done=undone"))
    assert "undid it on" in read(browser.get(path))
    assert browser.get("/feeds/review").headers["Location"] == f"/feeds/review/{review_id}"
    assert browser.post(f"/feeds/merges/{NOBODY}/undo").status_code == 404
    assert browser.get(f"/feeds/merges/{NOBODY}").status_code == 404


@pytest.mark.parametrize("who", ["teacher", "shield_officer"])
def test_nobody_else_sees_or_undoes_a_merge(portal: Flask, sign_in: SignIn, who: str) -> None:
    browser = sign_in(who)
    assert browser.get("/feeds/merges").status_code == 403
    assert browser.get(f"/feeds/merges/{NOBODY}").status_code == 403
    assert browser.post(f"/feeds/merges/{NOBODY}/undo").status_code == 403


def test_bad_answers_and_pairs_that_are_not_there(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    for typed in ("", "perhaps"):
        sent = answer(browser, review_id, typed)
        assert sent.status_code == 422
    assert browser.get(f"/feeds/review/{NOBODY}").status_code == 404
    sent = answer(browser, NOBODY, "different")
    assert sent.status_code == 404
    assert browser.post(f"/feeds/review/{NOBODY}/reopen").status_code == 404
    assert browser.post("/feeds/review").status_code == 405


@pytest.mark.parametrize("who", ["teacher", "shield_officer", "auditor"])
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, who: str) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in(who)
    assert browser.get("/feeds/review").status_code == 403
    assert browser.get(f"/feeds/review/{review_id}").status_code == 403
    sent = answer(browser, review_id, "different")
    assert sent.status_code == 403
    assert browser.post(f"/feeds/review/{review_id}/reopen").status_code == 403
    assert kept(portal, review_id).outcome is None


def test_a_failing_log_undoes_the_act(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser = sign_in("data_steward")
    typed = {"answer": "different", "seen": seen_by(browser, review_id)}
    break_log(portal)
    assert browser.get(f"/feeds/review/{review_id}").status_code == 500
    sent = browser.post(f"/feeds/review/{review_id}", data=typed)
    assert sent.status_code == 500
    assert kept(portal, review_id).outcome is None


def test_gives_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    (review_id,) = suspect(portal, TWINS)
    browser, path = sign_in("data_steward"), f"/feeds/review/{review_id}"
    assert read(browser.get(path)).lstrip().startswith("<!DOCTYPE")
    assert read(browser.get(path, headers=PIECE)).lstrip().startswith("<title>")
