"""What may be chosen on the pages of this room."""

from portal.shielding.forms.contact import ContactRequestForm, SettleForm

__all__ = ["ContactRequestForm", "SettleForm"]
