"""Whether two names under one work e-mail address are those of one person."""

from portal.matching.names import fold

_TITLES = frozenset("dr miss mr mrs ms mx nurse prof professor rev sir sister".split())


def is_another(name: str, before: str) -> bool:
    """True where the name of today and that of before have no word in common. Who marries keeps a
    given name, and who is called by another one the family name; titles and initials are
    everybody's."""
    words, others = _words(name), _words(before)
    return bool(words and others) and words.isdisjoint(others)


def _words(name: str) -> frozenset[str]:
    every = frozenset(fold(name).replace("-", " ").split())
    said = {word for word in every - _TITLES if len(word) > 1}
    return frozenset(said) or every
