"""The address book: authorities, organisations, practitioners.

Who works here: the index team and the operator, who import it.
Owns authority, organisation, practitioner.
Calls access.
Never holds a child or a private address of anybody.
"""

from portal.access.room import Room

room = Room("directory", __name__)
