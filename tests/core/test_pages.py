"""Page or piece, addresses of files, and how values are written."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import pages

HTMX = {"HX-Request": "true"}


def test_a_person_gets_the_page(browser: FlaskClient) -> None:
    answer = browser.get("/")
    text = answer.get_data(as_text=True)
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("<title>") == 1
    assert "<title>Start – Harbour – ContactPoint</title>" in text
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_htmx_gets_the_piece_with_its_title(browser: FlaskClient) -> None:
    answer = browser.get("/", headers=HTMX)
    text = answer.get_data(as_text=True)
    assert text == "<title>Start – Harbour – ContactPoint</title><h1>Start</h1><p>piece</p>"
    assert "HX-Request" in answer.headers["Vary"]
    assert "HX-Push-Url" not in answer.headers


@pytest.mark.parametrize("header", ["HX-History-Restore-Request", "HX-Boosted"])
def test_the_page_when_htmx_puts_one_back(browser: FlaskClient, header: str) -> None:
    text = browser.get("/", headers={**HTMX, header: "true"}).get_data(as_text=True)
    assert text.startswith("<!DOCTYPE html>")


def test_the_address_follows_when_the_main_part_is_filled(browser: FlaskClient) -> None:
    answer = browser.get("/?a=1", headers={**HTMX, "HX-Target": "main-content"})
    assert answer.headers["HX-Push-Url"] == "/?a=1"
    refused = browser.post("/form", headers={**HTMX, "HX-Target": "main-content"})
    assert "HX-Push-Url" not in refused.headers


def test_a_page_without_piece_replaces_the_whole(browser: FlaskClient) -> None:
    answer = browser.get("/whole", headers=HTMX)
    assert answer.get_data(as_text=True).startswith("<!DOCTYPE html>")
    assert answer.headers["HX-Retarget"] == "body"


@pytest.mark.parametrize(
    ("status", "target"), [(409, "#main-content"), (429, "#main-content"), (422, None)]
)
def test_a_piece_that_says_no_is_shown(trial_app: Flask, status: int, target: str | None) -> None:
    """htmx shows what is wrong with a form where the form was, and no other error by itself."""
    with trial_app.test_request_context("/", method="POST", headers=HTMX):
        answer = pages.page("trial/home.html", status=status)
    assert answer.headers.get("HX-Retarget") == target


def test_every_component_is_at_hand(trial_app: Flask) -> None:
    words = trial_app.jinja_env.globals
    for macro in ("govukButton", "govukRadios", "govukSummaryList", "govukTable", "portal_form"):
        assert macro in words
    assert trial_app.jinja_env.trim_blocks
    assert trial_app.jinja_env.lstrip_blocks


def test_a_macro_is_made_once_and_sees_every_global(trial_app: Flask) -> None:
    env = trial_app.jinja_env
    template = env.get_template("govuk_frontend_jinja/components/tag/macro.html")
    assert template.module is template.module
    assert template.globals is env.globals
    env.globals["made_later"] = "here"
    assert env.from_string("{{ made_later }}").render() == "here"
    with pytest.raises(TypeError, match="share"):
        env.from_string("", globals={"product": "another"})
    assert env.globals["product"] == pages.PRODUCT


def test_files_may_be_kept_only_under_their_mark(browser: FlaskClient, trial_app: Flask) -> None:
    with trial_app.test_request_context("/"):
        address = pages.asset("portal.css")
        assert pages.asset("no-such.css") == "/static/no-such.css"
    for asked, rule in (
        (address, pages.FOREVER),
        ("/static/portal.css", "no-cache"),
        ("/static/portal.css?v=0", "no-cache"),
        ("/static/no-such.css", "no-store"),
    ):
        with browser.get(asked) as answer:
            assert answer.headers["Cache-Control"] == rule


def test_links_of_doors_that_are_not_there(trial_app: Flask) -> None:
    with trial_app.test_request_context("/"):
        assert pages.link_to("accounts.home") == "/"
        assert pages.link_to("no.such") is None


def test_only_permitted_links_stand_in_the_frame(browser: FlaskClient) -> None:
    assert 'href="/find"' not in browser.get("/").get_data(as_text=True)
    text = browser.get("/enter").get_data(as_text=True)
    assert 'href="/find"' in text
    assert 'href="/log"' not in text
    assert "Signed in as Jo Green" in text
    assert 'data-stay-url="/stay"' in text
    assert 'data-idle-seconds="900"' in text


@pytest.mark.parametrize(
    ("referrer", "target"),
    [
        ("http://localhost/form?x=1", "/form?x=1"),
        ("http://evil.example/form", "/"),
        ("http://localhost//evil.example/x", "/evil.example/x"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_back_is_always_here(trial_app: Flask, referrer: str, target: str) -> None:
    with trial_app.test_request_context("/", headers={"Referer": referrer}):
        assert pages.local_referrer() == target


@pytest.mark.usefixtures("inside")
def test_days_and_moments_are_written_as_in_london() -> None:
    assert pages.day(dt.date(2019, 3, 3)) == "3 March 2019"
    assert pages.day(dt.datetime(2019, 6, 30, 23, 30, tzinfo=dt.UTC)) == "1 July 2019"
    assert pages.day_time(dt.datetime(2019, 3, 3, 16, 5, tzinfo=dt.UTC)) == "3 March 2019 at 4:05pm"
    assert pages.day_time(dt.datetime(2019, 7, 3, 0, 5)) == "3 July 2019 at 1:05am"
    assert pages.day(None) == pages.day_time(None) == ""


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("born", "today", "words"),
    [
        ((2020, 2, 29), (2026, 2, 28), "5 years"),
        ((2020, 2, 29), (2026, 3, 1), "6 years"),
        ((2025, 3, 10), (2026, 3, 9), "11 months"),
        ((2025, 3, 10), (2026, 3, 10), "12 months"),
        ((2024, 3, 10), (2026, 3, 10), "2 years"),
        ((2026, 3, 1), (2026, 3, 31), "under 1 month"),
        ((2026, 2, 1), (2026, 3, 1), "1 month"),
        ((2026, 3, 2), (2026, 3, 1), ""),
    ],
)
def test_age_in_words(born: tuple[int, int, int], today: tuple[int, int, int], words: str) -> None:
    assert pages.age(dt.date(*born), dt.date(*today)) == words


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("typed", "shown", "dialled"),
    [
        ("01632960001", "01632 960001", "tel:+44-1632-960001"),
        ("+44 20 7946 0123", "020 7946 0123", "tel:+44-20-7946-0123"),
        ("07700900982", "07700 900982", "tel:+44-7700-900982"),
        ("0117 496 0012 ext 12", "0117 496 0012 ext 12", "tel:+44-117-496-0012;ext=12"),
        ("0808 157 0192 x9", "0808 157 0192 ext 9", "tel:+44-808-157-0192;ext=9"),
        ("+353 1 234 5678", "+353 1 234 5678", "tel:+353-1-234-5678"),
        (" 101 ", "101", "tel:101"),
        ("ask at the desk", "ask at the desk", ""),
        ("01632 960001 or 960002", "01632 960001 or 960002", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_telephone_numbers(typed: str | None, shown: str, dialled: str) -> None:
    assert pages.phone(typed) == shown
    assert pages.tel(typed) == dialled
