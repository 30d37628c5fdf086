"""What ordinary people, feeds and the operator can do, one verb each."""

from tests.shielding.worlds.verbs import office, operator, people
from tests.shielding.worlds.verbs.verb import VERBS, Verb

__all__ = ["VERBS", "Verb", "office", "operator", "people"]
