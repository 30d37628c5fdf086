"""What may be chosen in a request for contact, in answering one, and in a reply to a call-back."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import Line, Needed, Radios, Tick, option
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
    """What the index team answers, and who is asked to ring. seen is the state that was shown.

    unproved are those of whom nobody but they themselves says that they work with the child:
    is_checked must be ticked to ask one of them, and is there only when one is offered.
    """

    state = Radios(_l("What is your answer?"), [Needed(_l("Choose your answer"))], coerce=State)
    practitioner = Radios(_l("Who should be asked to ring?"), coerce=uuid.UUID)
    is_checked = Tick(
        _l("I have checked that they do work with this child"),
        description=_l(
            "Needed for anybody who recorded it themselves after the child was hidden. Ask at "
            "their organisation first: whoever you ask to ring learns who asks, and in which area."
        ),
    )
    seen = HiddenField()

    def __init__(
        self,
        *,
        now: State,
        answers: Iterable[State],
        people: Mapping[uuid.UUID, tuple[str, str]],
        unproved: Collection[uuid.UUID] = (),
    ) -> None:
        super().__init__()
        self.unproved = frozenset(unproved)
        if not self.unproved:
            del self.is_checked
        self.seen.data = self.seen.data or now.value
        self.state.choices = [option(word.value, *ANSWERS[word]) for word in answers]
        self.practitioner.choices = [option(str(one), *words) for one, words in people.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """A call-back needs somebody to ring, and for some of them a check."""
        is_valid = bool(super().validate(extra_validators))
        if not is_valid or self.state.data is not State.PASSED_ON:
            return is_valid
        if not self.practitioner.data:
            self.add_error(_("Choose who should be asked to ring"), "practitioner")
        elif self.practitioner.data in self.unproved and not self.has_checked:
            self.add_error(
                _("Check that they work with this child, and say that you have"), "is_checked"
            )
        return not self.errors

    @property
    def has_checked(self) -> bool:
        """True when the box is there and ticked."""
        return bool(self.unproved and self.is_checked.data)

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
