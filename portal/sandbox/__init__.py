"""The invented town of Harrowmere, met by demo, training and tests alike.

`town()` makes it as plain values. Nobody in it exists.
"""

from portal.sandbox.shapes import CastMember, Child, Town
from portal.sandbox.town import SEED, misspelt_story, town

__all__ = ["SEED", "CastMember", "Child", "Town", "misspelt_story", "town"]
