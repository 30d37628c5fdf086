"""Who asks, and about whom: everybody hidden, those beside them, others, and invented strangers."""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from portal.access.permissions import Permission, Role
from portal.accounts.queries import in_good_standing
from portal.children import queries as children
from portal.children import vault
from portal.children.queries import Portrait
from portal.children.rules import record_number
from portal.core import clock
from portal.core.db import random_id
from portal.lifecycle.verifying.world import Signed

CHANCE = secrets.SystemRandom()
PRACTITIONER, TEACHER, STEWARD = "practitioner", "practitioner in education", "data steward"
AUTHORISER, HELPDESK, AUDITOR = "authoriser", "help desk", "auditor"
_OF = {
    STEWARD: (Role.DATA_STEWARD, Permission.CHILD_SEARCH),
    AUTHORISER: (Role.AUTHORISER, Permission.ACCOUNT_REVIEW),
    HELPDESK: (Role.HELPDESK, Permission.ACCOUNT_FIND),
    AUDITOR: (Role.AUDITOR, Permission.LOG_READ),
}  # fmt: skip
ALL_KINDS = (PRACTITIONER, TEACHER, *_OF)
_BEGINNINGS = "Br Cl Dor Fen Gwin Hask Jor Kel Lor Mag Nev Pell Quor Rand Sev Tam Wex Yar".split()
_MIDDLES = "a ae e ey i io o ou".split()
_ENDINGS = "brant dle field gate lin mere ndra nor rick ston thorne vey wick worth".split()


@dataclass(frozen=True, slots=True)
class Subject:
    """A child that is asked about, and in words of which kind it is. twin is a child of the index
    from the same source, so that the next row of either may be compared."""

    portrait: Portrait
    kind: str
    twin: Portrait | None = None


def askers() -> dict[str, Signed]:
    """Return who asks, one of a kind; none of those of whom nobody is in good standing."""
    working = in_good_standing(Role.PRACTITIONER, Permission.CONTACT_REQUEST)
    # One in health first of all: who works there may search by a number that others may not.
    working.sort(key=lambda one: one.organisation_sector != "health")
    able = {
        PRACTITIONER: working,
        TEACHER: [one for one in working if one.organisation_sector == "education"],
        **{name: in_good_standing(role, permission) for name, (role, permission) in _OF.items()},
    }
    return {name: Signed(those[0]) for name, those in able.items() if those}


def forget_own(people: Iterable[Signed]) -> None:
    """Take out of the vault of a copy what these people recorded themselves: whoever did is shown
    it, and should be, so that they would tell the copies apart."""
    ids = [one for each in people for one in (each.who.practitioner_id, each.who.account_id) if one]
    words = [form for one in ids for form in (one.hex, str(one))]
    for shelf in (vault.Shelf.INVOLVEMENT, vault.Shelf.FORWARD):
        for document_id, content in vault.all_on(shelf):
            if any(word in json.dumps(content) for word in words):
                vault.remove(shelf, document_id)


def subjects(most: int) -> Iterator[Subject]:
    """Yield children without end: of the hidden so many at most, by turns with children beside them
    and others of the index; where there are none (any more), strangers."""
    everybody = children.portraits_of_hidden()
    hidden = CHANCE.sample(everybody, min(most, len(everybody)))
    beside = [one for hid in hidden for one in children.portraits_beside(hid.child_id)]
    others = [*beside, *children.portraits_by_chance(most)]
    turns = cycle((
        iter([Subject(one, "a child in hiding", _twin_of(one)) for one in hidden]),
        (Subject(_stranger(), "an invented stranger") for _ in cycle([0])),
        iter([Subject(one, "a child of the index") for one in islice(others, most)]),
    ))  # fmt: skip
    for turn in turns:
        yield next(turn, None) or Subject(_stranger(), "an invented stranger")


def _twin_of(hidden: Portrait) -> Portrait | None:
    if not hidden.source:
        return None
    return next(iter(children.portraits_by_chance(1, source=hidden.source)), None)


def _stranger() -> Portrait:
    digits = "999" + f"{CHANCE.randrange(10**6):06d}"
    return Portrait(
        child_id=random_id(),
        given_names=_word(),
        family_name=_word() + CHANCE.choice(_MIDDLES),
        born=clock.today() - dt.timedelta(days=CHANCE.randrange(400, 6_000)),
        gender=CHANCE.choice(("female", "male")),
        former=_word(),
        postcode="",
        record_number=record_number(CHANCE.getrandbits(60)),
        numbers={"nhs_number": digits + _check(digits)} if _check(digits) else {},
    )


def _word() -> str:
    return "".join(map(CHANCE.choice, (_BEGINNINGS, _MIDDLES, _ENDINGS)))


def _check(digits: str) -> str:
    """The check digit of an NHS number (modulus 11); "" where there is none."""
    rest = 11 - sum(int(one) * (10 - place) for place, one in enumerate(digits)) % 11
    return {10: "", 11: "0"}.get(rest, str(rest))
