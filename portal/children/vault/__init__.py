"""The vault: what may not be shown is not in the index; it is here, sealed under a key of its own.

store.py keeps documents on slots that nobody can tell from empty ones; moving.py takes a child out
of the index and puts it back; probe.py is the one look that every search makes. Everything happens
in the session of the caller; nothing here commits. No room but children/ touches the tables.
"""

from portal.children.vault.store import Shelf, all_on, content_of, keep, marked, remove

__all__ = ["Shelf", "all_on", "content_of", "keep", "marked", "remove"]
