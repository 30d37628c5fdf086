"""Record numbers: twelve signs of Crockford base32 in three groups, as in 7K4M-29QX-B3TD.

They are read over the telephone at night (see decisions/0005), so that a 0 said as O, a 1 said as I
or L, small letters and any grouping are understood.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNS, BITS = 12, 60
_HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = " -\u2010\u2011\u2012\u2013\u2014._/\t\u00a0"
_LONGEST = 40


def record_number(bits: int) -> str:
    """Write 60 bits as a record number. Raises ValueError for a number outside 0 to 2**60 - 1."""
    if not 0 <= bits < 1 << BITS:
        raise ValueError("a record number has 60 bits")
    signs = [ALPHABET[bits >> shift & 31] for shift in range(BITS - 5, -1, -5)]
    return _grouped("".join(signs))


def normal_record_number(text: str) -> str | None:
    """Return a record number in its one spelling, however it was typed; None when it is none."""
    if len(text) > _LONGEST:
        return None
    signs = "".join(sign for sign in text if sign not in _BETWEEN).upper().translate(_HEARD_AS)
    if len(signs) != SIGNS or any(sign not in ALPHABET for sign in signs):
        return None
    return _grouped(signs)


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, SIGNS, 4))
