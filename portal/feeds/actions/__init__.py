"""What feeds do: stage a file, decide its rows, rehearse that; read registers."""

from portal.feeds.actions.importing import import_people, rehearse_people
from portal.feeds.actions.registers import (
    LAYOUTS,
    Register,
    import_register,
    rehearse_register,
)
from portal.feeds.actions.runs import Busy

__all__ = [
    "LAYOUTS",
    "Busy",
    "Register",
    "import_people",
    "import_register",
    "rehearse_people",
    "rehearse_register",
]
