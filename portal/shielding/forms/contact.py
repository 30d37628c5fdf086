"""What may be chosen in a request for contact, in answering one, and in a reply to a call-back."""

import uuid
from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import Line, Needed, Radios, option
from portal.core.forms import PortalForm
from portal.shielding.rules import (
    ANSWERS,
    CONTACT_KINDS,
    REPLIES,
    ContactKind,
    Reply,
    RingBack,
    State,
)


class ContactRequestForm(PortalForm):
    """Why, and where to ring back: one of the asker's registered contacts."""

    kind = Radios(
        _l("Why do you want to be put in touch?"),
        [Needed(_l("Choose why you want to be put in touch"))],
        coerce=ContactKind,
        choices=[option(kind.value, label) for kind, label in CONTACT_KINDS.items()],
    )
    ring_back = Radios(
        _l("How should we reach you?"),
        [Needed(_l("Choose how we should reach you"))],
        coerce=RingBack,
        description=_l("These are your contacts in the directory."),
    )

    def __init__(self, *, contacts: Mapping[RingBack, str]) -> None:
        super().__init__()
        self.ring_back.choices = [option(word.value, text) for word, text in contacts.items()]


class AnswerForm(PortalForm):
    """What the index team answers, and who is asked to ring. seen is the state that was shown."""

    state = Radios(_l("What is your answer?"), [Needed(_l("Choose your answer"))], coerce=State)
    practitioner = Radios(_l("Who should be asked to ring?"), coerce=uuid.UUID)
    seen = HiddenField()

    def __init__(
        self, *, now: State, answers: Iterable[State], people: Mapping[uuid.UUID, tuple[str, str]]
    ) -> None:
        super().__init__()
        self.seen.data = self.seen.data or now.value
        self.state.choices = [option(word.value, *ANSWERS[word]) for word in answers]
        self.practitioner.choices = [option(str(one), *words) for one, words in people.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """A call-back needs somebody to ring."""
        is_valid = super().validate(extra_validators)
        wants_nobody = self.state.data is State.PASSED_ON and not self.practitioner.data
        if wants_nobody and not self.practitioner.errors:
            self.add_error(_("Choose who should be asked to ring"), "practitioner")
        return bool(is_valid) and not self.practitioner.errors

    def was(self, state: State) -> bool:
        """True when the page that was sent showed this state."""
        return bool(self.seen.data == state.value)


class RecordNumberForm(PortalForm):
    """Which record a request is about, when it was asked after a search."""

    number = Line(
        _l("Record number"),
        [Needed(_l("Enter the record number"))],
        noun=_l("Record number"),
        longest=40,
        classes="govuk-input--width-20",
        description=_l("Find the child first and open the record: its number stands there."),
    )


class ReplyForm(PortalForm):
    """What somebody who was asked to ring says of it."""

    reply = Radios(
        _l("What is your reply?"),
        [Needed(_l("Choose your reply"))],
        coerce=Reply,
        choices=[option(word.value, *words) for word, words in REPLIES.items()],
    )
