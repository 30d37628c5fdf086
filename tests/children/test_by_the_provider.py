"""A suspicion of harm is the service's own: whoever records one says that they work for it."""

import pytest
from flask import Flask

from portal.children import vault
from portal.children.forms import ConfidenceForm
from portal.core.db import db
from tests.children.confiding import GROWN, SHELF, boxes, kept, path_of
from tests.children.looking import SignIn, id_of, plain, read, say_why
from tests.editor import Editor

NEEDED = "Say that you work for the service that you record, or choose another reason"
TOLD = "You said that you work for this service."


@pytest.fixture
def browser(portal: Flask, sign_in: SignIn) -> Editor:
    """A teacher who may look at the record now."""
    opened = sign_in("teacher")
    say_why(opened, id_of(portal, GROWN))
    return opened


def test_without_that_word_it_is_refused_and_nothing_typed_is_lost(
    portal: Flask, browser: Editor
) -> None:
    typed = boxes("significant_harm", kind="substance_misuse", says_provider="")
    answer = browser.post(path_of(portal, GROWN), data=typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(NEEDED) == 2, "in the summary and beside the box"
    assert 'href="#says_provider"' in page
    assert 'id="says_provider"' in page
    assert 'value="substance_misuse" checked' in page
    assert 'value="significant_harm" checked' in page
    for part in ("day", "month", "year"):
        assert f'value="{typed[f"started_on-{part}"]}"' in page
    assert kept(portal) == []


def test_with_it_the_word_is_kept_and_shown(portal: Flask, browser: Editor) -> None:
    path = path_of(portal, GROWN)
    assert browser.post(path, data=boxes("significant_harm")).status_code == 303
    ((document_id, content),) = kept(portal)
    assert content["says_provider"] is True
    assert TOLD in plain(read(browser.get(f"/in-confidence/{document_id}")))


def test_with_consent_it_is_not_asked(portal: Flask, browser: Editor) -> None:
    for said in ("", "y"):
        path = path_of(portal, GROWN)
        assert browser.post(path, data=boxes(says_provider=said)).status_code == 303
        ((document_id, content),) = kept(portal)
        assert content["says_provider"] is False
        assert TOLD not in plain(read(browser.get(f"/in-confidence/{document_id}")))


def test_what_was_recorded_before_it_was_asked_can_still_be_read(
    portal: Flask, browser: Editor
) -> None:
    path = path_of(portal, GROWN)
    browser.post(path, data=boxes("significant_harm"))
    ((document_id, content),) = kept(portal)
    old = {word: value for word, value in content.items() if word != "says_provider"}
    with portal.app_context():
        vault.keep(SHELF, document_id, old)
        db.session.commit()
    page = plain(read(browser.get(f"/in-confidence/{document_id}")))
    assert "We suspect significant harm" in page
    assert TOLD not in page


def test_the_word_does_not_hang_on_the_form_alone(
    portal: Flask, browser: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConfidenceForm, "validate", lambda _form: True)
    typed = boxes("significant_harm", says_provider="")
    answer = browser.post(path_of(portal, GROWN), data=typed)
    assert answer.status_code == 422
    assert "Only the service itself may record its own suspicion." in answer.get_data(as_text=True)
    assert kept(portal) == []
