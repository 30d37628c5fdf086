"""The many ways in which a fact of the directory is written, and the one in which we keep it."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

import phonenumbers
from postcode import to_normalised

from portal.directory.rules.words import AuthorityFacts, Flaw

ADDRESS_LENGTH = 200
NAME_LENGTH = 160
PHONE_LENGTH = 40
_GSS = re.compile(r"[EWSN][0-9]{8}")
_OF_AUTHORITY, _OF_SCHOOL = re.compile("[0-9]{3}"), re.compile("[0-9]{4}")
_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+'-]{0,62}[a-z0-9_])?"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
# So many digits, the zero counted, decide how a number of ours is written.
_DECIDES = 8
_NATIONAL = re.compile(r"0[1-9][0-9]{8,9}")
# With the nought, which would be dialled, it would be another number.
_OF_A_FRACTION = re.compile(r"(?<=[0-9]{7})(?:\.0)+$")
# What is copied along unseen: a mark of the file, soft hyphens, blanks of no width, a word that it
# is written from the right. Whoever looks at a row set aside for one would find nothing wrong.
# What turns the text after it round stays, and is refused.
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u00ad\u200b\u2060\u200e\u200f\u061c"))
_PHONE = re.compile(r"[0-9+() .-]{3,25}(?:(?:ext|extension|x)\.?\s?[0-9]{1,6})?", re.IGNORECASE)


def plain(text: str) -> str:
    """One spelling (Unicode NFC), no unseen marks, single blanks of whatever kind were typed."""
    spelt = text if text.isascii() else unicodedata.normalize("NFC", text.translate(_UNSEEN))
    return " ".join(spelt.split())


def read_email(text: str) -> str | None:
    """A work e-mail address in lower case, or None when it is not shaped like one (RFC 5321)."""
    address = plain(text).lower()
    shaped = len(address) <= 254 and _EMAIL.fullmatch(address)
    return address if shaped and ".." not in address else None


def read_phone(text: str) -> str | None:
    """A telephone number in the national way of writing, or None when it cannot be one.

    "1632 960001" (a spreadsheet ate the zero), and "1632960001.0" (and took it for a fraction), is
    read as 01632 960001. Short numbers such as 101
    and extensions stand. Three to fifteen digits (ITU-T E.164).
    """
    typed = _OF_A_FRACTION.sub("", plain(text))
    written = typed.replace(" ", "")
    lengths = _groups(written[:_DECIDES], len(written)) if _NATIONAL.fullmatch(written) else ()
    return _cut(written, lengths) if lengths else _formatted(typed)


def _cut(digits: str, lengths: tuple[int, ...]) -> str:
    ends = list(accumulate(lengths))
    return " ".join(digits[end - some : end] for some, end in zip(lengths, ends, strict=True))


@lru_cache(16_384)
def _groups(start: str, length: int) -> tuple[int, ...]:
    """How long the groups are in which a number of ours with so many digits is written, by its
    first digits; empty where it is not written in groups alone. Asked of the library once for all
    numbers of an exchange: writing one costs more than the rest of a row."""
    shown = _formatted(start.ljust(length, "0")) or ""
    is_grouped = shown.replace(" ", "").isdigit() and " " in shown
    return tuple(len(part) for part in shown.split()) if is_grouped else ()


def _formatted(typed: str) -> str | None:
    number = _parsed(typed)
    if number is None or not 3 <= len(str(number.national_number)) <= 15:
        return None
    if not phonenumbers.is_possible_number(number):
        return typed[:PHONE_LENGTH]
    style = phonenumbers.PhoneNumberFormat
    is_ours = number.country_code == 44
    return phonenumbers.format_number(number, style.NATIONAL if is_ours else style.INTERNATIONAL)


def _parsed(typed: str) -> phonenumbers.PhoneNumber | None:
    written = typed.replace(" ", "")
    if _NATIONAL.fullmatch(written):
        # What parse() makes of it, in a fiftieth of the time: files are full of such numbers.
        return phonenumbers.PhoneNumber(country_code=44, national_number=int(written))
    if not _PHONE.fullmatch(typed):
        return None
    try:
        return phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException:
        return None


def read_postcode(text: str) -> str | None:
    """A full United Kingdom postcode with one blank (BS 7666), or None."""
    typed = plain(text)
    return to_normalised(typed) if typed.isascii() and len(typed) <= 10 else None


def read_establishment(authority: str, school: str) -> str | None:
    """Put the number of a school together (DfE): three digits of the local authority and four of
    the school in it. None where either is something else, as for places that have no number.
    """
    parts = plain(authority), plain(school)
    if not (_OF_AUTHORITY.fullmatch(parts[0]) and _OF_SCHOOL.fullmatch(parts[1])):
        return None
    return "".join(parts)


def read_authority(cells: dict[str, str]) -> AuthorityFacts | Flaw:
    """Read a row gss_code, name, type of a list of authorities (ONS codes)."""
    code, name = plain(cells["gss_code"]).upper(), plain(cells["name"])
    kind = re.sub(r"[^a-z]+", "_", plain(cells["type"]).lower()).strip("_")
    if not _GSS.fullmatch(code):
        return Flaw("not_a_code", "gss_code")
    if not name or len(name) > 120 or not is_title(name):
        return Flaw("not_a_name", "name")
    if not kind or len(kind) > 40:
        return Flaw("unknown_word", "type")
    return AuthorityFacts(gss_code=code, name=name, kind=kind)


def is_title(text: str) -> bool:
    """True for the name of an organisation or a post: letters, digits and the usual marks."""
    shown = all(unicodedata.category(c)[0] in "LMN" or c in " .,'’‘&()/+:;!-–#*\"@" for c in text)
    return shown and bool(text) and (text[0].isalnum() or text[0] in "'’‘(\"")
