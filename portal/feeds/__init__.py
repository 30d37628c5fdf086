"""Feeds: what other systems report, staged before it is decided.

Who works here: the operator, from the command line.
Owns feed, feed_run, arrival.
Calls children, directory, access.
Never changes the index half-way; never applies a row it does not understand.
"""

from portal.access.room import Room

room = Room("feeds", __name__)
