"""Alerts: a search that would have met an absent child tells the shield officer alone."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.accounts.models import Account
from portal.children import vault
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.db import db, random_id
from portal.shielding import cli as commands
from portal.shielding.actions import alerts as gathering
from portal.shielding.rules.documents import marks_of
from tests.cast import CAST, CHILDREN
from tests.search.asking import about, boxes, id_of, log_lines, main_part, results
from tests.shielding.asking import LIST, ask_after_search, request_of, text_of
from tests.shielding.shields import (
    Clock,
    SignIn,
    ask,
    decide,
    document_ids,
    documents,
    later,
    shield,
)


def slots(portal: Flask) -> dict[int, bytes]:
    """Return what stands on every slot of the vault."""
    with portal.app_context():
        rows = db.session.execute(text("SELECT number, sealed FROM vault_slot")).all()
        return {row.number: bytes(row.sealed) for row in rows}


NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"
STORY = CHILDREN.story


def test_no_search_no_alert(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    officer = sign_in("shield_officer")
    results(sign_in("health_visitor"), about(CHILDREN.welsh))
    assert "Nobody has searched" in officer.get("/alerts").get_data(as_text=True)
    assert "No alert waits." in officer.get("/shields").get_data(as_text=True)
    assert documents(portal, "alert") == []


def test_who_searched_why_and_how_to_ring_them(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    page = results(sign_in("health_visitor"), about(STORY, reason="assessment"))
    assert "No child found" in page
    officer = sign_in("shield_officer")
    assert "1 alert waits for you to ring" in officer.get("/shields").get_data(as_text=True)
    page = main_part(officer.get("/alerts").get_data(as_text=True))
    for words in (CAST.health_visitor.name, CAST.health_visitor.email, "Starting an assessment",
                  "Kaitlyn Rose Prendergast", "Waiting"):  # fmt: skip
        assert words in page
    (line,) = log_lines(portal, "shield:alerts_listed")
    assert line["details"]["count"] == 1


def test_one_search_that_means_two_children_names_both(portal: Flask, sign_in: SignIn) -> None:
    officer, twins = sign_in("shield_officer"), (CHILDREN.twin_one, CHILDREN.twin_two)
    for request_id in [ask(portal, officer, twin) for twin in twins]:
        assert decide(officer, request_id, "absent").status_code == 303
    assert "No child found" in results(sign_in("health_visitor"), about(CHILDREN.twin_one))
    page = sign_in("shield_officer").get("/alerts").get_data(as_text=True)
    assert page.count('data-testid="alert"') == 1
    page = main_part(page)
    places = [page.index(twin.given_names) for twin in twins]
    assert places == sorted(places), "the nearest first"
    (alert_id,) = document_ids(portal, "alert")
    page = sign_in("shield_officer").get(f"/alerts/{alert_id}").get_data(as_text=True)
    assert all(twin.given_names in page for twin in twins)


def test_a_nickname_and_a_year_raise_an_alert(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    typed = boxes("Katie", STORY.family_name, f"- - {STORY.date_of_birth.year}")
    assert "No child found" in results(sign_in("health_visitor"), typed)
    page = main_part(sign_in("shield_officer").get("/alerts").get_data(as_text=True))
    assert "Kaitlyn Rose Prendergast" in page


def test_a_request_after_such_a_search_is_for_the_officer(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    born = f"- - {STORY.date_of_birth.year}"
    asker, officer = sign_in("health_visitor"), sign_in("shield_officer")
    ask_after_search(asker, boxes("Oscar", "Blenkinsop", born))
    assert "whom the index does not show" not in text_of(officer, LIST)
    for given in ("Katie", "K", "Kailtyn"):
        receipt = ask_after_search(asker, boxes(given, STORY.family_name, born))
        page = text_of(officer, f"{LIST}/{request_of(receipt)}")
        assert "Kaitlyn Rose Prendergast" in page
    assert text_of(officer, LIST).count("whom the index does not show") == 3


def test_a_masked_child_who_is_found_makes_no_alert(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="masked")
    assert "Prendergast" in main_part(results(sign_in("health_visitor"), about(STORY)))
    assert "Nobody has searched" in sign_in("shield_officer").get("/alerts").get_data(as_text=True)


def test_it_is_dealt_with_once(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    results(sign_in("health_visitor"), about(STORY))
    officer, other = sign_in("shield_officer"), sign_in("second_shield_officer")
    officer.get("/alerts")
    (alert_id,) = document_ids(portal, "alert")
    address = f"/alerts/{alert_id}"
    assert CAST.health_visitor.name in officer.get(address).get_data(as_text=True)
    assert officer.post(address, data={}).status_code == 422
    assert officer.post(address, data={"outcome": "nonsense"}).status_code == 422
    assert officer.post(address, data={"outcome": "rang"}).status_code == 303
    assert officer.post(address, data={"outcome": "rang"}).status_code == 303
    assert other.post(address, data={"outcome": "no_need"}).status_code == 409
    page = other.get("/alerts").get_data(as_text=True)
    assert "I spoke to them" in page
    assert "Judith Amoah" in page
    assert 'name="outcome"' not in other.get(address).get_data(as_text=True)
    assert "No alert waits." in other.get("/shields").get_data(as_text=True)
    assert len(log_lines(portal, "shield:alert_settled")) == 1


def test_the_newest_first_each_once_and_none_lost(
    portal: Flask, sign_in: SignIn, clock_at: Clock
) -> None:
    shield(portal, sign_in, decision="absent")
    seen = []
    for key in ("health_visitor", "teacher", "social_worker"):
        results(sign_in(key), about(STORY))
        officer = sign_in("shield_officer")
        seen.append(officer.get("/alerts").get_data(as_text=True).count('data-testid="alert"'))
        later(portal, clock_at, dt.timedelta(minutes=20))
    assert seen == [1, 2, 3]
    page = sign_in("shield_officer").get("/alerts").get_data(as_text=True)
    names = [CAST.social_worker.name, CAST.teacher.name, CAST.health_visitor.name]
    places = [page.index(name) for name in names]
    assert places == sorted(places)


def test_more_searches_than_one_look_reads_are_read_by_the_next(
    portal: Flask, sign_in: SignIn, clock_at: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shield(portal, sign_in, decision="absent")
    for key in ("health_visitor", "teacher", "social_worker"):
        results(sign_in(key), about(CHILDREN.welsh))
        results(sign_in(key), about(STORY))
    later(portal, clock_at, dt.timedelta(hours=1))
    monkeypatch.setattr(gathering, "LOOKED_UP", 4)
    officer, seen = sign_in("shield_officer"), []
    for _ in range(3):
        page = officer.get("/alerts").get_data(as_text=True)
        seen.append(("Not every search" in page, page.count('data-testid="alert"')))
    assert seen[0][0]
    assert seen[-1] == (False, 3)
    assert [count for _, count in seen] == sorted(count for _, count in seen)
    assert "Not every search" not in officer.get("/shields").get_data(as_text=True)


def test_a_command_looks_searches_up_and_tells_nobody_whom_they_met(
    portal: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shield(portal, sign_in, decision="absent")
    for child in (STORY, CHILDREN.welsh, STORY):
        results(sign_in("health_visitor"), about(child))
    monkeypatch.setattr(commands, "AT_ONCE", 2)
    run = portal.test_cli_runner()
    for count in (4, 0):  # The first is the officer's own, before anything was decided.
        done = run.invoke(args=["shielding", "look-up-searches"])
        assert (done.exit_code, done.output) == (0, f"Searches looked up: {count}.\n")
    looks = log_lines(portal, "shield:searches_looked_up")
    assert [one["details"]["count"] for one in looks] == [2, 2]
    assert len(documents(portal, "alert")) == 2
    monkeypatch.setattr(vault, "probe", None)
    page = sign_in("shield_officer").get("/alerts").get_data(as_text=True)
    assert page.count('data-testid="alert"') == 2


def test_as_many_slots_are_written_whomever_searches_met(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    run, written = portal.test_cli_runner(), []
    run.invoke(args=["shielding", "look-up-searches"])
    for child in (STORY, CHILDREN.welsh):
        results(sign_in("health_visitor"), about(child))
        before = slots(portal)
        run.invoke(args=["shielding", "look-up-searches"])
        after = slots(portal)
        written.append(sum(after[number] != sealed for number, sealed in before.items()))
        assert len(after) == len(before)
    assert written == [1, 1]


def test_nothing_that_was_asked_is_kept_once_it_is_looked_up(
    portal: Flask, sign_in: SignIn
) -> None:
    shield(portal, sign_in, decision="absent")
    for child in (STORY, CHILDREN.welsh):
        results(sign_in("health_visitor"), about(child))
    sign_in("shield_officer").get("/alerts")
    with portal.app_context():
        assert vault.oldest_left(db.session.connection()) is None
    (content,) = documents(portal, "alert")
    assert STORY.family_name not in str(content)


def test_a_damaged_row_is_told_and_the_next_alert_too(portal: Flask, sign_in: SignIn) -> None:
    shield(portal, sign_in, decision="absent")
    sign_in("shield_officer").get("/alerts")
    results(sign_in("health_visitor"), about(CHILDREN.welsh))
    with portal.app_context():
        db.session.execute(text("UPDATE vault_search SET sealed = :zeros"), {"zeros": b"\0" * 9})
        db.session.commit()
    results(sign_in("health_visitor"), about(STORY))
    page = main_part(sign_in("shield_officer").get("/alerts").get_data(as_text=True))
    assert "is damaged and cannot be read" in page
    assert STORY.family_name in page
    damaged, sound = documents(portal, "alert")
    assert {damaged["what"], sound["what"]} == {"", "unreadable"}


def test_two_officers_who_look_at_once_write_each_alert_out_once(
    portal: Flask, sign_in: SignIn
) -> None:
    shield(portal, sign_in, decision="absent")
    for key in ("health_visitor", "teacher"):
        results(sign_in(key), about(STORY))
    officers = [sign_in("shield_officer"), sign_in("second_shield_officer")]
    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda one: one.get("/alerts").status_code, officers))
    assert answers == [200, 200]
    assert len(documents(portal, "alert")) == 2


def test_an_override_stands_among_them_and_says_what_it_is(portal: Flask, sign_in: SignIn) -> None:
    child = id_of(portal, STORY)
    with portal.app_context():
        account = db.session.scalars(select(Account.id).where(Account.name == "Priya Nair")).one()
        content: dict[str, object] = {
            "kind": "alert", "what": "override", "child_id": str(child), "account": str(account),
            "reason": "referral", "made_at": clock.now().isoformat(), "outcome": "",
            "closed_at": None, "closed_by": [],
        }  # fmt: skip
        vault.keep(Shelf.SHIELD, random_id(), content, marks=marks_of(content))
        db.session.commit()
    page = main_part(sign_in("shield_officer").get("/alerts").get_data(as_text=True))
    assert "Opened what may be hidden, after a warning and with a fresh code" in page
    assert "told that no child was found" in page.split("Waiting")[0], "the sentence above the list"
    assert "Searched, and was told" not in page
    assert CAST.social_worker.name in page


@pytest.mark.parametrize("key", ["health_visitor", "data_steward", "auditor", "helpdesk"])
def test_nobody_else_sees_or_settles_them(portal: Flask, sign_in: SignIn, key: str) -> None:
    shield(portal, sign_in, decision="absent")
    results(sign_in("health_visitor"), about(STORY))
    sign_in("shield_officer").get("/alerts")
    (alert_id,) = document_ids(portal, "alert")
    browser = sign_in(key)
    assert browser.get("/alerts").status_code == 403
    assert browser.get(f"/alerts/{alert_id}").status_code == 403
    assert browser.post(f"/alerts/{alert_id}", data={"outcome": "rang"}).status_code == 403


def test_what_is_no_alert_is_not_found(portal: Flask, sign_in: SignIn) -> None:
    shield_id = shield(portal, sign_in, decision="absent")
    officer = sign_in("shield_officer")
    for number in (NOWHERE, shield_id):
        assert officer.get(f"/alerts/{number}").status_code == 404
        assert officer.post(f"/alerts/{number}", data={"outcome": "rang"}).status_code == 404
