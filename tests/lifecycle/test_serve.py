"""serve answers, or says why it does not; monitors learn what they need and nothing else."""

import datetime as dt
import gc
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text

from portal.access.identity import operator
from portal.access.log import Event, record
from portal.core.config import Config
from portal.core.db import db
from portal.lifecycle import queries
from portal.lifecycle.queries import program_version
from portal.lifecycle.serving import NotReady, application_for_people, let_go, server_settings
from tests.databases import URL
from tests.editor import Editor
from tests.house import ROOT
from tests.lifecycle.operating import Installation


@contextmanager
def serving(installation: Installation, *words: str, **more: str) -> Iterator[tuple[str, int]]:
    """Start the server; gives its first line and its process id. Ends it with SIGTERM.

    Waitress leaves sockets for the end of the process to close: that warning is not ours.
    """
    more["PYTHONWARNINGS"] = "error,ignore::ResourceWarning"
    with subprocess.Popen(
        [sys.executable, "-m", "portal", "serve", *words], cwd=ROOT, text=True,
        env=installation.environment | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line, running.stderr and running.stderr.read()
            running.stdout.readline()
            yield line, running.pid
        finally:
            running.send_signal(signal.SIGTERM)
            _, errors = running.communicate(timeout=60)
        assert running.returncode == 0, errors
        assert "Traceback" not in errors


def ask(address: str, **headers: str) -> tuple[int, str]:
    """Fetch a page past every layer of ours, waiting until the server listens."""
    request = urllib.request.Request(address, headers=headers)
    for patience in range(60):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1 * (1 + patience // 10))
    raise AssertionError("the server does not listen")


def test_it_says_where_it_is_answers_and_ends(demo: Installation) -> None:
    with serving(demo, PORT="8641") as (line, _):
        assert "http://127.0.0.1:8641" in line
        status, body = ask("http://127.0.0.1:8641/healthz")
        assert (status, json.loads(body)) == (200, {"state": "ok", "version": program_version()})
        assert ask("http://127.0.0.1:8641/readyz")[0] == 200
        status, body = ask("http://127.0.0.1:8641/sign-in")
        assert status == 200
        assert "passphrase" in body
        assert ask("http://127.0.0.1:8641/sign-in", Host="evil.example.org")[0] == 400


def test_port_may_be_said_and_wins(demo: Installation) -> None:
    with serving(demo, "--port", "8643", PORT="8642") as (line, _):
        assert "8643" in line
        assert ask("http://127.0.0.1:8643/healthz")[0] == 200


def test_a_forged_address_of_a_proxy_is_not_believed(demo: Installation) -> None:
    with serving(demo, PORT="8644"):
        ask("http://127.0.0.1:8644/children/no", **{"X-Forwarded-For": "192.0.2.9"})
        ask("http://127.0.0.1:8644/sign-in", **{"X-Forwarded-For": "192.0.2.9"})
    assert demo.sql("SELECT count(*) FROM access_event WHERE address LIKE '192.0.2%'") == [(0,)]


def test_the_server_believes_as_many_proxies_as_the_settings_say() -> None:
    one = Config(instance=ROOT, public_url="https://cp.example.org", trusted_proxies=1, threads=3)
    told = server_settings(one, host="127.0.0.1", port=8000)
    assert told["trusted_proxy"] == "*"
    assert told["trusted_proxy_count"] == 1
    assert told["trusted_proxy_headers"] == {"x-forwarded-for", "x-forwarded-proto"}
    assert (told["threads"], told["url_scheme"]) == (3, "https")
    none = server_settings(Config(instance=ROOT, public_url=URL), host="127.0.0.1", port=8000)
    assert "trusted_proxy" not in none
    assert none["clear_untrusted_proxy_headers"] is True


def test_unsafe_settings_name_their_line(installation: Installation) -> None:
    said = installation.refused("serve", PORTAL_PUBLIC_URL="http://contactpoint.example.org")
    assert "public_url begins with http" in said
    assert "debug = true" in installation.refused("serve", PORTAL_DEBUG="true")


def test_a_key_file_that_others_can_read_stops_the_start(installation: Installation) -> None:
    installation.config.key_path.chmod(0o640)
    assert "chmod 600 portal.keys" in installation.refused("serve")
    installation.config.key_path.chmod(0o600)


def test_a_clock_before_the_last_line_stops_the_start(
    portal: Flask, clock_at: Callable[[dt.datetime], None]
) -> None:
    config: Config = portal.extensions["portal_config"]
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # What Python begins with.
    let_go(application_for_people(config))
    assert gc.get_threshold() > (700, 10, 10)
    gc.set_threshold(*before)
    gc.unfreeze()
    now = dt.datetime.now(dt.UTC)
    clock_at(now + dt.timedelta(hours=2))
    with portal.app_context():
        record(Event.PORTAL_BACKED_UP, by=operator("tests"))
        db.session.commit()
    clock_at(now)
    with pytest.raises(NotReady, match="clock"):
        application_for_people(config)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitors_need_no_account_and_learn_no_name(client: Editor, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"state", "version"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.post(path).status_code == 405


def test_not_ready_without_the_right_tables(portal: Flask, client: Editor) -> None:
    with portal.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["state"]) == (503, "not ready")
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_a_database(
    portal: Flask, client: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = portal.extensions["portal_config"]
    if config.is_embedded:
        with portal.app_context():
            db.engine.dispose()
        config.database_file.rename(config.database_file.with_suffix(".gone"))
    else:

        def lost() -> bool:
            with db.engine.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return True

        monkeypatch.setattr(queries, "is_reachable", lost)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert client.get("/healthz").status_code == 200


def test_wsgi_gives_the_same_application_and_the_same_refusals(
    installation: Installation,
) -> None:
    code = (
        "import wsgi; from portal.lifecycle.serving import let_go; let_go(wsgi.application); "
        "print(wsgi.application.name)"
    )
    assert installation.python("-c", code).stdout == "portal\n"
    installation.sql("UPDATE alembic_version SET version_num = '9999'")
    code = "try:\n import wsgi\nexcept Exception as error:\n print(type(error).__name__)"
    assert installation.python("-c", code).stdout == "NotReady\n"
