"""Children in hiding, and contact without disclosure.

Who works here: practitioners ask for a shield or to be put in touch, and are asked to ring; the
index team (data stewards, shield officers) answers; shield officers decide, review and lift.
Owns contact_request. Shields, alerts and who was asked to ring lie in the vault.
Calls children, directory, accounts, access.
Never says who is hidden, nor whether there is anybody to be put in touch with.
"""

from portal.access.room import Room

room = Room("shielding", __name__)
