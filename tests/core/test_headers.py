"""What every answer carries, and requests of other sites."""

import base64
import hashlib
import re

import pytest
from flask import Response
from flask.testing import FlaskClient

from portal.core.headers import forget_in_browser
from tests.core.conftest import make_app

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/static/portal.css", 200),
    ("GET", "/static/none.css", 404),
    ("POST", "/form", 422),
    ("POST", "/stay", 204),
    ("GET", "/no-such-page", 404),
    ("DELETE", "/form", 405),
    ("OPTIONS", "/form", 200),
    *[("GET", f"/fail/{status}", status) for status in (400, 403, 409, 413, 429, 500, 503)],
    ("GET", "/fail/crash", 500),
]


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
def test_every_answer_is_guarded(
    browser: FlaskClient, method: str, address: str, status: int
) -> None:
    with browser.open(address, method=method) as answer:
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in answer.headers["Permissions-Policy"]
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
        is_file = address == "/static/portal.css"
        assert answer.headers["Cache-Control"] == ("no-cache" if is_file else "no-store")
        assert "Strict-Transport-Security" not in answer.headers


def test_a_secure_portal_asks_for_tls_for_good() -> None:
    client = make_app(SESSION_COOKIE_SECURE=True).test_client()
    for address in ("/", "/fail/crash"):
        answer = client.get(address, base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_the_only_inline_script_is_the_one_we_named(browser: FlaskClient) -> None:
    answer = browser.get("/")
    inline = re.findall(r"<script>(.+?)</script>", answer.get_data(as_text=True), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in inline]
    assert len(digests) == 1
    assert f"'sha256-{digests[0]}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 422),
        ({"Sec-Fetch-Site": "none"}, 422),
        ({"Origin": "http://portal.example"}, 422),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_other_sites_may_not_act(
    browser: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert browser.post("/form", headers=headers).status_code == status


def test_other_sites_may_link(browser: FlaskClient) -> None:
    answer = browser.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


def test_a_post_needs_the_token_of_its_session(guarded: FlaskClient) -> None:
    text = guarded.get("/form").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    body = {"name": "Ann", "kind": "one"}
    assert guarded.post("/form", data={**body, "csrf_token": found[1]}).status_code == 303
    assert guarded.post("/form", data=body, headers={"X-CSRFToken": found[1]}).status_code == 303
    assert guarded.post("/form", data={**body, "csrf_token": found[1] + "x"}).status_code == 400
    assert guarded.post("/form", data=body).status_code == 400
    stranger = guarded.application.test_client()
    stranger.get("/form")
    assert stranger.post("/form", data={**body, "csrf_token": found[1]}).status_code == 400


def test_the_token_stands_on_the_body_for_htmx(guarded: FlaskClient) -> None:
    text = guarded.get("/form").get_data(as_text=True)
    assert '<body class="govuk-template__body" hx-headers="{&#34;X-CSRFToken&#34;: ' in text


def test_signing_out_empties_the_browser() -> None:
    answer = forget_in_browser(Response("out"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
