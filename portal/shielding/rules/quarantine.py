"""What a shield officer decides of a row that was held back, in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.children.vault.quarantine import Standing

STANDINGS: dict[Standing, LazyString] = {
    Standing.WAITING: _l("Waiting"),
    Standing.SAME: _l("The same child"),
    Standing.ANOTHER: _l("Another child"),
    Standing.LEFT: _l("Left"),
}
DECISIONS: dict[Standing, tuple[LazyString, LazyString]] = {
    Standing.SAME: (
        _l("It is the same child"),
        _l(
            "The sealed record learns what the source says. The child stays as hidden as before, "
            "and what is shown of a masked child stays as it is. This cannot be undone."
        ),
    ),
    Standing.ANOTHER: (
        _l("It is another child"),
        _l(
            "The record comes into the index and can be found. Former names that lead to the "
            "hidden child are left out. It is not held back for this child again as long as the "
            "source gives these names, this date of birth and these numbers, and comes no nearer."
        ),
    ),
    Standing.LEFT: (
        _l("Leave it"),
        _l("Nothing changes. It waits again when the source says something else."),
    ),
}
