"""Reading a map: every mistake is told with its line, or with the key at which it stands."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from portal.children.rules import Gender, is_sensitive, kind_of, tier_of
from portal.directory.rules import read_phone
from portal.feeds.rules.maps import DATES, JOINED, LARGEST_MAP, USUAL_DATES, ColumnMap, folded
from portal.feeds.rules.rows import is_yes_or_no
from portal.feeds.rules.values import read_code, read_role_title
from portal.feeds.rules.words import COLUMNS, FileKind

LONGEST_NAME = 254
MOST_JOINED = 9
_SECTIONS = ("columns", "dates", "words", "constant")
_NEEDED: dict[FileKind, tuple[str, ...]] = {
    FileKind.PRACTITIONERS: ("email", "name", "role_title", "organisation_code"),
    FileKind.CHILDREN: ("source_id", "date_of_birth"),
    FileKind.INVOLVEMENTS: ("child_source_id", "organisation_code", "service"),
}
Table = Mapping[str, Any]


class MapRefused(Exception):
    """The map cannot be used. fault is a coded word; line counts from 1, or key says where."""

    def __init__(self, fault: str, *, line: int = 0, key: str = "") -> None:
        super().__init__(fault)
        self.fault, self.line, self.key = fault, line, key


def read_map(text: bytes, kind: FileKind) -> ColumnMap:
    """Read a map for this kind of file. Raises MapRefused at the first mistake."""
    tables = _tables(_parsed(text))
    columns = _columns(kind, tables["columns"])
    constants = _constants(kind, tables["constant"])
    for column in constants:
        if column in columns:
            raise MapRefused("column_twice", key=f"constant.{column}")
    _refuse_missing(kind, {*columns, *constants})
    words = {column: _words(column, held, columns) for column, held in tables["words"].items()}
    return ColumnMap(kind, columns, _dates(tables["dates"]), words, constants)


def _parsed(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST_MAP:
        raise MapRefused("too_large")
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise MapRefused("not_utf8", line=line) from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = re.search(r"\(at line ([0-9]+), ", said)
        line = int(found[1]) if found else text.count(b"\n") + 1
        is_twice = said.startswith(("Cannot overwrite", "Cannot declare"))
        raise MapRefused("twice" if is_twice else "not_toml", line=line) from None
    except (RecursionError, ValueError):
        raise MapRefused("not_toml", line=1) from None


def _tables(parsed: dict[str, Any]) -> dict[str, Table]:
    for key, held in parsed.items():
        if key not in _SECTIONS:
            raise MapRefused("unknown_section", key=key)
        if not isinstance(held, dict):
            raise MapRefused("not_a_section", key=key)
    return {section: parsed.get(section, {}) for section in _SECTIONS}


def _columns(kind: FileKind, table: Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column, theirs in table.items():
        key = f"columns.{column}"
        _refuse_unknown(kind, column, key)
        names = theirs if isinstance(theirs, list) else [theirs]
        if isinstance(theirs, list) and column not in JOINED:
            raise MapRefused("not_joined", key=key)
        if not 1 <= len(names) <= MOST_JOINED:
            raise MapRefused("not_a_name", key=key)
        found[column] = tuple(_name(name, key) for name in names)
    return found


def _name(value: object, key: str) -> str:
    """The name of a column of the file, as its header has it but for blanks around it."""
    name = _text(value, key).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise MapRefused("not_a_name", key=key)
    return name


def _constants(kind: FileKind, table: Table) -> dict[str, str]:
    found = {}
    for column, value in table.items():
        key = f"constant.{column}"
        _refuse_unknown(kind, column, key)
        if column not in _MAY_BE_CONSTANT:
            raise MapRefused("not_constant", key=key)
        found[column] = _ours(column, value, key)
    return found


def _words(column: str, table: object, columns: Table) -> dict[str, str]:
    key = f"words.{column}"
    if not isinstance(table, dict):
        raise MapRefused("not_a_section", key=key)
    if column not in _MAY_BE_WORDS or column not in columns:
        raise MapRefused("not_words", key=key)
    found: dict[str, str] = {}
    for theirs, ours in table.items():
        one = f"{key}.{theirs}"
        if not folded(theirs) or folded(theirs) in found:
            raise MapRefused("word_twice" if folded(theirs) else "not_a_name", key=one)
        if is_sensitive(theirs) or "sensitive" in folded(theirs):
            raise MapRefused("sensitive", key=one)
        found[folded(theirs)] = _ours(column, ours, one)
    return found


def _dates(table: Table) -> str:
    for key in table:
        if key != "format":
            raise MapRefused("unknown_section", key=f"dates.{key}")
    word = _text(table.get("format", USUAL_DATES), "dates.format")
    if word not in DATES:
        raise MapRefused("unknown_dates", key="dates.format")
    return word


def _refuse_unknown(kind: FileKind, column: str, key: str) -> None:
    if column not in COLUMNS[kind]:
        raise MapRefused("unknown_column", key=key)


def _refuse_missing(kind: FileKind, named: set[str]) -> None:
    missing = [column for column in _NEEDED[kind] if column not in named]
    if kind is FileKind.CHILDREN and not named & {"given_names", "family_name"}:
        missing.append("family_name")
    if missing:
        raise MapRefused("missing", key=f"columns.{missing[0]}")


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise MapRefused("not_text", key=key)
    return value


def _ours(column: str, value: object, key: str) -> str:
    """A word of ours: what the column itself would take from a row.

    A title may tell of a sensitive service, as in any file: whoever bears it is not named with a
    child.
    """
    word = _text(value, key)
    if is_sensitive(word) and column != "role_title":
        raise MapRefused("sensitive", key=key)
    if not word.strip() or not _READERS[column](word):
        raise MapRefused("not_ours", key=key)
    return word


_READERS: dict[str, Callable[[str], object]] = {
    "gender": lambda word: word in set(Gender),
    "service": kind_of,
    "tier": tier_of,
    "role_title": read_role_title,
    "is_lead": is_yes_or_no,
    "has_early_help_assessment": is_yes_or_no,
    "organisation_code": read_code,
    "phone": read_phone,
    "team_phone": read_phone,
}
_MAY_BE_CONSTANT = frozenset(_READERS) - {"gender"}
_MAY_BE_WORDS = frozenset(_READERS) - {"organisation_code", "phone", "team_phone"}
