"""What a person may choose: about a source, its files, or two records that may be one."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Self

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.children.rules import ANSWERS, ReviewAnswer
from portal.core.fields import Attached, Checkboxes, DateParts, Needed, Radios, option
from portal.core.forms import PortalForm
from portal.feeds.rules import (
    CAUSES,
    KINDS,
    LARGEST_MAP,
    REACHES,
    REGISTER_KINDS,
    SCOPES,
    FileKind,
    MapRefused,
    PauseCause,
    Reach,
    Register,
    Scope,
    map_sentences,
    read_map,
)

# No file is older: a year before it is a slip of the finger.
FIRST_DAY = dt.date(2000, 1, 1)
TAKE, REHEARSE = "take", "rehearse"
ACTS = [
    option(TAKE, _l("Take it in")),
    option(REHEARSE, _l("Only say what would happen (a dry run)")),
]
# What is posted, and what is read.
Offered = Iterable[tuple[str, str]]


class PauseForm(PortalForm):
    """Why a source is paused."""

    cause = Radios(
        _l("Why do you pause it?"),
        [Needed(_l("Choose why you pause it"))],
        choices=[option(cause.value, label) for cause, label in CAUSES.items()],
        coerce=PauseCause,
    )


class ReviewForm(PortalForm):
    """Whether two records are about one child. seen is the fingerprint of what was shown."""

    seen = HiddenField()

    answer = Radios(
        _l("Are both records about the same child?"),
        [Needed(_l("Choose whether both records are about the same child"))],
        choices=[option(answer.value, label) for answer, label in ANSWERS.items()],
        coerce=ReviewAnswer,
    )

    @classmethod
    def about(cls, seen: str) -> Self:
        """A fresh form about what is shown now."""
        return cls(formdata=None, seen=seen)

    def say_changed(self) -> None:
        """Say that what was answered was about something else."""
        self.add_error(
            _("There is something else to see since you looked. Look again, then decide.")
        )


def _file() -> Attached:
    return Attached(_l("The file"), needed=_l("Choose the file"))


def _act() -> Radios:
    asks = [Needed(_l("Choose what shall be done"))]
    return Radios(_l("What shall be done?"), asks, choices=ACTS)


def _as_of(hint: LazyString) -> DateParts:
    return DateParts(
        _l("On which day was it written, if not today?"),
        noun=_l("The day on which it was written"),
        past=True,
        not_before=FIRST_DAY,
        description=hint,
    )


class SendingForm(PortalForm):
    """A file, and whether it is only tried: what every upload asks. Each declares its fields in the
    order of its page, which is that of its messages."""

    file: Attached
    act: Radios

    def is_well(self, largest: int) -> bool:
        """Look at what was chosen, and at the size of the file, which may have largest bytes. Call
        it instead of validate()."""
        self.validate()
        size = _size(self.file.data)
        if self.file.data is not None and size == 0:
            self.add_error(_("The file is empty"), "file")
        elif size > largest:
            self.add_error(_("The file is larger than %(n)d MB", n=largest // 1_000_000), "file")
        return not self.errors


class UploadForm(SendingForm):
    """A file, what it holds, of which day, how it is read, and whether it is only tried."""

    kind = Radios(
        _l("What does the file hold?"),
        [Needed(_l("Choose what the file holds"))],
        choices=[option(str(kind), label) for kind, label in KINDS.items()],
        coerce=FileKind,
    )
    file = _file()
    by_map = Attached(_l("A map, if its columns are not ours"))
    reach = Radios(
        _l("How much does it say?"),
        choices=[option(reach, label, hint) for reach, (label, hint) in REACHES.items()],
        default=Reach.DELTA,
        coerce=Reach,
    )
    as_of = _as_of(
        _l(
            "For example, 27 3 2025. What the source said later than that stays. "
            "A file of a school says its day itself."
        )
    )
    act = _act()

    def read(self, largest: int) -> tuple[bool, bytes | None]:
        """Look at what was chosen: True when all is well, and the text of the map if there is one.

        largest is the size of a file in bytes. Call it instead of validate().
        """
        self.is_well(largest)
        by_map = self.by_map.data.read(LARGEST_MAP + 1) if self.by_map.data else None
        if by_map is not None and self.kind.data is FileKind.CTF:
            self.add_error(_("A file of a school has no columns, and needs no map"), "by_map")
        elif by_map is not None and isinstance(self.kind.data, FileKind):
            self._judge_map(by_map)
        if self.scope.is_full and self.kind.data is FileKind.PRACTITIONERS:
            self.add_error(
                _("Nothing is marked of practitioners: choose the other answer"), "reach"
            )
        return not self.errors, by_map

    @property
    def scope(self) -> Scope:
        """How the file is to be understood; without an answer it says what is new, today."""
        return replace(SCOPES[self.reach.data or Reach.DELTA], on=self.as_of.data)

    def _judge_map(self, text: bytes) -> None:
        try:
            read_map(text, self.kind.data)
        except MapRefused as refusal:
            said = map_sentences(refusal.fault, line=refusal.line, key=refusal.key[:80])
            self.add_error(" ".join(said), "by_map")


class RegisterForm(SendingForm):
    """A register."""

    kind = Radios(
        _l("What does the file hold?"),
        [Needed(_l("Choose what the file holds"))],
        choices=[option(str(kind), label) for kind, label in REGISTER_KINDS.items()],
        coerce=Register,
    )
    file = _file()
    as_of = _as_of(_l("For example, 27 3 2025. What is known of a later day stays."))
    act = _act()


class SplitForm(PortalForm):
    """Which numbers of a record, and which contacts that no number decides about, are another
    child's."""

    numbers = Checkboxes(
        _l("What belongs to another child?"),
        description=_l(
            "Choose every report that is about the other child, and leave one at least."
        ),
    )
    contacts = Checkboxes(
        _l("Which of these contacts are the other child’s?"),
        description=_l("No report says whose they are. What you do not choose stays."),
    )

    def about(self, numbers: Offered, contacts: Offered) -> "SplitForm":
        """Offer what a record holds."""
        self.numbers.choices = [option(*one) for one in numbers]
        self.contacts.choices = [option(*one) for one in contacts]
        return self

    def validate_numbers(self, field: Checkboxes) -> None:
        """Some, and not all."""
        if not 0 < len(set(field.data or ())) < len(list(field.iter_choices())):
            raise ValidationError(_("Choose what belongs to another child, and leave one at least"))


class SplitConsentForm(PortalForm):
    """That what was shown is right: the word that the page was given."""

    word = HiddenField()

    def read(self) -> str:
        """Return the word; what is no word at all is judged like a wrong one."""
        return str(self.word.data or "")


def _size(sent: Any) -> int:
    """The length in bytes of what was sent, which is read from its beginning afterwards."""
    if sent is None:
        return 0
    size: int = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    return size
