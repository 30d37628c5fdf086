"""Accounts: signing in, one's own account, the authoriser's review, the help desk.

Who works here: everybody for their own account; authoriser and help desk for those of others.
Owns account, account_role, account_session, sign_in_tally, enrolment_link, account_step.
Calls directory, access.
Never shows a child, never lets one person choose another's passphrase.
"""

from portal.access.room import Room

room = Room("accounts", __name__)
