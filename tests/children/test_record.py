"""GET /children/<id>: who works with a child, and how to reach them."""

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children.actions import create_child, put_involvement
from portal.children.rules import (
    AddressDraft,
    CarerDraft,
    ChildDraft,
    FormerName,
    InvolvementDraft,
    Kind,
    Relation,
)
from portal.core import clock
from portal.directory.models import Organisation, Practitioner
from tests.cast import CAST, CHILDREN
from tests.children.looking import (
    PIECE,
    SignIn,
    cards,
    change_involvement,
    id_of,
    involvement_of,
    open_record,
    plain,
    read,
    say_why,
)  # fmt: skip

FIXED = "Others may be involved whose details are not shown here"


def test_shows_who_works_with_the_child_and_how_to_reach_them(
    portal: Flask, sign_in: SignIn
) -> None:
    page = open_record(sign_in("health_visitor"), id_of(portal, CHILDREN.story))
    assert "<h1" in page
    assert CHILDREN.story.name in page
    shown = cards(page)
    assert len(shown) == len(CHILDREN.story.involvements)
    for name in (CAST.social_worker.name, CAST.teacher.name, CAST.health_visitor.name):
        assert any(name in card for card in shown)
    assert any("Lantern Street Surgery" in card and "GP practice" in card for card in shown)


def test_the_lead_comes_first_and_is_marked(portal: Flask, sign_in: SignIn) -> None:
    first, *others = cards(open_record(sign_in("teacher"), id_of(portal, CHILDREN.story)))
    assert CAST.social_worker.name in first
    assert "Is the lead" in first
    assert not any("Is the lead" in card for card in others)


def test_phones_can_be_dialled_and_addresses_written_to(portal: Flask, sign_in: SignIn) -> None:
    page = open_record(sign_in("teacher"), id_of(portal, CHILDREN.story))
    assert re.search(r'<a class="govuk-link" href="tel:\+44-1632-960\d{3}"', page)
    assert f'href="mailto:{CAST.social_worker.email}"' in page


def test_says_which_child_it_is(portal: Flask, sign_in: SignIn) -> None:
    child = CHILDREN.story
    page = plain(open_record(sign_in("teacher"), id_of(portal, child)))
    assert "Female" in page
    assert re.search(r"4 July \d{4} \(age [0-9]+ (years|months)\)", page)
    assert re.search(r"Record number ([0-9A-Z]{4}-){2}[0-9A-Z]{4}", page)
    assert child.addresses[0].postcode in page
    for carer in child.carers:
        assert carer.name in page


def test_former_names_are_shown(portal: Flask, sign_in: SignIn) -> None:
    page = plain(open_record(sign_in("teacher"), id_of(portal, CHILDREN.former_name)))
    assert "Former and other names Jasmine Kowalczyk" in page


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        ("health_visitor", "NHS number", "Unique pupil number"),
        ("teacher", "Unique pupil number", "NHS number"),
        ("social_worker", "", "NHS number"),
        ("data_steward", "", "Unique pupil number"),
    ],
)
def test_numbers_are_read_only_in_the_sector_they_were_issued_for(
    portal: Flask, sign_in: SignIn, who: str, seen: str, unseen: str
) -> None:
    child = CHILDREN.story
    numbers = {"NHS number": child.nhs_number, "Unique pupil number": child.upn}
    page = open_record(sign_in(who), id_of(portal, child))
    assert not seen or numbers[seen] in page
    assert unseen not in page
    assert numbers[unseen] not in page
    assert who != "social_worker" or child.upn not in page


def test_those_who_ended_stand_apart(portal: Flask, sign_in: SignIn) -> None:
    page = open_record(sign_in("teacher"), id_of(portal, CHILDREN.former_involvements))
    now, before = page.split('id="former-contacts"')
    ended = [one for one in CHILDREN.former_involvements.involvements if one.ended_on]
    assert len(cards(before)) == len(ended) == 3
    assert len(cards(now)) == len(CHILDREN.former_involvements.involvements) - 3
    assert all("Ended" in card for card in cards(before))
    assert not any("Ended" in card for card in cards(now))


def test_a_record_without_contacts_says_so(portal: Flask, sign_in: SignIn) -> None:
    page = open_record(sign_in("teacher"), id_of(portal, CHILDREN.no_contact))
    assert not cards(page)
    assert "Nobody is shown as working with this child now" in page
    assert "Who worked with this child before" not in page


@pytest.mark.parametrize("key", ["story", "no_contact", "nobody_now", "former_involvements"])
def test_the_same_line_and_button_stand_on_every_record(
    portal: Flask, sign_in: SignIn, key: str
) -> None:
    child_id = id_of(portal, getattr(CHILDREN, key))
    page = open_record(sign_in("health_visitor"), child_id)
    assert page.count(FIXED) == 1
    assert page.index(FIXED) > page.rfind("</article>")
    assert f'href="/children/{child_id}/contact-request"' in page
    assert "Ask to be put in touch" in page[page.index(FIXED) :]


def test_old_confirmations_are_named(portal: Flask, sign_in: SignIn, session: Session) -> None:
    involvement = involvement_of(portal, CHILDREN.story, who="social_worker")
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    long_ago = clock.today() - dt.timedelta(days=200)
    change_involvement(session, involvement, last_confirmed_on=long_ago)
    assert "not confirmed for 6 months" in cards(open_record(browser, child_id))[0]
    change_involvement(session, involvement, last_confirmed_on=None)
    assert "Never confirmed" in cards(open_record(browser, child_id))[0]
    change_involvement(session, involvement, last_confirmed_on=clock.today())
    assert "onfirmed for" not in cards(open_record(browser, child_id))[0]


def test_a_person_who_left_is_named_but_not_rung(
    portal: Flask, sign_in: SignIn, session: Session
) -> None:
    left = clock.today() - dt.timedelta(days=3)
    session.execute(
        update(Practitioner)
        .where(Practitioner.work_email == CAST.social_worker.email)
        .values(left_on=left, work_phone="01632 960999")
    )
    session.commit()
    card = cards(open_record(sign_in("teacher"), id_of(portal, CHILDREN.story)))[0]
    assert CAST.social_worker.name in card
    assert "Left the organisation" in card
    assert "960999" not in card.replace(" ", "")
    assert CAST.social_worker.email not in card


def test_paper_says_who_printed_it_and_when(portal: Flask, sign_in: SignIn) -> None:
    page = open_record(sign_in("teacher"), id_of(portal, CHILDREN.story))
    printed = re.search(r'<p class="[^"]*portal-print-only">(.*?)</p>', page, re.DOTALL)
    assert printed
    assert CAST.teacher.name in printed[1]


def test_only_ones_own_involvement_can_be_changed(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, CHILDREN.story)
    page = open_record(sign_in("health_visitor"), child_id)
    own = involvement_of(portal, CHILDREN.story, who="health_visitor")
    assert page.count("This is still right") == page.count("End my involvement") == 1
    assert f"/involvements/{own}/end" in page
    assert page.count("This is wrong") == len(CHILDREN.story.involvements)
    assert "Social Care, North Team" in page
    steward = open_record(sign_in("data_steward"), child_id)
    assert "This is still right" not in steward
    assert "This is wrong" not in steward


def test_page_and_piece_say_the_same(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    page = open_record(browser, child_id)
    piece = read(browser.get(f"/children/{child_id}", headers=PIECE))
    assert not piece.lstrip().lower().startswith("<!doctype")
    assert "<title>" in piece
    assert cards(piece) == cards(page)


def test_no_personal_detail_in_the_title(portal: Flask, sign_in: SignIn) -> None:
    page = open_record(sign_in("teacher"), id_of(portal, CHILDREN.story))
    title = re.search(r"<title[^>]*>(.*?)</title>", page, re.DOTALL)
    assert title
    assert CHILDREN.story.family_name not in title[1]


def test_a_word_after_done_that_is_not_ours_says_nothing(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(browser, child_id)
    page = read(browser.get(f"/children/{child_id}?done=<script>alert(1)</script>"))
    assert "alert(1)" not in page
    assert "govuk-notification-banner" not in page


def test_hostile_words_are_shown_as_they_are_and_do_nothing(
    portal: Flask, sign_in: SignIn, session: Session
) -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}=HYPERLINK(1)'
    draft = ChildDraft(
        source="hostile", source_id="1", source_on=clock.today(), given_names=hostile,
        family_name="O'Brien", date_of_birth=clock.today(),
        former_names=(FormerName(hostile),),
        addresses=(AddressDraft(address=hostile, postcode='<">'),),
        carers=(CarerDraft(name=hostile, relation=Relation.HAS_CARE, phone="<i onload=x>"),),
    )  # fmt: skip
    child_id = create_child(draft=draft, by=operator("feeds import"))
    place = session.scalars(select(Organisation.id).limit(1)).one()
    contact = InvolvementDraft(
        child_id=child_id, organisation_id=place, kind=Kind.SCHOOL, source="hostile",
        source_on=clock.today(),
    )  # fmt: skip
    put_involvement(draft=contact, by=operator("feeds import"))
    session.execute(
        update(Organisation)
        .where(Organisation.id == place)
        .values(name=hostile, phone="javascript:alert(1)", email='"onclick=x@example.org')
    )
    session.commit()
    browser = sign_in("teacher")
    page = open_record(browser, child_id)
    for bad in (
        "<script>alert",
        "<i onload",
        "tel:javascript",
        'href="javascript',
        '"onclick',
        "49=",
    ):
        assert bad not in page, bad
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}=HYPERLINK(1)") >= 5
    forms = read(browser.get(f"/children/{child_id}/involvements/new"))
    assert "<script>alert" not in forms
