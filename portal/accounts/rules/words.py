"""The vocabulary of accounts and what people read for it."""

import uuid
from collections.abc import Collection
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.permissions import Role
from portal.access.policy import IN_GOOD_STANDING

ROLES: dict[Role, LazyString] = {
    Role.PRACTITIONER: _l("Practitioner"),
    Role.AUTHORISER: _l("Authoriser"),
    Role.HELPDESK: _l("Help desk"),
    Role.DATA_STEWARD: _l("Data steward"),
    Role.SHIELD_OFFICER: _l("Shield officer"),
    Role.AUDITOR: _l("Auditor"),
}


class Step(StrEnum):
    """What can be done to an account by somebody else, or with its enrolment link."""

    FOUND = "found"
    OPENED = "opened"
    CHECKED = "checked"
    LINKED = "linked"
    UNLOCKED = "unlocked"
    ENROLLED = "enrolled"
    REVIEWED = "reviewed"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


STEPS: dict[Step, LazyString] = {
    Step.FOUND: _l("The account was in a list that somebody searched for"),
    Step.OPENED: _l("The account was looked at"),
    Step.CHECKED: _l("The help desk confirmed that it had checked who was calling"),
    Step.LINKED: _l("An enrolment link was issued, and every session was ended"),
    Step.UNLOCKED: _l("The account was unlocked"),
    Step.ENROLLED: _l("A passphrase and a second factor were chosen with the enrolment link"),
    Step.REVIEWED: _l("Access was confirmed for another period"),
    Step.RENEWED: _l("The dates of training, vetting or review were changed"),
    Step.SUSPENDED: _l("The account was suspended, and every session was ended"),
    Step.RESUMED: _l("The suspension was lifted"),
}
# Being one line of a list is told, but does not stand in the way after the next sign-in.
QUIET = frozenset({Step.FOUND})


class Check(StrEnum):
    """What a clerk makes sure of before a reset or an unlocking. All are needed."""

    THEY_ASKED = "they_asked"
    CALLED_BACK = "called_back"
    NAMED_THEMSELVES = "named_themselves"
    NAMED_AUTHORISER = "named_authoriser"
    LAST_USE = "last_use"


CHECKS: dict[Check, LazyString] = {
    Check.THEY_ASKED: _l("They asked for this themselves, and nobody asks for them"),
    Check.CALLED_BACK: _l("I called them back on their work number in the directory"),
    Check.NAMED_THEMSELVES: _l("They gave their full name, role and organisation, and these match"),
    Check.NAMED_AUTHORISER: _l("They named the person who authorised their account"),
    Check.LAST_USE: _l("They said when they last signed in, or that they never have, and it fits"),
}

PROBLEMS: dict[str, LazyString] = {
    "portal_open": _l("The portal is closed at the moment."),
    "second_factor": _l("No passphrase and second factor have been chosen yet."),
    "accredited": _l("The accreditation of the organisation is not in date."),
    "trained": _l("Training is not in date."),
    "vetted": _l("Vetting is not in date."),
    "reviewed": _l("The authoriser has not confirmed access lately."),
}


def problems_of(who: Identity) -> tuple[str, ...]:
    """Return the codes of what keeps an account from working; the keys of PROBLEMS."""
    return tuple(q.code for q in IN_GOOD_STANDING if q.code in PROBLEMS and not q.holds(who))


SEE_CHILDREN = frozenset({Role.PRACTITIONER, Role.DATA_STEWARD, Role.SHIELD_OFFICER})


def may_be_held_together(roles: Collection[Role]) -> bool:
    """True when one account may hold these roles.

    The power to give access is apart from the power to see children (design.md 8); the help desk
    is apart from the authoriser, who is told of its acts; the auditor is apart from everybody.
    """
    return len(set(roles)) == 1 or SEE_CHILDREN.issuperset(roles)


def may_reset(*, account_id: uuid.UUID, roles: Collection[Role], by: Identity) -> bool:
    """True when the help desk may unlock an account or issue its link.

    Not their own: nobody vouches for themselves. Not that of another clerk or of an auditor: a
    clerk who could take over either would control or escape the check on the help desk. The
    operator does these (python -m portal accounts link).
    """
    if by.command:
        return True
    return account_id != by.account_id and not {Role.HELPDESK, Role.AUDITOR} & set(roles)
