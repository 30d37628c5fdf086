"""Keys under which a token can be found again although it was misspelt or misheard.

Symmetric deletes (Garbe's SymSpell): a token and its misspelling, each with up to two letters left
out, meet in at least one form. Only the first DELETE_LETTERS letters take part, which keeps the
guarantee (an edit shifts a prefix by no more letters than it costs) and bounds the work. A code of
how the token sounds is a key as well. Each key is a number that sorts like its letters, so that the
keys of one token lie close together in an index.
"""

from __future__ import annotations

from portal.matching.sounds import sounds

DELETE_LETTERS = 8
_KEY_LETTERS = 12
_LETTER_BITS = 5
_KIND = 1 << _KEY_LETTERS * _LETTER_BITS
_PLACES = {
    **{letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=1)},
    **{letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)},
}
_OTHER = 31


def edits_allowed(letters: int) -> int:
    """Typing errors tolerated in a token so long: 0 up to 2 letters, 1 up to 5, else 2."""
    if letters <= 2:
        return 0
    return 1 if letters <= 5 else 2


def deletes(token: str) -> frozenset[str]:
    """The token's beginning, with none, one or two letters left out as its length allows."""
    start = token[:DELETE_LETTERS]
    forms = {start}
    for _ in range(edits_allowed(len(token))):
        forms |= {form[:place] + form[place + 1 :] for form in forms for place in range(len(form))}
    return frozenset(forms)


def written_keys(token: str) -> frozenset[int]:
    """The keys that a token (a-z) shares with its misspellings: at most 37, none when empty."""
    return frozenset(_number(form) for form in deletes(token)) if token else frozenset()


def heard_keys(token: str) -> dict[int, int]:
    """The keys that a token (a-z) shares with words that sound alike, each with the length of its
    sound code; none for a lone letter."""
    if len(token) < 2:
        return {}
    return {_KIND + _number(code): len(code) for code in sounds(token)}


def keys(token: str) -> frozenset[int]:
    """All keys of a folded token (a-z) as positive 63-bit numbers, at most some sixty. They are
    kept in the index: after a change here it has to be built anew."""
    return written_keys(token) | heard_keys(token).keys()


def _number(letters: str) -> int:
    number = 0
    for letter in letters[:_KEY_LETTERS]:
        number = number << _LETTER_BITS | _PLACES.get(letter, _OTHER)
    return number << _LETTER_BITS * (_KEY_LETTERS - len(letters[:_KEY_LETTERS]))
