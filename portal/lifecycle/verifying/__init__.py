"""The differential check: would anybody be answered otherwise if the vault were empty?

Two copies of the index, in one of which the vault is emptied, are asked the same questions one
beside the other, by the doors that people use. What differs would tell that somebody is hidden.
"""

from portal.lifecycle.verifying.checking import Verdict, verify

__all__ = ["Verdict", "verify"]
