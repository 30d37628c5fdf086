"""An index that is put back under a running server is not answered from."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from portal import create_app
from portal.children.vault import ledger, ledger_file, ledger_head, ledger_watch
from tests.children.vault.following import (
    commit,
    earlier_database,
    hide,
    replay,
    settings,
    show,
    some_children,
)
from tests.databases import Stage, let_go
from tests.editor import Editor
from tests.lifecycle.operating import Installation, backed_up
from tests.lifecycle.test_ledger import REPLAY

PAGE = "/sign-in"


def get(app: Flask, path: str = PAGE, **headers: str) -> TestResponse:
    """Ask for a page as somebody whom nobody knows."""
    url = settings(app).public_url
    client = app.test_client()
    answer: TestResponse = client.get(path, headers=headers, base_url=url, buffered=True)
    return answer


def test_an_earlier_index_under_a_running_server_answers_nobody(
    stage: Stage, portal: Flask, sign_in: Callable[[str], Editor]
) -> None:
    first, second = some_children(portal, 2)
    hide(portal, first)
    assert get(portal).status_code == 200
    earlier_database(stage, portal)
    inside = sign_in("health_visitor")
    with capture_logs() as said:
        for path in (PAGE, "/search", f"/children/{second}", "/nowhere"):
            answer = inside.get(path)
            assert answer.status_code == 503
            assert "the portal is closed for a while" in answer.get_data(as_text=True)
            assert answer.headers["Cache-Control"] == "no-store"
    assert [(line["event"], line["state"]) for line in said] == [("ledger", "ahead")] * 4
    assert get(portal, **{"HX-Request": "true"}).headers["HX-Retarget"] == "#main-content"
    assert get(portal, "/readyz").status_code == 503
    assert get(portal, "/healthz").status_code == 200
    assert get(portal, "/static/portal.css").status_code == 200
    replay(portal)
    assert get(portal).status_code == 200
    assert get(portal, "/readyz").status_code == 200
    hide(portal, second)
    show(portal, second)
    assert inside.get("/search").status_code == 200


def test_an_index_that_waits_for_its_replay_answers_nobody(portal: Flask) -> None:
    """Whatever the ledger holds, so that the refusal says nothing."""
    assert get(portal).status_code == 200
    commit(portal, ledger.await_replay)
    assert get(portal).status_code == 503
    replay(portal)
    assert get(portal).status_code == 200


def missing(app: Flask) -> None:
    settings(app).ledger_path.unlink()


def shorter(app: Flask) -> None:
    path = settings(app).ledger_path
    path.write_bytes(path.read_bytes()[: ledger_file.LINE_BYTES])


def of_another(app: Flask) -> None:
    path, keys = settings(app).ledger_path, app.extensions["portal_keys"]
    path.unlink()
    ledger_file.create(path, {"act": "begun"}, keys)
    with ledger_file.alone(path, keys) as file:
        (last,) = file.tail(1)
        file.append(last, ledger_file.draft(last, [{"act": "stands"}] * 3, keys)[0])


@pytest.mark.parametrize("harm", [missing, shorter, of_another])
def test_without_its_own_ledger_it_answers_nobody(
    portal: Flask, harm: Callable[[Flask], None]
) -> None:
    hide(portal, some_children(portal, 1)[0])
    assert get(portal).status_code == 200
    path = settings(portal).ledger_path
    kept = path.read_bytes()
    harm(portal)
    assert get(portal).status_code == 503
    path.write_bytes(kept)
    assert get(portal).status_code == 200


def test_while_an_act_is_being_committed_others_are_answered(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line stands and the commit does not: who asks now waits for the commit."""
    (child_id,) = some_children(portal, 1)
    assert get(portal).status_code == 200
    written, asked = threading.Event(), threading.Event()
    write, take = ledger_file.Ledger.append, ledger_head.take_head
    answers: list[int] = []

    def append(*words: Any) -> None:
        write(*words)
        if not written.is_set():
            written.set()
            assert asked.wait(60)

    def take_head(*words: Any) -> Any:
        asked.set()
        return take(*words)

    monkeypatch.setattr(ledger_file.Ledger, "append", append)
    monkeypatch.setattr(ledger_watch, "take_head", take_head)
    acting = threading.Thread(target=hide, args=(portal, child_id))
    acting.start()
    assert written.wait(60)
    asking = threading.Thread(target=lambda: answers.append(get(portal).status_code))
    asking.start()
    for thread in (acting, asking):
        thread.join()
    assert asked.is_set()
    assert answers == [200]


def test_lines_are_read_only_after_something_was_written(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a request costs a stat and one row, the same for everybody."""
    reads: list[int] = []
    read = ledger_file.tail

    def tail(path: Any, after: int, keys: Any) -> Any:
        reads.append(after)
        return read(path, after, keys)

    assert get(portal).status_code == 200
    monkeypatch.setattr(ledger_file, "tail", tail)
    for _ in range(3):
        assert get(portal).status_code == 200
    assert reads == []
    hide(portal, some_children(portal, 1)[0])
    for _ in range(3):
        assert get(portal).status_code == 200
    assert reads == [2]


def test_a_server_without_a_connection_does_not_answer_after_a_restore(
    installation: Installation,
) -> None:
    """`restore` cannot see it: nothing of it is open."""
    copy = backed_up(installation)
    idle = create_app(installation.config)
    assert status_then_idle(idle) == 200
    installation.right("restore", "--yes", str(copy))
    assert status_then_idle(idle) == 503
    installation.right(*REPLAY)
    assert status_then_idle(idle) == 200


def status_then_idle(app: Flask) -> int:
    """Ask for a page; afterwards no connection is open."""
    try:
        return get(app).status_code
    finally:
        let_go(app)
