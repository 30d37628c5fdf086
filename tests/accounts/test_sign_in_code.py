"""The second page of signing in: a code works once, for a short while, for its own account."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from portal.access.log import Event
from portal.core import clock
from tests.accounts.acts import (
    change,
    code_of,
    enter,
    give_code,
    give_passphrase,
    is_in,
    lines,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.social_worker


def browser(app: Flask) -> Editor:
    """A new browser that has given the passphrase."""
    made = app.test_client()
    assert isinstance(made, Editor)
    assert give_passphrase(made, WHO.email, WHO.passphrase).status_code == 303
    return made


def test_without_passphrase_there_is_no_second_page(client: Editor) -> None:
    assert client.get("/sign-in/code").location == "/sign-in?again=1"
    assert give_code(client, code_of(WHO)).location == "/sign-in?again=1"
    assert "Sign in again" in client.get("/sign-in?again=1").text


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_code_of_this_half_minute_and_its_neighbours(portal: Flask, steps: int) -> None:
    assert give_code(browser(portal), code_of(WHO, steps)).status_code == 303


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_no_other(portal: Flask, steps: int) -> None:
    assert give_code(browser(portal), code_of(WHO, steps)).status_code == 422


def test_the_code_of_somebody_else(portal: Flask) -> None:
    one = browser(portal)
    answer = give_code(one, code_of(CAST.teacher))
    assert answer.status_code == 422
    assert "The code is not right" in answer.text
    assert not is_in(one)
    assert [line.event for line in lines(portal, Event.ACCOUNT_SIGN_IN_FAILED)]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34 5", "١٢٣٤٥٦", "1\0 2"])
def test_what_is_no_code_is_not_counted(portal: Flask, typed: str) -> None:
    one = browser(portal)
    assert give_code(one, typed).status_code == 422
    assert not lines(portal, Event.ACCOUNT_SIGN_IN_FAILED)
    assert give_code(one, f" {code_of(WHO)[:3]} {code_of(WHO)[3:]} ").status_code == 303


def test_a_code_works_once(portal: Flask) -> None:
    code = code_of(WHO)
    first, second = browser(portal), browser(portal)
    assert give_code(first, code).status_code == 303
    assert give_code(second, code).status_code == 422
    assert is_in(first)
    assert not is_in(second)


def test_nor_does_an_older_one_work_after_a_newer(portal: Flask) -> None:
    first, second = browser(portal), browser(portal)
    assert give_code(first, code_of(WHO, 1)).status_code == 303
    assert give_code(second, code_of(WHO, 0)).status_code == 422


def test_a_code_sent_many_times_at_the_same_moment_works_once(portal: Flask) -> None:
    browsers = [browser(portal) for _ in range(4)]
    code, start = code_of(WHO), Barrier(4)
    for one in browsers:
        one.form_token()

    def send(one: Editor) -> int:
        start.wait()
        return give_code(one, code).status_code

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, browsers))
    assert sorted(answers) == [303, 422, 422, 422]
    assert sum(is_in(one) for one in browsers) == 1


def test_the_waiting_session_is_used_up(portal: Flask) -> None:
    one = browser(portal)
    kept = one.get_cookie("portal", domain="127.0.0.1")
    assert kept is not None
    assert give_code(one, code_of(WHO)).status_code == 303
    other = portal.test_client()
    other.set_cookie("portal", kept.value, domain="127.0.0.1")
    assert isinstance(other, Editor)
    assert give_code(other, code_of(WHO, 1)).location == "/sign-in?again=1"


def test_the_second_page_waits_ten_minutes(
    portal: Flask, clock_at: Callable[[dt.datetime], None]
) -> None:
    one, other = browser(portal), browser(portal)
    now = clock.now()
    clock_at(now + dt.timedelta(minutes=9))
    assert give_code(one, code_of(WHO)).status_code == 303
    clock_at(now + dt.timedelta(minutes=11))
    assert give_code(other, code_of(WHO)).location == "/sign-in?again=1"


def test_suspended_in_between(portal: Flask) -> None:
    one = browser(portal)
    change(portal, WHO, status="suspended")
    assert give_code(one, code_of(WHO)).location == "/sign-in?again=1"
    assert not is_in(one)


def test_signing_in_anew_ends_the_session_of_before(client: Editor, portal: Flask) -> None:
    enter(client, CAST.teacher)
    kept = client.get_cookie("portal", domain="127.0.0.1")
    assert kept is not None
    enter(client, WHO)
    assert WHO.name in client.get("/account").text
    old = portal.test_client()
    old.set_cookie("portal", kept.value, domain="127.0.0.1")
    assert isinstance(old, Editor)
    assert not is_in(old)
