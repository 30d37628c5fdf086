"""The policy table, read without HTTP: who may do what, and what a refused person is told."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from portal.access.identity import NOBODY, Identity
from portal.access.permissions import Permission, Role
from portal.access.policy import judge, may

TODAY = dt.date(2026, 11, 22)
GOOD = Identity(
    account_id=uuid.UUID(int=1),
    practitioner_id=uuid.UUID(int=2),
    accredited_until=TODAY,
    trained_until=TODAY,
    vetted_until=TODAY,
    reviewed_until=TODAY,
    has_second_factor=True,
    asked_on=TODAY,
)
EXPECTED = {
    Role.PRACTITIONER: {
        Permission.CHILD_OPEN, Permission.CHILD_SEARCH, Permission.CONTACT_REQUEST,
        Permission.INVOLVEMENT_DISPUTE, Permission.INVOLVEMENT_RECORD, Permission.SHIELD_REQUEST,
    },
    Role.AUTHORISER: {Permission.ACCOUNT_REVIEW},
    Role.HELPDESK: {Permission.ACCOUNT_FIND, Permission.ACCOUNT_RESET},
    Role.DATA_STEWARD: {
        Permission.CHILD_OPEN, Permission.CHILD_SEARCH, Permission.CONTACT_BROKER,
        Permission.CORRECTION_READ, Permission.CORRECTION_SETTLE, Permission.FEED_LOAD,
        Permission.FEED_PAUSE, Permission.FEED_READ, Permission.FEED_RESUME,
        Permission.QUALITY_READ, Permission.REVIEW_DECIDE, Permission.SHIELD_REQUEST,
    },
    Role.SHIELD_OFFICER: {
        Permission.CHILD_OPEN, Permission.CHILD_SEARCH, Permission.CONTACT_BROKER,
        Permission.SHIELD_DECIDE, Permission.SHIELD_LIFT, Permission.SHIELD_REQUEST,
    },
    Role.AUDITOR: {Permission.LOG_READ},
}  # fmt: skip


def holder(role: Role) -> Identity:
    """Return somebody of this role in good standing."""
    return replace(GOOD, roles=frozenset({role}))


@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_permissions_and_no_other(role: Role) -> None:
    granted = {word for word in Permission if may(word, holder(role))}
    assert granted == EXPECTED[role] | {Permission.ACCOUNT_OWN}


def test_no_role_overrides_a_shield() -> None:
    granted = {role for role in Role if may(Permission.SHIELD_OVERRIDE, holder(role))}
    assert granted == set()


def test_nobody_may_do_nothing() -> None:
    assert not any(may(word, NOBODY) for word in Permission)


def test_giving_access_is_apart_from_seeing_data() -> None:
    gives = {
        role for role, words in EXPECTED.items() if any(w.startswith("account") for w in words)
    }
    sees = {role for role, words in EXPECTED.items() if Permission.CHILD_OPEN in words}
    assert gives
    assert sees
    assert not gives & sees


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("accredited_until", TODAY - dt.timedelta(days=1), "accredited"),
        ("accredited_until", None, "accredited"),
        ("trained_until", TODAY - dt.timedelta(days=1), "trained"),
        ("trained_until", None, "trained"),
        ("vetted_until", TODAY - dt.timedelta(days=1), "vetted"),
        ("reviewed_until", None, "reviewed"),
        ("has_second_factor", False, "second_factor"),
        ("portal_is_open", False, "portal_open"),
        ("practitioner_id", None, "has_practitioner"),
    ],
)
def test_one_failed_condition_is_named(field: str, value: object, code: str) -> None:
    who = replace(holder(Role.PRACTITIONER), **{field: value})  # type: ignore[arg-type]
    verdict = judge(Permission.INVOLVEMENT_RECORD, who)
    assert not verdict.allowed
    assert verdict.failed is not None
    assert verdict.failed.code == code


def test_the_last_day_still_counts() -> None:
    assert may(Permission.CHILD_SEARCH, holder(Role.PRACTITIONER))


def test_lapsed_training_is_told_before_a_role_never_held() -> None:
    who = replace(holder(Role.PRACTITIONER), trained_until=None)
    verdict = judge(Permission.CHILD_OPEN, who)
    assert verdict.failed is not None
    assert verdict.failed.code == "trained"
