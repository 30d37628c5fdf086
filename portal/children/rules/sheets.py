"""What a page about a child is made of: plain frozen values, never rows."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import LazyString

from portal.children.rules.kinds import Kind
from portal.children.rules.words import AddressKind, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLine:
    """Where a child lives, lived last, or that nobody knows."""

    kind: AddressKind
    label: LazyString
    address: str
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerLine:
    """A person with parental responsibility or care."""

    name: str
    relation: LazyString
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine:
    """A number that the reader's own sector issued."""

    scheme: Scheme
    label: LazyString
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """Who is or was involved, and how to reach them.

    person is empty where only the organisation is known. left_on is the day the person left the
    organisation. months_unconfirmed: 0 is recent, None is never confirmed. Since the day
    unreported_since its source no longer reports it. is_own is true for the reader's own
    involvement.
    """

    involvement_id: uuid.UUID
    kind: Kind
    label: LazyString
    person: str
    role_title: str
    organisation: str
    phone: str
    email: str
    team_phone: str
    hours: str
    left_on: dt.date | None
    started_on: dt.date | None
    ended_on: dt.date | None
    is_lead: bool
    lead_ended_on: dt.date | None
    has_early_help_assessment: bool
    last_confirmed_on: dt.date | None
    months_unconfirmed: int | None
    unreported_since: dt.date | None
    is_own: bool

    @property
    def name(self) -> str:
        """What the card is called: the person, or else the organisation."""
        return self.person or self.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSheet:
    """Which child it is, in one line."""

    child_id: uuid.UUID
    given_names: str
    family_name: str
    date_of_birth: dt.date

    @property
    def name(self) -> str:
        """Given names and family name."""
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSheet(NameSheet):
    """All that one reader may see of one child. current and former hold the contacts; search_id is
    the search that led here, if one did.
    """

    record_number: str
    gender: LazyString
    former_names: tuple[str, ...]
    addresses: tuple[AddressLine, ...]
    carers: tuple[CarerLine, ...]
    numbers: tuple[NumberLine, ...]
    current: tuple[ContactCard, ...]
    former: tuple[ContactCard, ...]
    search_id: uuid.UUID | None = None

    @property
    def lead(self) -> ContactCard | None:
        """The contact who is the lead now, if anybody is."""
        return next((card for card in self.current if card.is_lead), None)

    @property
    def is_own(self) -> bool:
        """True when the reader is among those involved now."""
        return any(card.is_own for card in self.current)

    def card(self, involvement_id: uuid.UUID) -> ContactCard | None:
        """Return one contact of this child."""
        cards = (*self.current, *self.former)
        return next((card for card in cards if card.involvement_id == involvement_id), None)
