"""The lists the town is made from, read once from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Heritage:
    """The names of one group of families. A family or middle name is a (male, female) pair."""

    key: str
    share: float
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[tuple[str, str], ...]
    middle: tuple[tuple[str, ...], tuple[str, ...]]
    site: str


@cache
def lists(name: str) -> dict[str, Any]:
    """The content of `names.toml`, `places.toml` or `cast.toml`, asked for without its ending."""
    text = resources.files("portal.sandbox").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def words(text: str) -> tuple[str, ...]:
    """The parts of a list written with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


@cache
def heritages() -> tuple[Heritage, ...]:
    """All groups of families, in the order of the file."""
    return tuple(_heritage(key, table) for key, table in lists("names").items())


def _heritage(key: str, table: dict[str, Any]) -> Heritage:
    male, female = words(table["male"]), words(table["female"])
    return Heritage(
        key=key,
        share=table["share"],
        male=male,
        female=female,
        family=tuple(_forms(name) for name in words(table["family"])) or (("", ""),),
        middle=_middles(table.get("middle", ""), male, female),
        site=table.get("site", ""),
    )


def _forms(name: str) -> tuple[str, str]:
    male, _, female = name.partition("/")
    return male, female or male


def _middles(
    written: str, male: tuple[str, ...], female: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Middle names for boys and girls; "male/female" means any given name of the group."""
    if written == "male/female":
        return male, female
    boys, _, girls = written.partition("/")
    return words(boys), words(girls)


@cache
def streets() -> tuple[str, ...]:
    """Every street of the town, in a fixed order."""
    table = lists("places")["streets"]
    first, second = words(table["first"]), words(table["second"])
    # Two of the five endings for each name, as a town has a Weavers Lane and a Weavers Close.
    return tuple(
        f"{name} {second[(number + turn * 2) % len(second)]}"
        for turn in range(2)
        for number, name in enumerate(first)
    )
