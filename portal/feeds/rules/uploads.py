"""Files that are uploaded, and runs, in words."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# An uploaded file is sealed in parts of so many bytes.
PART = 262_144
# So many files of one source may wait: more would only fill the database.
MOST_WAITING = 20


class UploadState(StrEnum):
    """What became of an uploaded file. taken: its run is finished, or its dry run has ended."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


UPLOAD_STATES: dict[UploadState, LazyString] = {
    UploadState.WAITING: _l("Waits to be taken in"),
    UploadState.TAKEN: _l("Taken in"),
    UploadState.REFUSED: _l("Refused"),
    UploadState.WITHDRAWN: _l("Withdrawn"),
}
RUN_STATES: dict[str, LazyString] = {
    "staging": _l("Being read"),
    "deciding": _l("Being decided"),
    "finished": _l("Finished"),
    "abandoned": _l(
        "Given up: a newer file came, or this one could not be used. What it had taken stays."
    ),
}
PAUSED = _l("This source is paused: nothing is taken from it. What was taken before stays.")
