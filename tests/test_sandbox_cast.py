"""The cast of the invented town: who they are, and the children they work with."""

import datetime as dt
import re
from collections import Counter

import pyotp
import pytest
from zxcvbn import zxcvbn

from portal.sandbox import misspelt_story
from portal.sandbox.cast import born, children, people
from tests.cast import CAST, CHILDREN, ON, whole_town

DAY = dt.date(2026, 11, 22)


def test_cast_can_sign_in_with_what_is_printed() -> None:
    members = people(DAY)
    assert len({m.passphrase for m in members}) == len(members)
    assert len({m.totp_secret for m in members}) == len(members)
    for member in members:
        assert re.fullmatch(r"([a-z]+-){3}[a-z]+", member.passphrase)
        assert zxcvbn(member.passphrase, user_inputs=[member.email, member.name])["score"] == 4
        assert re.fullmatch(r"\d{6}", pyotp.TOTP(member.totp_secret).now())


def test_cast_has_each_role_in_good_standing_and_those_who_are_not() -> None:
    good = [m for m in people(DAY) if m.in_good_standing]
    assert Counter(role for m in good for role in m.roles) == {
        "practitioner": 4,
        "helpdesk": 1,
        "authoriser": 1,
        "data_steward": 1,
        "shield_officer": 2,
        "auditor": 1,
    }
    assert all(m.trained_until > DAY and m.vetted_until > DAY for m in good)
    assert CAST.untrained.trained_until < ON
    assert CAST.unvetted_helpdesk.vetted_until < ON
    places = {o.code: o for o in whole_town(0).organisations}
    assert places[CAST.unaccredited.organisation_code].accredited_until < ON
    assert places[CAST.neighbour.organisation_code].authority_code == "E99000002"


def test_story_child_has_the_four_contacts() -> None:
    found = {one.service: one for one in CHILDREN.story.involvements}
    assert set(found) == {"school", "gp_practice", "health_visiting", "social_work"}
    assert found["social_work"].practitioner_email == CAST.social_worker.email
    assert found["health_visiting"].practitioner_email == CAST.health_visitor.email
    given, family, date = misspelt_story(ON)
    assert (given, family) != (CHILDREN.story.given_names, CHILDREN.story.family_name)
    birth = CHILDREN.story.date_of_birth
    assert (date.day, date.month, date.year) == (birth.month, birth.day, birth.year)
    assert date != birth


@pytest.mark.parametrize("on", [dt.date(2026, 8, 31), dt.date(2026, 9, 1), dt.date(2030, 3, 3)])
def test_story_child_stays_in_reception(on: dt.date) -> None:
    birth = children(on)["story"].date_of_birth
    reception = birth.year + 4
    assert dt.date(reception, 9, 1) <= on < dt.date(reception + 1, 9, 1)


def test_born_counts_school_years_from_september() -> None:
    assert born(DAY, 0, 8, 31) == dt.date(2022, 8, 31)
    assert born(DAY, 0, 9, 1) == dt.date(2021, 9, 1)
    assert born(dt.date(2026, 8, 31), 0, 9, 1) == dt.date(2020, 9, 1)


def test_children_of_the_cast_are_what_their_names_say() -> None:
    one, two = CHILDREN.twin_one, CHILDREN.twin_two
    assert one.date_of_birth == two.date_of_birth
    assert one.household == two.household
    assert one.given_names != two.given_names
    first, second = CHILDREN.namesake_one, CHILDREN.namesake_two
    assert (first.name, first.date_of_birth) == (second.name, second.date_of_birth)
    assert first.household != second.household
    assert not CHILDREN.one_name.family_name
    assert [n.family_name for n in CHILDREN.former_name.former_names] == ["Kowalczyk"]
    assert CHILDREN.nobody_now.involvements
    assert all(i.ended_on for i in CHILDREN.nobody_now.involvements)
    assert CHILDREN.no_contact.involvements == ()
    assert CHILDREN.double_barrelled.family_name == "Hughes-Okafor"
    assert "ŷ" in CHILDREN.welsh.given_names
    ended = {bool(i.ended_on) for i in CHILDREN.former_involvements.involvements}
    assert ended == {True, False}
