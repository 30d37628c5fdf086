"""Names that are one name: short forms both ways, and spellings across traditions.

The `nicknames` package knows English short forms; `nicknames_own.toml` holds our own table, which
has the last word.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files

from nicknames import NickNamer


class Relation(IntEnum):
    """How two tokens are one name; the smaller, the closer."""

    SPELLING = 1
    SHORT_FORM = 2


@dataclass(frozen=True, slots=True)
class Group:
    """One line of our own table: how a name is written, and what its bearers are called."""

    spellings: tuple[str, ...]
    shorts: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> Group:
        """A group from `mohammed mohamed | mo`; without a bar there are no short forms."""
        spellings, _, shorts = line.partition("|")
        return cls(tuple(spellings.split()), tuple(shorts.split()))


_Table = dict[str, dict[str, Relation]]


@lru_cache(maxsize=32_768)
def related(token: str) -> dict[str, Relation]:
    """The other tokens that may stand for the same name as this folded token (do not change it)."""
    relations = dict.fromkeys(_nicknamer().nicknames_of(token), Relation.SHORT_FORM)
    relations.update(dict.fromkeys(_nicknamer().canonicals_of(token), Relation.SHORT_FORM))
    relations.update(_own_table().get(token, {}))
    relations.pop(token, None)
    return relations


def own_groups() -> Iterator[tuple[str, Group]]:
    """Every group of our own table with the origin under which it stands, in written order."""
    written = files(__package__).joinpath("nicknames_own.toml").read_text(encoding="utf-8")
    for origin, lines in tomllib.loads(written).items():
        for line in lines.replace("\\\n", "").splitlines():
            yield origin, Group.read(line)


@lru_cache(maxsize=1)
def _nicknamer() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=1)
def _own_table() -> _Table:
    table: _Table = defaultdict(dict)
    for _origin, group in own_groups():
        _relate(table, group)
    return dict(table)


def _relate(table: _Table, group: Group) -> None:
    """Spellings to one another, short forms to the spellings only: Gosia and Maggie may both stand
    for Malgorzata, and are two names nevertheless."""
    for one in group.spellings:
        for other in group.spellings:
            if one != other:
                table[one][other] = Relation.SPELLING
        for short in group.shorts:
            table[one].setdefault(short, Relation.SHORT_FORM)
            table[short].setdefault(one, Relation.SHORT_FORM)
