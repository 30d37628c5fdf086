"""A crowd at real servers: people in threads who search, over plain HTTP."""

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from portal import create_app
from portal.core import clock
from portal.core.config import Config, write_config
from portal.sandbox import SEED, Child, town
from tests import signing_in
from tests.databases import Stage, let_go
from tests.editor import Editor
from tests.house import ROOT
from tests.search.asking import about

PEOPLE = 8
MANY = 1_000_000
LIMITS: dict[str, Any] = {
    f"{whose}_searches_per_{span}": MANY
    for whose in ("person", "team", "organisation")
    for span in ("hour", "day")
}


@dataclass
class Answers:
    """What browsers received, whole."""

    searches: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Server:
    """`python -m portal serve` as a program of its own."""

    def __init__(self, folder: Path) -> None:
        self._errors = (folder / f"errors-{os.urandom(4).hex()}").open("w+")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PORTAL_")}
        self.running = subprocess.Popen(
            [sys.executable, "-m", "portal", "serve", "--port", str(self.port)], cwd=ROOT,
            env=kept | {"PORTAL_INSTANCE": str(folder)}, text=True,
            stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip
        assert self.running.stdout is not None
        assert self.running.stdout.readline(), self.said()

    def listens(self) -> bool:
        """True when it takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True

    def said(self) -> str:
        """Its log."""
        self._errors.seek(0)
        return self._errors.read()

    def end(self, *, suddenly: bool = False) -> str:
        """End it, with SIGKILL or as an operator does; returns its log."""
        (self.running.kill if suddenly else self.running.terminate)()
        self.running.communicate(timeout=60)
        said = self.said()
        self._errors.close()
        return said


@contextmanager
def crowd(stage: Stage) -> Iterator["Crowd"]:
    """People signed in at an installation with wide limits, and servers they may start."""
    config = replace(stage.config, **LIMITS)
    folder = config.instance
    write_config(
        folder,
        {"public_url": config.public_url, "database": config.database, **LIMITS},
    )
    app = create_app(config)
    app.test_client_class = Editor
    made = Crowd(app, config)
    try:
        yield made
    finally:
        made.end()
        let_go(app)
        (folder / "portal.toml").unlink()


class Crowd:
    """Eight people at work."""

    def __init__(self, app: Flask, config: Config) -> None:
        self.app, self.config = app, config
        self.servers: list[Server] = []
        browsers = [signing_in.browser_of(app, "health_visitor") for _ in range(PEOPLE)]
        self._headers = [headers_of(browser) for browser in browsers]
        self._known = town(on=clock.today(), seed=SEED, children=200).children
        self.may_break = threading.Event()
        # The servers are alone with the database, as they are in an office.
        let_go(app)

    def start(self) -> Server:
        """Start one more server."""
        self.servers.append(Server(self.config.instance))
        return self.servers[-1]

    def end(self) -> str:
        """End all servers; returns what they logged."""
        said = [server.end() for server in self.servers]
        self.servers.clear()
        return "".join(said)

    def search(self, answers: Answers, *, rounds: int) -> None:
        """Let everybody search so often, each at the servers in turn, or until it may break."""
        with ThreadPoolExecutor(PEOPLE) as pool:
            for one in [pool.submit(self._work, n, answers, rounds) for n in range(PEOPLE)]:
                one.result()

    def _work(self, person: int, answers: Answers, rounds: int) -> None:
        for number in range(rounds):
            sought = self._known[(person * rounds + number) % len(self._known)]
            server = self.servers[(person + number) % len(self.servers)]
            try:
                self._look_for(sought, server, self._headers[person], answers)
            except (OSError, http.client.HTTPException):
                if self.may_break.is_set():
                    return
                raise

    @staticmethod
    def _look_for(sought: Child, server: Server, headers: dict[str, str], answers: Answers) -> None:
        body = urlencode(about(sought))
        status, place, text = ask(server.port, "POST", "/search", headers, body)
        if status != http.client.SEE_OTHER:
            answers.wrong.append(f"{status}: {text[:300]}")
            return
        answers.searches.append(place.rsplit("/", 1)[-1])
        status, _, text = ask(server.port, "GET", place, headers)
        if status != http.client.OK:
            answers.wrong.append(f"{status}: {text[:300]}")
            return
        answers.pages.append(place.rsplit("/", 1)[-1])


def headers_of(browser: Editor) -> dict[str, str]:
    """The cookie of a browser, and the token of its forms."""
    token = browser.form_token()
    cookie = browser.get_cookie("portal", domain="127.0.0.1")
    assert cookie is not None
    return {
        "Cookie": f"portal={cookie.value}", "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str, str]:
    """Send one request; returns the status, where it leads, and the page, read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or "", answer.read().decode()
    finally:
        connection.close()
