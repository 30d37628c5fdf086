"""Households and their children: names, birth dates, addresses, carers and numbers.

Who works with the children is added afterwards, in `involvements`.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from portal.sandbox import numbers
from portal.sandbox.cast import home_postcode
from portal.sandbox.places import HARROWMERE, PELLENFORD
from portal.sandbox.shapes import Address, Carer, Child, Name
from portal.sandbox.wordlists import Heritage, heritages, streets

CHILDHOOD_DAYS = 6574  # eighteen years
# The day a second family is given a child with the name and birth date of another child.
NAMESAKE_EVERY = 240


@dataclass(frozen=True)
class Household:
    """What the children of one home share."""

    key: str
    heritage: Heritage
    names: tuple[str, str]
    other: Heritage
    other_names: tuple[str, str]
    addresses: tuple[Address, ...]
    carers: tuple[Carer, ...]
    authority_code: str


def generated(rng: Random, on: dt.date, first: int, count: int) -> Iterator[Child]:
    """`count` children without involvements, keys from `first` on, siblings next to one another."""
    made = 0
    number = 0
    while made < count:
        number += 1
        home = _household(rng, on, number)
        for child in _siblings(rng, on, home, number):
            if made < count:
                made += 1
                yield replace(child, key=f"H{first + made - 1:05d}")


def with_namesakes(children: list[Child]) -> list[Child]:
    """The same children, some of whom now bear the name and birth date of one far away."""
    for index in range(NAMESAKE_EVERY, len(children), NAMESAKE_EVERY):
        twin, own = children[index - NAMESAKE_EVERY // 2], children[index]
        children[index] = replace(
            own,
            given_names=twin.given_names,
            family_name=twin.family_name,
            date_of_birth=twin.date_of_birth,
            gender=twin.gender,
            former_names=(),
            upn="",
        )
    return children


def _household(rng: Random, on: dt.date, number: int) -> Household:
    heritage, other = _heritage(rng), _heritage(rng)
    if rng.random() > 0.12 or "one_name" in (heritage.key, other.key):
        other = heritage
    names, other_names = rng.choice(heritage.family), rng.choice(other.family)
    return Household(
        key=f"home-{number}",
        heritage=heritage,
        names=names,
        other=other,
        other_names=other_names,
        addresses=_addresses(rng, on, heritage),
        carers=_carers(rng, (heritage, names), (other, other_names)),
        authority_code=PELLENFORD if rng.random() < 0.01 else HARROWMERE,
    )


def _heritage(rng: Random) -> Heritage:
    return rng.choices(heritages(), [heritage.share for heritage in heritages()])[0]


def _carers(
    rng: Random, first: tuple[Heritage, tuple[str, str]], second: tuple[Heritage, tuple[str, str]]
) -> tuple[Carer, ...]:
    heritage, names = first
    mother = f"{rng.choice(heritage.female)} {names[1]}".strip()
    found = [Carer(mother, "parental_responsibility", _carer_phone(rng))]
    if rng.random() < 0.6:
        heritage, names = second
        father = f"{rng.choice(heritage.male)} {names[0]}".strip()
        relation = "parental_responsibility" if rng.random() < 0.8 else "has_care"
        found.append(Carer(father, relation, _carer_phone(rng)))
    return tuple(found)


def _carer_phone(rng: Random) -> str:
    return "" if rng.random() < 0.2 else numbers.mobile(rng.randrange(1000))


def _addresses(rng: Random, on: dt.date, heritage: Heritage) -> tuple[Address, ...]:
    """Most have a home; some a home before it; a few none that is known, or have left."""
    since = on - dt.timedelta(days=rng.randint(20, 3000))
    chance = rng.random()
    if chance < 0.012:
        return (Address("none_known", "", "", "", since),)
    home = _home(rng, heritage, since)
    if chance < 0.022:
        return (replace(home, kind="left"),)
    if chance < 0.032:
        return (replace(home, kind="last_known"),)
    if chance < 0.17:
        earlier = _home(rng, heritage, since - dt.timedelta(days=rng.randint(90, 1500)))
        return (home, replace(earlier, kind="last_known"))
    return (home,)


def _home(rng: Random, heritage: Heritage, since: dt.date) -> Address:
    number = rng.randrange(len(streets()))
    if heritage.site and rng.random() < 0.6:
        plot = f"Plot {rng.randint(1, 18)}, {heritage.site}"
        return Address("current", plot, "Harrowmere", home_postcode(900), since)
    house = str(rng.randint(1, 140))
    if rng.random() < 0.15:
        house = f"Flat {rng.randint(1, 24)}, {house}"
    if rng.random() < 0.05:
        house += rng.choice("ABC")
    return Address(
        "current", f"{house} {streets()[number]}", "Harrowmere", home_postcode(number), since
    )


def _siblings(rng: Random, on: dt.date, home: Household, number: int) -> Iterator[Child]:
    used: set[str] = set()
    for birth, together in _births(rng, on, number):
        for _ in range(together):
            child = _child(rng, on, home, birth, used)
            used.add(child.given_names)
            yield child


def _births(rng: Random, on: dt.date, number: int) -> Iterator[tuple[dt.date, int]]:
    """Birth dates with how many were born that day; every 300th home has triplets."""
    birth = on - dt.timedelta(days=rng.randrange(CHILDHOOD_DAYS))
    together = 3 if number % 300 == 7 else 1
    for _ in range(rng.choices((1, 2, 3, 4, 6), (40, 36, 16, 6, 2))[0]):
        yield birth, 2 if together == 1 and rng.random() < 0.015 else together
        together = 1
        birth += dt.timedelta(days=rng.randint(330, 1600))
        if birth > on:
            return


def _child(rng: Random, on: dt.date, home: Household, birth: dt.date, used: set[str]) -> Child:
    gender = rng.choices(("female", "male", "not_specified"), (49, 50, 1))[0]
    girl = gender == "female" or (gender == "not_specified" and rng.random() < 0.5)
    family = _family_name(rng, home, girl)
    given = _given_names(rng, rng.choice((home.heritage, home.other)), girl, used)
    if family and (on - birth).days < 42 and rng.random() < 0.6:
        given = "Baby"
    return Child(
        key="",
        given_names=given,
        family_name=family,
        former_names=_former_names(rng, given, family),
        date_of_birth=birth,
        gender=gender,
        authority_code=home.authority_code,
        household=home.key,
        addresses=home.addresses,
        carers=home.carers,
        nhs_number=numbers.nhs(rng.randrange(1000, 100000)) if rng.random() < 0.25 else "",
        upn=_upn(rng, on, birth),
        involvements=(),
    )


def _upn(rng: Random, on: dt.date, birth: dt.date) -> str:
    if (on - birth).days < 5 * 365 or rng.random() > 0.3:
        return ""
    return numbers.upn(rng.randrange(1000, 900000), birth.year + 5)


def _family_name(rng: Random, home: Household, girl: bool) -> str:
    """Mostly the household's; sometimes the other carer's, or both with a hyphen or a space."""
    own, other = home.names[girl], home.other_names[girl]
    chance = rng.random()
    if not own or own == other or chance > 0.16:
        return own
    if chance < 0.08:
        return other
    return f"{own} {other}" if chance < 0.095 else f"{own}-{other}"


def _given_names(rng: Random, heritage: Heritage, girl: bool, used: set[str]) -> str:
    pool = heritage.female if girl else heritage.male
    taken = {names.partition(" ")[0] for names in used}
    given = rng.choice([name for name in pool if name not in taken] or pool)
    middles = [name for name in heritage.middle[girl] if name != given]
    return f"{given} {rng.choice(middles)}" if middles and rng.random() < 0.6 else given


def _former_names(rng: Random, given: str, family: str) -> tuple[Name, ...]:
    if not family or rng.random() > 0.03:
        return ()
    heritage = _heritage(rng)
    names = {rng.choice(heritage.family)[0] for _ in range(rng.choice((1, 1, 1, 2)))}
    return tuple(Name(given, name) for name in sorted(names) if name and name != family)
