"""The index itself: child records, and who is or was involved with each child.

Who works here: practitioners, and the index team to keep records right.
Owns child, child_name, child_address, child_identifier, carer, involvement, correction, and the
name index (finding.py).
Calls directory, accounts, access, matching.
Never holds a word of case content; never returns many children.
"""

from portal.access.room import Room

room = Room("children", __name__)
