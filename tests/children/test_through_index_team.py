"""A contact whose team or post would give a sensitive service away: the index team's line."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.db import db
from portal.directory.models import Organisation, Practitioner
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    cards,
    id_of,
    involvement_of,
    open_record,
    plain,
    read,
    say_why,
    tell_of_a_sensitive_service,
)  # fmt: skip
from tests.editor import Editor

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story
LINE, SHOWN = "01632 960 777", "01632 960777"
Told = tuple[type[Organisation | Practitioner], dict[str, str]]
TOLD: list[Told] = [
    (Organisation, {"name": "Harrowmere CAMHS"}),
    (Organisation, {"kind": "substance misuse service"}),
    (Organisation, {"email": "duty@camhs.harrowmere.example"}),
    (Practitioner, {"role_title": "Drug and alcohol worker"}),
    (Practitioner, {"work_email": "g.adeyemi@sexual-health.harrowmere.example"}),
]
IDS = ["organisation", "kind", "address", "post", "own address"]


@pytest.fixture(params=[LINE, ""], ids=["line", "no line"])
def line(request: pytest.FixtureRequest, portal: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The index team's line, or that none is set."""
    config = dataclasses.replace(portal.extensions["portal_config"], index_team_phone=request.param)
    monkeypatch.setitem(portal.extensions, "portal_config", config)
    return str(request.param)


def card_of(browser: Editor, app: Flask) -> tuple[str, str]:
    """Return the health visitor's card, and the whole page."""
    page = open_record(browser, id_of(app, STORY))
    (card,) = [card for card in cards(page) if CAST.health_visitor.name in card]
    return card, page


@pytest.mark.parametrize("told", TOLD, ids=IDS)
def test_nothing_on_the_card_tells_of_it(
    portal: Flask, sign_in: SignIn, line: str,
    told: Told,
) -> None:  # fmt: skip
    tell_of_a_sensitive_service(portal, "health_visitor", *told)
    card, page = card_of(sign_in("teacher"), portal)
    assert "Index team" in card
    assert (SHOWN in card) == bool(line)
    assert ("Phone Not known" in card) == (not line)
    for word in ("Email", "Team phone", "Working hours", "Role"):
        assert word not in card
    for value in told[1].values():
        assert value not in page
    assert "Health Visiting, North Team" not in page


def test_other_contacts_are_as_ever(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("teacher")
    before = cards(open_record(browser, id_of(portal, STORY)))
    tell_of_a_sensitive_service(portal, "health_visitor", *TOLD[0])
    after = cards(open_record(browser, id_of(portal, STORY)))
    changed = [one for one in before if one not in after]
    assert len(before) == len(after) == len(STORY.involvements)
    assert len(changed) == 1
    assert CAST.health_visitor.name in changed[0]
    assert "Health Visiting, North Team" in changed[0]


def test_an_organisation_without_a_person_too(portal: Flask, sign_in: SignIn) -> None:
    surgery = Organisation.name == "Lantern Street Surgery"
    with portal.app_context():
        db.session.execute(
            update(Organisation).where(surgery).values(name="Lantern Street Counselling")
        )
        db.session.commit()
    page = open_record(sign_in("teacher"), id_of(portal, STORY))
    assert any("GP practice: Index team" in card for card in cards(page))
    assert "Lantern Street" not in page


def test_nor_on_the_page_that_says_it_is_wrong_nor_to_the_steward(
    portal: Flask, sign_in: SignIn
) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, STORY)
    contact = involvement_of(portal, STORY, who="health_visitor")
    tell_of_a_sensitive_service(portal, "health_visitor", *TOLD[0])
    say_why(browser, child_id)
    path = f"/children/{child_id}/involvements/{contact}/dispute"
    assert f"{CAST.health_visitor.name}, Index team." in plain(read(browser.get(path)))
    assert browser.post(path, data={"kind": "wrong_phone"}).status_code == 303
    steward = sign_in("data_steward")
    listed = read(steward.get("/corrections"))
    one = "/corrections/" + listed.partition('href="/corrections/')[2].partition('"')[0]
    for page in (listed, read(steward.get(one))):
        assert "Index team" in page
        assert "CAMHS" not in page


def test_the_owner_sees_their_card_as_others_do(portal: Flask, sign_in: SignIn) -> None:
    tell_of_a_sensitive_service(portal, "health_visitor", *TOLD[3])
    card, _ = card_of(sign_in("health_visitor"), portal)
    assert "Index team" in card
    assert "This is still right" in card
