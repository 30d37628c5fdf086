"""What may be chosen on the pages of this room."""

from portal.shielding.forms.contact import (
    AnswerForm,
    ContactRequestForm,
    RecordNumberForm,
    ReplyForm,
)
from portal.shielding.forms.overriding import OverrideForm

__all__ = ["AnswerForm", "ContactRequestForm", "OverrideForm", "RecordNumberForm", "ReplyForm"]
