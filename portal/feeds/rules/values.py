"""Single values as other systems write them: names, numbers of other bodies, codes."""

import re
import unicodedata

from nhs_number.validate import is_valid as is_nhs_number

from portal.directory.rules import is_title, plain

NAME_LENGTH = 120
ADDRESS_LENGTH = 200
# DfE, "Unique pupil numbers (UPNs)": letters without I, O and S; weights 2 to 13; modulus 23.
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._:/#-]{0,58}[A-Za-z0-9])?")
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
_UPN = re.compile(rf"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]")
_NAME_MARKS = frozenset(" -‐‑–'’‘ʼʻ`´.·")
_ADDRESS_MARKS = _NAME_MARKS | frozenset(",&()/#:;")


def read_name(text: str) -> str | None:
    """A name of a person, or None when it cannot be one.

    Letters of any script with their marks, blanks, hyphens, apostrophes, full stops; so no digit
    and nothing that a browser or a spreadsheet could run.
    """
    name = plain(text)
    shown = all(c in _NAME_MARKS or unicodedata.category(c)[0] in "LM" for c in name)
    has_letter = any(unicodedata.category(c)[0] == "L" for c in name)
    starts_well = bool(name) and (name[0].isalpha() or name[0] in "'’‘ʼʻ")
    return name if shown and has_letter and starts_well and len(name) <= NAME_LENGTH else None


def read_upn(text: str) -> str | None:
    """A unique pupil number with the right check letter, permanent or temporary, or None."""
    upn = plain(text).upper()
    if not _UPN.fullmatch(upn) or _is_filler(upn[1:]):
        return None
    values = [int(c) if c.isdigit() else UPN_LETTERS.index(c) for c in upn[1:]]
    total = sum(weight * value for weight, value in enumerate(values, start=2))
    return upn if UPN_LETTERS[total % 23] == upn[0] else None


def read_nhs_number(text: str) -> str | None:
    """Ten digits with the right check digit (NHS Data Dictionary, modulus 11), or None; nothing for
    ten equal ones, which say that the number is not known."""
    digits = re.sub(r"[ -]", "", plain(text))
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return None
    if _is_filler(digits):
        return ""
    return digits if is_nhs_number(digits) else None


def _is_filler(digits: str) -> bool:
    """True for one digit again and again, which has the right check digit and is nobody's: systems
    that must write a number write it for everybody whose number they do not know."""
    return len(set(digits)) == 1


def read_role_title(text: str) -> str | None:
    """What a practitioner is called at work, at most 80 characters, or None."""
    title = plain(text)
    return title if is_title(title) and len(title) <= 80 else None


def read_code(text: str) -> str | None:
    """The code of an organisation in capitals, or None."""
    code = plain(text).upper()
    return code if _CODE.fullmatch(code) else None


def read_source_id(text: str) -> str | None:
    """The number or code by which a source knows a child, or None."""
    named = plain(text)
    return named if _ID.fullmatch(named) else None


def read_address(text: str) -> str | None:
    """An address in one line, or None for what cannot be one (a formula, a tag)."""
    address = plain(text)
    shown = all(c in _ADDRESS_MARKS or unicodedata.category(c)[0] in "LMN" for c in address)
    starts_well = address[:1].isalnum() or address[:1] in ("'", "’", "(", "#")
    return address if shown and starts_well and len(address) <= ADDRESS_LENGTH else None
