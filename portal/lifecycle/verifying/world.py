"""One copy as a running portal: people in good standing ask it through its own doors.

How they are signed in. A session is a row that holds the fingerprint of a random token. The check
writes such rows into its two copies, past any application, and carries the tokens in memory. No
door and no function of the portal lets anybody in so. The tokens are worth nothing elsewhere: the
rows are in no other database, the cookies are signed with a key drawn for this check alone, and
nothing listens for either copy on the network. Whoever can do this holds the key file, which opens
everything there is.
"""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, select, text
from werkzeug.test import TestResponse

from portal import create_app
from portal.access.identity import Identity
from portal.core import clock
from portal.core.config import Config
from portal.core.db import Base, engine_of_file, make_engine, random_id, snapshot
from portal.core.keys import Keys, token_mark
from portal.lifecycle.doctor.examination import examine_database
from portal.lifecycle.pouring import row_counts
from portal.lifecycle.serving import let_go
from portal.lifecycle.verifying.comparing import STATUS, Piece, rows_of, without_ids

MANY_ROWS = 20_000
# How many slots there are says how full the vault once was, in steps that double it: a full one
# grows while an emptied one does not (decisions/0016).
GROWS_IN_STEPS = {"vault_slot", "vault_mark"}
_VISIBLE = text(
    "SELECT event, action, outcome, roles, reason, subject_kind, length(sealed) FROM access_event "
    "WHERE line > :seen AND event NOT LIKE 'shield:%' ORDER BY line"
)
_CSRF = "csrf_token"


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who asks, and what their browser holds in both copies."""

    who: Identity
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form_secret: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)


def begin_sessions(config: Config, keys: Keys, people: Mapping[str, Signed]) -> None:
    """Write the sessions of these people into a copy."""
    table = Base.metadata.tables["account_session"]
    engine = engine_of_file(config.database_file, keys.database, mode="rw")
    now = clock.now()
    try:
        with engine.begin() as connection:
            for one in people.values():
                values = {
                    "id": random_id(), "account_id": one.who.account_id, "stage": "open",
                    "token_mark": token_mark(one.token), "began_at": now, "seen_at": now,
                    "address": "127.0.0.1", "browser": "",
                }  # fmt: skip
                connection.execute(insert(table).values(values))
    finally:
        engine.dispose()


class World:
    """A copy that is asked. seen is what the present question showed so far."""

    def __init__(
        self,
        config: Config,
        keys: Keys,
        people: Mapping[str, Signed],
        cookie_key: bytes,
        *,
        is_whole: bool,
    ) -> None:
        self.config, self._keys, self.is_whole = config, keys, is_whole
        self.app = create_app(config)
        self.app.secret_key = cookie_key
        self._url = "{0.scheme}://{0.netloc}".format(urlsplit(config.public_url))
        self._engine = make_engine(config, keys.database)
        with snapshot(self._engine) as connection:
            self.counts = row_counts(connection)
            self._line = connection.scalar(text("SELECT max(line) FROM access_event")) or 0
        self.browsers = {name: self._browser(one) for name, one in people.items()}
        self.seen: list[Piece] = []

    def get(self, who: str, path: str) -> TestResponse:
        """Fetch a page as somebody."""
        browser = self.browsers[who][0]
        return self._keep(browser.get(path, base_url=self._url))

    def post(self, who: str, path: str, **typed: str) -> TestResponse:
        """Send a form as somebody, with the token that their pages carry."""
        browser, form_token = self.browsers[who]
        headers = {"X-CSRFToken": form_token, "Origin": self._url, "Referer": f"{self._url}/"}
        return self._keep(browser.post(path, base_url=self._url, data=typed, headers=headers))

    def run(self, *words: str) -> None:
        """Run a command of a room as the operator types it, on this copy and no other."""
        with self.app.app_context():
            done = self.app.test_cli_runner().invoke(args=list(words))
        said = f"python -m portal {' '.join(words[:2])}"
        ending = type(done.exception).__name__ if done.exception else ""
        self.seen.append(Piece(f"the ending of {said}", f"{done.exit_code} {ending}"))
        self.seen.append(Piece(f"what {said} prints", done.output))

    def examine(self) -> None:
        """Let the doctor look at the database."""
        for one in examine_database(self.config, self._keys):
            self.seen.append(Piece(f"what the doctor says of {one.name}", f"{one}"))

    def look_around(self, *, at_all: bool = False) -> None:
        """Note how many rows came to each table (the long ones too, if at_all), and which lines to
        the log that ordinary readers see."""
        with snapshot(self._engine) as connection:
            wanted = [name for name, count in self.counts.items() if at_all or count < MANY_ROWS]
            counts = {
                name: connection.scalar(select(func.count()).select_from(text(f'"{name}"'))) or 0
                for name in wanted
                if name not in GROWS_IN_STEPS
            }
            lines = connection.execute(_VISIBLE, {"seen": self._line}).all()
            self._line = connection.scalar(text("SELECT max(line) FROM access_event")) or 0
        self.seen += rows_of(counts, self.counts)
        self.counts = self.counts | counts
        told = "\n".join(" ".join(map(str, line)) for line in lines)
        self.seen.append(Piece("the lines of the log", told))

    def close(self) -> None:
        """Let go of the copy."""
        self._engine.dispose()
        let_go(self.app)

    def _keep(self, answer: TestResponse) -> TestResponse:
        asked = f"{answer.request.method} {without_ids(answer.request.path)}"
        body = answer.get_data(as_text=True)
        self.seen.append(Piece(f"{STATUS} {asked}", str(answer.status_code)))
        self.seen.append(Piece(f"the page of {asked}", body))
        for name, value in answer.headers:
            self.seen.append(Piece(f"the header {name} of {asked}", value))
        return answer

    def _browser(self, one: Signed) -> tuple[FlaskClient, str]:
        """A browser that holds an open session, and the token for its forms."""
        browser = self.app.test_client()
        with self.app.test_request_context(base_url=self._url):
            session[_CSRF] = one.form_secret
            form_token: str = generate_csrf()
        with browser.session_transaction(base_url=self._url) as cookie:
            cookie.update({_CSRF: one.form_secret, "_user_id": one.token, "_fresh": True})
        return browser, form_token


def location(answer: TestResponse) -> str:
    """Return where an answer sends the person, "" when it shows a page."""
    return urlsplit(answer.headers.get("Location", "")).path


def offered(page: TestResponse, name: str) -> str:
    """Return the first word that a page lets one choose under a name, "" when there is none."""
    for tag in re.findall(r"<input[^>]*>", page.get_data(as_text=True)):
        if f'name="{name}"' in tag and (value := re.search(r'value="([^"]*)"', tag)):
            return value[1]
    return ""


def linked(page: TestResponse, pattern: str) -> str:
    """Return the first address of a page that fits a pattern, "" when there is none."""
    found = re.search(rf'href="({pattern})"', page.get_data(as_text=True))
    return found[1] if found else ""


@contextmanager
def in_memory(content: str) -> Iterator[str]:
    """Give a file that stands in memory alone: no row about a child in hiding touches the disk."""
    number = os.memfd_create("row")
    try:
        os.write(number, content.encode())
        yield f"/proc/{os.getpid()}/fd/{number}"
    finally:
        os.close(number)
