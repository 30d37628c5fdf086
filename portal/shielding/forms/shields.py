"""What may be chosen in shield work. Names and dates of a new identity are the only typed words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.children.rules import GENDERS, Gender
from portal.children.vault import Grade
from portal.core import clock
from portal.core.fields import DateParts, Line, Needed, Radios, option
from portal.core.forms import PortalForm
from portal.shielding.rules.shields import (
    ALERT_OUTCOMES,
    APPEAL_OUTCOMES,
    APPELLANTS,
    ASKED_FOR,
    BEGINNINGS,
    GRADE_HINTS,
    GROUNDS,
    LIFT_REASONS,
    REFUSALS,
    TASK_OUTCOMES,
    AlertOutcome,
    AppealOutcome,
    Appellant,
    AskedFor,
    Beginning,
    Ground,
    LiftReason,
    Refusal,
    TaskOutcome,
    may_be_reviewed_on,
)

REFUSE = "refuse"
GRADE_ANSWERS = {
    Grade.MASKED: _l("Masked: hide where and with whom"),
    Grade.ABSENT: _l("Absent: hide that there is a record"),
}
NAME_LENGTH = 120


class ShieldRequestForm(PortalForm):
    """Whose wish it is and what the risk is. with_wish is for shield officers: a grade."""

    asked_for = Radios(
        _l("Who asks?"),
        [Needed(_l("Choose who asks"))],
        coerce=AskedFor,
        choices=[option(word.value, label) for word, label in ASKED_FOR.items()],
    )
    ground = Radios(
        _l("What is the risk?"),
        [Needed(_l("Choose what the risk is"))],
        coerce=Ground,
        choices=[option(word.value, label) for word, label in GROUNDS.items()],
    )
    wish = Radios(
        _l("How much should be withheld?"),
        coerce=Grade,
        choices=[
            option(word.value, text, GRADE_HINTS[word]) for word, text in GRADE_ANSWERS.items()
        ],
    )

    def __init__(self, *, with_wish: bool) -> None:
        super().__init__()
        if not with_wish:
            del self.wish

    @property
    def wished(self) -> Grade | None:
        """The grade that a shield officer wishes."""
        return self.wish.data if "wish" in self else None


class ReviewForm(PortalForm):
    """When a shield is looked at again."""

    review_on = DateParts(
        _l("When must it be reviewed?"),
        [Needed(_l("Enter the date of the review"))],
        noun=_l("The review date"),
        description=_l("Six months from today at the latest."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a day that is past, or too far off."""
        return bool(super().validate(extra_validators)) and self._is_soon_enough()

    def _is_soon_enough(self) -> bool:
        day = self.review_on.data
        if day and may_be_reviewed_on(day, clock.today()):
            return True
        self.add_error(
            _l("The review date must be after today and at most six months on"), "review_on"
        )
        return False


class DecisionForm(PortalForm):
    """Grant, at one of two grades and until a review, or refuse and why."""

    decision = Radios(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[
            *(option(word.value, text, GRADE_HINTS[word]) for word, text in GRADE_ANSWERS.items()),
            option(
                REFUSE,
                _l("Refuse: hide nothing"),
                _l("Whoever asked reads that it is dealt with, and no more."),
            ),
        ],
    )
    refusal = Radios(
        _l("Why do you refuse?"),
        coerce=Refusal,
        choices=[option(word.value, label) for word, label in REFUSALS.items()],
    )
    review_on = DateParts(
        _l("If you grant it: when must it be reviewed?"),
        noun=_l("The review date"),
        description=_l("Six months from today at the latest."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the reason of a refusal, or for a day of review that is soon enough."""
        is_right = bool(super().validate(extra_validators))
        if self.decision.data == REFUSE and not self.refusal.data and not self.refusal.errors:
            self.add_error(_l("Choose why you refuse"), "refusal")
            return False
        return is_right and (self.decision.data == REFUSE or self._is_soon_enough())

    @property
    def grade(self) -> Grade:
        """The grade that was chosen."""
        return Grade(self.decision.data)

    _is_soon_enough = ReviewForm._is_soon_enough


class LiftForm(PortalForm):
    """Why a shield should end."""

    reason = Radios(
        _l("Why should it be lifted?"),
        [Needed(_l("Choose why it should be lifted"))],
        coerce=LiftReason,
        choices=[option(word.value, label) for word, label in LIFT_REASONS.items()],
    )


class AppealForm(PortalForm):
    """Who appealed, when it came, what came of it."""

    appellant = Radios(
        _l("Who appealed?"),
        [Needed(_l("Choose who appealed"))],
        coerce=Appellant,
        choices=[option(word.value, label) for word, label in APPELLANTS.items()],
    )
    received_on = DateParts(
        _l("When did it come?"),
        [Needed(_l("Enter the date when it came"))],
        noun=_l("The date"),
        past=True,
        description=_l("For example, 27 3 2025"),
    )
    outcome = Radios(
        _l("What came of it?"),
        [Needed(_l("Choose what came of it"))],
        coerce=AppealOutcome,
        choices=[option(word.value, label) for word, label in APPEAL_OUTCOMES.items()],
    )


class TaskForm(PortalForm):
    """Why a child beside a hidden one stays in the open."""

    outcome = Radios(
        _l("Why can this record stay as it is?"),
        [Needed(_l("Choose why this record can stay as it is"))],
        coerce=TaskOutcome,
        choices=[option(word.value, label) for word, label in TASK_OUTCOMES.items()],
    )


class AlertForm(PortalForm):
    """What was done about an alert."""

    outcome = Radios(
        _l("What have you done?"),
        [Needed(_l("Choose what you have done"))],
        coerce=AlertOutcome,
        choices=[option(word.value, label) for word, label in ALERT_OUTCOMES.items()],
    )


class IdentityForm(PortalForm):
    """Under which name and day a child is in the index from now on. How it begins is asked only
    where an old name leads to it."""

    given_names = Line(_l("New given names"), noun=_l("The given names"), longest=NAME_LENGTH)
    family_name = Line(
        _l("New family name"),
        [Needed(_l("Enter the new family name"))],
        noun=_l("The family name"),
        longest=NAME_LENGTH,
    )
    date_of_birth = DateParts(
        _l("Date of birth"),
        [Needed(_l("Enter the date of birth"))],
        noun=_l("Date of birth"),
        past=True,
        description=_l("For example, 27 3 2019"),
    )
    gender = Radios(
        _l("Gender"),
        [Needed(_l("Choose a gender"))],
        coerce=Gender,
        choices=[option(word.value, label) for word, label in GENDERS.items()],
    )
    beginning = Radios(
        _l("If you change nothing: how does the new record begin?"),
        coerce=Beginning,
        choices=[option(word.value, label) for word, label in BEGINNINGS.items()],
    )


def read_count(text: str) -> int:
    """Read how many lines to pass over out of an address; what is no number is none at all."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
