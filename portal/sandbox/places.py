"""Authorities, organisations and the people who work there."""

import datetime as dt
import itertools
from collections.abc import Iterator
from random import Random
from typing import Any

from anyascii import anyascii

from portal.sandbox import numbers
from portal.sandbox.shapes import Authority, CastMember, Organisation, Practitioner
from portal.sandbox.wordlists import heritages, lists, streets

HARROWMERE = "E99000001"
PELLENFORD = "E99000002"
HOURS = (
    "Monday to Friday, 9am to 5pm",
    "Monday to Thursday, 8am to 4pm",
    "Monday to Wednesday, 9am to 3pm",
    "Term time, 8am to 4pm",
    "",
)
SCHOOLS = ("primary_school", "secondary_school", "special_school")


def authorities() -> tuple[Authority, ...]:
    """Harrowmere and its neighbour Pellenford."""
    return tuple(Authority(row["code"], row["name"]) for row in lists("places")["authorities"])


def organisations(on: dt.date) -> tuple[Organisation, ...]:
    """Every organisation in the order of `places.toml`; nothing about them is left to chance."""
    named = ((group, name) for group in lists("places")["organisations"] for name in group["names"])
    urns, practices = itertools.count(990001), itertools.count(99001)
    return tuple(
        _organisation(group, name, number, urns, practices, on)
        for number, (group, name) in enumerate(named)
    )


def _organisation(
    group: dict[str, Any],
    name: str,
    number: int,
    urns: Iterator[int],
    practices: Iterator[int],
    on: dt.date,
) -> Organisation:
    kind = lists("places")["kinds"][group["kind"]]
    national = name in group.get("national", ())
    authority = "" if national else group.get("authority", HARROWMERE)
    urn = str(next(urns)) if group["kind"] in SCHOOLS else ""
    ods = f"X{next(practices)}" if group["kind"] == "gp_practice" else ""
    lapsed = name in group.get("lapsed", ())
    return Organisation(
        code=urn or ods or f"HM{number:03d}",
        name=name,
        sector=kind["sector"],
        kind=group["kind"],
        scope="national" if national else "local",
        authority_code=authority,
        urn=urn,
        ods_code=ods,
        street=f"{number + 2} {streets()[number % len(streets())]}",
        town="Pellenford" if authority == PELLENFORD else "Harrowmere",
        postcode=numbers.postcode(20 * number),
        phone=_phone(group, name, number),
        email=_email(name, kind["domain"], authority),
        accredited_until=on + dt.timedelta(days=-30 if lapsed else 400),
    )


def _email(name: str, domain: str, authority: str) -> str:
    if authority == PELLENFORD:
        domain = domain.replace("harrowmere", "pellenford")
    return f"{slug(name)[:40].strip('.')}@{domain}"


def _phone(group: dict[str, Any], name: str, number: int) -> str:
    if name in group.get("without_phone", ()):
        return ""
    return (
        numbers.freephone(number)
        if name in group.get("national", ())
        else numbers.landline(100 + number)
    )


def slug(name: str) -> str:
    """A name as the part of an e-mail address before the at sign: "Siân O'Hara" is sian.ohara."""
    plain = anyascii(name).lower().replace("'", "")
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split())


def practitioners(
    rng: Random, on: dt.date, places: tuple[Organisation, ...], cast: tuple[CastMember, ...]
) -> tuple[Practitioner, ...]:
    """The practitioners of the cast first, then the other posts filled by chance."""
    by_code = {place.code: place for place in places}
    found = [
        _of_the_cast(member, by_code[member.organisation_code], number, on)
        for number, member in enumerate(cast)
        if "practitioner" in member.roles
    ]
    taken = {person.email for person in found}
    for place, title in _posts(places):
        person = _appointed(rng, on, place, title, len(taken))
        if person.email not in taken:
            found.append(person)
            taken.add(person.email)
    return tuple(found)


def _posts(places: tuple[Organisation, ...]) -> Iterator[tuple[Organisation, str]]:
    """A post of 0.5 is filled at every second organisation of its kind."""
    posts: dict[str, dict[str, float]] = lists("places")["posts"]
    for kind, titles in posts.items():
        here = [p for p in places if p.kind == kind and p.authority_code != PELLENFORD]
        for title, each in titles.items():
            for number, place in enumerate(here, start=1):
                for _ in range(int(number * each) - int((number - 1) * each)):
                    yield place, title


def _of_the_cast(member: CastMember, place: Organisation, number: int, on: dt.date) -> Practitioner:
    return Practitioner(
        email=member.email,
        name=member.name,
        role_title=member.title,
        organisation_code=place.code,
        work_phone=numbers.mobile(900 + number),
        team_phone=place.phone,
        hours=member.hours,
        last_confirmed_on=on - dt.timedelta(days=10 + number),
    )


def _appointed(
    rng: Random, on: dt.date, place: Organisation, title: str, number: int
) -> Practitioner:
    heritage = rng.choices(heritages()[:-1], [h.share for h in heritages()[:-1]])[0]
    woman = rng.random() < 0.7
    given = rng.choice(heritage.female if woman else heritage.male)
    name = f"{given} {rng.choice(heritage.family)[woman]}"
    domain = place.email.partition("@")[2]
    return Practitioner(
        email=f"{slug(name)}@{domain}",
        name=name,
        role_title=title,
        organisation_code=place.code,
        work_phone="" if rng.random() < 0.15 else numbers.landline(300 + number),
        team_phone="" if rng.random() < 0.1 else place.phone,
        hours=rng.choice(HOURS),
        last_confirmed_on=on - dt.timedelta(days=rng.randint(5, 600)),
    )
