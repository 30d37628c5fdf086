"""What a person may choose about a source."""

from flask_babel import lazy_gettext as _l

from portal.core.fields import Needed, Radios, option
from portal.core.forms import PortalForm
from portal.feeds.rules import CAUSES, PauseCause


class PauseForm(PortalForm):
    """Why a source is paused."""

    cause = Radios(
        _l("Why do you pause it?"),
        [Needed(_l("Choose why you pause it"))],
        choices=[option(cause.value, label) for cause, label in CAUSES.items()],
        coerce=PauseCause,
    )
