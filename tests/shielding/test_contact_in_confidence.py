"""Being put in touch about a hidden child, or with a service that is never shown.

Two worlds stand here one after the other: in the one something is hidden, in the other it is not
there. Whoever is no shield officer must read the same bytes.
"""

import pytest
from flask import Flask
from sqlalchemy import delete

from portal.children import vault
from portal.children.actions import hide_child, merge_children
from portal.children.models import Involvement
from portal.children.vault import Grade
from portal.core.db import db
from portal.shielding.models import ContactRequest
from tests.cast import CAST, CHILDREN
from tests.search.asking import about, id_of, log_lines
from tests.shielding.asking import (
    LIST,
    SignIn,
    ask_about_child,
    ask_after_search,
    call_backs_of,
    kept,
    pass_on,
    practitioner_of,
    request_of,
    text_of,
)
from tests.shielding.brokering import BY, STORY, World, confided, gone, texts


@pytest.fixture
def world(portal: Flask, sign_in: SignIn) -> World:
    """The steward and the health visitor, who works with the child of the story."""
    return World(portal, sign_in("data_steward"), sign_in("health_visitor"))


def test_a_masked_child_reads_like_one_with_whom_nobody_works(world: World) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    child_id = world.child_id
    world.hide(Grade.MASKED)
    hidden = world.ordinary(receipt)
    assert "Kaitlyn Rose Prendergast" in hidden[1]
    assert 'name="practitioner"' not in hidden[1]
    world.unhide(child_id)
    world.without(delete(Involvement).where(Involvement.child_id == child_id))
    assert world.ordinary(receipt) == hidden


def test_an_absent_child_reads_like_one_that_is_gone(world: World) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    child_id, before = world.child_id, world.lines(receipt)
    own = texts(world.asker, ["/contact-requests/mine", receipt])
    world.hide(Grade.ABSENT)
    hidden = world.ordinary(receipt)
    assert "The record is no longer in the index." in hidden[1]
    assert "Prendergast" not in "".join(hidden)
    world.unhide(child_id)
    world.without(gone(child_id))
    assert world.ordinary(receipt) == hidden
    assert hidden[2:] == own, "the asker reads what they read before"
    assert world.lines(receipt) == before


def test_a_search_for_an_absent_child_reads_like_one_for_nobody(world: World) -> None:
    child_id = world.child_id
    world.hide(Grade.ABSENT)
    receipt = ask_after_search(world.asker, about(STORY))
    hidden = world.ordinary(receipt)
    world.unhide(child_id)
    world.without(gone(child_id))
    assert world.ordinary(receipt) == hidden
    assert "Is the child in the index?" in hidden[1]


def test_a_service_in_confidence_reads_like_none(world: World) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    before = world.ordinary(receipt)
    confided(world.portal, "police_officer", world.child_id)
    assert world.ordinary(receipt) == before


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("reply", [None, "rang", "through_team", "declined"])
def test_what_is_passed_on_in_confidence_changes_nothing_for_anybody_else(
    world: World, sign_in: SignIn, grade: Grade, reply: str | None
) -> None:
    receipt = ask_about_child(world.portal, world.asker, kind="with_me_now")
    world.hide(grade)
    before, row = world.ordinary(receipt), world.lines(receipt)
    officer, other = sign_in("shield_officer"), sign_in("social_worker")
    log = world.plain_log()
    assert pass_on(world.portal, officer, receipt, to="social_worker").status_code == 303
    assert world.plain_log() == log
    (address,) = call_backs_of(other)
    if reply:
        assert other.post(address, data={"reply": reply}).status_code == 303
    assert world.plain_log() == [*log, "call_back:listed"]
    assert world.ordinary(receipt) == before
    assert world.lines(receipt) == row


@pytest.mark.parametrize("grade", Grade)
def test_the_shield_officer_reads_who_it_is_and_whom_to_ask(
    world: World, sign_in: SignIn, grade: Grade
) -> None:
    receipt, child_id = ask_about_child(world.portal, world.asker), world.child_id
    world.hide(grade)
    officer, address = sign_in("shield_officer"), f"{LIST}/{request_of(receipt)}"
    words = text_of(officer, address)
    assert "Kaitlyn Rose Prendergast" in words
    assert ("The index does not show this child" in words) is (grade is Grade.ABSENT)
    assert words.count("nobody but shield officers sees that you asked them") == 2
    for name in (CAST.social_worker.name, CAST.teacher.name):
        assert name in words
    assert "Somebody works with the child whom the index does not show" in text_of(officer, LIST)
    line = log_lines(world.portal, "shield:contact_opened")[0]
    assert (line["subject_kind"], line["details"]["child"]) == ("shield", str(child_id))
    assert line["subject_id"] != child_id
    assert log_lines(world.portal, "contact_request:opened")[0]["subject_id"] == child_id


def test_the_other_side_reads_the_same_words_in_confidence(world: World, sign_in: SignIn) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    officer, other = sign_in("shield_officer"), sign_in("social_worker")
    pass_on(world.portal, officer, receipt, to="social_worker")
    (address,) = call_backs_of(other)
    openly = text_of(other, address)
    world.without(delete(ContactRequest))
    with world.portal.app_context():
        for one, _content in vault.all_on(vault.Shelf.FORWARD):
            vault.remove(vault.Shelf.FORWARD, one)
        db.session.commit()
    receipt = ask_about_child(world.portal, world.asker)
    world.hide(Grade.ABSENT)
    pass_on(world.portal, officer, receipt, to="social_worker")
    (address,) = call_backs_of(other)
    assert text_of(other, address) == openly
    assert "Kaitlyn Rose Prendergast" in openly
    assert "onfidence" not in openly


@pytest.mark.parametrize("grade", Grade)
def test_the_steward_cannot_ask_whom_the_index_does_not_show(world: World, grade: Grade) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    world.hide(grade)
    for key in ("social_worker", "police_officer"):
        assert pass_on(world.portal, world.steward, receipt, to=key).status_code == 422
    assert kept(world.portal)[0].state == "new"


def test_what_the_team_closed_the_shield_officer_can_still_pass_on(
    world: World, sign_in: SignIn
) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    world.hide(Grade.MASKED)
    world.steward.post(f"{LIST}/{request_of(receipt)}", data={"state": "nobody"})
    row, officer, other = world.lines(receipt), sign_in("shield_officer"), sign_in("teacher")
    page = officer.get(f"{LIST}/{request_of(receipt)}").get_data(as_text=True)
    assert 'value="passed_on"' in page
    assert 'value="declined"' not in page
    assert pass_on(world.portal, officer, receipt, to="teacher").status_code == 303
    assert world.lines(receipt) == row
    (address,) = call_backs_of(other)
    assert "You need not ring" not in text_of(other, address)
    assert other.post(address, data={"reply": "through_team"}).status_code == 303
    assert "They want to reply through the index team" in text_of(officer, LIST)
    assert "They want to reply" not in text_of(world.steward, LIST)


def test_after_a_search_the_shield_officer_reads_which_child_was_meant(
    world: World, sign_in: SignIn
) -> None:
    world.hide(Grade.ABSENT)
    receipt = ask_after_search(world.asker, about(STORY))
    other = ask_after_search(world.asker)
    officer = sign_in("shield_officer")
    assert "Kaitlyn Rose Prendergast" in text_of(officer, f"{LIST}/{request_of(receipt)}")
    assert "Prendergast" not in text_of(officer, f"{LIST}/{request_of(other)}")
    assert text_of(officer, LIST).count("whom the index does not show") == 1
    assert pass_on(world.portal, officer, receipt, to="social_worker").status_code == 303
    assert len(call_backs_of(sign_in("social_worker"))) == 1


def test_a_service_in_confidence_is_asked_by_the_shield_officer_alone(
    world: World, sign_in: SignIn
) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    confided(world.portal, "police_officer", world.child_id)
    officer = sign_in("shield_officer")
    words = text_of(officer, f"{LIST}/{request_of(receipt)}")
    assert words.count("nobody but shield officers sees that you asked them") == 1
    assert pass_on(world.portal, world.steward, receipt, to="police_officer").status_code == 422
    assert pass_on(world.portal, officer, receipt, to="police_officer").status_code == 303
    assert kept(world.portal)[0].state == "new"
    assert len(call_backs_of(sign_in("police_officer"))) == 1


def test_with_the_consent_goes_what_was_asked_because_of_it(world: World, sign_in: SignIn) -> None:
    receipt, child_id = ask_about_child(world.portal, world.asker), world.child_id
    confided(world.portal, "police_officer", child_id)
    confided(world.portal, "social_worker", child_id)
    officer = sign_in("shield_officer")
    pass_on(world.portal, officer, receipt, to="police_officer")
    pass_on(world.portal, world.steward, receipt, to="social_worker")
    people = [practitioner_of(world.portal, key) for key in ("police_officer", "social_worker")]
    with world.portal.app_context():
        for person in people:
            (sheet,) = vault.confided_with(child_id, person)
            vault.take_back(sheet.id)
        db.session.commit()
    assert call_backs_of(sign_in("police_officer")) == []
    assert len(call_backs_of(sign_in("social_worker"))) == 1, (
        "the record shows that they work there"
    )


@pytest.mark.parametrize("grade", [None, *Grade])
def test_a_service_in_confidence_of_a_record_that_was_joined_is_asked_for_it_too(
    world: World, sign_in: SignIn, grade: Grade | None
) -> None:
    """It was recorded beside a second record of the child; with the consent all of it goes."""
    receipt, child_id = ask_about_child(world.portal, world.asker), world.child_id
    second = id_of(world.portal, CHILDREN.welsh)
    confided(world.portal, "police_officer", second)
    with world.portal.app_context():
        merge_children(kept_id=child_id, gone_id=second, by=BY)
        db.session.commit()
    if grade:
        world.hide(grade)
    officer = sign_in("shield_officer")
    sees = "nobody but shield officers sees that you asked them"
    assert sees not in text_of(world.steward, f"{LIST}/{request_of(receipt)}")
    assert sees in text_of(officer, f"{LIST}/{request_of(receipt)}")
    assert pass_on(world.portal, officer, receipt, to="police_officer").status_code == 303
    assert len(call_backs_of(sign_in("police_officer"))) == 1
    with world.portal.app_context():
        person = practitioner_of(world.portal, "police_officer")
        (sheet,) = vault.confided_by(person)
        vault.take_back(sheet.id)
        db.session.commit()
    assert call_backs_of(sign_in("police_officer")) == []


@pytest.mark.parametrize("grade", Grade)
def test_a_request_about_a_record_that_was_joined_to_one_hidden_since_reaches_the_officer(
    world: World, sign_in: SignIn, grade: Grade
) -> None:
    """The team reads that it is gone, as of any record that is; the officer reads of whom it is."""
    receipt, child_id = ask_about_child(world.portal, world.asker), world.child_id
    second = id_of(world.portal, CHILDREN.welsh)
    with world.portal.app_context():
        merge_children(kept_id=second, gone_id=child_id, by=BY)
        db.session.commit()
        hide_child(child_id=second, grade=grade, by=BY)
        db.session.commit()
    request = f"{LIST}/{request_of(receipt)}"
    assert "The record is no longer in the index." in text_of(world.steward, request)
    officer = sign_in("shield_officer")
    words = text_of(officer, request)
    assert "The record is no longer in the index." not in words
    assert CHILDREN.welsh.family_name in words
    assert pass_on(world.portal, officer, receipt, to="social_worker").status_code == 303
    assert len(call_backs_of(sign_in("social_worker"))) == 1


def test_whom_the_team_asked_is_not_named_once_the_child_is_hidden(
    world: World, sign_in: SignIn
) -> None:
    receipt = ask_about_child(world.portal, world.asker)
    address = f"{LIST}/{request_of(receipt)}"
    pass_on(world.portal, world.steward, receipt, to="social_worker")
    assert CAST.social_worker.name in text_of(world.steward, address)
    child_id = world.child_id
    world.hide(Grade.MASKED)
    hidden = world.ordinary(receipt)
    assert CAST.social_worker.name not in "".join(hidden)
    assert "Somebody whom the index no longer shows" in hidden[1]
    assert CAST.social_worker.name in text_of(sign_in("shield_officer"), address)
    world.unhide(child_id)
    world.without(delete(Involvement).where(Involvement.child_id == child_id))
    assert world.ordinary(receipt) == hidden
