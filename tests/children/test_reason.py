"""GET and POST /children/<id>/reason: saying why, before anything is shown."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.models import StatedReason
from portal.access.reasons import LABELS, Reason
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.children.looking import (
    NOBODY,
    PIECE,
    id_of,
    lines,
    read,
    say_why,
)
from tests.editor import Editor

SignIn = Callable[[str], Editor]


def test_offers_every_reason(portal: Flask, sign_in: SignIn) -> None:
    page = read(sign_in("teacher").get(f"/children/{id_of(portal, CHILDREN.story)}/reason"))
    for label in LABELS.values():
        assert str(label).replace("&", "&amp;") in page
    assert "Do not write case information here" in page
    assert CHILDREN.story.family_name not in page


def test_the_same_page_for_a_child_that_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    pages = [
        re.sub(r'(nonce|value)="[^"]*"|X-CSRFToken[^}]*}|[0-9a-f]{32,}', "", text).replace(
            str(one), ""
        )
        for one in (child_id, NOBODY)
        for text in [read(browser.get(f"/children/{one}/reason"))]
    ]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.OTHER])
def test_a_coded_reason_is_enough_and_leaves_its_line(
    portal: Flask, sign_in: SignIn, reason: Reason
) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id, reason.value, note="left over from another choice")
    (line,) = lines(portal, "reason:stated")
    assert (line.reason, line.subject_id, line.details) == (reason.value, child_id, {})
    assert browser.get(f"/children/{child_id}").status_code == 200
    (opened,) = lines(portal, "child:opened")
    assert opened.reason == reason.value


def test_another_reason_needs_a_note_which_is_sealed(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id, "other", note="  She came   to the open day ")
    (line,) = lines(portal, "reason:stated")
    assert line.details == {"note": "She came to the open day"}
    with portal.app_context():
        kept = db.session.scalars(select(StatedReason)).one()
        assert kept.sealed_note
        assert b"open day" not in kept.sealed_note


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({}, "Choose why you need to see this record"),
        ({"reason": ""}, "Choose why you need to see this record"),
        ({"reason": "curiosity"}, "Choose one of the answers shown"),
        ({"reason": ["referral", "other"]}, "Give one answer only"),
        ({"reason": "other"}, "Say why you need to see this record"),
        ({"reason": "other", "note": "   "}, "Say why you need to see this record"),
        ({"reason": "other", "note": "x" * 201}, "200 characters or fewer"),
        ({"reason": "other", "note": "a\x00b"}, "characters that cannot be shown"),
        ({"reason": "other", "note": "<b>"}, ""),
    ],
)
def test_bad_input_is_kept_and_explained(
    portal: Flask, sign_in: SignIn, typed: dict[str, str], message: str
) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    answer = browser.post(f"/children/{child_id}/reason", data=typed)
    if not message:
        assert answer.status_code == 303
        return
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert message in page
    assert "<title>Error: " in page
    assert browser.get(f"/children/{child_id}").status_code == 303
    assert not lines(portal, "reason:stated")


def test_what_was_typed_is_shown_again(portal: Flask, sign_in: SignIn) -> None:
    note = 'x" onclick="1 ' + "y" * 200
    answer = sign_in("teacher").post(
        f"/children/{NOBODY}/reason", data={"reason": "other", "note": note}
    )
    page = answer.get_data(as_text=True)
    assert "y" * 200 in page
    assert 'onclick="1' not in page
    assert re.search(r'value="other"\s+checked', page)


@pytest.mark.parametrize("who", ["helpdesk", "auditor", "authoriser", "untrained", "unaccredited"])
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, who: str) -> None:
    browser, child_id = sign_in(who), id_of(portal, CHILDREN.story)
    assert browser.get(f"/children/{child_id}/reason").status_code == 403
    sent = browser.post(f"/children/{child_id}/reason", data={"reason": "referral"})
    assert sent.status_code == 403
    assert len(lines(portal, "door:refused")) == 2
    assert not lines(portal, "reason:stated")


def test_gives_page_and_piece(sign_in: SignIn) -> None:
    browser = sign_in("teacher")
    assert read(browser.get(f"/children/{NOBODY}/reason")).lstrip().startswith("<!DOCTYPE")
    piece = read(browser.get(f"/children/{NOBODY}/reason", headers=PIECE))
    assert piece.lstrip().startswith("<title>")


def test_a_form_without_its_token_is_refused(sign_in: SignIn) -> None:
    answer = sign_in("teacher").post(
        f"/children/{NOBODY}/reason", data={"reason": "referral"}, token=False
    )
    assert answer.status_code == 400


def test_a_failing_log_undoes_the_reason(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    break_log(portal)
    sent = browser.post(f"/children/{child_id}/reason", data={"reason": "referral"})
    assert sent.status_code == 500
    with portal.app_context():
        assert db.session.scalars(select(StatedReason)).first() is None


def test_rejects_another_method(sign_in: SignIn) -> None:
    assert sign_in("teacher").put(f"/children/{uuid.uuid4()}/reason").status_code in {400, 405}
