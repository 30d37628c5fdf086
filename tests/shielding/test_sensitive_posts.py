"""A title, a team or an address that tells of a sensitive service is read neither on a request for
contact nor on a call-back, as it is not read on the record."""

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts.models import Account
from portal.core.db import db
from portal.directory.models import Organisation, Practitioner
from tests.cast import CAST
from tests.children.looking import tell_of_a_sensitive_service
from tests.shielding.asking import (
    ASKED,
    LIST,
    SignIn,
    ask_about_child,
    call_backs_of,
    pass_on,
    practitioner_of,
    request_of,
    text_of,
)

POST = "Drug and alcohol worker"
TEAM = "Harrowmere CAMHS"
MAIL = "g.person@sexual-health.harrowmere.example"
Told = tuple[type[Organisation | Practitioner], dict[str, str]]
TOLD: list[Told] = [
    (Practitioner, {"role_title": POST}),
    (Organisation, {"name": TEAM}),
    (Practitioner, {"work_email": MAIL}),
]
IDS = ["post", "organisation", "own address"]


@pytest.mark.parametrize("reader", ["data_steward", "shield_officer"])
@pytest.mark.parametrize("told", TOLD, ids=IDS)
def test_those_who_can_be_asked_are_named_as_on_the_record(
    portal: Flask, sign_in: SignIn, told: Told, reader: str
) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    address, browser = f"{LIST}/{request_of(receipt)}", sign_in(reader)
    assert f"{CAST.social_worker.name}, Social worker, " in text_of(browser, address)
    tell_of_a_sensitive_service(portal, "social_worker", *told)
    for asked in (False, True):
        words = text_of(browser, address)
        assert f"{CAST.social_worker.name}, Index team" in words
        assert "Owen Pritchard, Designated safeguarding lead, Hornbeam Primary School" in words
        for value in (*told[1].values(), "Social worker,", "Social Care, North Team"):
            assert value not in words
        if not asked:
            assert pass_on(portal, browser, receipt, to="social_worker").status_code == 303
    assert "Asked on" in words


def test_the_team_reaches_them_on_their_own_line_alone(portal: Flask, sign_in: SignIn) -> None:
    person = practitioner_of(portal, "social_worker")
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    tell_of_a_sensitive_service(portal, "social_worker", *TOLD[0])
    change(portal, update(Account).where(Account.practitioner_id == person).values(status="closed"))
    one = update(Practitioner).where(Practitioner.id == person)
    change(portal, one.values(work_phone="07700 900123", team_phone="01632 960999"))
    address, steward = f"{LIST}/{request_of(receipt)}", sign_in("data_steward")
    assert "ring them yourself on 07700 900123." in text_of(steward, address)
    change(portal, one.values(work_phone=""))
    words = text_of(steward, address)
    assert "They have no account here, and no number of their own is known." in words
    assert "960999" not in words


@pytest.mark.parametrize("told", TOLD, ids=IDS)
def test_whoever_is_asked_to_ring_reads_a_name_and_the_contact_that_was_chosen(
    portal: Flask, sign_in: SignIn, told: Told
) -> None:
    asker, other = sign_in("health_visitor"), sign_in("social_worker")
    change(portal, phone_of(portal, "07700 900900"))
    tell_of_a_sensitive_service(portal, "health_visitor", *told)
    receipt = ask_about_child(portal, asker, ring_back="work_phone")
    assert pass_on(portal, sign_in("data_steward"), receipt, to="social_worker").status_code == 303
    (address,) = call_backs_of(other)
    listed, words = text_of(other, ASKED), text_of(other, address)
    for part in (CAST.health_visitor.name, "Index team"):
        assert part in listed
        assert part in words
    assert "07700 900900" in words
    for value in (*told[1].values(), "Health visitor", "Health Visiting", "@", "01632 960126"):
        assert value not in listed
        assert value not in words
    assert "puts you through" not in words


def test_where_the_chosen_contact_tells_of_it_the_team_puts_through(
    portal: Flask, sign_in: SignIn
) -> None:
    tell_of_a_sensitive_service(portal, "health_visitor", Practitioner, {"work_email": MAIL})
    receipt = ask_about_child(portal, sign_in("health_visitor"), ring_back="work_email")
    steward, other = sign_in("data_steward"), sign_in("social_worker")
    pass_on(portal, steward, receipt, to="social_worker")
    (address,) = call_backs_of(other)
    words = text_of(other, address)
    assert "Ring the index team: it puts you through." in words
    assert MAIL not in words
    assert MAIL in text_of(steward, f"{LIST}/{request_of(receipt)}"), "the team rings back"


def test_an_ordinary_asker_reads_as_ever(portal: Flask, sign_in: SignIn, passed_on: str) -> None:
    other = sign_in("social_worker")
    (address,) = call_backs_of(other)
    words = text_of(other, address)
    for part in ("Role Health visitor", "Harrowmere Health Visiting, North Team",
                 CAST.health_visitor.email, "The first is the one they chose."):  # fmt: skip
        assert part in words


def phone_of(portal: Flask, phone: str) -> object:
    """Give the asker a line of their own."""
    person = practitioner_of(portal, "health_visitor")
    return update(Practitioner).where(Practitioner.id == person).values(work_phone=phone)


def change(portal: Flask, statement: object) -> None:
    """Change the directory."""
    with portal.app_context():
        db.session.execute(statement)  # type: ignore[call-overload]
        db.session.commit()
