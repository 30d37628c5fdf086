"""Names that are one name: short forms both ways, and spellings across traditions."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files

from nicknames import NickNamer


class Relation(IntEnum):
    """How two tokens are one name; the smaller, the closer."""

    SPELLING = 1
    SHORT_FORM = 2


_Table = dict[str, dict[str, Relation]]


@lru_cache(maxsize=32_768)
def related(token: str) -> dict[str, Relation]:
    """The other tokens that may stand for the same name as this folded token (do not change it)."""
    relations = dict.fromkeys(_nicknamer().nicknames_of(token), Relation.SHORT_FORM)
    relations.update(dict.fromkeys(_nicknamer().canonicals_of(token), Relation.SHORT_FORM))
    relations.update(_own_table().get(token, {}))
    relations.pop(token, None)
    return relations


@lru_cache(maxsize=1)
def _nicknamer() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=1)
def _own_table() -> _Table:
    """Groups of `nicknames_own.toml`: spellings among themselves, short forms to every spelling."""
    written = files(__package__).joinpath("nicknames_own.toml").read_text(encoding="utf-8")
    table: _Table = defaultdict(dict)
    for group in tomllib.loads(written)["name"]:
        _relate(table, group["spellings"], group.get("short", []))
    return dict(table)


def _relate(table: _Table, spellings: list[str], shorts: list[str]) -> None:
    for one in (*spellings, *shorts):
        for other in (*spellings, *shorts):
            both_full = one in spellings and other in spellings
            relation = Relation.SPELLING if both_full else Relation.SHORT_FORM
            if one != other:
                table[one][other] = min(relation, table[one].get(other, relation))
