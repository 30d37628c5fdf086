"""Looking an installation over, from the settings to the last line of the log.

Works on an installation that does not start: each check stands alone, and what cannot be checked
because something before it is broken says so.
"""

from portal.lifecycle.doctor.examination import examine
from portal.lifecycle.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]
