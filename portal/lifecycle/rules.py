"""What set-up is told, read and held against the rules of the directory."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from portal.directory.rules import (
    AuthorityFacts,
    Flaw,
    OrganisationFacts,
    plain,
    read_authority,
    read_email,
)

FIRST_TERM = dt.timedelta(days=365)
NAME_LENGTH = 120


class Misunderstood(ValueError):
    """An answer cannot be used; the text names the option and holds no personal detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a real installation begins with."""

    authority: AuthorityFacts
    url: str
    admin_email: str
    admin_name: str

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that follow from the answers."""
        return {
            "public_url": self.url,
            "portal_name": self.authority.name,
            "authority_code": self.authority.gss_code,
        }

    @property
    def index_team(self) -> OrganisationFacts:
        """The team that looks after the index: the first organisation, with its own code."""
        return OrganisationFacts(
            scheme="own",
            code=f"INDEX-{self.authority.gss_code}",
            name=f"{self.authority.name}: index team",
            kind="index_team",
            authority_code=self.authority.gss_code,
        )


def read_answers(
    *, authority_code: str, authority_name: str, url: str, admin_email: str, admin_name: str
) -> Answers:
    """Read the answers as typed. Raises Misunderstood for the first that cannot be used."""
    authority = read_authority(
        {"gss_code": authority_code, "name": authority_name, "type": "local authority"}
    )
    if isinstance(authority, Flaw):
        option = "code" if authority.column == "gss_code" else "name"
        raise Misunderstood(f"--authority-{option} cannot be used: see --help.")
    email, name = read_email(admin_email), plain(admin_name)
    if email is None:
        raise Misunderstood("--admin-email is not an e-mail address.")
    if not name or len(name) > NAME_LENGTH or _has_marks_of_control(name):
        raise Misunderstood("--admin-name cannot be used as a name.")
    return Answers(
        authority=authority, url=url.strip().rstrip("/"), admin_email=email, admin_name=name
    )


def _has_marks_of_control(text: str) -> bool:
    return any(unicodedata.category(letter)[0] == "C" for letter in text)
