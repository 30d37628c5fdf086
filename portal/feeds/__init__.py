"""Feeds: what other systems report, staged before it is decided.

Who works here: the operator, from the command line; the data steward, who uploads files and
pauses a source; the shield officer, who is the second person when one is resumed.
Owns feed, feed_pause, feed_run, arrival, feed_upload, feed_upload_part, quality_count.
Calls children, accounts, directory, access.
Never changes the index half-way; never applies a row it does not understand.
"""

from portal.access.room import Room

room = Room("feeds", __name__)
