"""The search form."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, log_lines

SignIn = Callable[[str], Editor]


def test_the_form_asks_for_what_the_issue_names(sign_in: SignIn) -> None:
    text = sign_in("health_visitor").get("/search").get_data(as_text=True)
    for name in (
        "given_name", "family_name", "date_of_birth-day", "date_of_birth-month",
        "date_of_birth-year", "age", "postcode", "record_number",
    ):  # fmt: skip
        box = re.search(rf'<input[^>]*id="{name}"[^>]*>', text)
        assert box, name
        assert 'autocomplete="off"' in box[0], name
    assert re.search(r'<input[^>]*id="given_name"[^>]*spellcheck="false"', text)
    assert (
        len(re.findall(r'type="radio"[^>]*name="reason"|name="reason"[^>]*type="radio"', text)) == 9
    )
    assert 'method="post"' in text
    assert 'hx-target="#main-content"' in text


@pytest.mark.parametrize("key", ["data_steward", "shield_officer", "teacher", "police_officer"])
def test_those_who_may_search_see_the_form(sign_in: SignIn, key: str) -> None:
    assert sign_in(key).get("/search").status_code == 200


@pytest.mark.parametrize(
    "key", ["helpdesk", "authoriser", "auditor", "untrained", "unaccredited", "unvetted_helpdesk"]
)
def test_those_who_may_not_are_refused_and_it_is_logged(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    answer = sign_in(key).get("/search")
    assert answer.status_code == 403
    assert "given_name" not in answer.get_data(as_text=True)
    assert [line["details"]["door"] for line in log_lines(portal, "door:refused")] == [
        "search.new_search"
    ]


def test_nobody_is_sent_to_sign_in(client: Editor) -> None:
    answer = client.get("/search")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_htmx_gets_the_piece(sign_in: SignIn) -> None:
    answer = sign_in("health_visitor").get("/search", headers={"HX-Request": "true"})
    text = answer.get_data(as_text=True)
    assert text.lstrip().startswith("<title>")
    assert "<html" not in text
    assert "HX-Request" in answer.headers["Vary"]


def test_other_methods_are_refused(sign_in: SignIn) -> None:
    assert sign_in("health_visitor").put("/search").status_code in {400, 405}


def test_looking_at_the_form_leaves_no_line(portal: Flask, sign_in: SignIn) -> None:
    sign_in("health_visitor").get("/search")
    assert log_lines(portal, "child:searched") == []


def test_changing_a_search_brings_back_what_was_typed(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    typed = about(CHILDREN.story, postcode="qh11aa", gender="female", reason="assessment")
    search_id = address_of_results(browser, typed).rpartition("/")[2]
    text = browser.get(f"/search?from={search_id}").get_data(as_text=True)
    for part in ("Kaitlyn Rose", "Prendergast", "qh11aa"):
        assert f'value="{part}"' in text
    assert re.search(r'value="assessment"[^>]*checked', text)
    assert re.search(r'value="female"[^>]*checked', text)


@pytest.mark.parametrize("key", ["health_visitor", "teacher"])
def test_what_another_session_typed_is_not_shown(sign_in: SignIn, key: str) -> None:
    search_id = address_of_results(sign_in("health_visitor"), about(CHILDREN.story)).rpartition(
        "/"
    )[2]
    answer = sign_in(key).get(f"/search?from={search_id}")
    assert answer.status_code == 404
    assert "Prendergast" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("text", ["", "x", "0f0e0d0c-0b0a-0908-0706-050403020100", "%00"])
def test_a_made_up_search_is_not_found(sign_in: SignIn, text: str) -> None:
    assert sign_in("health_visitor").get(f"/search?from={text}").status_code == 404
