"""Who may do what, for what reason, and the record of it.

Used by every room; knows none of them. Owns the tables access_event, access_chain,
stated_reason and portal_state. Calls only core. Never decides which child is seen: that is
children/visibility.py.
"""
