"""Contact without disclosure: asking the index team to be put in touch.

Who works here: practitioners ask, and are asked to ring; the index team (data stewards, shield
officers) answers and passes call-backs on.
Owns contact_request. Who was asked to ring lies in the vault.
Calls children, directory, accounts, access.
Never says whether there is anybody to be put in touch with.
"""

from portal.access.room import Room

room = Room("shielding", __name__)
