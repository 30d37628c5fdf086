"""Help: pages that everybody may read, signed in or not, and the choice of language.

Who works here: anybody.
Owns no table.
Calls access.
Never asks who is reading.
"""

from portal.access.room import Room

room = Room("help", __name__)
