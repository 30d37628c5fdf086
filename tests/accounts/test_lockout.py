"""Too many tries: who has to wait, for how long, and who never has to."""

import datetime as dt
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from portal.access.log import Event
from portal.accounts.models import SignInTally
from portal.core import clock
from portal.core.db import db
from tests.accounts.acts import (
    ELSEWHERE,
    OFFICE,
    WRONG,
    code_of,
    enter,
    give_code,
    give_passphrase,
    is_in,
    lines,
    without_tokens,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.police_officer
UNKNOWN = "nobody.known@harrowmere.example.org"
Clock = Callable[[dt.datetime], None]


def fail(browser: Editor, email: str, times: int, place: dict[str, str] | None = None) -> int:
    """Give a wrong passphrase so often; return the last status."""
    return [give_passphrase(browser, email, WRONG, place).status_code for _ in range(times)][-1]


def new(app: Flask) -> Editor:
    """A new browser."""
    made = app.test_client()
    assert isinstance(made, Editor)
    return made


def test_four_tries_are_free_the_fifth_locks(client: Editor, portal: Flask) -> None:
    assert fail(client, WHO.email, 4) == 422
    assert give_passphrase(client, WHO.email, WHO.passphrase).status_code == 303
    locked = give_passphrase(client, WHO.email, WRONG)
    assert locked.status_code == 429
    assert "Too many tries" in locked.text
    assert 1 <= int(locked.headers["Retry-After"]) <= 60
    assert len(lines(portal, Event.ACCOUNT_LOCKED)) == 1


def test_while_locked_the_right_passphrase_does_not_help(client: Editor, portal: Flask) -> None:
    fail(client, WHO.email, 5)
    assert give_passphrase(client, WHO.email, WHO.passphrase).status_code == 429
    last = lines(portal, Event.ACCOUNT_SIGN_IN_FAILED)[-1]
    assert last.subject_id is not None
    assert len(lines(portal, Event.ACCOUNT_LOCKED)) == 1, "a lock is told once"


def test_the_lock_lifts_by_itself_and_doubles(
    client: Editor, portal: Flask, clock_at: Clock
) -> None:
    fail(client, WHO.email, 5)
    start = clock.now()
    for minutes, after in (
        (1, 61),
        (2, 122),
        (4, 242),
        (8, 482),
        (16, 962),
        (30, 1802),
        (30, 1802),
    ):
        start += dt.timedelta(seconds=after)
        clock_at(start)
        locked = give_passphrase(client, WHO.email, WRONG)
        assert locked.status_code == 429, minutes
        wait = int(locked.headers["Retry-After"])
        expected = min(minutes * 2, 30) * 60
        assert expected - 5 <= wait <= expected
    clock_at(start + dt.timedelta(minutes=31))
    assert enter(client, WHO).status_code == 303, "never for good"
    assert fail(client, WHO.email, 4) == 422, "a sign-in clears the count"


def test_the_count_is_forgotten_after_a_day(client: Editor, portal: Flask, clock_at: Clock) -> None:
    fail(client, WHO.email, 4)
    clock_at(clock.now() + dt.timedelta(hours=25))
    assert fail(client, WHO.email, 4) == 422
    assert fail(client, UNKNOWN, 1) == 422
    with portal.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInTally)) == 2


def test_wrong_codes_count_too(client: Editor, portal: Flask) -> None:
    for _ in range(4):
        give_passphrase(client, WHO.email, WHO.passphrase)
        assert give_code(client, code_of(WHO, -5)).status_code == 422
    give_passphrase(client, WHO.email, WHO.passphrase)
    assert give_code(client, code_of(WHO, -5)).status_code == 429
    assert give_code(client, code_of(WHO)).location == "/sign-in?again=1"
    assert not is_in(client)


def test_the_locked_page_says_nothing_of_the_account(portal: Flask, clock_at: Clock) -> None:
    clock_at(clock.now().replace(second=1, microsecond=0))
    pages = []
    for email in (WHO.email, UNKNOWN):
        browser = new(portal)
        fail(browser, email, 4)
        answer = give_passphrase(browser, email, WRONG)
        assert answer.status_code == 429
        pages.append(without_tokens(answer).replace(email, "EMAIL"))
    assert pages[0] == pages[1]


def test_an_office_behind_one_address_is_not_locked_out(portal: Flask) -> None:
    for n in range(12):
        fail(new(portal), f"nobody{n}@harrowmere.example.org", 5, OFFICE)
    assert fail(new(portal), CAST.teacher.email, 5, OFFICE) == 429
    colleague = new(portal)
    assert enter(colleague, CAST.health_visitor, OFFICE).status_code == 303


def test_an_outsider_who_knows_every_address_locks_out_nobody(portal: Flask) -> None:
    office = (CAST.health_visitor, CAST.social_worker, CAST.teacher)
    for member in office:
        assert enter(new(portal), member, OFFICE, steps=-1).status_code == 303
    for member in office:
        assert fail(new(portal), member.email, 6, ELSEWHERE) == 429
    for member in office:
        assert enter(new(portal), member, OFFICE).status_code == 303
        answer = give_passphrase(new(portal), member.email, member.passphrase, ELSEWHERE)
        assert answer.status_code == 429, "the outsider still waits"


def test_the_known_address_has_a_limit_of_its_own(portal: Flask) -> None:
    enter(new(portal), WHO, OFFICE)
    assert fail(new(portal), WHO.email, 5, OFFICE) == 429
    assert give_passphrase(new(portal), WHO.email, WHO.passphrase, OFFICE).status_code == 429


def test_a_known_address_is_forgotten_after_a_month(portal: Flask, clock_at: Clock) -> None:
    enter(new(portal), WHO, OFFICE)
    clock_at(clock.now() + dt.timedelta(days=31))
    fail(new(portal), WHO.email, 5, ELSEWHERE)
    assert give_passphrase(new(portal), WHO.email, WHO.passphrase, OFFICE).status_code == 429
