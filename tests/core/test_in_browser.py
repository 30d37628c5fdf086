"""What only a real browser shows: our script, the policy at work, and pages without either."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsing
from tests.core.conftest import make_app

Open = Callable[..., Page]


@pytest.fixture
def window(chromium: Browser) -> Iterator[Open]:
    """window("/form", idle=15, script=True) opens that page; its console is in page.said."""
    stacks = []

    def open_it(address: str, *, idle: float = 15, **how: bool) -> Page:
        serving = browsing.serving(make_app(IDLE_MINUTES=idle))
        page = browsing.new_page(chromium, serving.__enter__(), **{"script": True, **how})
        stacks.append((serving, page))
        page.goto(address)
        return page

    yield open_it
    for serving, page in stacks:
        page.context.close()
        serving.__exit__(None, None, None)


def listen(page: Page) -> list[str]:
    """Collect what the browser complains about, but for its own line on an error status."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    return said


def complaints(said: list[str]) -> list[str]:
    own = ("Failed to load resource", "Response Status Error Code")
    return [line for line in said if not line.startswith(own)]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("address", ["/", "/form", "/enter", "/fail/limit", "/fail/crash"])
def test_pages_are_accessible_and_fit(window: Open, address: str, narrow: bool) -> None:
    page = window(address, narrow=narrow)
    assert browsing.violations(page) == []
    assert not browsing.scrolls_sideways(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_wrong_form_comes_back_with_what_was_typed(window: Open, script: bool) -> None:
    page = window("/form", script=script)
    said = listen(page)
    page.fill("#name", "Ann")
    page.fill("#born-day", "31")
    page.fill("#born-month", "2")
    page.fill("#born-year", "2015")
    page.click("text=Send")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("Date of birth must be a real date")
    expect(page).to_have_title("Error: Everything – Harbour – ContactPoint")
    assert page.input_value("#name") == "Ann"
    if script:
        expect(summary).to_be_focused()
        page.click("text=Date of birth must be a real date")
        expect(page.locator("#born-day")).to_be_focused()
    assert complaints(said) == []


def test_an_answer_reveals_what_belongs_to_it(window: Open) -> None:
    page = window("/form")
    expect(page.locator("#code")).to_be_hidden()
    page.check("text=Other")
    expect(page.locator("#code")).to_be_visible()
    assert browsing.violations(page) == []
    page.check("text=One")
    expect(page.locator("#code")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_right_form_ends_on_the_page_it_leads_to(window: Open, script: bool) -> None:
    page = window("/form", script=script)
    said = listen(page)
    page.fill("#name", "Ann")
    page.check("text=One")
    page.click("text=Send")
    expect(page.locator("h1")).to_have_text("Start")
    assert page.url.endswith("/")
    expect(page).to_have_title("Start – Harbour – ContactPoint")
    if script:
        expect(page.locator("h1")).to_be_focused()
        kept = page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
        assert "Ann" not in kept
        assert "<" not in kept
    assert complaints(said) == []


@pytest.mark.parametrize(("how", "words"), [("limit", "Too many tries"), ("crash", "Sorry")])
def test_an_error_during_an_htmx_call_is_shown(window: Open, how: str, words: str) -> None:
    page = window("/form")
    page.evaluate(
        "how => { const form = document.querySelector('main form');"
        "form.setAttribute('hx-post', '/fail/' + how); htmx.process(form); }",
        how,
    )
    page.click("text=Send")
    expect(page.locator("h1")).to_contain_text(words)
    expect(page.locator("main")).to_have_count(1)


def test_a_lost_connection_is_said(window: Open) -> None:
    page = window("/form")
    page.context.set_offline(True)
    page.click("text=Send")
    expect(page.locator("#portal-offline")).to_be_visible()


def test_an_error_that_is_not_ours_is_said(window: Open) -> None:
    page = window("/form")
    page.route("**/form", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.fill("#name", "Ann")
    page.click("text=Send")
    expect(page.locator("#portal-offline")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Everything")
    assert page.input_value("#name") == "Ann"


@pytest.mark.parametrize("status", [503, None])
def test_a_failure_to_stay_ends_nothing(window: Open, status: int | None) -> None:
    page = window("/enter", idle=110 / 60)
    page.route("**/stay", lambda one: one.fulfill(status=status) if status else one.abort())
    dialog = page.locator("#portal-timeout")
    said = dialog.get_by_role("alert")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(said).to_contain_text("did not answer")
    page.unroute("**/stay")
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()
    assert page.url.endswith("/enter")


def test_a_tab_that_slept_ends_alone(window: Open) -> None:
    page = window("/enter")
    other = page.context.new_page()
    other.goto("/form")
    other.fill("#name", "Ann")
    page.evaluate("() => { const now = Date.now(); Date.now = () => now + 3600000; }")
    page.wait_for_url("**/sign-in?ended=1")
    other.wait_for_timeout(300)
    assert other.url.endswith("/form")
    assert other.input_value("#name") == "Ann"


def test_who_signs_out_in_one_tab_has_left_the_others(window: Open) -> None:
    page = window("/enter")
    other = page.context.new_page()
    other.goto("/enter")
    page.context.clear_cookies()
    page.goto("/")
    other.wait_for_url("**/sign-in?ended=1")


def test_the_time_out_warns_and_can_be_put_off_in_every_tab(window: Open) -> None:
    page = window("/enter", idle=122 / 60)
    other = page.context.new_page()
    other.goto("/enter")
    dialog, far = page.locator("#portal-timeout"), other.locator("#portal-timeout")
    expect(dialog).to_be_hidden()
    expect(dialog).to_be_visible()
    expect(far).to_be_visible()
    expect(dialog).to_contain_text("in 2 minutes")
    assert browsing.violations(page) == []
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    expect(far).to_be_hidden()


def test_the_time_out_ends_the_page(window: Open) -> None:
    page = window("/enter", idle=2 / 60)
    page.wait_for_url("**/sign-in?ended=1")


def test_without_script_there_is_no_dialog(window: Open) -> None:
    page = window("/enter", script=False, idle=1)
    expect(page.locator("#portal-timeout")).to_be_hidden()
    expect(page.get_by_text("Find a child")).to_have_count(0)
    expect(page.get_by_role("link", name="Accounts")).to_be_visible()


def test_long_names_and_large_letters_fit(window: Open) -> None:
    page = window("/enter", narrow=True)
    strip = page.locator(".portal-strip")
    small = strip.bounding_box()
    page.evaluate(
        "classes => classes.forEach(name => { const one = document.createElement('p');"
        "one.className = name; one.textContent = 'W'.repeat(120);"
        "document.querySelector('main').append(one); })",
        ["govuk-body", "govuk-caption-l", "govuk-heading-l", "govuk-heading-m", "govuk-inset-text"],
    )
    assert not browsing.scrolls_sideways(page)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    large = strip.bounding_box()
    assert small
    assert large
    assert large["height"] > small["height"] * 1.5
    assert not browsing.scrolls_sideways(page)


def test_paper_shows_the_main_part_only(window: Open) -> None:
    page = window("/form")
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("form").first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
