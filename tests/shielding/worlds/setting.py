"""The town of both worlds, and the two children of whom each world hides one.

The names of both are equally long, and everything around them has the same shape: what a table or
a file takes of one it takes of the other.
"""

import datetime as dt
import secrets
import uuid
from dataclasses import replace
from functools import cache

from portal.children.rules import BITS, record_number
from portal.core.db import random_id
from portal.sandbox import Child, Town, numbers, town
from portal.sandbox.cast import home_postcode, people
from portal.sandbox.shapes import Address, Carer, Involvement, Name
from tests.shielding.worlds.chance import chance_from

MADE_ON = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)
BEGINS = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
CHILDREN = 40
# The town's own source reports both children, as it reports all others.
SOURCE, SOURCE_ID = "sandbox", "K9001"
NOBODY = "0f0e0d0c-0b0a-0908-0706-050403020100"


@cache
def harrowmere() -> Town:
    """The town with its ordinary children."""
    return town(on=MADE_ON.date(), children=CHILDREN)


@cache
def emails() -> dict[str, str]:
    """The addresses of those who can sign in, by the keys of the cast."""
    return {member.key: member.email for member in people(MADE_ON.date())}


def id_of(chance: str) -> uuid.UUID:
    """The id of "the child" or "the other", where it is: the first that its chance draws."""
    with chance_from(chance):
        return random_id()


def number_of(chance: str) -> str:
    """The record number of that child: drawn after the id."""
    with chance_from(chance):
        random_id()
        return record_number(secrets.randbits(BITS))


def _with_others(child: Child) -> list[Involvement]:
    """Involvements of those who do not act here: whoever works with a child sees their own line."""
    return [one for one in child.involvements if one.practitioner_email not in emails().values()]


def _child(given: str, family: str, former: str, carer: str, serial: int) -> Child:
    born = dt.date(2017, 5, 11)
    model = max(harrowmere().children, key=lambda child: len(_with_others(child)))
    return Child(
        key=SOURCE_ID,
        given_names=given,
        family_name=family,
        former_names=(Name(given, former),),
        date_of_birth=born,
        gender="female",
        authority_code=model.authority_code,
        household="apart",
        addresses=(Address("current", f"{serial % 100} Tannery Lane", "Harrowmere",
                           home_postcode(77), born),),
        carers=(Carer(carer, "parental_responsibility", numbers.mobile(serial)),),
        nhs_number=numbers.nhs(90_000 + serial),
        upn=numbers.upn(90_000 + serial, born.year + 4),
        involvements=tuple(
            replace(one, started_on=max(born, one.started_on)) for one in _with_others(model)
        ),
    )  # fmt: skip


@cache
def asked() -> Child:
    """The child about whom people ask in both worlds."""
    return _child("Tamsin Grace", "Ellacott", "Brightwell", "Rhona Ellacott", 31)


@cache
def unasked() -> Child:
    """The child about whom nobody ever asks, hidden where the other never was."""
    return _child("Zebedi Wyuma", "Quoxford", "Umphreyvil", "Josif Quoxford", 32)


@cache
def bare() -> Child:
    """The child as somebody of whom nothing but name, date of birth and gender was ever known."""
    return replace(
        asked(), key="G1", former_names=(), addresses=(), carers=(), nhs_number="", upn="",
        involvements=(),
    )  # fmt: skip
