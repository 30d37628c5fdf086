"""The whole way of a search: a browser's request to a real server, and back with the page."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert, select

from portal.accounts.models import Account, AccountSession
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.keys import token_mark
from portal.search.rules import lack
from tests.benchmarks.asking import typed_of
from tests.benchmarks.queries import BenchQuery
from tests.benchmarks.servers import RUNNING, end_with_us
from tests.benchmarks.timing import Spread, spread
from tests.house import ROOT
from tests.signing_in import member

Work = TypeVar("Work")
BARE_PAGE = "/help/what-is-held"
# How many browsers, and whether they run the portal's script: with it htmx fetches the inside of
# the page of results, without it the whole page is drawn.
WAYS = ((1, False), (8, False), (1, True), (8, True))
BY_SCRIPT = {"HX-Request": "true", "HX-Target": "main-content"}
PAGES = 400
REFUSED = "POST search: 422"
WARM_UP = 10


class WrongAnswer(Exception):
    """The server answered with another status than it should."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a server did for so many browsers at once, with or without the portal's script. bare and
    requests are requests a second: of the bare page, and of search and results in turn; search is
    the time of both together.
    refused counts forms that the portal does not take (a date in the future); wrong names every
    other answer that should not have come, with its number."""

    threads: int
    by_script: bool
    bare: float
    requests: float
    search: Spread
    refused: int
    wrong: dict[str, int]

    @property
    def ratio(self) -> float:
        """Requests of searching for each request of the bare page."""
        return self.requests / self.bare


@dataclass(frozen=True, slots=True)
class WebTimes:
    """Throughput by number of browsers, and the resident memory of the server (bytes) before the
    first request and after the last."""

    throughput: tuple[Throughput, ...]
    memory_first: int
    memory_last: int


def measure_web(
    app: Flask, config: Config, asked: Sequence[BenchQuery], *, pages: int = PAGES
) -> WebTimes:
    """Serve the installation and search it. Every query is asked once; none is repeated. pages says
    how often the bare page is fetched before the searches, and again after them."""
    boxes = [boxes_of(query) for query in asked if lack(typed_of(query)) is None]
    most = max(threads for threads, _ in WAYS)
    cookies = [_signed_in(app) for _ in range(most)]
    parts = iter(_shares(boxes, [1, 3, 1, 3]))
    with serving(config) as server, ExitStack() as stack:
        browsers = [Browser(server.port, cookie) for cookie in cookies]
        for browser in browsers:
            stack.callback(browser.close)
            browser.open_form()
        first = server.memory()
        found = []
        for number, by_script in WAYS:
            for browser in browsers:
                browser.by_script = by_script
            found.append(_throughput(browsers[:number], next(parts), pages))
        return WebTimes(tuple(found), first, server.memory())


class Browser:
    """Keeps a connection, a signed-in session's cookie and the token of the form."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie, self._token = cookie, ""
        self.by_script = False

    def bare(self) -> None:
        """Fetch a page that asks nothing of the database, as somebody who is not signed in."""
        self._ask("GET", BARE_PAGE, signed_in=False)

    def open_form(self) -> None:
        """Open the search form, and keep its token."""
        text = self._ask("GET", "/search")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        if found is None:
            raise WrongAnswer("the form holds no token")
        self._token = found[1]

    def search(self, boxes: dict[str, str]) -> None:
        """Send the form and fetch the results. Raises WrongAnswer."""
        body = urlencode({**boxes, "csrf_token": self._token})
        text = self._ask("GET", self._ask("POST", "/search", body, wanted=303))
        if text.lstrip().startswith("<title>") != self.by_script:
            raise WrongAnswer("a piece for a page, or a page for a piece")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str = "", *, wanted: int = 200, signed_in: bool = True
    ) -> str:
        headers = {"Cookie": self._cookie} if signed_in else {}
        if signed_in and self.by_script:
            headers |= BY_SCRIPT
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != wanted:
            raise WrongAnswer(f"{method} {path.split('/')[1]}: {answer.status}")
        if signed_in and (cookie := answer.headers.get("Set-Cookie")):
            self._cookie = cookie.split(";")[0]
        return answer.headers["Location"] if wanted == 303 else text


class RunningServer:
    """A server process of the portal."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self.port = process, port

    def memory(self) -> int:
        """Return its resident memory in bytes (Linux), 0 where that cannot be read."""
        status = Path(f"/proc/{self._process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) * 1024 if found else 0


@contextmanager
def serving(config: Config) -> Iterator[RunningServer]:
    """Run `python -m portal serve` on a free port for as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "portal", "serve", "--port", str(port)], cwd=ROOT,
        env=kept | {"PORTAL_INSTANCE": str(config.instance)}, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, preexec_fn=end_with_us,
    )  # fmt: skip
    RUNNING.append(process)
    try:
        _await(process, port)
        yield RunningServer(process, port)
    finally:
        process.terminate()
        process.communicate(timeout=60)
        RUNNING.remove(process)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            assert process.stderr
            raise WrongAnswer(process.stderr.read().decode()[-2_000:])
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise WrongAnswer("the server did not start within a minute")


def boxes_of(query: BenchQuery) -> dict[str, str]:
    """Fill the search form for a query."""
    said = query.typed
    gender = said.get("gender")  # The form knows no "not specified": nothing is chosen then.
    year, month, day = ((said.get("date_of_birth") or "") + "--").split("-")[:3]
    return {
        "given_name": said.get("given_name") or "", "family_name": said.get("family_name") or "",
        "date_of_birth-day": day, "date_of_birth-month": month,
        "date_of_birth-year": year or str(said.get("year") or ""),
        "gender": gender if gender in {"female", "male"} else "",
        "postcode": said.get("postcode") or "", "reason": "referral",
    }  # fmt: skip


def _signed_in(app: Flask) -> str:
    """Open a session of the health visitor; returns its cookie."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with app.app_context():
        email = member("health_visitor").email
        account = db.session.scalars(select(Account.id).where(Account.email == email)).one()
        db.session.execute(
            insert(AccountSession).values(
                token_mark=token_mark(token), account_id=account, stage="open", began_at=now,
                seen_at=now, address="127.0.0.1", browser="bench",
            )
        )  # fmt: skip
        db.session.commit()
        db.session.remove()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": token, "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def _shares(boxes: list[dict[str, str]], weights: list[int]) -> Iterator[list[dict[str, str]]]:
    at = 0
    for weight in weights:
        count = len(boxes) * weight // sum(weights)
        yield boxes[at : at + count]
        at += count


def _throughput(browsers: Sequence[Browser], boxes: list[dict[str, str]], pages: int) -> Throughput:
    """The bare page before and after the searches, so that a drift of the machine shows in both."""
    bare = [None] * pages
    _together(browsers, [None] * WARM_UP * len(browsers), lambda browser, _: browser.bare())
    before = _together(browsers, bare, lambda browser, _: browser.bare())
    searched = _together(browsers, boxes, lambda browser, one: browser.search(one))
    after = _together(browsers, bare, lambda browser, _: browser.bare())
    return Throughput(
        threads=len(browsers),
        by_script=browsers[0].by_script,
        bare=2 * pages / (before.seconds + after.seconds),
        requests=2 * len(searched.times) / searched.seconds,
        search=spread(searched.times),
        refused=searched.refused,
        wrong=dict(before.wrong + searched.wrong + after.wrong),
    )


@dataclass(frozen=True, slots=True)
class _Done:
    seconds: float
    times: list[float]
    refused: int
    wrong: Counter[str]


def _together(
    browsers: Sequence[Browser], work: Sequence[Work], act: Callable[[Browser, Work], None]
) -> _Done:
    waiting, times, wrong = list(reversed(work)), list[float](), Counter[str]()

    def run(browser: Browser) -> None:
        while True:
            try:
                one = waiting.pop()
            except IndexError:
                return
            begun = time.perf_counter()
            try:
                act(browser, one)
            except (WrongAnswer, OSError, http.client.HTTPException) as error:
                wrong[str(error) or type(error).__name__] += 1
                browser.close()
            else:
                times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=run, args=(browser,)) for browser in browsers]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    return _Done(seconds, times, wrong.pop(REFUSED, 0), wrong)
