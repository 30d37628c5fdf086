"""The operator's verbs that read files.

Exit codes: 0 the file was taken (rows set aside are listed), 1 not finished (run it again), 2 the
file was refused or the command was wrongly asked, and nothing was changed.
"""

from portal.feeds.cli.people import import_file, show_receipt
from portal.feeds.cli.registers import import_register

__all__ = ["import_file", "import_register", "show_receipt"]
