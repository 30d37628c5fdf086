"""Pages speak the language that was chosen: for strangers, every role, errors, in a browser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal.core.pages import age
from tests import browsing
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.databases import URL
from tests.editor import Editor
from tests.journeys.walking import choose_reason, fill_in_misspelt, heading, let_in, press
from tests.search.asking import about, address_of_results, boxes, send
from tests.translations.welsh import check_welsh, crawl, in_welsh, links, shown

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story
BORN = STORY.date_of_birth
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"


def test_the_sign_in_page_offers_welsh(client: Editor) -> None:
    text = client.get("/sign-in").text
    assert '<html lang="en"' in text
    assert re.search(r'<button[^>]*name="language" value="cy" lang="cy">Cymraeg</button>', text)


def test_welsh_and_back_to_english(client: Editor) -> None:
    came_from = {"Referer": f"{URL}/sign-in"}
    answer = client.post("/language", data={"language": "cy"}, headers=came_from)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    welsh = client.get("/sign-in").text
    assert '<html lang="cy"' in welsh
    assert '<h1 class="govuk-heading-l">Mewngofnodi</h1>' in welsh
    assert re.search(r'value="en" lang="en">English</button>', welsh)
    client.post("/language", data={"language": "en"}, headers=came_from)
    english = client.get("/sign-in").text
    assert '<html lang="en"' in english
    assert '<h1 class="govuk-heading-l">Sign in</h1>' in english


def test_english_pages_would_be_noticed(client: Editor, english: frozenset[str]) -> None:
    page = client.get("/sign-in")
    with pytest.raises(AssertionError):
        check_welsh(page, english)
    page.text = page.text.replace('<html lang="en"', '<html lang="cy"')
    with pytest.raises(AssertionError, match="Sign in"):
        check_welsh(page, english)


def test_a_strangers_pages(client: Editor, english: frozenset[str]) -> None:
    in_welsh(client)
    assert crawl(client, ["/sign-in", "/sign-in?ended=1", "/sign-in?enrolled=1"], english) > 5


def test_errors_of_fields_are_welsh(client: Editor, english: frozenset[str]) -> None:
    answer = in_welsh(client).post("/sign-in", data={})
    assert answer.status_code == 422
    check_welsh(answer, english)
    said = shown(answer.text)
    for word in ("Mae problem", "Rhowch eich cyfeiriad e-bost gwaith", "Gwall", "Dangos"):
        assert any(word in one for one in said), word
    assert re.search(r"<title[^>]*>Gwall: Mewngofnodi", answer.text)


def test_an_empty_search_is_refused_in_welsh(sign_in: SignIn, english: frozenset[str]) -> None:
    answer = send(in_welsh(sign_in("health_visitor")), boxes(born="40 - 2015", reason=""))
    assert answer.status_code == 422
    check_welsh(answer, english)
    assert "Dyddiad geni: rhaid cynnwys mis" in shown(answer.text)
    assert "Dewiswch pam rydych chi’n chwilio" in shown(answer.text)


@pytest.mark.parametrize("path", ["/nowhere", f"/enrol/{'x' * 43}", f"/children/{NOWHERE}"])
def test_errors_are_welsh(client: Editor, english: frozenset[str], path: str) -> None:
    answer = in_welsh(client).get(path, follow_redirects=True)
    assert path != "/nowhere" or answer.status_code == 404
    check_welsh(answer, english)
    assert path != "/nowhere" or "Heb ddod o hyd i’r dudalen" in shown(answer.text)


def test_our_own_fault_is_told_in_welsh(portal: Flask, sign_in: SignIn) -> None:
    browser = in_welsh(sign_in("data_steward"))
    break_log(portal)
    answer = browser.get("/contact-requests")
    assert answer.status_code == 500
    assert '<html lang="cy"' in answer.text
    assert "Mae’n ddrwg gennym, mae problem" in shown(answer.text)


def test_a_search_and_a_record_in_welsh(sign_in: SignIn, english: frozenset[str]) -> None:
    browser = in_welsh(sign_in("health_visitor"))
    swapped = boxes(STORY.given_names, STORY.family_name, f"{BORN.month} {BORN.day} {BORN.year}")
    found = browser.get(address_of_results(browser, swapped))
    check_welsh(found, english)
    assert "mae’r diwrnod a’r mis wedi’u cyfnewid" in found.text
    record = next(one for one in links(found.text) if one.startswith("/children/"))
    opened = browser.get(record)
    check_welsh(opened, english)
    assert "Pwy sy’n gweithio gyda’r plentyn hwn" in shown(opened.text)
    assert f"{BORN.day} Gorffennaf {BORN.year}" in opened.text
    assert crawl(browser, [record, f"{record}/reason"], english) > 8


def test_a_month_may_be_typed_in_welsh(sign_in: SignIn) -> None:
    browser = in_welsh(sign_in("health_visitor"))
    typed = about(STORY) | {"date_of_birth-month": "Gorffennaf"}
    assert "mae’r dyddiad geni yn cyfateb" in browser.get(address_of_results(browser, typed)).text


def test_nobody_found_in_welsh(sign_in: SignIn, english: frozenset[str]) -> None:
    browser = in_welsh(sign_in("teacher"))
    nobody = boxes("Quorlinda", "Vexmoor", "3 3 2018")
    answer = browser.get(address_of_results(browser, nobody))
    check_welsh(answer, english)
    assert "Ni chanfuwyd plentyn" in shown(answer.text)
    assert "3 Mawrth 2018" in shown(answer.text)


@pytest.mark.parametrize(
    "key", ["helpdesk", "authoriser", "data_steward", "shield_officer", "auditor", "untrained"]
)
def test_everybody_has_welsh_pages(sign_in: SignIn, english: frozenset[str], key: str) -> None:
    assert crawl(in_welsh(sign_in(key)), ["/", "/account"], english, most=15) > 4


def test_a_piece_is_welsh_too(sign_in: SignIn) -> None:
    browser = in_welsh(sign_in("health_visitor"))
    piece = browser.get("/search", headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert "<title>Dod o hyd i blentyn" in piece


def test_numbers_change_the_word(application: Flask) -> None:
    ages = {1: "1 mis", 2: "2 fis", 3: "3 mis", 24: "2 oed", 48: "4 oed"}
    with application.test_request_context("/", headers={"Cookie": "lang=cy"}):
        today = BORN.replace(year=BORN.year + 7)
        for months, words in ages.items():
            year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
            assert age(BORN.replace(year=year, month=month + 1, day=1), today) == words


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
@pytest.mark.parametrize("script", [True, False])
def test_welsh_in_a_browser(portal: Flask, browser_page: Callable[..., Page], script: bool) -> None:
    page = browser_page(script=script, narrow=True)
    page.goto("/sign-in")
    page.get_by_role("button", name="Cymraeg").click()
    heading(page, "Mewngofnodi")
    faults = _faults_on(page, script)
    let_in(page, portal, "health_visitor")
    page.goto("/search")
    faults += _faults_on(page, script)
    fill_in_misspelt(page, STORY)
    choose_reason(page)
    press(page, "Chwilio")
    heading(page, "fod yr un rydych yn ei olygu")
    faults += _faults_on(page, script)
    page.get_by_role("link", name=STORY.name).click()
    heading(page, STORY.name)
    faults += _faults_on(page, script)
    for key, address in (("auditor", "/log"), ("authoriser", "/access-reviews")):
        let_in(page, portal, key)
        page.goto(address)
        faults += _faults_on(page, script)
    page.get_by_role("button", name="English").click()
    heading(page, "Access reviews")
    assert not faults


def _faults_on(page: Page, script: bool) -> list[str]:
    assert page.locator("html").get_attribute("lang") == "cy"
    found = browsing.violations(page) if script else []
    return (
        [*found, f"{page.url} is too wide"] if script and browsing.scrolls_sideways(page) else found
    )
