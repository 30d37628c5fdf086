"""What the index team types of a practitioner."""

from collections.abc import Iterable
from typing import Any, Protocol, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import DateParts, Email, Line, Needed, Phone, Radios, option
from portal.core.forms import PortalForm
from portal.directory.rules import FACTS, Fact, read_phone


class Sheet(Protocol):
    """What a form needs to know of an entry."""

    @property
    def entry(self) -> Any:
        """What stands."""

    @property
    def places(self) -> Iterable[tuple[str, str]]:
        """The organisations that sources name, where they name several."""

    @property
    def seen(self) -> str:
        """The fingerprint of the page."""


class FindEntryForm(PortalForm):
    """Whose entry is looked for."""

    email = Email(
        _l("Work email address"),
        [Needed(_l("Enter the work email address of the person"))],
        noun=_l("Work email address"),
    )


class SeenForm(PortalForm):
    """What was shown when somebody took back what the index team said."""

    seen = HiddenField()


class EntryForm(PortalForm):
    """What is right of a practitioner. Its boxes bear the names of rules.Fact; seen is the
    fingerprint of what was shown."""

    seen = HiddenField()

    organisation_id = Radios(
        FACTS[Fact.ORGANISATION], [Needed(_l("Choose where they work"))], choices=[]
    )
    name = Line(
        FACTS[Fact.NAME], [Needed(_l("Enter the name"))], noun=FACTS[Fact.NAME], longest=120
    )
    role_title = Line(
        FACTS[Fact.ROLE_TITLE], [Needed(_l("Enter the role"))], noun=FACTS[Fact.ROLE_TITLE],
        longest=80,
    )  # fmt: skip
    work_phone = Phone(
        FACTS[Fact.WORK_PHONE],
        description=_l(
            "Leave it empty when they have none: the number of the organisation is shown."
        ),
    )
    team_phone = Phone(FACTS[Fact.TEAM_PHONE])
    left_on = DateParts(
        _l("On which day did they leave?"),
        noun=_l("The day"),
        past=True,
        description=_l("Leave it empty while they work there."),
    )

    def __init__(self, places: Iterable[tuple[str, str]] = (), **values: Any) -> None:
        """places are the organisations to choose from, by id; none where all say the same."""
        super().__init__(**values)
        self.organisation_id.choices = [option(place_id, name) for place_id, name in places]
        if not self.organisation_id.choices:
            del self.organisation_id

    @classmethod
    def about(cls, sheet: Sheet) -> Self:
        """A fresh form with what stands now."""
        now = sheet.entry
        stands = {"seen": sheet.seen, "organisation_id": str(now.organisation.id)}
        return cls(sheet.places, formdata=None, obj=now, **stands)

    def say_changed(self, seen: str) -> None:
        """Say that something else stands by now; sent again, what was typed counts."""
        self.seen.data = seen
        self.add_error(
            _(
                "The entry has changed since you looked. What stands now is shown below: save "
                "again to keep what you wrote."
            )
        )

    @property
    def details(self) -> dict[Fact, str]:
        """What was typed, as texts; telephone numbers as those of files are written."""
        typed = {fact: str(self[fact.value].data or "") for fact in Fact if fact.value in self}
        for fact in (Fact.WORK_PHONE, Fact.TEAM_PHONE):
            typed[fact] = read_phone(typed[fact]) or typed[fact]
        return typed
