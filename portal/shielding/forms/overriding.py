"""What is typed to open what a shield hides."""

from flask_babel import lazy_gettext as _l

from portal.core.fields import Checkboxes, Needed, OneTimeCode, option
from portal.core.forms import PortalForm


class OverrideForm(PortalForm):
    """That the warning was read, and a fresh code."""

    understood = Checkboxes(
        _l("Before you go on"),
        [Needed(_l("Confirm that you have read the warning"))],
        choices=[option("yes", _l("I need this now to protect a child, and I will be asked why"))],
    )
    code = OneTimeCode(
        _l("Code"),
        [Needed(_l("Enter the code that your authenticator app shows"))],
        description=_l("6 numbers. A code that you have used to sign in does not count again."),
    )
