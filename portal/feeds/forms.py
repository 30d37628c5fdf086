"""What a person may choose about a source, or about two records that may be one."""

from flask_babel import lazy_gettext as _l

from portal.children.rules import ANSWERS, ReviewAnswer
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


class ReviewForm(PortalForm):
    """Whether two records are about one child."""

    answer = Radios(
        _l("Are both records about the same child?"),
        [Needed(_l("Choose whether both records are about the same child"))],
        choices=[option(answer.value, label) for answer, label in ANSWERS.items()],
        coerce=ReviewAnswer,
    )
