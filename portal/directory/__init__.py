"""The address book: authorities, organisations, practitioners.

Who works here: the index team, who puts entries right, and the operator, who imports them.
Owns authority, organisation, practitioner, practitioner_word.
Calls access.
Never holds a child or a private address of anybody.
"""

from portal.access.room import Room

room = Room("directory", __name__)
