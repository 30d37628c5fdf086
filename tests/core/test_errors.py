"""Whatever goes wrong: the right status, a page in plain words, and no word of it in the log."""

import json
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient

from tests.core.conftest import make_app

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("how", "status", "title"),
    [
        ("400", 400, "We could not read that"),
        ("signed-out", 401, "You have been signed out"),
        ("403", 403, "You cannot use this page"),
        ("no-such", 404, "Page not found"),
        ("404", 404, "Page not found"),
        ("405", 405, "This page does not work that way"),
        ("conflict", 409, "This has changed since you opened it"),
        ("413", 413, "That was too much at once"),
        ("418", 418, "We could not read that"),
        ("422", 422, "We could not use that"),
        ("429", 429, "Too many tries"),
        ("limit", 429, "Too many tries"),
        ("500", 500, "Sorry, there is a problem"),
        ("crash", 500, "Sorry, there is a problem"),
        ("503", 503, "Sorry, the portal is closed for a while"),
        ("bytes", 400, "We could not read that"),
    ],
)
def test_each_error_is_a_page_and_a_piece(
    browser: FlaskClient, how: str, status: int, title: str
) -> None:
    page = browser.get(f"/fail/{how}")
    text = page.get_data(as_text=True)
    assert page.status_code == status
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in text
    assert f"<title>{title} – Harbour – ContactPoint</title>" in text
    assert "01632 960001" in text
    piece = browser.get(f"/fail/{how}", headers=HTMX)
    assert piece.status_code == status
    assert piece.get_data(as_text=True).startswith(f"<title>{title}")
    assert piece.headers["HX-Retarget"] == "#main-content"


def test_there_and_not_there_look_the_same(browser: FlaskClient) -> None:
    ours, nobodys = browser.get("/fail/no-such"), browser.get("/no-such-page")
    assert ours.data == nobodys.data


def test_a_limit_says_when_it_lifts(browser: FlaskClient) -> None:
    answer = browser.get("/fail/limit")
    assert "You can try again on" in answer.get_data(as_text=True)
    assert 280 <= int(answer.headers["Retry-After"]) <= 300


def test_the_wrong_method_names_the_right_one(browser: FlaskClient) -> None:
    answer = browser.delete("/form")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_failure_shows_and_logs_no_value(
    browser: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = browser.get("/fail/crash")
    assert "Fred" not in answer.get_data(as_text=True)
    assert "Fred" not in json.dumps(lines, default=repr)
    captured = capsys.readouterr()
    assert "Fred" not in captured.out + captured.err
    line = next(line for line in lines if line["event"] == "failed")
    assert line["error"] == "RuntimeError"
    assert line["endpoint"] == "trial.fail"
    assert " fail" in line["place"]


def test_a_failure_outside_the_view_logs_no_value_either() -> None:
    app = make_app(WTF_CSRF_ENABLED=False)

    def spoil(_answer: Any) -> Any:
        raise LookupError("Fred")

    app.after_request_funcs[None].insert(0, spoil)
    with structlog.testing.capture_logs() as lines:
        answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "Sorry, there is a problem" in answer.get_data(as_text=True)
    assert "LookupError" in json.dumps(lines)
    assert "Fred" not in json.dumps(lines, default=repr)


def test_the_last_page_needs_neither_identity_nor_session() -> None:
    app = make_app(WTF_CSRF_ENABLED=False)

    def gone() -> dict[str, Any]:
        raise ConnectionError("the database is gone")

    app.context_processor(gone)
    client = app.test_client()
    for address, status in (("/", 500), ("/fail/crash", 500), ("/fail/conflict", 409)):
        answer = client.get(address)
        assert answer.status_code == status
        assert "<h1" in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers


def test_tests_may_ask_for_the_real_failure() -> None:
    client = make_app(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True).test_client()
    with pytest.raises(RuntimeError):
        client.get("/fail/crash")
    assert client.get("/fail/conflict").status_code == 409


def test_a_wrong_host_gets_a_plain_page() -> None:
    client = make_app(TRUSTED_HOSTS=["portal.example"]).test_client()
    answer = client.get("/", base_url="http://evil.example")
    assert answer.status_code == 400
    assert "We could not read that" in answer.get_data(as_text=True)
    assert "evil" not in answer.get_data(as_text=True)
    assert client.get("/", base_url="http://portal.example").status_code == 200


def test_a_page_open_too_long_says_so(guarded: FlaskClient) -> None:
    answer = guarded.post("/form", data={"name": "Ann"})
    assert answer.status_code == 400
    assert "This page was open too long" in answer.get_data(as_text=True)


def test_htmx_reloads_a_page_whose_session_is_gone(guarded: FlaskClient) -> None:
    here = {**HTMX, "HX-Current-URL": "http://localhost/form"}
    assert guarded.post("/form", headers=here).headers["HX-Redirect"] == "/form"
    elsewhere = {**HTMX, "HX-Current-URL": "http://evil.example//x"}
    assert guarded.post("/form", headers=elsewhere).headers["HX-Redirect"] == "/"
    for address in ("http://[", "http://localhost/\\evil.example"):
        answer = guarded.post("/form", headers={**HTMX, "HX-Current-URL": address})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (400, "/")
    guarded.get("/")
    assert "HX-Redirect" not in guarded.post("/form", headers=here).headers


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\nv\r\n'


@pytest.mark.parametrize(
    ("kind", "body", "statuses"),
    [
        ("application/x-www-form-urlencoded", b"name=" + b"x" * 200_000, {413}),
        ("application/x-www-form-urlencoded", b"name=%ff%fe\xff\xfe", {400, 422}),
        ("application/x-www-form-urlencoded", b"name=%00&born-day=%ED%A0%80", {422}),
        ("application/x-www-form-urlencoded", b"&&==&name&name=%", {422}),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense", {400, 422}),
        ("multipart/form-data; boundary=x", MULTIPART % b"\xff\xfe", {400, 422}),
        ("multipart/form-data; boundary=x", MULTIPART % b"name" * 3000, {413}),
        ("multipart/form-data", b"--x", {400, 422}),
        ("multipart/form-data; boundary=" + "x" * 500, b"--x", {400, 422}),
        ("text/plain; charset=utf-99", b"name=Ann", {400, 422}),
    ],
)
def test_a_broken_post_is_never_our_failure(
    browser: FlaskClient, kind: str, body: bytes, statuses: set[int]
) -> None:
    assert browser.post("/form", data=body, content_type=kind).status_code in statuses
