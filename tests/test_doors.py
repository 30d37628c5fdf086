"""Every door, what it requires, and the answer that each kind of person gets.

doors.txt can be signed by an information-governance officer; a change of access shows in its
difference. `make doors` writes it anew.
"""

import os
import re
from pathlib import Path

from flask import Flask

from portal.access.room import ANYONE, Door
from portal.core import clock
from portal.sandbox import town
from tests import signing_in
from tests.editor import Editor
from tests.house import doors

TABLE = Path(__file__).with_name("doors.txt")
SOMETHING = "0f0e0d0c-0b0a-0908-0706-050403020100"
HEAD = """# method address: what it requires
#     the status each person gets, without any detail typed and for an id that is nobody's
"""


def people() -> list[str]:
    """Return the keys of the cast."""
    return [member.key for member in town(on=clock.today(), children=0).cast]


def address(door: Door) -> str:
    """Return the address of a door with an id that belongs to nothing."""
    filled = re.sub(r"<uuid:\w+>", SOMETHING, door.rule)
    return re.sub(r"<[^>]+>", "x" * 43, filled)


def answer(app: Flask, door: Door, key: str) -> str:
    """Return the status that this person gets at this door."""
    browser = app.test_client() if key == "nobody" else signing_in.browser_of(app, key)
    assert isinstance(browser, Editor)
    given = browser.open(address(door), method=door.method)
    return str(given.status_code)


def described(app: Flask, door: Door, keys: list[str]) -> str:
    """Return the lines of one door; people with the same answer stand together."""
    requires = door.requires
    words = f"anyone: {requires.why}" if isinstance(requires, ANYONE) else str(requires)
    groups: dict[str, list[str]] = {}
    for key in ["nobody", *keys]:
        groups.setdefault(answer(app, door, key), []).append(key)
    told = [f"    {status}  {' '.join(groups[status])}" for status in sorted(groups)]
    return "\n".join([f"{door.method} {door.rule}: {words}", *told])


def test_doors_are_as_signed(portal: Flask) -> None:
    known = sorted(doors(portal), key=lambda door: (door.rule, door.method))
    keys = people()
    table = HEAD + "\n".join(described(portal, door, keys) for door in known) + "\n"
    if os.environ.get("WRITE_DOORS"):
        TABLE.write_text(table, encoding="utf-8")
    assert table == TABLE.read_text(encoding="utf-8")


def test_no_door_breaks_on_what_is_sent(portal: Flask) -> None:
    """Nonsense in every field never ends in a 500 (NUL, halves of characters, formulas, HTML)."""
    nonsense = ["\0", "\ud800", "=1+1", "<b>x</b>", "9" * 5000, "", "-1"]
    for door in doors(portal):
        if door.method != "POST":
            continue
        for key in ("health_visitor", "helpdesk", "data_steward", "authoriser"):
            browser = signing_in.browser_of(portal, key)
            typed = dict.fromkeys(field_names(), nonsense)
            given = browser.post(address(door), data=encoded(typed))
            assert given.status_code < 500, (door, key)


def field_names() -> list[str]:
    """Return the names of fields that forms of the portal use, and one that none uses."""
    return ("email passphrase code given_name family_name date_of_birth postcode gender age reason "
            "note record_number identifier kind started_on ended_on lead query outcome language "
            "checks nobody").split()  # fmt: skip


def encoded(typed: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the same fields with what cannot be sent as UTF-8 replaced by its bytes."""
    return {
        word: [value.encode("utf-8", "surrogatepass").decode("latin-1") for value in values]
        for word, values in typed.items()
    }
