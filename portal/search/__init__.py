"""Search: what somebody asked, why, and the few candidates they were offered.

Who works here: practitioners, data stewards, shield officers.
Owns search, search_hit.
Calls children, accounts, access.
Never lists children; never puts a person's detail into an address.
"""

from portal.access.room import Room

room = Room("search", __name__)
