"""English and Welsh: the catalogue is whole, and the pages speak the language that was chosen."""

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages import Catalog
from flask import Flask
from jinja2 import TemplateSyntaxError
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from portal import translations
from portal.core.pages import age
from portal.matching import SENTENCES
from portal.translations import as_mo, as_po, faults, mo_path, read, sentences, up_to_date
from portal.translations.__main__ import main
from tests import browsing
from tests.cast import CHILDREN
from tests.databases import URL
from tests.editor import Editor
from tests.journeys.walking import choose_reason, fill_in_misspelt, heading, let_in, press
from tests.search.asking import about, address_of_results, boxes, send
from tests.search.breaking import break_log

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story
BORN = STORY.date_of_birth
REMEDY = "run `make translations`, write the Welsh into messages.po, and run it again"
NOWHERE = "0f0e0d0c-0b0a-0908-0706-050403020100"

# Words that no Welsh sentence and no name of the invented town holds, and what the GOV.UK macros
# and scripts say when nobody tells them otherwise.
ENGLISH = re.compile(r"\b(you|your|this|who|what|which|was|were|not|are|and|has|have)\b", re.I)
DEFAULTS = {
    "Back", "Error", "Error:", "Hide", "Hide password", "Important", "Menu", "Next", "Pagination",
    "Previous", "Service information", "Show", "Show password", "Skip to main content", "Success",
    "There is a problem", "Warning", "Day", "Month", "Year", "Your password is visible",
    "Your password is hidden", "male", "female",
}  # fmt: skip


@pytest.fixture(scope="module")
def source() -> Catalog:
    """What the present source says."""
    return sentences()


@pytest.fixture(scope="module")
def english(source: Catalog) -> frozenset[str]:
    """Every English sentence that can stand in a page as it is, and is another one in Welsh."""
    welsh = read("cy")
    found = {str(message.id) for message in source if isinstance(message.id, str) and message.id}
    same = {sentence for sentence in found if welsh[sentence].string == sentence}
    return frozenset((found | DEFAULTS) - same)


def shown(text: str) -> list[str]:
    """Every text of a page, and every attribute that is read out or shown."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
    named = re.findall(r'\b(?:aria-label|alt|title|placeholder|data-i18n[\w.-]*)="([^"]*)"', body)
    pieces = [*re.findall(r">([^<>]+)<", body), *named]
    return [" ".join(html.unescape(piece).split()) for piece in pieces if piece.strip()]


def in_welsh(browser: Editor) -> Editor:
    """Choose Welsh as a person does: with the button of a page."""
    came_from = {"Referer": f"{URL}/help/cookies"}
    answer = browser.post("/language", data={"language": "cy"}, headers=came_from)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/cookies")
    return browser


def check_welsh(answer: TestResponse, english: frozenset[str]) -> None:
    """Hold one page against the catalogue: nothing of it may be English."""
    assert '<html lang="cy"' in answer.text
    left = [one for one in shown(answer.text) if one in english or ENGLISH.search(one)]
    assert not left, f"{answer.request.path} says in English: {left}"


def links(text: str) -> list[str]:
    """The addresses of the portal's own pages that a page leads to, without jumps inside it."""
    found = re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)"', text)
    return [html.unescape(one) for one in dict.fromkeys(found) if not one.startswith("/static")]


def crawl(browser: Editor, start: list[str], english: frozenset[str], *, most: int = 40) -> int:
    """Read every page that can be reached by links; return how many there were."""
    waiting, seen = list(start), set[str]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = browser.get(address)
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer.headers["Location"])
            continue
        check_welsh(answer, english)
        waiting += links(answer.text)
    return len(seen)


# The catalogue


def test_every_sentence_of_the_source_has_its_welsh() -> None:
    wrong = faults(up_to_date("cy"))
    assert not wrong, f"{REMEDY}:\n" + "\n".join(wrong)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert mo_path("cy").read_bytes() == as_mo(read("cy")), "run `make translations`"


def test_the_source_is_read_everywhere(source: Catalog) -> None:
    said = {message.id if isinstance(message.id, str) else message.id[0] for message in source}
    assert set(SENTENCES.values()) <= said
    assert "There is a problem" in said  # templates/_frame/, which Babel leaves out by itself
    assert "%(num)d month" in said
    assert "Practitioner" in said  # lazy


def test_the_catalogue_holds_no_place_date_or_address_of_anybody() -> None:
    written = as_po(read("cy"))
    head = written.partition(b"\n\n")[0].decode()
    assert not re.search(r"@|-Date|Generated|Translator|/home|/work|\b20\d\d\b", head)
    assert b"#, fuzzy" not in written
    assert not re.search(rb"^#: .*:\d+", written, re.M)


def test_making_it_again_changes_nothing() -> None:
    once = up_to_date("cy")
    assert as_po(once) == as_po(up_to_date("cy"))
    assert as_mo(once) == as_mo(read("cy"))


@pytest.mark.parametrize(
    ("english", "welsh", "fault"),
    [
        ("Search", "", "not translated"),
        ("By %(name)s.", "Gan %(enw)s.", "placeholders differ"),
        ("By %(name)s.", "Gan rywun.", "placeholders differ"),
        (("%(n)d year", "%(n)d years"), ("%(n)d blwydd", "%(n)d flwydd"), "not translated"),
        (("%(n)d year", "%(n)d years"), ("%(n)d",) * 4 + ("chwech",), "placeholders differ"),
    ],
)
def test_a_fault_is_named(
    english: str | tuple[str, ...], welsh: str | tuple[str, ...], fault: str
) -> None:
    catalogue = Catalog("cy", fuzzy=False)
    catalogue.add("Back", "Yn ôl", [("a.py", 1)])
    assert faults(catalogue) == []
    catalogue.add(english, welsh, [("b.py", 2)])
    first = english if isinstance(english, str) else english[0]
    assert faults(catalogue) == [f"{fault}: {first!r} in b.py"]


def test_a_guess_is_a_fault() -> None:
    catalogue = Catalog("cy", fuzzy=False)
    catalogue.add("Back", "Yn ôl", [("a.py", 1)], flags=["fuzzy"])
    assert faults(catalogue) == ["marked fuzzy: 'Back' in a.py"]


def test_the_tool_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "portal" / "translations"
    folder.mkdir(parents=True)
    shutil.copy(translations.FOLDER / "babel.cfg", folder)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "FOLDER", folder)
    piece = tmp_path / "templates" / "_frame" / "_nav.html"
    piece.parent.mkdir(parents=True)
    piece.write_text('{{ _("Back") }}', encoding="utf-8")
    assert main() == 1
    assert "not translated: 'Back' in templates/_frame/_nav.html" in capsys.readouterr().out
    po = translations.po_path("cy")
    written = po.read_text(encoding="utf-8")
    po.write_text(written.replace('"Back"\nmsgstr ""', '"Back"\nmsgstr "Yn ôl"'), encoding="utf-8")
    assert main() == 0
    piece.write_text('{{ _("Go back") }}', encoding="utf-8")
    assert main() == 1
    assert '#~ msgstr "Yn ôl"' in po.read_text(encoding="utf-8")
    piece.write_text('{{ _("Back" }}', encoding="utf-8")
    with pytest.raises(TemplateSyntaxError):
        main()


# The choice


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


# The pages


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
