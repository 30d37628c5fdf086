"""The registers that the directory is kept by, as files of a source of their own."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# Who sends registers, where sources are listed and paused; no feed of people may bear this name.
REGISTERS = "registers"


class Register(StrEnum):
    """The registers that can be read."""

    ODS = "ods"
    GIAS = "gias"
    AUTHORITIES = "authorities"


REGISTER_KINDS: dict[Register, LazyString] = {
    Register.ODS: _l("GP practices (NHS ODS, epraccur)"),
    Register.GIAS: _l("Schools (DfE, Get Information about Schools)"),
    Register.AUTHORITIES: _l("Local authorities (gss_code, name, type)"),
}
