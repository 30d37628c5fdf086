"""What changes the address book: authorities, organisations and practitioners, one or many.

A source that says nothing about a fact never wipes what is known: only a value replaces a value.
"""

from portal.directory.actions.entries import (
    EntryChanged,
    correct_entry,
    list_differing,
    open_entry,
    take_back_entry,
)
from portal.directory.actions.organisations import (
    accredit_organisation,
    import_authorities,
    import_organisations,
    put_organisation,
)
from portal.directory.actions.practitioners import import_practitioners

__all__ = [
    "EntryChanged",
    "accredit_organisation",
    "correct_entry",
    "import_authorities",
    "import_organisations",
    "import_practitioners",
    "list_differing",
    "open_entry",
    "put_organisation",
    "take_back_entry",
]
