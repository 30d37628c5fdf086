"""What feeds do: stage a file, decide its rows, rehearse that; keep uploaded files and take them
in; pause a source; read registers.
"""

from portal.feeds.actions.counting import count_quality
from portal.feeds.actions.importing import import_people
from portal.feeds.actions.registers import LAYOUTS, import_register, rehearse_register
from portal.feeds.actions.rehearsing import rehearse_people
from portal.feeds.actions.runs import Busy, alone
from portal.feeds.actions.standing import (
    Paused,
    begin_rehearsal,
    confirm_resume,
    end_rehearsal,
    open_proposal,
    pause_feed,
    propose_resume,
    refuse_while_paused,
    reject_resume,
)
from portal.feeds.actions.taking_in import Ending, take_in_upload, take_in_watched
from portal.feeds.actions.uploading import (
    add_feed,
    upload_file,
    upload_register,
    withdraw_upload,
)

__all__ = [
    "LAYOUTS",
    "Busy",
    "Ending",
    "Paused",
    "add_feed",
    "alone",
    "begin_rehearsal",
    "confirm_resume",
    "count_quality",
    "end_rehearsal",
    "import_people",
    "import_register",
    "open_proposal",
    "pause_feed",
    "propose_resume",
    "refuse_while_paused",
    "rehearse_people",
    "rehearse_register",
    "reject_resume",
    "take_in_upload",
    "take_in_watched",
    "upload_file",
    "upload_register",
    "withdraw_upload",
]
