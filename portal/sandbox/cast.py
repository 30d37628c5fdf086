"""The cast: the people and the children whom demo, training and tests all meet.

Nothing here is left to chance. `CastMember.key` and the children's keys are the names to use.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.sandbox import numbers
from portal.sandbox.places import HARROWMERE, organisations, slug
from portal.sandbox.shapes import (
    Address,
    Carer,
    CastMember,
    Child,
    Involvement,
    Name,
    Organisation,
)
from portal.sandbox.wordlists import lists, streets

UNIVERSAL = ("school", "gp_practice", "health_visiting")
SOURCES = {
    "school": "school-records",
    "gp_practice": "gp-registrations",
    "health_visiting": "child-health",
    "special_educational_needs": "school-records",
}
OTHER_SOURCE = "social-care-records"
OWN_WORD = "practitioner"
# What a stranger types to find the child of the story: both names misspelt, day and month swapped.
STORY_TYPED = Name("Katelin", "Pendergast")


def school_year_began(on: dt.date) -> int:
    """The year of the last 1 September."""
    return on.year if on.month >= 9 else on.year - 1


def born(on: dt.date, school_year: int, month: int, day: int) -> dt.date:
    """The birth date with this month and day of a child now in that school year (0 is reception,
    which begins after the fourth birthday; Education Act 1996, section 8).
    """
    year = school_year_began(on) - 4 - school_year
    return dt.date(year - 1 if month >= 9 else year, month, day)


def people(on: dt.date) -> tuple[CastMember, ...]:
    """Everybody who can sign in, the ones in good standing first."""
    places = _places(on)
    return tuple(_member(row, places, on) for row in lists("cast")["people"])


def _places(on: dt.date) -> dict[str, Organisation]:
    return {place.name: place for place in organisations(on)}


def _member(row: dict[str, Any], places: Mapping[str, Organisation], on: dt.date) -> CastMember:
    row = lists("cast")["defaults"] | row
    place = places[row["organisation"]]
    return CastMember(
        key=row["key"],
        email=f"{slug(row['name'])}@{place.email.partition('@')[2]}",
        name=row["name"],
        title=row["title"],
        roles=tuple(row["roles"]),
        organisation_code=place.code,
        passphrase=row["passphrase"],
        totp_secret=row["totp_secret"],
        trained_until=on + dt.timedelta(days=row["training_days"]),
        vetted_until=on + dt.timedelta(days=row["vetting_days"]),
        review_due_on=on + dt.timedelta(days=row["review_days"]),
        standing=row.get("standing", "good"),
        hours=row.get("hours", ""),
    )


def children(on: dt.date) -> dict[str, Child]:
    """The children of the cast by their key, in the order of `cast.toml`."""
    emails = {member.key: member for member in people(on)}
    places = _places(on)
    return {
        row["key"]: _child(row, number, emails, places, on)
        for number, row in enumerate(lists("cast")["children"], start=1)
    }


def _child(
    row: dict[str, Any],
    number: int,
    members: Mapping[str, CastMember],
    places: Mapping[str, Organisation],
    on: dt.date,
) -> Child:
    birth = born(on, row["school_year"], row["month"], row["day"])
    given = row["given"]
    former = tuple(Name(given, family) for family in row.get("former", ()))
    return Child(
        key=f"H{number:05d}",
        given_names=given,
        family_name=row["family"],
        former_names=former,
        date_of_birth=birth,
        gender=row["gender"],
        authority_code=HARROWMERE,
        household=f"cast-{row['street']}",
        addresses=(_home(row["street"], birth),),
        carers=tuple(
            Carer(name, relation, numbers.mobile(number * 10 + order))
            for order, (name, relation) in enumerate(row["carers"])
        ),
        nhs_number=numbers.nhs(row["nhs"]) if "nhs" in row else "",
        upn=numbers.upn(row["upn"], birth.year + 4) if "upn" in row else "",
        involvements=tuple(_involvement(part, members, places, birth, on) for part in row["with"]),
    )


def _home(number: int, birth: dt.date) -> Address:
    street = streets()[number % len(streets())]
    return Address("current", f"{number} {street}", "Harrowmere", home_postcode(number), birth)


def home_postcode(street_number: int) -> str:
    """The postcode of the houses of a street, apart from those of the organisations."""
    return numbers.postcode(5000 + street_number * 3)


def _involvement(
    part: dict[str, Any],
    members: Mapping[str, CastMember],
    places: Mapping[str, Organisation],
    birth: dt.date,
    on: dt.date,
) -> Involvement:
    member = members[part["who"]] if "who" in part else None
    code = member.organisation_code if member else places[part["organisation"]].code
    ended = on - dt.timedelta(days=part["ended"]) if "ended" in part else None
    return Involvement(
        organisation_code=code,
        practitioner_email=member.email if member else "",
        service=part["service"],
        tier="universal" if part["service"] in UNIVERSAL else "additional",
        started_on=max(birth, on - dt.timedelta(days=part["started"])),
        ended_on=ended,
        is_lead=part.get("lead", False),
        has_early_help_assessment=part.get("assessment", False),
        source=SOURCES.get(part["service"], OWN_WORD if member else OTHER_SOURCE),
        last_confirmed_on=on - dt.timedelta(days=part["confirmed"]),
    )
