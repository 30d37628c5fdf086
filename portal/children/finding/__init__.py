"""The name index: how a child is found by a misspelt name, a swapped date or a postcode.

Fuzzy on the vocabulary, exact on the children. A few hundred thousand distinct name tokens are
expanded tolerantly (expansion, vocabulary); the children are reached by exact look-ups in three
narrow tables (sighting), scored by `portal.matching` (lookup); at most five are named (choosing).
Everything happens in the session handed in, in the transaction of whoever changes the child;
nothing here commits. After a change of how names are cut or keyed, `rebuild` is needed.
"""

from portal.children.finding.building import rebuild
from portal.children.finding.choosing import Candidate, Found, Outcome, Question, is_worth_naming
from portal.children.finding.expansion import shares_of
from portal.children.finding.lookup import (
    candidates,
    described_after,
    described_of,
    highest,
    likest,
    living_at,
    ranked,
)
from portal.children.finding.repair import (
    Problem,
    check,
    entries_of,
    is_missing,
    is_small,
    spot_check,
)
from portal.children.finding.upkeep import Entry, forget_child, index_child, index_children

__all__ = [
    "Candidate",
    "Entry",
    "Found",
    "Outcome",
    "Problem",
    "Question",
    "candidates",
    "check",
    "described_after",
    "described_of",
    "entries_of",
    "forget_child",
    "highest",
    "index_child",
    "index_children",
    "is_missing",
    "is_small",
    "is_worth_naming",
    "likest",
    "living_at",
    "ranked",
    "rebuild",
    "shares_of",
    "spot_check",
]
