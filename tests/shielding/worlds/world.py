"""One world: an installation of its own, its people's browsers, and what a step shows of it."""

import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import structlog
import time_machine
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from portal import create_app
from portal.__main__ import verbs
from portal.accounts.models import Account, AccountSession
from portal.audit import queries as audit
from portal.core import clock
from portal.core.db import db
from portal.core.keys import token_mark
from portal.feeds.cli import driving
from portal.sandbox import Child
from portal.search.models import SEARCH_BUDGET
from portal.shielding import cli as shielding
from tests.databases import URL, Stage, let_go
from tests.editor import Editor
from tests.shielding.worlds.chance import chance_from
from tests.shielding.worlds.seen import Seen, either_of
from tests.shielding.worlds.setting import BEGINS, SOURCE_ID, emails, id_of

BETWEEN_STEPS = timedelta(seconds=20)
# What the tests themselves keep there.
NOT_THEIRS = {"first-state.db"}
IDLE = timedelta(minutes=10)
Planting = Callable[["World"], AbstractContextManager[Any]]


class Browser(Editor):
    """A browser whose pages are compared, not held against the rules of the house."""

    def _read(self, answer: TestResponse) -> None:
        """Other tests read every page."""


class World:
    """An installation that can be put back to its beginning and told to do one step.

    planted is what a test plants in it; nothing but the tests of the tests does.
    """

    def __init__(self, stage: Stage, child: Child) -> None:
        """child is the one this world hides."""
        self.stage, self.child = stage, child
        # The id about which people ask, whether or not there is such a child.
        self.child_id = id_of("the child")
        # The number under which the source knows that child; where there is none, the hidden one.
        self.number = SOURCE_ID
        self.hidden = either_of(map(id_of, ("the child", "the other")))
        self.folder = stage.config.instance
        self.planted: Planting = lambda world: nullcontext()
        # Tables whose rows about the child lie in the vault: whoever reads the database can count
        # that they are not here (docs/reveal.md).
        self.in_vault: frozenset[str] = frozenset()
        self.app = _application(stage)
        self.begin()

    def begin(self) -> None:
        """Go back to the beginning."""
        for path in self.folder.rglob("*"):
            is_left = path.suffix in {".csv", ".backup", ".json", ".leak"}
            if path.is_file() and (is_left or ".before-restore-" in path.name):
                path.unlink()
        with time_machine.travel(BEGINS, tick=False):
            self.stage.put_back(self.app)
        if self.stage.config.is_embedded:
            self.stage.config.database_file.chmod(0o600)
        self.now, self.steps, self.asked = BEGINS, 0, 0
        self.browsers: dict[str, tuple[Browser, datetime]] = {}
        self.remembered: dict[str, list[str]] = {}
        self.seen = Seen(self.hidden)

    def step(self, do: Callable[["World"], None]) -> Seen:
        """Do one step at its own moment, with its own chance; return all it showed."""
        self.steps += 1
        self.now += BETWEEN_STEPS
        self.seen = Seen(self.hidden)
        with ExitStack() as stack:
            stack.enter_context(time_machine.travel(self.now, tick=False))
            stack.enter_context(chance_from(f"step {self.steps}"))
            stack.enter_context(_heard_by(self.seen))
            stack.enter_context(self.planted(self))
            do(self)
            self._look_around()
        return self.seen

    def get(self, who: str, path: str, **headers: str) -> TestResponse:
        """Fetch a page as somebody."""
        browser = self.browser(who)
        with self._own_chance():
            return self._keep(browser.get(path, headers=headers or None))

    def post(self, who: str, path: str, **typed: Any) -> TestResponse:
        """Send a form as somebody."""
        browser = self.browser(who)
        with self._own_chance():
            return self._keep(browser.post(path, data=typed))

    def _own_chance(self) -> AbstractContextManager[None]:
        """Chance for one request. What it draws is nobody's to see, and how often may differ: what
        goes into the vault is sealed with more random bytes than a row of the index has."""
        self.asked += 1
        return chance_from(f"step {self.steps}, request {self.asked}")

    def run(self, *words: str) -> None:
        """Run a command as the operator types it."""
        place = {"PORTAL_INSTANCE": str(self.folder), "PORTAL_DATABASE": self.stage.config.database}
        kept = {name: text for name, text in place.items() if text}
        places = [
            (driving, "BETWEEN_STEPS"),
            (shielding, "BETWEEN_STEPS"),
            (shielding, "STEP_SECONDS"),
        ]
        with patch.dict(os.environ, kept), ExitStack() as at_once:
            for place_of, name in places:
                at_once.enter_context(patch.object(place_of, name, 0))
            done = CliRunner().invoke(verbs, list(words))
        if done.exception and not isinstance(done.exception, SystemExit):
            self.seen.note("printed", f"{type(done.exception).__name__}: {done.exception}")
        self.seen.command(words, done, self.folder)

    def remember(self, who: str, page: TestResponse) -> None:
        """Keep a page that somebody has before them."""
        self.remembered[who] = page.get_data(as_text=True).split("\n")

    def links(self, who: str, pattern: str) -> list[str]:
        """Return the addresses on somebody's last page that fit a pattern, each once."""
        text = "\n".join(self.remembered.get(who, []))
        return list(dict.fromkeys(re.findall(pattern, text)))

    def browser(self, who: str) -> Browser:
        """Return the browser of somebody who is signed in; of "nobody" one that is not."""
        held = self.browsers.get(who)
        if held is None or (who != "nobody" and self.now - held[1] > IDLE):
            held = (self._opened(who), self.now)
        self.browsers[who] = (held[0], self.now)
        return held[0]

    def _keep(self, answer: TestResponse) -> TestResponse:
        self.seen.answer(answer)
        return answer

    def _opened(self, who: str) -> Browser:
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        if who == "nobody":
            return browser
        token = secrets.token_urlsafe(32)
        with self.app.app_context():
            now = clock.now()
            account = db.session.scalar(select(Account.id).where(Account.email == emails()[who]))
            values = {
                "account_id": account, "token_mark": token_mark(token), "stage": "open",
                "began_at": now, "seen_at": now, "address": "127.0.0.1", "browser": "test",
            }  # fmt: skip
            db.session.execute(insert(AccountSession).values(values))
            db.session.commit()
        with browser.session_transaction(base_url=URL) as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return browser

    def _look_around(self) -> None:
        """What can be seen besides the answer: files, the log as auditors read it, budgets."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name not in NOT_THEIRS:
                name = path.relative_to(self.folder).as_posix()
                self.seen.note("files", name)
                if self.in_vault and name.endswith("-wal"):
                    # How many pages a step writes there hangs on which slots chance has chosen.
                    continue
                self.seen.note("sizes", f"{name}: {path.stat().st_size}")
        with self.app.app_context():
            for line in audit.extract_of_log(audit.Extract()).lines:
                self.seen.note("access log", repr(line))
            for row in sorted(map(str, db.session.execute(select(SEARCH_BUDGET)))):
                self.seen.note("budgets", row)
            db.session.rollback()

    def close(self) -> None:
        """Let go of the database."""
        let_go(self.app)


def _application(stage: Stage) -> Flask:
    app = create_app(stage.config)
    app.config["TESTING"] = True
    app.config["RATELIMIT_ENABLED"] = False
    app.test_client_class = Browser
    return app


@contextmanager
def _heard_by(seen: Seen) -> Iterator[None]:
    """Keep what the process writes into its own log, by structlog or by the standard library."""
    heard, former = StringIO(), structlog.get_config()
    printing = structlog.PrintLoggerFactory(file=heard)
    listener = logging.StreamHandler(heard)
    structlog.configure(logger_factory=printing)
    logging.getLogger().addHandler(listener)
    try:
        # A command makes an application of its own, which would turn the log elsewhere.
        with patch.object(structlog, "PrintLoggerFactory", lambda **_: printing):
            yield
    finally:
        logging.getLogger().removeHandler(listener)
        structlog.configure(**former)
        seen.note("process log", *heard.getvalue().splitlines())
