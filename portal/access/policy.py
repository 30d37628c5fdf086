"""Which kind of person may use which door: permission -> OR of ANDs of tiny questions.

Read the table aloud. Each question looks at the Identity alone and carries the sentence that a
refused person is told.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.permissions import Permission, Role


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that must be true of the identity, its code for the log and its sentence."""

    code: str
    holds: Callable[[Identity], bool]
    otherwise: LazyString


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the policy table; on a refusal, the first question that failed."""

    allowed: bool
    failed: Question | None = None


def _role(role: Role) -> Question:
    return Question(
        f"role:{role}",
        lambda who: role in who.roles,
        _l("Your role does not include this page."),
    )


signed_in = Question(
    "signed_in", lambda who: who.is_authenticated, _l("You need to sign in first.")
)
portal_open = Question(
    "portal_open", lambda who: who.portal_is_open, _l("The portal is closed at the moment.")
)
portal_live = Question(
    "portal_live",
    lambda who: who.portal_is_live,
    _l(
        "This portal is being prepared: its index is filled and checked, and nobody searches in it "
        "yet. The index team tells you when it goes live."
    ),
)
second_factor = Question(
    "second_factor",
    lambda who: who.has_second_factor,
    _l("Your account has no second factor yet. Ask the help desk for a new enrolment link."),
)
accredited = Question(
    "accredited",
    lambda who: who.accredited_until is not None and who.asked_today <= who.accredited_until,
    _l("Your organisation's accreditation is not in date. Ask your authoriser."),
)
trained = Question(
    "trained",
    lambda who: who.trained_until is not None and who.asked_today <= who.trained_until,
    _l("Your training is not in date. Ask your authoriser to arrange it."),
)
vetted = Question(
    "vetted",
    lambda who: who.vetted_until is not None and who.asked_today <= who.vetted_until,
    _l("Your vetting is not in date. Ask your authoriser to renew it."),
)
reviewed = Question(
    "reviewed",
    lambda who: who.reviewed_until is not None and who.asked_today <= who.reviewed_until,
    _l("Your access has not been confirmed lately. Ask your authoriser to confirm it."),
)
may_override = Question(
    "may_override",
    lambda who: who.override_until is not None and who.asked_today <= who.override_until,
    _l("You have no right to override a shield. Ask the index team to put you in touch."),
)
has_practitioner = Question(
    "has_practitioner",
    lambda who: who.practitioner_id is not None,
    _l("Your account is not linked to an entry in the directory. Ask the index team."),
)

practitioner = _role(Role.PRACTITIONER)
authoriser = _role(Role.AUTHORISER)
helpdesk = _role(Role.HELPDESK)
data_steward = _role(Role.DATA_STEWARD)
shield_officer = _role(Role.SHIELD_OFFICER)
auditor = _role(Role.AUDITOR)

IN_GOOD_STANDING = (
    signed_in, portal_open, second_factor, accredited, trained, vetted, reviewed,
)  # fmt: skip
# The index team also works while the portal is prepared: who must be hidden is found first.
AT_WORK = (*IN_GOOD_STANDING, portal_live)

POLICY: dict[Permission, list[tuple[Question, ...]]] = {
    Permission.ACCOUNT_FIND: [(helpdesk, *IN_GOOD_STANDING)],
    Permission.ACCOUNT_OWN: [(signed_in,)],
    Permission.ACCOUNT_RESET: [(helpdesk, *IN_GOOD_STANDING)],
    Permission.ACCOUNT_REVIEW: [(authoriser, *IN_GOOD_STANDING)],
    Permission.CHILD_OPEN: [
        (practitioner, *AT_WORK),
        (data_steward, *IN_GOOD_STANDING),
        (shield_officer, *IN_GOOD_STANDING),
    ],
    Permission.CHILD_SEARCH: [
        (practitioner, *AT_WORK),
        (data_steward, *IN_GOOD_STANDING),
        (shield_officer, *IN_GOOD_STANDING),
    ],
    Permission.CONTACT_BROKER: [
        (data_steward, *IN_GOOD_STANDING),
        (shield_officer, *IN_GOOD_STANDING),
    ],
    Permission.CONTACT_REQUEST: [(practitioner, *AT_WORK)],
    Permission.CORRECTION_READ: [(data_steward, *IN_GOOD_STANDING)],
    Permission.CORRECTION_SETTLE: [(data_steward, *IN_GOOD_STANDING)],
    Permission.FEED_LOAD: [(data_steward, *IN_GOOD_STANDING)],
    Permission.FEED_PAUSE: [(data_steward, *IN_GOOD_STANDING)],
    Permission.FEED_READ: [(data_steward, *IN_GOOD_STANDING)],
    Permission.FEED_RESUME: [(data_steward, *IN_GOOD_STANDING)],
    Permission.INVOLVEMENT_DISPUTE: [(practitioner, *AT_WORK)],
    Permission.INVOLVEMENT_RECORD: [(practitioner, has_practitioner, *AT_WORK)],
    Permission.LOG_READ: [(auditor, *IN_GOOD_STANDING)],
    Permission.QUALITY_READ: [(data_steward, *IN_GOOD_STANDING)],
    Permission.REVIEW_DECIDE: [(data_steward, *IN_GOOD_STANDING)],
    Permission.SHIELD_DECIDE: [(shield_officer, *IN_GOOD_STANDING)],
    Permission.SHIELD_LIFT: [(shield_officer, *IN_GOOD_STANDING)],
    Permission.SHIELD_OVERRIDE: [(practitioner, may_override, *AT_WORK)],
    Permission.SHIELD_REQUEST: [
        (practitioner, *AT_WORK),
        (data_steward, *IN_GOOD_STANDING),
        (shield_officer, *IN_GOOD_STANDING),
    ],
}


def judge(permission: Permission, who: Identity) -> Verdict:
    """Say whether this identity may use doors with this permission.

    On a refusal the verdict carries the failed question of the line that came furthest, so that a
    practitioner with lapsed training hears of the training and not of a role they never had.
    """
    furthest, best = -1, None
    for line in POLICY[permission]:
        failed = next((i for i, question in enumerate(line) if not question.holds(who)), None)
        if failed is None:
            return Verdict(True)
        if failed > furthest:
            furthest, best = failed, line[failed]
    return Verdict(False, best)


def may(permission: Permission, who: Identity) -> bool:
    """True when the policy table allows it."""
    return judge(permission, who).allowed
