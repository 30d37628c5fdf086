"""Audit: reading the access log and proving that it is whole.

Who works here: auditors; the operator runs the proof.
Owns no table.
Calls accounts, access.
Never changes a line; reading is itself logged.
"""

from portal.access.room import Room

room = Room("audit", __name__)
