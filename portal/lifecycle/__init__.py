"""Lifecycle: how an installation begins, is looked after, and ends.

Who works here: the operator, from the command line.
Owns no table.
Calls every room below, access.
Never opens a child record.
"""

from portal.access.room import Room

room = Room("lifecycle", __name__)
