"""The results of a search."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.access.models import StatedReason
from portal.core import clock
from portal.core.db import db
from portal.sandbox.cast import STORY_TYPED
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import (
    about,
    address_of_results,
    boxes,
    candidates,
    id_of,
    log_lines,
    main_part,
    results,
    stay_signed_in_until,
)

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story
BORN = STORY.date_of_birth
# Both names misspelt, day and month swapped.
MISSPELT = boxes(
    STORY_TYPED.given_names, STORY_TYPED.family_name, f"{BORN.month} {BORN.day} {BORN.year}"
)
NOBODY = boxes("Quorlinda", "Vexmoor", "3 3 2018")


def test_a_misspelt_name_and_a_swapped_date_find_the_child(sign_in: SignIn) -> None:
    page = results(sign_in("health_visitor"), MISSPELT)
    offered = candidates(page)
    assert 1 <= len(offered) <= 5
    first = offered[0]
    assert "Kaitlyn Rose Prendergast" in first
    assert "day and month swapped" in first
    assert re.search(r"family name (sounds alike|is spelt nearly the same)", first)


def test_a_candidate_shows_name_birth_age_and_gender_and_no_area(
    portal: Flask, sign_in: SignIn
) -> None:
    page = results(sign_in("health_visitor"), about(STORY, postcode=STORY.addresses[0].postcode))
    first = candidates(page)[0]
    assert f"{BORN.day} July {BORN.year}" in first
    assert "Female" in first
    home = STORY.addresses[0]
    for word in (home.postcode, home.postcode.split()[0], home.street, home.town, "Hornbeam"):
        assert word not in first
    assert f'href="/children/{id_of(portal, STORY)}"' in page


def test_each_showing_leaves_one_line_for_each_child(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, {**MISSPELT, "reason": "assessment"})
    assert log_lines(portal, "child:offered") == []
    shown = [candidates(browser.get(address).get_data(as_text=True)) for _ in range(2)]
    assert shown[0] == shown[1]
    lines = log_lines(portal, "child:offered")
    assert len(lines) == 2 * len(shown[0])
    assert {line["reason"] for line in lines} == {"assessment"}
    assert {f"/searches/{line['search_id']}" for line in lines} == {address}
    assert lines[0]["subject_id"] == id_of(portal, STORY)


def test_the_reason_holds_for_the_children_offered_and_no_longer(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, about(STORY, reason="other", note="a note"))
    child = id_of(portal, STORY)
    assert browser.get(f"/children/{child}").status_code == 303
    for _ in range(3):
        browser.get(address)
    assert browser.get(f"/children/{child}").status_code == 200
    with portal.app_context():
        rows = db.session.scalars(select(StatedReason).where(StatedReason.child_id == child)).all()
    assert [(row.reason, row.sealed_note is not None) for row in rows] == [("other", True)]


@pytest.mark.parametrize("key", ["health_visitor", "teacher", "data_steward"])
def test_only_the_session_that_searched_may_look(sign_in: SignIn, key: str) -> None:
    address = address_of_results(sign_in("health_visitor"), about(STORY))
    other = sign_in(key)
    theirs = other.get(address)
    nowhere = other.get("/searches/0f0e0d0c-0b0a-0908-0706-050403020100")
    assert theirs.status_code == nowhere.status_code == 404
    assert main_part(theirs.get_data(as_text=True)) == main_part(nowhere.get_data(as_text=True))


@pytest.mark.parametrize("key", ["helpdesk", "auditor", "authoriser"])
def test_those_who_may_not_search_are_refused(portal: Flask, sign_in: SignIn, key: str) -> None:
    address = address_of_results(sign_in("health_visitor"), about(STORY))
    assert sign_in(key).get(address).status_code == 403
    assert log_lines(portal, "door:refused")[0]["details"]["door"] == "search.results"
    assert log_lines(portal, "child:offered") == []


def test_results_are_kept_for_two_hours(
    portal: Flask, sign_in: SignIn, clock_at: Callable[[dt.datetime], None]
) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, about(STORY))
    began = clock.now()
    stay_signed_in_until(portal, began + dt.timedelta(hours=1, minutes=59))
    clock_at(began + dt.timedelta(hours=1, minutes=59))
    assert browser.get(address).status_code == 200
    clock_at(began + dt.timedelta(hours=2, minutes=1))
    gone = browser.get(address)
    assert gone.status_code == 410
    page = gone.get_data(as_text=True)
    assert "no longer kept" in page
    assert "Prendergast" not in page
    again = browser.get(f"/search?from={address.rpartition('/')[2]}")
    assert again.status_code == 200
    assert "Prendergast" not in again.get_data(as_text=True)


def test_twins_stand_side_by_side_and_the_difference_is_marked(sign_in: SignIn) -> None:
    page = results(sign_in("teacher"), about(CHILDREN.twin_one))
    offered = candidates(page)
    assert [("Zayn" in one, "Zain" in one) for one in offered[:2]] == [(True, False), (False, True)]
    assert "<mark>Zayn</mark>" in page
    assert "<mark>Zain</mark>" in page
    assert "What differs: given name." in offered[0]
    assert page.count("portal-candidates__alike") == 2
    assert "<mark>Akhtar</mark>" not in page


def test_namesakes_are_told_apart_by_their_record_number(sign_in: SignIn) -> None:
    page = results(sign_in("social_worker"), about(CHILDREN.namesake_one))
    offered = candidates(page)
    assert sum("Muhammad Hussain" in one for one in offered) == 2
    assert "They are two children" in offered[0]
    numbers = re.findall(r"<mark>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</mark>", page)
    assert len(set(numbers)) == 2


def test_a_former_name_finds_the_child(sign_in: SignIn) -> None:
    born = CHILDREN.former_name.date_of_birth
    typed = boxes("Jasmine", "Kowalczyk", f"{born.day} {born.month} {born.year}")
    first = candidates(results(sign_in("teacher"), typed))[0]
    assert "Jasmine Fairbrother" in first
    assert "former family name" in first
    assert "Kowalczyk" not in first


@pytest.mark.parametrize("side", ["given", "family"])
def test_a_child_of_one_name_is_found_from_either_box(sign_in: SignIn, side: str) -> None:
    born = CHILDREN.one_name.date_of_birth
    day = f"{born.day} {born.month} {born.year}"
    typed = boxes("Parwana", "", day) if side == "given" else boxes("", "Parwana", day)
    assert any("Parwana" in one for one in candidates(results(sign_in("teacher"), typed)))


@pytest.mark.parametrize("known", ["year", "age"])
def test_a_year_or_an_age_is_enough(sign_in: SignIn, known: str) -> None:
    today = clock.today()
    years = today.year - BORN.year - ((today.month, today.day) < (BORN.month, BORN.day))
    more = {"age": str(years)} if known == "age" else {}
    born = f"- - {BORN.year}" if known == "year" else ""
    page = results(sign_in("teacher"), boxes("Kaitlyn", "Prendergast", born, **more))
    assert "Kaitlyn Rose Prendergast" in candidates(page)[0]


def test_a_newborn_without_a_name_is_found_by_day_and_postcode_together(sign_in: SignIn) -> None:
    browser, born, home = sign_in("health_visitor"), STORY.date_of_birth, STORY.addresses[0]
    baby = boxes("Baby", "", f"{born.day} {born.month} {born.year}")
    nobody = results(browser, baby)
    assert candidates(nobody) == []
    assert "Enter the postcode as well" in nobody
    assert "Enter the postcode as well" not in results(browser, {**baby, "family_name": "Vexmoor"})
    found = results(browser, {**baby, "postcode": home.postcode})
    assert STORY.name in " ".join(candidates(found))


def test_a_wrong_postcode_takes_nothing_away(sign_in: SignIn) -> None:
    browser = sign_in("teacher")
    without = candidates(results(browser, about(STORY)))
    wrong = candidates(results(browser, about(STORY, postcode="QH9 9ZZ")))
    assert wrong == without


def test_an_empty_result_says_what_was_searched_and_what_to_try(sign_in: SignIn) -> None:
    page = results(sign_in("health_visitor"), {**NOBODY, "gender": "male", "postcode": "qh1 1aa"})
    words = main_part(page)
    assert candidates(page) == []
    for part in (
        "No child found", "Quorlinda", "Vexmoor", "3 March 2018", "Male", "QH1 1AA",
        "Search by name and date of birth alone", "Change the search", "Ask to be put in touch",
        "Others may be involved whose details are not shown here",
    ):  # fmt: skip
        assert part in words, part


def test_what_to_try_hangs_on_what_was_typed(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    by_number = main_part(results(browser, boxes(record_number="0000-0000-0000")))
    assert "Check the number" in by_number
    assert "Search by name and date of birth alone" in by_number
    assert "Ask for every name" not in by_number
    plain = main_part(results(browser, NOBODY))
    assert "Check the date of birth with the family" in plain
    assert "Ask for every name" in plain
    assert "Search by name and date of birth alone" not in plain
    by_age = main_part(results(browser, boxes("Quorlinda", "Vexmoor", age="7")))
    assert "Ask for the whole date of birth" in by_age
    assert "Check the date of birth with the family" not in by_age


def test_every_empty_result_is_the_same(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    pages = [
        main_part(results(browser, typed)).replace(word, "…")
        for typed, word in (
            (boxes(record_number="0000-0000-0000"), "0000-0000-0000"),
            (boxes(record_number="ZZZZ-ZZZZ-ZZZZ"), "ZZZZ-ZZZZ-ZZZZ"),
        )
    ]
    assert pages[0] == pages[1]


def test_a_steward_is_not_offered_the_button(sign_in: SignIn) -> None:
    page = results(sign_in("data_steward"), NOBODY)
    assert "Ask to be put in touch" not in page


def test_an_empty_result_leaves_no_line_for_a_child(portal: Flask, sign_in: SignIn) -> None:
    results(sign_in("health_visitor"), NOBODY)
    assert log_lines(portal, "child:offered") == []
    assert log_lines(portal, "child:searched")[0]["details"]["outcome"] == "none"


def test_no_detail_stands_in_an_address(sign_in: SignIn) -> None:
    page = results(sign_in("health_visitor"), MISSPELT)
    addresses = " ".join(re.findall(r'(?:href|action|hx-post|hx-get)="([^"]*)"', page)).lower()
    for word in ("kaitlyn", "katelin", "prend", "pendergast", str(BORN.year)):
        assert word not in addresses


def test_htmx_gets_the_piece_and_a_restored_page_is_whole(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, MISSPELT)
    piece = browser.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in piece
    assert 'data-testid="candidate"' in piece
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in browser.get(address, headers=restored).get_data(as_text=True)


def test_results_take_no_post(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    assert browser.post(address_of_results(browser, MISSPELT)).status_code == 405


def test_when_the_log_refuses_nobody_is_shown(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, MISSPELT)
    break_log(portal)
    answer = browser.get(address)
    assert answer.status_code == 500
    assert "Prendergast" not in answer.get_data(as_text=True)


def test_a_child_no_longer_in_the_index_is_no_longer_offered(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    address = address_of_results(browser, about(STORY))
    assert "Kaitlyn Rose" in browser.get(address).get_data(as_text=True)
    with portal.app_context():
        db.session.execute(text("UPDATE child SET lifecycle = 'archived'"))
        db.session.commit()
    page = browser.get(address).get_data(as_text=True)
    assert "No child found" in main_part(page)
    assert candidates(page) == []
