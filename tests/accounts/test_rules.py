"""The decisions about accounts, without application and database."""

import datetime as dt
import uuid

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access.identity import Identity, operator
from portal.access.permissions import Role
from portal.accounts.rules import enrolment_address, factors, fold_email, fold_name, read_email
from portal.accounts.rules.review import months_after, next_review
from portal.accounts.rules.sign_in import browser_of, is_local_path, is_over, lock_after
from portal.accounts.rules.words import (
    CHECKS,
    PROBLEMS,
    ROLES,
    STEPS,
    Check,
    Step,
    may_be_held_together,
    may_reset,
    problems_of,
)  # fmt: skip

NOON = dt.datetime(2026, 11, 22, 12, 0, 5, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        (0, None),
        (4, None),
        (5, 1),
        (6, 2),
        (7, 4),
        (8, 8),
        (9, 16),
        (10, 30),
        (99, 30),
        (10**9, 30),
    ],
)
def test_how_long_to_wait(failures: int, minutes: int | None) -> None:
    assert lock_after(failures) == (minutes * MINUTE if minutes else None)


@pytest.mark.parametrize(
    ("seen", "began", "over"),
    [
        (0 * MINUTE, 0 * HOUR, False),
        (14 * MINUTE, HOUR, False),
        (15 * MINUTE, HOUR, True),
        (MINUTE, 8 * HOUR, True),
        (MINUTE, 8 * HOUR - MINUTE, False),
    ],
)
def test_when_a_session_is_over(seen: dt.timedelta, began: dt.timedelta, over: bool) -> None:
    answer = is_over(
        began_at=NOON - began, seen_at=NOON - seen, now=NOON, idle=15 * MINUTE, absolute=8 * HOUR
    )
    assert answer is over


@pytest.mark.parametrize("target", ["/", "/search", "/children/1?x=y", "/plâs"])
def test_paths_of_our_own(target: str) -> None:
    assert is_local_path(target)


@pytest.mark.parametrize(
    "target", ["", "search", "//x", "/\\x", "https://x", "/a\nb", "/a\x00", "\t/x", "javascript:1"]
)
def test_other_targets(target: str) -> None:
    assert not is_local_path(target)


@given(st.text())
def test_no_target_leads_away(target: str) -> None:
    if is_local_path(target):
        assert target[0] == "/"
        assert target[1:2] not in {"/", "\\"}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 18 like Mac OS X) Version/18 Safari/604", "Safari, iPad"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert browser_of(agent) == words


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-11-22", 4, "2027-03-22"),
        ("2026-10-31", 4, "2027-02-28"),
        ("2027-10-31", 4, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-01-15", 36, "2029-01-15"),
    ],
)
def test_months_later(day: str, months: int, end: str) -> None:
    assert months_after(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(end)


@given(st.dates(max_value=dt.date(9000, 1, 1)))
def test_a_review_holds_about_four_months(day: dt.date) -> None:
    assert 118 <= (next_review(day) - day).days <= 123


@given(st.text())
def test_folding_is_stable(name: str) -> None:
    once = fold_name(name)
    assert len(once) <= 240
    assert fold_name(once) == once
    assert fold_email(fold_email(name)) == fold_email(name)


@pytest.mark.parametrize(
    ("typed", "domains", "kept"),
    [
        (" Jo.Bloggs@Example.ORG ", [], "jo.bloggs@example.org"),
        ("jo@council.local", [], None),
        ("jo@council.local", ["council.local"], "jo@council.local"),
        ("Jo@Council.Local", ["council.local"], "jo@council.local"),
        ("jo@trial.test", [], None),
        ("jo@intranet", ["council.local"], None),
        ("jo", [], None),
        ("", [], None),
        ("jo@@example.org", [], None),
        ("jo bloggs@council.local", ["council.local"], None),
        ("jo@example.org\n", [], "jo@example.org"),
    ],
)
def test_work_addresses(typed: str, domains: list[str], kept: str | None) -> None:
    assert read_email(typed, domains) == kept


def test_address_of_a_link() -> None:
    assert enrolment_address("https://portal.example/", "abc") == "https://portal.example/enrol/abc"


def test_every_word_has_its_sentence() -> None:
    assert set(STEPS) == set(Step)
    assert set(CHECKS) == set(Check)
    assert set(ROLES) == set(Role)
    assert all(str(text) for text in (*STEPS.values(), *CHECKS.values(), *ROLES.values()))


def test_problems_are_those_of_the_policy() -> None:
    day = NOON.date()
    good = Identity(
        account_id=uuid.uuid4(), accredited_until=day, trained_until=day, vetted_until=day,
        reviewed_until=day, has_second_factor=True, asked_on=day,
    )  # fmt: skip
    assert problems_of(good) == ()
    assert set(problems_of(Identity(portal_is_open=False))) == set(PROBLEMS)


def test_whom_a_clerk_may_reset() -> None:
    clerk = Identity(account_id=uuid.uuid4(), roles=frozenset({Role.HELPDESK}))
    other = uuid.uuid4()
    for role in Role:
        allowed = role not in {Role.HELPDESK, Role.AUDITOR}
        assert may_reset(account_id=other, roles=[role], by=clerk) is allowed
        assert may_reset(account_id=other, roles=[role], by=operator("accounts link"))
    assert clerk.account_id is not None
    assert not may_reset(account_id=clerk.account_id, roles=[Role.PRACTITIONER], by=clerk)
    mixed = [Role.PRACTITIONER, Role.AUDITOR]
    assert not may_reset(account_id=other, roles=mixed, by=clerk)


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        *[([role], True) for role in Role],
        ([Role.PRACTITIONER, Role.DATA_STEWARD, Role.SHIELD_OFFICER], True),
        ([Role.PRACTITIONER, Role.HELPDESK], False),
        ([Role.SHIELD_OFFICER, Role.AUTHORISER], False),
        ([Role.DATA_STEWARD, Role.AUDITOR], False),
        ([Role.HELPDESK, Role.AUTHORISER], False),
        (list(Role), False),
    ],
)
def test_which_roles_may_be_in_one_hand(roles: list[Role], allowed: bool) -> None:
    assert may_be_held_together(roles) is allowed


def test_passphrases() -> None:
    kept = factors.hash_passphrase("velvet harbour ninety oranges")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert factors.is_passphrase(kept, "velvet harbour ninety oranges")
    assert not factors.is_passphrase(kept, "velvet harbour ninety orange")
    assert not factors.is_passphrase(kept, "")
    assert not factors.is_passphrase("", "velvet harbour ninety oranges")
    assert not factors.is_passphrase("broken", "x")
    assert not factors.is_dated(kept)
    assert factors.is_dated(kept.replace("t=2", "t=1"))


def test_a_hash_is_never_the_same_twice() -> None:
    assert factors.hash_passphrase("same") != factors.hash_passphrase("same")


@pytest.mark.parametrize(
    ("passphrase", "guessable"),
    [
        ("password1234", True),
        ("grace adeyemi 1", True),
        ("harrowmere health", True),
        ("aaaaaaaaaaaaaa", True),
        ("velvet harbour ninety oranges", False),
        ("q8vTzR2mWx4L", False),
    ],
)
def test_what_a_guesser_who_knows_them_finds(passphrase: str, guessable: bool) -> None:
    words = ["Grace Adeyemi", "grace.adeyemi@example.org", "Harrowmere Health Visiting"]
    assert factors.is_guessable(passphrase, words) is guessable


def test_codes_of_three_half_minutes() -> None:
    secret = factors.new_secret()
    assert len(secret) == 32
    now = factors.step_of(NOON)
    codes = pyotp.TOTP(secret)
    for step in (now - 1, now, now + 1):
        assert factors.matching_step(secret, codes.generate_otp(step), NOON) == step
    for step in (now - 2, now + 2):
        assert factors.matching_step(secret, codes.generate_otp(step), NOON) is None
    for typed in ("", "abc", "é", "\ud800"):
        assert factors.matching_step(secret, typed, NOON) is None


def test_the_code_of_the_standard() -> None:
    # RFC 6238, appendix B: 94287082 at 59 seconds, of which an app shows the last six digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = dt.datetime.fromtimestamp(59, dt.UTC)
    assert factors.matching_step(secret, "287082", moment) == 1


def test_the_picture_holds_the_secret() -> None:
    secret = factors.new_secret()
    sheet = factors.qr_of(secret, name="jo@example.org", issuer="ContactPoint")
    assert sheet.size > 30
    assert set(sheet.path) <= set("Mhvz-0123456789 ")
    assert factors.qr_of(secret, name="jo@example.org", issuer="ContactPoint") == sheet
    assert factors.qr_of(factors.new_secret(), name="jo@example.org", issuer="C") != sheet
    assert factors.spaced("ABCDEFGHIJ") == "ABCD EFGH IJ"
