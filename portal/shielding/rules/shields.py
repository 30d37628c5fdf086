"""The words and decisions of shield work: who asks why, for how long, and how a shield ends.

Grounds are coded risks, never a status (design.md 5). There is no free text and no ground for
people who are known to the public.
"""

import calendar
import datetime as dt
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.vault import Grade

REVIEW_MONTHS = 6
DUE_WITHIN = dt.timedelta(days=30)
COOLING_OFF = dt.timedelta(hours=24)


class Ground(StrEnum):
    """The risk for which details are withheld."""

    HARM = "harm"
    ADOPTION = "adoption"
    WITNESS = "witness"
    REFUGE = "refuge"


GROUNDS: dict[Ground, LazyString] = {
    Ground.HARM: _l("Somebody could do serious harm if they knew where the child or a carer is"),
    Ground.ADOPTION: _l("An adoption would be at risk"),
    Ground.WITNESS: _l("Witness protection"),
    Ground.REFUGE: _l("The family is, or was lately, in a refuge"),
}
SHORT_GROUNDS: dict[Ground, LazyString] = {
    Ground.HARM: _l("Risk of harm"),
    Ground.ADOPTION: _l("Adoption at risk"),
    Ground.WITNESS: _l("Witness protection"),
    Ground.REFUGE: _l("Refuge"),
}


class AskedFor(StrEnum):
    """Whose wish a request is."""

    OWN = "own"
    PARENT = "parent"
    CHILD = "child"


ASKED_FOR: dict[AskedFor, LazyString] = {
    AskedFor.OWN: _l("I ask, because of my work with the child"),
    AskedFor.PARENT: _l("A parent or carer has asked me to"),
    AskedFor.CHILD: _l("The child or young person has asked me to"),
}


GRADES: dict[Grade, LazyString] = {Grade.MASKED: _l("Masked"), Grade.ABSENT: _l("Absent")}
# What each grade does and does not do, as an officer must know it (design.md 5).
GRADE_HINTS: dict[Grade, LazyString] = {
    Grade.MASKED: _l(
        "Current name, date of birth, gender and record number can still be found. A record with "
        "no contact at all can make a watcher think."
    ),
    Grade.ABSENT: _l(
        "Only shield officers see the record. A practitioner with the child in front of them finds "
        "nobody; you get an alert and can ring them."
    ),
}


class Refusal(StrEnum):
    """Why a request was refused. Only shield officers read it."""

    NO_RISK = "no_risk"
    KNOWN_ALREADY = "known_already"
    ALREADY = "already"
    WRONG_CHILD = "wrong_child"
    WITHDRAWN = "withdrawn"


REFUSALS: dict[Refusal, LazyString] = {
    Refusal.NO_RISK: _l("The risk is not of this kind"),
    Refusal.KNOWN_ALREADY: _l("Whoever is a danger knows the place already"),
    Refusal.ALREADY: _l("The details are withheld already"),
    Refusal.WRONG_CHILD: _l("It is not the child who was meant"),
    Refusal.WITHDRAWN: _l("Whoever asked has taken it back"),
}
GRANTED = "granted"


class LiftReason(StrEnum):
    """Why a shield should end."""

    RISK_OVER = "risk_over"
    FAMILY_ASKS = "family_asks"
    BACK_TOGETHER = "back_together"
    COURT = "court"
    MISTAKE = "mistake"


LIFT_REASONS: dict[LiftReason, LazyString] = {
    LiftReason.RISK_OVER: _l("The risk is over"),
    LiftReason.FAMILY_ASKS: _l("The family asks for it"),
    LiftReason.BACK_TOGETHER: _l("The family lives with the person it was hidden from"),
    LiftReason.COURT: _l("A court has decided so"),
    LiftReason.MISTAKE: _l("It was granted by mistake"),
}


class LiftFault(StrEnum):
    """What keeps a proposal to lift from being confirmed now."""

    NONE_PROPOSED = "none_proposed"
    SAME_PERSON = "same_person"
    TOO_EARLY = "too_early"


class Appellant(StrEnum):
    """Who appeals."""

    CHILD = "child"
    PARENT = "parent"
    PRACTITIONER = "practitioner"
    OTHER = "other"


APPELLANTS: dict[Appellant, LazyString] = {
    Appellant.CHILD: _l("The child or young person"),
    Appellant.PARENT: _l("A parent or carer"),
    Appellant.PRACTITIONER: _l("A practitioner"),
    Appellant.OTHER: _l("Somebody else"),
}


class AppealOutcome(StrEnum):
    """What came of an appeal."""

    WAITING = "waiting"
    STAYS = "stays"
    LIFT = "lift"
    CHANGED = "changed"


APPEAL_OUTCOMES: dict[AppealOutcome, LazyString] = {
    AppealOutcome.WAITING: _l("Not decided yet"),
    AppealOutcome.STAYS: _l("The shield stays as it is"),
    AppealOutcome.LIFT: _l("The shield is to be lifted"),
    AppealOutcome.CHANGED: _l("The grade or the review date is to be changed"),
}


class TaskOutcome(StrEnum):
    """What became of a record in the open beside a hidden child.

    SHIELDED and LIFTED are settled by what was done to the other record, and by the end of the
    shield.
    """

    SAME = "same"
    ANOTHER = "another"
    NOT_TOGETHER = "not_together"
    LEFT = "left"
    SHIELDED = "shielded"
    LIFTED = "lifted"
    # Of a hidden record that shall be split.
    SPLIT = "split"
    ONE_CHILD = "one_child"


TASK_OUTCOMES: dict[TaskOutcome, LazyString] = {
    TaskOutcome.NOT_TOGETHER: _l("They do not live together"),
    TaskOutcome.LEFT: _l("They live together, and this record gives nothing away"),
}
# Of a record that is not at the same address: only whether it is about the same child.
LOOKALIKE_OUTCOMES: dict[TaskOutcome, LazyString] = {
    TaskOutcome.ANOTHER: _l("It is about another child"),
}
TASK_WORDS: dict[TaskOutcome, LazyString] = {
    TaskOutcome.SAME: _l("It is about the same child, and hidden too"),
    TaskOutcome.SHIELDED: _l("Shielded too"),
    TaskOutcome.LIFTED: _l("The shield was lifted"),
    TaskOutcome.SPLIT: _l("It was about two children, and both are hidden"),
    TaskOutcome.ONE_CHILD: _l("It is about one child"),
    **LOOKALIKE_OUTCOMES,
    **TASK_OUTCOMES,
}
# What an officer has said of two records: not asked again while nothing else speaks for it.
LEFT_AS_IT_IS = frozenset({TaskOutcome.ANOTHER, TaskOutcome.NOT_TOGETHER, TaskOutcome.LEFT})


class Beginning(StrEnum):
    """How a new identity begins although a search by an old name offers it."""

    ABSENT = "absent"
    MASKED = "masked"
    OPEN = "open"


BEGINNINGS: dict[Beginning, LazyString] = {
    Beginning.ABSENT: _l("Begin it absent: nobody finds it by any name"),
    Beginning.MASKED: _l(
        "Begin it masked: whoever finds it reads its name, date of birth, gender and record number"
    ),
    Beginning.OPEN: _l("Begin it in the open all the same"),
}


# What was typed beside an old name, by the word that the index has for it.
FACTS: dict[str, LazyString] = {
    "day": _l("with the date of birth"),
    "year": _l("with the year of birth"),
    "gender": _l("with the gender"),
    "postcode": _l("with a postcode"),
}


class AlertOutcome(StrEnum):
    """What a shield officer did about an alert."""

    RANG = "rang"
    NOT_REACHED = "not_reached"
    NO_NEED = "no_need"
    SUSPICIOUS = "suspicious"


ALERT_OUTCOMES: dict[AlertOutcome, LazyString] = {
    AlertOutcome.RANG: _l("I spoke to them"),
    AlertOutcome.NOT_REACHED: _l("I could not reach them, and have left word to ring me"),
    AlertOutcome.NO_NEED: _l("There was no need to ring"),
    AlertOutcome.SUSPICIOUS: _l("It looks wrong: I have told their authoriser"),
}


def months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months on, or the last day of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def latest_review(today: dt.date) -> dt.date:
    """Return the last day to which a review may be put off: six months on (domain.md 5.1)."""
    return months_on(today, REVIEW_MONTHS)


def may_be_reviewed_on(day: dt.date, today: dt.date) -> bool:
    """True for a day after today and at most six months on."""
    return today < day <= latest_review(today)


def is_overdue(review_on: dt.date, today: dt.date) -> bool:
    """True from the review date on."""
    return review_on <= today


def is_due(review_on: dt.date, today: dt.date) -> bool:
    """True when the review falls within the next thirty days, or is overdue."""
    return review_on <= today + DUE_WITHIN


def liftable_from(proposed_at: dt.datetime) -> dt.datetime:
    """Return the moment from which a second officer may confirm."""
    return proposed_at + COOLING_OFF


def fault_of_lift(
    proposal: tuple[str, dt.datetime] | None, by: str, now: dt.datetime
) -> LiftFault | None:
    """Say why this account may not confirm a lift now, if it may not.

    proposal is who proposed it (an account id as text) and when.
    """
    if proposal is None:
        return LiftFault.NONE_PROPOSED
    proposer, proposed_at = proposal
    if by == proposer:
        return LiftFault.SAME_PERSON
    return LiftFault.TOO_EARLY if now < liftable_from(proposed_at) else None


def is_stricter(grade: Grade, than: Grade) -> bool:
    """True when a grade hides more."""
    return grade is Grade.ABSENT and than is Grade.MASKED
