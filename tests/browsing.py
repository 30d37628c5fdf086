"""A real server on a free port and a real browser."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.sandbox import CastMember
from tests import signing_in

FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run --disable-quic"
).split()
# What axe says is a megabyte, of which a few lines are wanted.
_LINES_OF_AXE = """
axe.run({resultTypes: ["violations"]}).then(found => found.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`)))
"""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


class _Handler(WSGIRequestHandler):
    """Closes the answer also when the browser has gone: Werkzeug leaves its file open then."""

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        environ["tests.answers"] = []
        return environ

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        for answer in (environ or {}).get("tests.answers", ()):
            answer.close()


def _keeping(app: Flask) -> Callable[..., Any]:
    """Serve as the application does; its answer is kept for the handler to close."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        answer = app(environ, start_response)
        environ["tests.answers"].append(answer)
        return answer

    return application


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application for as long as the block lasts; gives its address."""
    server = make_server("127.0.0.1", 0, _keeping(app), threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium: the machine's, else the one that Playwright brought."""
    known = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, known) if path), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def new_page(browser: Browser, address: str, *, script: bool, narrow: bool = False) -> Page:
    """Open a fresh browser window, wide or 320 pixels narrow, with or without script."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        java_script_enabled=script,
        viewport=NARROW if narrow else WIDE,  # type: ignore[arg-type]
        locale="en-GB",
    )
    context.set_default_timeout(15_000)
    return context.new_page()


def sign_in_as(page: Page, key: str, code: str) -> CastMember:
    """Walk through both sign-in pages as a member of the cast."""
    person = signing_in.member(key)
    page.goto("/sign-in")
    page.fill("#email", person.email)
    page.fill("#passphrase", person.passphrase)
    page.click("main button[type=submit]")
    page.fill("#code", code)
    page.click("main button[type=submit]")
    return person


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, a line each (WCAG 2.2 AA and good practice)."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_LINES_OF_AXE)
    return found


def scrolls_sideways(page: Page) -> bool:
    """True when the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
