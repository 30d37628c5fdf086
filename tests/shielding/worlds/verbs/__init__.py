"""What ordinary people, feeds and the operator can do, one verb each."""

from tests.shielding.worlds.verbs import office, operator, own_work, parting, people
from tests.shielding.worlds.verbs.verb import VERBS, Verb

EVERYBODYS = tuple(name for name, one in VERBS.items() if not one.is_alone)
OWN_WORK = tuple(name for name, one in VERBS.items() if one.is_alone)

__all__ = ["EVERYBODYS", "OWN_WORK", "VERBS", "Verb", "office", "operator", "own_work",
           "parting", "people"]  # fmt: skip
