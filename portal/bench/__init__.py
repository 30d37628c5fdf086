"""Measuring the search on the index that an installation holds, with anybody's queries.

Works here: the operator, with `python -m portal bench search`. Owns no table. Calls the search as
its page does, and the name index for the order before it is decided what a page shows. Never
prints, keeps or logs more of a child than any search does. It stands above every room, like the
sandbox; nobody imports it.
"""

from portal.bench.measuring import Measured, measure
from portal.bench.questions import Asked, Bad, read

__all__ = ["Asked", "Bad", "Measured", "measure", "read"]
