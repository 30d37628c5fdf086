"""The operator's commands for accounts."""

import datetime as dt
import re
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.access.identity import operator
from portal.access.log import Event
from portal.access.permissions import Role
from portal.accounts import actions
from portal.accounts.queries import account_by_email
from portal.accounts.rules.review import months_after, next_review
from portal.core import clock
from portal.core.errors import Invalid
from tests.accounts.acts import (
    account_of,
    enter,
    give_passphrase,
    is_in,
    lines,
    open_rows,
    steps,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

NEW = "rhian.bevan@harrowmere.example.org"
ADD = ("--email", NEW, "--name", "Rhian  Bevan", "--role", "practitioner", "--role", "data_steward")


def run(app: Flask, *words: str) -> Result:
    """Run a command as the operator types it."""
    return app.test_cli_runner().invoke(args=["accounts", *words])


def test_adding_prints_dates_and_a_link_that_works(portal: Flask, client: Editor) -> None:
    sponsor = CAST.authoriser.email
    done = run(portal, "add", *ADD, "--organisation", CAST.teacher.organisation_code,
               "--sponsor", sponsor.upper())  # fmt: skip
    assert done.exit_code == 0, done.output
    today = clock.today()
    for day in (months_after(today, 12), months_after(today, 36), next_review(today)):
        assert str(day) in done.output
    link = re.search(r"http://127.0.0.1:8000(/enrol/[\w-]{43})\n", done.output)
    assert link is not None
    assert client.get(link[1]).status_code == 303
    with portal.app_context():
        sheet = account_by_email(NEW)
        assert sheet is not None
        assert sheet.name == "Rhian Bevan"
        assert sheet.roles == ("data_steward", "practitioner")
        assert sheet.sponsor == CAST.authoriser.name
        assert sheet.reviewed_until == next_review(today)
        assert sheet.problems == ("second_factor",)
    (line,) = lines(portal, Event.ACCOUNT_ADDED)
    assert line.roles == "operator accounts add"
    assert line.subject_id == sheet.id


def test_dates_that_are_given_hold(portal: Flask) -> None:
    done = run(portal, "add", *ADD, "--trained-until", "2031-02-03", "--vetted-until", "2032-03-04",
               "--reviewed-until", "2033-04-05")  # fmt: skip
    assert done.exit_code == 0, done.output
    with portal.app_context():
        sheet = account_by_email(NEW)
        assert sheet is not None
        dates = (sheet.trained_until, sheet.vetted_until, sheet.reviewed_until)
        assert dates == (dt.date(2031, 2, 3), dt.date(2032, 3, 4), dt.date(2033, 4, 5))
        assert sheet.organisation == "Harrowmere Index Team", "the only one: taken without asking"


def test_an_entry_in_the_directory_is_linked(portal: Flask) -> None:
    done = run(portal, "add", *ADD, "--practitioner-email", CAST.teacher.email)
    assert done.exit_code == 0, done.output
    with portal.app_context():
        sheet = account_by_email(NEW)
        assert sheet is not None
        assert sheet.work_phone


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--email", CAST.teacher.email), 1, "already"),
        (("--organisation", "NOSUCH"), 1, "No organisation"),
        (("--practitioner-email", "nobody@example.org"), 1, "nobody in the directory"),
        (("--sponsor", CAST.teacher.email), 1, "no authoriser"),
        (("--sponsor", "nobody@example.org"), 1, "no authoriser"),
        (("--email", "rhian@council.local"), 2, "mail_domains"),
        (("--email", "rhian"), 2, "--email"),
        (("--name", " "), 2, "--name"),
        (("--name", "R\x07"), 2, "--name"),
        (("--role", "manager"), 2, "--role"),
        (("--role", "helpdesk"), 2, "one hand"),
        (("--role", "auditor", "--rehearse"), 2, "one hand"),
        (("--trained-until", "soon"), 2, "--trained-until"),
    ],
)
def test_what_cannot_be_done_is_said(
    portal: Flask, words: tuple[str, ...], code: int, sentence: str
) -> None:
    failed = app_main(portal, "add", *ADD, *words)
    assert failed.exit_code == code
    assert sentence in failed.output
    with portal.app_context():
        assert account_by_email(NEW) is None
    assert not lines(portal, Event.ACCOUNT_ADDED)


def test_no_caller_puts_apart_powers_in_one_hand(portal: Flask) -> None:
    with portal.app_context():
        clerk = account_by_email(CAST.helpdesk.email)
        assert clerk is not None
        held: dict[str, Any] = {
            "email": NEW, "name": "Rhian Bevan", "organisation_id": clerk.organisation_id,
            "trained_until": None, "vetted_until": None, "reviewed_until": None,
            "by": operator("tests"),
        }  # fmt: skip
        with pytest.raises(Invalid):
            actions.add_account(roles=[Role.HELPDESK, Role.PRACTITIONER], **held)
        actions.add_account(roles=[Role.HELPDESK], **held)


def app_main(app: Flask, *words: str) -> Result:
    """Run a command; a problem in words counts as exit code 1, as __main__ tells it."""
    done = run(app, *words)
    sentence = getattr(done.exception, "sentence", "")
    if sentence:
        done.stdout_bytes += str(sentence).encode()
        done.output_bytes += str(sentence).encode()
    return done


def test_left_out_options(portal: Flask) -> None:
    assert run(portal, "add", "--name", "X Y", "--role", "auditor").exit_code == 2
    assert run(portal, "add", "--email", NEW, "--name", "X Y").exit_code == 2
    assert run(portal, "link").exit_code == 2
    assert run(portal, "renew", CAST.teacher.email).exit_code == 2


def test_rehearsing_changes_nothing(portal: Flask) -> None:
    before = account_of(portal, CAST.teacher)
    for words in (
        ("add", *ADD), ("link", before.email), ("suspend", before.email), ("resume", before.email),
        ("renew", before.email, "--trained-until", "2031-02-03"),
    ):  # fmt: skip
        assert run(portal, *words, "--rehearse").exit_code == 0
    after = account_of(portal, CAST.teacher)
    assert after.passphrase_hash == before.passphrase_hash
    assert (after.status, after.trained_until) == (before.status, before.trained_until)
    assert steps(portal, CAST.teacher) == []
    with portal.app_context():
        assert account_by_email(NEW) is None


def test_a_new_link_ends_what_was(portal: Flask, client: Editor) -> None:
    enter(client, CAST.teacher)
    done = run(portal, "link", CAST.teacher.email)
    assert done.exit_code == 0
    assert "/enrol/" in done.output
    assert not is_in(client)
    assert open_rows(portal, CAST.teacher) == 0
    assert give_passphrase(client, CAST.teacher.email, CAST.teacher.passphrase).status_code == 422


def test_the_operator_resets_clerks_and_auditors(portal: Flask) -> None:
    for member in (CAST.helpdesk, CAST.auditor):
        assert run(portal, "link", member.email).exit_code == 0


def test_suspending_and_resuming(portal: Flask, client: Editor) -> None:
    enter(client, CAST.teacher)
    assert run(portal, "suspend", CAST.teacher.email).exit_code == 0
    assert not is_in(client)
    assert account_of(portal, CAST.teacher).status == "suspended"
    assert run(portal, "resume", CAST.teacher.email).exit_code == 0
    assert enter(client, CAST.teacher, steps=1).status_code == 303


def test_renewing_dates(portal: Flask) -> None:
    kept = account_of(portal, CAST.untrained)
    done = run(portal, "renew", CAST.untrained.email, "--trained-until", "2031-02-03")
    assert done.exit_code == 0
    after = account_of(portal, CAST.untrained)
    assert after.trained_until == dt.date(2031, 2, 3)
    assert (after.vetted_until, after.reviewed_until) == (kept.vetted_until, kept.reviewed_until)
    assert steps(portal, CAST.untrained) == ["renewed"]


@pytest.mark.parametrize("verb", ["link", "suspend", "resume"])
def test_nobody_with_that_address(portal: Flask, verb: str) -> None:
    failed = run(portal, verb, "nobody@example.org")
    assert failed.exit_code == 1
    assert "No account has this e-mail address" in failed.output


def test_the_list(portal: Flask) -> None:
    done = run(portal, "list")
    assert done.exit_code == 0
    for member in vars(CAST).values():
        assert member.email in done.output
    assert "argon2" not in done.output
