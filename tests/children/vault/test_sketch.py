"""What a search is compared with stands on one slot, whoever the child is."""

import datetime as dt
from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children import actions, vault
from portal.children.rules import FormerName
from portal.children.vault.watching import OPENED
from portal.matching import describe
from tests.children.vault.test_remnants import draft

OPERATOR = operator("a test of the vault")
LONG = tuple(FormerName("Ж" * 100 + chr(0x430 + place), "Щ" * 110) for place in range(14))


def test_a_child_with_endless_names_breaks_no_search(session: Session, portal: Flask) -> None:
    whole = replace(draft(), former_names=LONG)
    child_id = actions.create_child(draft=whole, by=OPERATOR)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    asked = describe(given_names="Xanthipe", family_name="Quilfeather", birth=whole.date_of_birth)
    assert vault.probe(asked, numbers={}) == vault.Met(child_id)
    for name in ("Smith", "Quillfeather", "Ж" * 100):
        other = describe(family_name=name, birth=whole.date_of_birth)
        vault.probe(other, numbers={})
    for _ in range(60):
        assert vault.probe(describe(family_name="Nobody"), numbers={}) is None


def test_many_of_one_day_hide_nobody_from_the_officer(session: Session, portal: Flask) -> None:
    """Those who are masked can be found as they are: they take no place from those who cannot."""
    day = dt.date(2017, 3, 4)
    for place in range(OPENED + 2):
        other = replace(
            draft(), source_id=f"M{place}", given_names=f"Quorra{place}", date_of_birth=day
        )
        child_id = actions.create_child(draft=replace(other, numbers={}), by=OPERATOR)
        actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=OPERATOR)
    wanted = replace(draft(), source_id="A1", date_of_birth=day, numbers={})
    child_id = actions.create_child(draft=wanted, by=OPERATOR)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    asked = describe(given_names="Xanthippe", family_name="Quillfeather", birth=day)
    assert vault.probe(asked, numbers={}) == vault.Met(child_id)


def test_a_feed_that_names_a_former_name_of_several_is_held_back(
    session: Session, portal: Flask
) -> None:
    """However many ways there are to say the present names, each former one leads to the child."""
    former = tuple(FormerName(name) for name in ("Abernathy", "Colquhoun-Lomax", "Macgillivray"))
    whole = replace(
        draft(), given_names="Seraphina Wilhelmina Constance", former_names=former, numbers={},
        family_name="Quillfeather-Zwartveld", date_of_birth=dt.date(2017, 3, 5),
    )  # fmt: skip
    child_id = actions.create_child(draft=whole, by=OPERATOR)
    actions.hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=OPERATOR)
    row = replace(
        whole, source="another", source_id="A2", former_names=(), addresses=(),
        date_of_birth=dt.date(2017, 3, 28),
    )  # fmt: skip
    for name in (whole.family_name, *(one.family_name for one in former)):
        assert vault.resembles(replace(row, family_name=name)) == child_id, name
    assert vault.resembles(replace(row, family_name="Ackroyd")) is None
