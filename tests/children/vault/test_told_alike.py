"""Whoever is hidden, and when: each source hears the same, whatever it says of whom under which of
its numbers, and the shield can be lifted."""

import datetime as dt
import uuid
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import actions, vault
from portal.children.rules import AddressDraft, InvolvementDraft, Kind, Scheme
from portal.children.vault import quarantine
from portal.children.vault.reuse import births_said, shifts_of
from portal.directory.models import Organisation
from tests.children.reporting import FEED, TODAY
from tests.children.vault.test_numbers import STRANGER, H, hide, lift

NUMBERS = {"school-records": ["S1", "S2"], "health-records": ["H9"], "surgery": ["G3"]}
OTHERS = {Scheme.NHS_NUMBER: "9990000026"}
PEOPLE = (
    H,
    replace(H, family_name="Quillfeather-Oake"),
    replace(H, date_of_birth=H.date_of_birth + dt.timedelta(days=1)),
    replace(H, addresses=(AddressDraft(address="4 Mill Lane", postcode="QH1 1AA"),)),
    replace(H, numbers={}),
    replace(H, given_names="Odile", numbers={}),
    replace(H, given_names="Odile", numbers=OTHERS),
    STRANGER,
    replace(STRANGER, given_names="Barty"),
)


def told(session: Session, chance: Random, *, grade: vault.Grade | None) -> list[object]:
    """What sources hear, step by step. With a grade the first child is hidden on the way, and back
    at the end."""
    place = session.scalars(select(Organisation.id).order_by(Organisation.name)).first()
    assert place is not None
    ((child_id, _),) = actions.put_children(drafts=[H], by=FEED)
    heard: list[object] = []
    steps, hidden_at = chance.randint(4, 9), chance.randint(0, 3)
    for step in range(steps):
        if grade and step == hidden_at:
            hide(child_id, grade)
        heard += say_something(chance, place)
    if grade:
        lift(child_id)
        assert quarantine.everything_held() == []
    return heard


def say_something(chance: Random, place: uuid.UUID) -> list[object]:
    """Let a source say something, and tell what it can know by it."""
    source = chance.choice([*NUMBERS])
    numbers = chance.sample(NUMBERS[source], chance.randint(1, len(NUMBERS[source])))
    people = {one: replace(chance.choice(PEOPLE), source=source, source_id=one) for one in numbers}
    shifts = shifts_of(people)
    answers = actions.put_children(drafts=[*people.values()], by=FEED)
    work = InvolvementDraft(
        child_id=answers[0][0], organisation_id=place, kind=Kind.SCHOOL, started_on=TODAY,
        source=source, source_on=TODAY, child_source_id=numbers[0],
    )  # fmt: skip
    changes = [change for _, change in answers]
    if chance.random() < 0.5:
        changes.append(actions.put_involvement(draft=work, by=FEED)[1])
    return [shifts, changes, births_said(source, numbers)]


@pytest.mark.parametrize("seed", [3, 5, 6, 13, 23, 30])
def test_each_source_hears_the_same_whoever_is_hidden(session: Session, seed: int) -> None:
    grade = [*vault.Grade][seed % 2]
    in_the_open = told(session, Random(seed), grade=None)
    session.rollback()
    assert told(session, Random(seed), grade=grade) == in_the_open
