"""Who works, or has worked, with a child: school, practice and health visitor by age, and for
about three in ten somebody on top. Sensitive services are never part of the town.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from portal.sandbox.cast import OTHER_SOURCE, OWN_WORD, SOURCES, school_year_began
from portal.sandbox.places import PELLENFORD
from portal.sandbox.shapes import Child, Involvement, Organisation, Practitioner
from portal.sandbox.wordlists import lists

WITH_ADDITIONAL = 0.3
SENCO = "SENCO"
SAFEGUARDING = "Designated safeguarding lead"


@dataclass(frozen=True)
class Workforce:
    """The organisations of Harrowmere by kind and by service, and their people by code."""

    by_kind: dict[str, tuple[Organisation, ...]]
    by_service: dict[str, tuple[Organisation, ...]]
    people: dict[str, tuple[Practitioner, ...]]


def workforce(
    places: tuple[Organisation, ...], practitioners: tuple[Practitioner, ...]
) -> Workforce:
    """Sorts the town's organisations and practitioners for the questions asked below."""
    kinds: dict[str, Any] = lists("places")["kinds"]
    here = [place for place in places if place.authority_code != PELLENFORD]
    services = {kind["service"] for kind in kinds.values()}
    return Workforce(
        by_kind={k: tuple(p for p in here if p.kind == k) for k in kinds},
        by_service={
            s: tuple(p for p in here if kinds[p.kind]["service"] == s) for s in sorted(services)
        },
        people={
            place.code: tuple(p for p in practitioners if p.organisation_code == place.code)
            for place in here
        },
    )


def around(rng: Random, on: dt.date, child: Child, forces: Workforce) -> tuple[Involvement, ...]:
    """Everybody around one child, current and former."""
    universal = [
        *_practice(rng, on, child, forces),
        *_schools(rng, on, child, forces),
        *_health_visiting(rng, on, child, forces),
    ]
    additional = _additional(rng, on, child, forces) if rng.random() < WITH_ADDITIONAL else []
    return tuple(universal + additional)


def _of_household(child: Child, places: tuple[Organisation, ...]) -> Organisation:
    """The one that all children of a home go to."""
    return places[int(child.household.rpartition("-")[2]) % len(places)]


def _practice(rng: Random, on: dt.date, child: Child, forces: Workforce) -> Iterator[Involvement]:
    if rng.random() < 0.03:
        return
    place = _of_household(child, forces.by_kind["gp_practice"])
    since = child.date_of_birth + dt.timedelta(days=rng.randint(7, 60))
    if since <= on:
        yield _universal(rng, on, place, "", since, None)


def _schools(rng: Random, on: dt.date, child: Child, forces: Workforce) -> Iterator[Involvement]:
    reception = child.date_of_birth.year + (5 if child.date_of_birth.month >= 9 else 4)
    year = school_year_began(on) - reception
    # One in a hundred has no school that is known.
    if year < 0 or rng.random() < 0.01:
        return
    special = rng.random() < 0.015
    if special:
        yield _school(rng, on, child, forces, "special_school", (reception, 0))
        return
    if year < 7 or rng.random() < 0.6:
        until = reception + 7 if year >= 7 else 0
        yield _school(rng, on, child, forces, "primary_school", (reception, until))
    if year >= 7:
        yield _school(rng, on, child, forces, "secondary_school", (reception + 7, 0))


def _school(
    rng: Random, on: dt.date, child: Child, forces: Workforce, kind: str, years: tuple[int, int]
) -> Involvement:
    place = _of_household(child, forces.by_kind[kind])
    leads = [p.email for p in forces.people[place.code] if p.role_title == SAFEGUARDING]
    started, until = dt.date(years[0], 9, 1), dt.date(years[1], 7, 20) if years[1] else None
    return _universal(rng, on, place, leads[0] if leads else "", started, until)


def _health_visiting(
    rng: Random, on: dt.date, child: Child, forces: Workforce
) -> Iterator[Involvement]:
    """From birth to the fifth birthday; the record of it stays for a while."""
    age = (on - child.date_of_birth).days
    if age > 8 * 365:
        return
    place = _of_household(child, forces.by_kind["health_visiting"])
    visitors = forces.people[place.code]
    ended = child.date_of_birth + dt.timedelta(days=1826)
    person = rng.choice(visitors).email if visitors and rng.random() < 0.8 else ""
    yield _universal(rng, on, place, person, child.date_of_birth, ended if ended <= on else None)


def _universal(
    rng: Random,
    on: dt.date,
    place: Organisation,
    email: str,
    started: dt.date,
    ended: dt.date | None,
) -> Involvement:
    service = lists("places")["kinds"][place.kind]["service"]
    confirmed = ended or max(started, on - dt.timedelta(days=rng.randint(0, 380)))
    return Involvement(
        organisation_code=place.code,
        practitioner_email=email,
        service=service,
        tier="universal",
        started_on=started,
        ended_on=ended,
        is_lead=False,
        has_early_help_assessment=False,
        source=SOURCES[service],
        last_confirmed_on=confirmed,
    )


def _additional(rng: Random, on: dt.date, child: Child, forces: Workforce) -> list[Involvement]:
    table: dict[str, dict[str, int]] = lists("places")["additional"]
    age = (on - child.date_of_birth).days // 365.25
    fitting = [s for s, row in table.items() if row["from"] <= age <= row["to"]]
    weights = [table[service]["weight"] for service in fitting]
    wanted = rng.choices((1, 2, 3, 4), (55, 28, 12, 5))[0]
    services = dict.fromkeys(rng.choices(fitting, weights, k=wanted))
    found: list[Involvement] = []
    for service in services:
        led = any(one.is_lead for one in found)
        found.append(_one_more(rng, on, child, forces, service, may_lead=not led))
    return found


def _one_more(
    rng: Random, on: dt.date, child: Child, forces: Workforce, service: str, *, may_lead: bool
) -> Involvement:
    place, person = _somebody(rng, child, forces, service)
    # Only a person can have said it themselves.
    sources = (OWN_WORD, OTHER_SOURCE) if person else (OTHER_SOURCE,)
    days = (on - child.date_of_birth).days
    started = on - dt.timedelta(days=rng.randint(0, min(days, 1200)))
    over = rng.random() < 0.35
    ended = started + dt.timedelta(days=rng.randint(0, (on - started).days)) if over else None
    until = ended or on
    confirmed = max(started, until - dt.timedelta(days=rng.randint(0, 200)))
    return Involvement(
        organisation_code=place.code,
        practitioner_email=person.email if person else "",
        service=service,
        tier="additional",
        started_on=started,
        ended_on=ended,
        is_lead=may_lead and not over and rng.random() < 0.5,
        has_early_help_assessment=service in ("early_help", "family_hub") and rng.random() < 0.6,
        source=SOURCES.get(service, rng.choice(sources)),
        last_confirmed_on=confirmed,
    )


def _somebody(
    rng: Random, child: Child, forces: Workforce, service: str
) -> tuple[Organisation, Practitioner | None]:
    """An organisation that gives the service, and in nine of ten cases a person there."""
    if service == "special_educational_needs":
        coordinators = [
            person
            for place in forces.by_service["school"]
            for person in forces.people[place.code]
            if person.role_title == SENCO
        ]
        person = rng.choice(coordinators)
        return _employer(forces, person), person
    place = rng.choice(forces.by_service[service])
    people = forces.people[place.code]
    return place, rng.choice(people) if people and rng.random() < 0.9 else None


def _employer(forces: Workforce, person: Practitioner) -> Organisation:
    return next(
        place for place in forces.by_service["school"] if place.code == person.organisation_code
    )
