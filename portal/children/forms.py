"""What may be typed or chosen about a child record. The note of a reason is the only free text."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.access.reasons import LABELS, NOTE_LENGTH, Reason
from portal.children.rules import (
    ABOUT,
    BASES,
    CORRECTION_KINDS,
    GENDERS,
    NAME_LENGTH,
    SENSITIVE_KINDS,
    SETTLEMENTS,
    Basis,
    CorrectionKind,
    Gender,
    Kind,
    OwnFact,
    SensitiveKind,
    Settlement,
    kinds_for,
    needs_provider,
    read_fact,
    written_fact,
)
from portal.core.fields import DateParts, Line, Needed, Radios, Tick, option
from portal.core.forms import PortalForm

IN_CONFIDENCE = "in_confidence"
# What is posted: what a source says begins so, and can be no other answer.
SAID, BOTH = "said:", "both"


class ReasonForm(PortalForm):
    """Why a record is opened."""

    reason = Radios(
        _l("Why do you need to see this record?"),
        [Needed(_l("Choose why you need to see this record"))],
        choices=[option(reason.value, label) for reason, label in LABELS.items()],
        coerce=Reason,
        description=_l(
            "Your reason is logged with your name. Auditors read the log, and families can ask who "
            "looked."
        ),
    )
    note = Line(
        _l("Say why in a few words"),
        noun=_l("The reason"),
        longest=NOTE_LENGTH,
        description=_l("Only auditors read this. Do not write case information here."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the note where the reason is another one."""
        is_right = bool(super().validate(extra_validators))
        if self.reason.data is Reason.OTHER and not self.note.data and not self.note.errors:
            self.add_error(_l("Say why you need to see this record"), "note")
            return False
        return is_right


def _kind_or_confidence(word: str) -> Kind | str:
    return word if word == IN_CONFIDENCE else Kind(word)


class InvolvementForm(PortalForm):
    """One's own new involvement. sector is that of the person: it says which kinds fit.

    The last answer stands for the sensitive services, which have a form of their own.
    """

    kind = Radios(
        _l("What do you do for this child?"),
        [Needed(_l("Choose what you do for this child"))],
        coerce=_kind_or_confidence,
    )
    started_on = DateParts(
        _l("When did you start?"),
        [Needed(_l("Enter the date when you started"))],
        noun=_l("The start date"),
        past=True,
        description=_l("For example, 27 3 2025"),
    )
    is_lead = Tick(_l("I am the lead practitioner for this child"))
    has_early_help_assessment = Tick(_l("I hold an early help assessment of this child"))

    def __init__(self, *args: Any, sector: str, **values: Any) -> None:
        super().__init__(*args, **values)
        fitting = kinds_for(sector)
        self.kind.choices = [
            *(option(kind.value, ABOUT[kind].label) for kind in fitting),
            option(
                IN_CONFIDENCE,
                _l("Sexual health, mental health or substance misuse"),
                hint=_l("You record this in confidence: it is shown to nobody."),
            ),
        ]

    @property
    def is_in_confidence(self) -> bool:
        """True when a sensitive service was chosen: nothing else of this form counts then."""
        return bool(self.kind.data == IN_CONFIDENCE)


class ConfidenceForm(PortalForm):
    """A sensitive service, and why it may be recorded. own_from is the age, in years, from which
    a young person alone consents.
    """

    kind = Radios(
        _l("What do you do for this child?"),
        [Needed(_l("Choose what you do for this child"))],
        choices=[option(kind.value, label) for kind, label in SENSITIVE_KINDS.items()],
        coerce=SensitiveKind,
    )
    basis = Radios(
        _l("Why may this be recorded?"),
        [Needed(_l("Choose why this may be recorded"))],
        coerce=Basis,
    )
    says_provider = Tick(
        _l("I work for the service that I record"),
        description=_l(
            "Only the service itself may record its own suspicion. If you suspect harm and work "
            "for another service, do not record this: tell children's social care."
        ),
    )
    started_on = DateParts(
        _l("When did you start?"),
        [Needed(_l("Enter the date when you started"))],
        noun=_l("The start date"),
        past=True,
        description=_l("For example, 27 3 2025"),
    )

    def __init__(self, *args: Any, own_from: int, **values: Any) -> None:
        super().__init__(*args, **values)
        hints = {
            Basis.OWN_CONSENT: _l(
                "From the age of %(age)d. They know what is kept and who can be told, they agree "
                "freely, and they may change their mind at any time.",
                age=own_from,
            ),
            Basis.PARENTAL_CONSENT: _l(
                "Below the age of %(age)d. They know what is kept and who can be told, they agree "
                "freely, and they may change their mind at any time.",
                age=own_from,
            ),
            Basis.SIGNIFICANT_HARM: _l(
                "We ourselves have reasonable cause to suspect that the child is suffering, or is "
                "likely to suffer, significant harm."
            ),
        }
        self.basis.choices = [option(word.value, BASES[word], hints[word]) for word in Basis]

    def validate(self, extra_validators: object = None) -> bool:
        """On a suspicion of harm the person must say that they work for the service."""
        is_valid = bool(super().validate(extra_validators))
        basis = self.basis.data
        if basis and needs_provider(basis) and not self.says_provider.data:
            self.add_error(
                _("Say that you work for the service that you record, or choose another reason"),
                "says_provider",
            )
            return False
        return is_valid


class EndingForm(PortalForm):
    """The last day of one's own involvement."""

    ended_on = DateParts(
        _l("When did it end?"),
        [Needed(_l("Enter the date when your involvement ended"))],
        noun=_l("The end date"),
        past=True,
        description=_l("For example, 27 3 2025"),
    )


class ContactEndForm(PortalForm):
    """The last day of somebody's work, as the index team has found out."""

    ended_on = DateParts(
        _l("On which day did their work end?"),
        [Needed(_l("Enter the day on which their work ended"))],
        noun=_l("The end date"),
        past=True,
        description=_l("For example, 27 3 2025"),
    )


class DisputeForm(PortalForm):
    """What is wrong with one contact."""

    kind = Radios(
        _l("What is wrong?"),
        [Needed(_l("Choose what is wrong"))],
        choices=[
            option(kind.value, label)
            for kind, label in CORRECTION_KINDS.items()
            if kind.is_about_contact
        ],
        coerce=CorrectionKind,
    )


class DetailsForm(PortalForm):
    """What is right of a child's own details. Its boxes bear the names of rules.OwnFact."""

    given_names = Line(_l("Given names"), noun=_l("Given names"), longest=NAME_LENGTH)
    family_name = Line(_l("Family name"), noun=_l("Family name"), longest=NAME_LENGTH)
    date_of_birth = DateParts(
        _l("Date of birth"),
        [Needed(_l("Enter the date of birth"))],
        noun=_l("Date of birth"),
        past=True,
    )
    gender = Radios(
        _l("Gender"),
        [Needed(_l("Choose the gender"))],
        choices=[option(gender.value, label) for gender, label in GENDERS.items()],
        coerce=Gender,
    )

    def __init__(self, facts: Mapping[OwnFact, str] | None = None, **values: Any) -> None:
        """facts are what stands now."""
        now = {fact.value: read_fact(fact, text) for fact, text in (facts or {}).items()}
        super().__init__(data=now, **values)

    @property
    def details(self) -> dict[OwnFact, str]:
        """What was typed, as texts."""
        return {fact: written_fact(self[fact.value].data or "") for fact in OwnFact}


class DifferenceForm(PortalForm):
    """Which of the things that sources say is right."""

    answer = Radios(
        _l("What is right?"),
        [Needed(_l("Choose what is right"))],
    )

    def __init__(self, choices: Iterable[tuple[str, str]] = (), **values: Any) -> None:
        """choices are what is said: as it is kept, and as people read it."""
        super().__init__(**values)
        may_stand = option(
            BOTH, _l("Both may stand"), hint=_l("You are asked again when a source says otherwise.")
        )
        told = [option(f"{SAID}{value}", text) for value, text in choices]
        self.answer.choices = [*told, may_stand]

    @property
    def value(self) -> str | None:
        """What is right; None: both may stand."""
        chosen = str(self.answer.data)
        return None if chosen == BOTH else chosen.removeprefix(SAID)


class DetailsDisputeForm(PortalForm):
    """What is wrong with the child's own details: without an answer, name or date of birth."""

    kind = Radios(
        choices=[
            option(kind.value, label)
            for kind, label in CORRECTION_KINDS.items()
            if not kind.is_about_contact
        ],
        coerce=CorrectionKind,
    )


class SettlementForm(PortalForm):
    """How a correction ended."""

    outcome = Radios(
        _l("How did it end?"),
        [Needed(_l("Choose how it ended"))],
        choices=[
            option(outcome.value, label)
            for outcome, label in SETTLEMENTS.items()
            if not outcome.is_reversible
        ],
        coerce=Settlement,
    )
