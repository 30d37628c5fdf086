"""The first page of signing in: who gets past it, and what a stranger can learn from it."""

import time
from collections.abc import Callable

import argon2
import pytest
from flask import Flask

from portal.access.log import Event
from tests.accounts.acts import (
    WRONG,
    account_of,
    change,
    code_of,
    cookie_of,
    enter,
    give_code,
    give_passphrase,
    is_in,
    lines,
    without_tokens,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

UNKNOWN = "nobody.known@harrowmere.example.org"


def test_the_page_has_the_fields_that_others_rely_on(client: Editor) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert 'id="email"' in page.text
    assert 'id="passphrase"' in page.text


def test_passphrase_and_code_open_the_portal(client: Editor, portal: Flask) -> None:
    first = give_passphrase(client, CAST.health_visitor.email, CAST.health_visitor.passphrase)
    assert (first.status_code, first.location) == (303, "/sign-in/code")
    assert not is_in(client), "the passphrase alone opens nothing"
    assert 'id="code"' in client.get("/sign-in/code").text
    second = give_code(client, code_of(CAST.health_visitor))
    assert (second.status_code, second.location) == (303, "/")
    assert is_in(client)
    assert account_of(portal, CAST.health_visitor).signed_in_at is not None


def test_one_line_in_the_log_for_a_sign_in(client: Editor, portal: Flask) -> None:
    enter(client, CAST.health_visitor)
    found = lines(portal, *(word for word in Event if word.startswith("account:")))
    assert [line.event for line in found] == ["account:signed_in"]
    assert found[0].account_id == account_of(portal, CAST.health_visitor).id
    assert found[0].session_mark
    assert found[0].roles == "practitioner"


def test_address_in_capitals_and_with_blanks(client: Editor) -> None:
    typed = f"  {CAST.health_visitor.email.upper()} "
    assert give_passphrase(client, typed, CAST.health_visitor.passphrase).status_code == 303


def test_wrong_passphrase(client: Editor, portal: Flask) -> None:
    answer = give_passphrase(client, CAST.health_visitor.email, WRONG)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert f'value="{CAST.health_visitor.email}"' in answer.text, "what was typed is kept"
    assert WRONG not in answer.text, "but for the passphrase"
    assert not is_in(client)
    (line,) = lines(portal, Event.ACCOUNT_SIGN_IN_FAILED)
    assert line.subject_id == account_of(portal, CAST.health_visitor).id
    assert line.outcome == "4"


def test_unknown_address_leaves_a_line_without_subject(client: Editor, portal: Flask) -> None:
    assert give_passphrase(client, UNKNOWN, WRONG).status_code == 422
    (line,) = lines(portal, Event.ACCOUNT_SIGN_IN_FAILED)
    assert line.subject_id is None


def test_suspended_closed_and_unenrolled_do_not_get_past(client: Editor, portal: Flask) -> None:
    change(portal, CAST.health_visitor, status="suspended")
    change(portal, CAST.teacher, status="closed")
    change(portal, CAST.social_worker, passphrase_hash="")
    for member in (CAST.health_visitor, CAST.teacher, CAST.social_worker):
        assert give_passphrase(client, member.email, member.passphrase).status_code == 422
    assert give_passphrase(client, CAST.social_worker.email, "x").status_code == 422


def test_a_stranger_cannot_tell_who_has_an_account(portal: Flask) -> None:
    change(portal, CAST.teacher, status="suspended")
    pages = set()
    tries = (
        (UNKNOWN, WRONG),
        (CAST.health_visitor.email, WRONG),
        (CAST.teacher.email, CAST.teacher.passphrase),
    )
    for email, passphrase in tries:
        browser = portal.test_client()
        assert isinstance(browser, Editor)
        answer = give_passphrase(browser, email, passphrase)
        names = sorted(set(answer.headers.keys()))
        pages.add((answer.status_code, *names, without_tokens(answer).replace(email, "EMAIL")))
    assert len(pages) == 1


def test_nor_by_the_time_it_takes(client: Editor) -> None:
    def seconds(email: str) -> float:
        begun = time.perf_counter()
        give_passphrase(client, email, WRONG)
        return time.perf_counter() - begun

    give_passphrase(client, UNKNOWN, WRONG)
    known, unknown = [], []
    for member in (CAST.health_visitor, CAST.teacher, CAST.social_worker):
        for n in range(4):
            known.append(seconds(member.email))
            unknown.append(seconds(UNKNOWN.replace("nobody", f"{member.key}{n}")))
    # The quickest of each: whatever else the machine does only ever adds. Without the hash for
    # nobody in particular an unknown address takes less than half of the time (tried).
    assert 0.6 < min(unknown) / min(known) < 1.7


@pytest.mark.parametrize("missing", ["email", "passphrase"])
def test_missing_parts(client: Editor, missing: str) -> None:
    typed = {"email": CAST.teacher.email, "passphrase": CAST.teacher.passphrase}
    del typed[missing]
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "a\0b@example.org", "passphrase": "x"},
        {"email": ["a@example.org", "b@example.org"], "passphrase": "x"},
        {"email": "<script>alert(1)</script>", "passphrase": "=cmd()"},
        {"email": "\ud800@example.org".encode("utf-8", "surrogatepass"), "passphrase": "x"},
        {"email": "a" * 300, "passphrase": "x"},
        {"email": b"\xff\xfe", "passphrase": b"\xff"},
        {},
    ],
)
def test_tampered_posts_get_the_page_again(client: Editor, typed: dict[str, object]) -> None:
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_files_and_other_bodies(client: Editor) -> None:
    assert client.post("/sign-in", json={"email": "x"}).status_code == 422
    assert client.post("/sign-in", data=b"x" * 10_000_000).status_code == 413


def test_a_huge_passphrase_is_never_hashed(client: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[int] = []

    def count(_: argon2.PasswordHasher, kept: str, typed: bytes) -> bool:
        hashed.append(len(typed))
        return False

    monkeypatch.setattr(argon2.PasswordHasher, "verify", count)
    assert give_passphrase(client, CAST.teacher.email, "a" * 257).status_code == 422
    assert not hashed
    assert give_passphrase(client, CAST.teacher.email, "a" * 256).status_code == 422
    assert hashed == [256]


def test_no_form_token_no_sign_in(client: Editor) -> None:
    typed = {"email": CAST.teacher.email, "passphrase": CAST.teacher.passphrase}
    assert client.post("/sign-in", data=typed, token=False).status_code == 400


def test_going_on_to_a_page_of_our_own(client: Editor) -> None:
    gone = client.get("/search")
    assert gone.location == "/sign-in?next=/search"
    typed = {"email": CAST.teacher.email, "passphrase": CAST.teacher.passphrase}
    assert client.post(gone.location, data=typed).status_code == 303
    assert give_code(client, code_of(CAST.teacher)).location == "/search"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "javascript:x"]
)
def test_never_to_another_site(client: Editor, target: str) -> None:
    typed = {"email": CAST.teacher.email, "passphrase": CAST.teacher.passphrase}
    client.post("/sign-in", query_string={"next": target}, data=typed)
    assert give_code(client, code_of(CAST.teacher)).location == "/"


def test_whoever_is_signed_in_is_sent_home(sign_in: Callable[[str], Editor]) -> None:
    assert sign_in("teacher").get("/sign-in").location == "/"


def test_a_session_planted_before_sign_in_is_worth_nothing(client: Editor) -> None:
    client.get("/sign-in")
    planted = cookie_of(client)
    give_passphrase(client, CAST.teacher.email, CAST.teacher.passphrase)
    waiting = cookie_of(client)
    give_code(client, code_of(CAST.teacher))
    signed_in = cookie_of(client)
    tokens = [kept.get("_user_id", kept.get("waiting")) for kept in (planted, waiting, signed_in)]
    assert tokens[0] is None
    assert None not in tokens[1:]
    assert tokens[1] != tokens[2]
    assert "waiting" not in signed_in
    for kept in (planted, waiting, {"_user_id": tokens[1]}):
        other = client.application.test_client()
        assert isinstance(other, Editor)
        with other.session_transaction(base_url="http://127.0.0.1:8000") as cookie:
            cookie.update(kept)
        assert not is_in(other)


def test_other_methods_are_refused(client: Editor) -> None:
    assert client.put("/sign-in", headers={"X-CSRFToken": client.form_token()}).status_code == 405
    assert client.get("/sign-out").status_code == 405


def test_the_flood_guard_is_for_one_address_and_one_person(client: Editor, portal: Flask) -> None:
    portal.config["RATELIMIT_ENABLED"] = True
    try:
        answers = [give_passphrase(client, UNKNOWN, WRONG) for _ in range(21)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) >= 1
        other = give_passphrase(client, CAST.teacher.email, CAST.teacher.passphrase)
        assert other.status_code == 303, "colleagues behind the same address are not stopped"
    finally:
        portal.config["RATELIMIT_ENABLED"] = False
