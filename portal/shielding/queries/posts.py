"""Where somebody works as the pages of contact say it: as the record page does.

No title, place, number or address that tells of a sensitive service: what the record hides would
else be read on a request about the same child, or on a call-back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.children.rules import gives_away
from portal.children.visibility import place_shown, sensitive_kind_of
from portal.directory.queries import OrganisationSheet, PractitionerSheet
from portal.shielding.rules import RingBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A title, a place, and a number for the index team. is_sensitive: neither title nor number of
    the team is said, and the place is the index team; phone is empty without a line of their own.
    """

    role_title: str
    organisation: str
    phone: str
    is_sensitive: bool


def post_of(place: OrganisationSheet, person: PractitionerSheet | None) -> Post:
    """Return what is said of where somebody works; person is None for who has no entry."""
    is_sensitive = sensitive_kind_of(place, person) is not None
    own = person.work_phone if person else ""
    shared = (person.team_phone if person else "") or place.phone
    return Post(
        role_title=person.role_title if person and not is_sensitive else "",
        organisation=place_shown(place, person),
        phone=own if is_sensitive else own or shared,
        is_sensitive=is_sensitive,
    )


def contacts_told(
    contacts: Mapping[RingBack, str], wanted: RingBack, *, is_sensitive: bool
) -> dict[RingBack, str]:
    """Return how to ring somebody who asked, the contact they chose first.

    Of somebody whose post tells of a sensitive service that one alone, and none when it tells of it
    as well: then the index team puts through.
    """
    ordered = {word: contacts[word] for word in sorted(contacts, key=lambda one: one != wanted)}
    if not is_sensitive:
        return ordered
    return {word: text for word, text in ordered.items() if word == wanted and not gives_away(text)}
