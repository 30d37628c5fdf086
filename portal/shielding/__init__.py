"""Contact without disclosure: asking the index team to be put in touch.

Who works here: practitioners ask; the index team (data stewards, shield officers) answers.
Owns contact_request.
Calls children, directory, accounts, access.
Never says whether there is anybody to be put in touch with.
"""

from portal.access.room import Room

room = Room("shielding", __name__)
