"""Two records side by side: what each says of one fact, and whether both say the same."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Agreement(StrEnum):
    """How what two records say of one fact stands to one another."""

    SAME = "same"
    PARTLY = "partly"
    DIFFERENT = "different"
    ONE_ONLY = "one_only"


AGREEMENTS: dict[Agreement, LazyString] = {
    Agreement.SAME: _l("Same"),
    Agreement.PARTLY: _l("Partly the same"),
    Agreement.DIFFERENT: _l("Different"),
    Agreement.ONE_ONLY: _l("In one record only"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that is known, who reported it and of which day. compared is what decides whether
    two are the same: the text itself, where it is empty."""

    text: str
    source: str
    on: dt.date
    compared: str = ""

    @property
    def folded(self) -> str:
        """What two values are compared by."""
        return " ".join((self.compared or self.text).casefold().split())


Values = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the page: what it is about, and what each record says."""

    label: LazyString
    one: Values
    other: Values

    @property
    def agreement(self) -> Agreement:
        """Whether both say the same, whoever said it."""
        one, other = ({value.folded for value in side} for side in (self.one, self.other))
        if not one or not other:
            return Agreement.ONE_ONLY
        if one == other:
            return Agreement.SAME
        return Agreement.PARTLY if one & other else Agreement.DIFFERENT
