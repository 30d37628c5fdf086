"""How a folded name may be said: a few short codes, one for each spelling tradition it may be in.

A code keeps the consonants in coarse classes (C = ch; F = f, ph; J = j, soft g, y before a vowel;
K = k, q, hard c; S = s, sh, z; T = t, d, th; V = v, w), A for any vowel at the start and A for an
open end (a, o): Karim is not Karima. One or two consonants tell too little, so a name that has no
more keeps the colour of its first vowel as well (A; E for e, i, y; O for o, u). Two tokens may
sound alike when they share a code.
"""

from __future__ import annotations

import re
from functools import lru_cache

_Rules = tuple[tuple[str, str], ...]

# A vowel leaves a gap, so that the consonants on both sides of it stay two.
_VOWEL = "."
_ENGLISH: _Rules = (
    ("^[kgp]n|n", "N"),
    ("^wr|rh?", "R"),
    ("^ps|sch|shch|sh|s?c(?=[eiy])|s|z", "S"),
    ("(?<=n)d(?=s)|(?<=m)p(?=[bst])|(?<=m)b$", ""),
    ("t?ch", "C"),
    ("dge|dg(?=[eiy])|dj|j|^y(?=[aeiou])", "J"),
    ("[aeiouy]*(?:a|(?<!o)o)h?$|agh$|ow$", ".A"),
    ("[aeiouy]+|w(?![aeiouyh])", _VOWEL),
    ("ph|f", "F"),
    ("(?<=n)gh|gh(?!t|$)|g", "G"),
    ("[td]h?", "T"),
    ("kh|ck|[ckq]", "K"),
    ("^x", "S"),
    ("x", "KS"),
    ("^h", "H"),
    ("[vw]", "V"),
    ("b", "B"),
    ("l", "L"),
    ("m", "M"),
    ("p", "P"),
    ("h", _VOWEL),
)
# Soft g, hard ch, w and gh between vowels unheard, Latin ti: George/Jorge, Krista/Christa,
# Dawud/Daud, Hughes/Hews, Letitia/Latisha. Welsh ll as an English ear takes it: Clewelin.
_SOFT: _Rules = (
    ("(?<=.)gh", ""),
    ("g(?=[eiy])", "J"),
    ("(?<!t)ch", "K"),
    ("(?<=[aeiou])w(?=[aeiou])", _VOWEL),
    ("(?<=.[aeiou])ti(?=[ao])", "S."),
    ("^t?h?ll|^thl", "KL"),
)
_WELSH: _Rules = (
    ("ff", "F"),
    ("f", "V"),
    ("^i(?=[aeou])", "J"),
    ("ngh", "N"),
    ("(?<=[bcdfghlmnprstv])w", _VOWEL),
    ("ch|c", "K"),
)
_GAELIC: _Rules = (
    ("[bm]h", "V"),
    ("(?<=.)[dgtf]h", ""),
    ("ch|c(?=[eiy])", "K"),
    ("(?<=[a-z]{2})[aeiouy]*e$", ".A"),
)
_SLAVIC: _Rules = (
    ("szcz|sz|rz|zh", "S"),
    ("dzi|d[rz]z", "J"),
    ("trz|cz|ci|c(?=z)|c$", "C"),
    ("(?<=.)ch", ""),
    ("^ch(?=[lmo]|rz)", "H"),
    ("(?<=.)c(?=[aeouyp]|k[aiy])", "TS"),
    ("(?<=[sc])ka$", "K"),
    ("(?<=.)j", _VOWEL),
    ("(?<=[aeiouy])w|(?<=[krst])w", "V"),
)
# Also South Asian names, which often come by Arabic or Persian. The l of the article yields to the
# letter that follows: Abdul Rahman, Abdurrahman.
_ARABIC: _Rules = (
    ("^kh", "H"),
    ("kh", ""),
    ("[td]h", "S"),
    ("g(?=[aei])", "J"),
    ("(?<=d[aeiu])l(?=[nrstz])", ""),
)
# Somali: c is a throat sound which English leaves out, x is h. Cabdi/Abdi, Maxamed/Mohamed. Only
# where the letters around look Somali, since c and x are everyday letters elsewhere.
_SOMALI: _Rules = (
    ("^c(?=a(?:[bwy]|l[aiou]|n[abo]|d[adeo]|sh|a|mi)|u[ms]|i[ils]|o[sl]|ee)", ""),
    ("(?<=aa)c|c(?=aa|ii|uu|ee)|(?<=a)c(?=d[aio])|(?<=m)c(?=[oa])", ""),
    ("^x", "H"),
    ("(?<=[aiu])x(?=[aimuy]|o$)|(?<=uu)x$", ""),
    ("(?<=[a-z]{2})a+x$|(?<=[a-z]{2}[mnl])ac$", ".A"),
)
# French and English spellings of one name, and Akan ky, gy, dw: Diallo/Jallow, Kyei/Chei.
_WEST_AFRICAN: _Rules = (
    ("d[iy](?=[aeou])|d[jwz]|gy(?=[aeiou])", "J"),
    ("ch(?=[aeio])", "S"),
    ("tch|ky(?=[aeiou])|tw", "C"),
    ("ou(?=[aei])", "V"),
    ("gb", "B"),
    ("kp", "P"),
    ("gu(?=[ei])", "G"),
    ("(?<=[kq])w", ""),
    ("^n(?=[dgkts])", ".N"),
    ("^m(?=[bp])", ".M"),
)
# Portuguese and Romanian: c with its cedilla folded away, x as sh. Conceicao, Teixeira, Ciprian.
_ROMANCE: _Rules = (
    ("(?<=[ailn])c(?=[ao])", "S"),
    ("(?<=[ei])x(?=[aeio])", "S"),
    ("^c(?=[ei])", "C"),
)
# Pinyin beside older romanisations: Qian/Chien, Zhang/Chang, Xu/Hsu, Cai/Tsai.
_CHINESE: _Rules = (
    ("^zh|^q(?=[iu])|^j(?=i[aenou])", "C"),
    ("^hs", "S"),
    ("^c(?=a[io]|[aeo]ng?$|ui$)", "TS"),
    ("^ng(?=uy)", "N"),
)
_TRADITIONS = (_SOFT, _WELSH, _GAELIC, _SLAVIC, _ARABIC, _SOMALI, _WEST_AFRICAN, _ROMANCE, _CHINESE)


class _Reading:
    """One way of saying letters: the rules of a tradition, and the English ones for the rest."""

    def __init__(self, own: _Rules) -> None:
        rules = (*own, *_ENGLISH)
        self._letters = re.compile("|".join(f"({pattern})" for pattern, _ in rules))
        self._said = ("", *(said for _, said in rules))
        self.applies = re.compile("|".join(pattern for pattern, _ in own)).search

    def said(self, token: str) -> str:
        """The consonants of a token in classes, with a full stop for each run of vowels."""
        return "".join(
            [self._said[found.lastindex or 0] for found in self._letters.finditer(token)]
        )


_PLAIN = _Reading(())
_OTHERS = tuple(_Reading(own) for own in _TRADITIONS)
_REPEATED = re.compile(r"([A-Z])\1+")
# Not the i of Sian and Sion, which only makes the s a sh.
_FIRST_VOWELS = re.compile(
    r"(?:[aeou]|(?<!s)i|i(?![aou])|(?<!^)y|^y(?![aeiou])|(?<!^)w(?![aeiouy]))+"
)
_SILENT_E = re.compile(r"[^aeiouy]e$")
_COLOURS = {"a": "A", **dict.fromkeys("eiy", "E"), **dict.fromkeys("ouw", "O")}
_ENOUGH_CONSONANTS = 3
# Ten readings, each with at most three colours; real names have two codes on average.
MOST_CODES = 3 * (1 + len(_TRADITIONS))


@lru_cache(maxsize=65_536)
def sounds(token: str) -> frozenset[str]:
    """The codes of one folded token (a-z), at least one; MOST_CODES at most. None for ""."""
    said = {_PLAIN.said(token)}
    said.update(reading.said(token) for reading in _OTHERS if reading.applies(token))
    return frozenset(code for spoken in said if spoken for code in _codes(spoken, token))


def _codes(spoken: str, token: str) -> tuple[str, ...]:
    single = _REPEATED.sub(r"\1", spoken)
    bare = single.replace(_VOWEL, "")
    starts_open = single[:1] == _VOWEL
    if len(bare.rstrip("A")) >= _ENOUGH_CONSONANTS:
        return ("A" + bare if starts_open else bare,)
    place = 0 if starts_open else 1
    return tuple(bare[:place] + colour + bare[place:] for colour in _colours(token))


def _colours(token: str) -> set[str]:
    """The colour of the first vowel: two for a pair of letters that may be said either way (Kai),
    E for an a before a silent e (Kane), any where none is written (from Arabic or Hebrew)."""
    found = _FIRST_VOWELS.search(token)
    if not found:
        return set("AEO")
    if found[0] == "a" and _SILENT_E.match(token, found.end()):
        return {"E"}
    return {_COLOURS[found[0][0]], _COLOURS[found[0][-1]]}
