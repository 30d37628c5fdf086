"""Two records are made one, one is split into two, and both are undone; an old back-up is restored
and the ledger followed.
"""

import re

from portal.access.identity import operator
from portal.children.actions import hide_child
from portal.children.queries import child_ids
from portal.children.vault import Grade
from portal.core.db import db
from portal.feeds.rules import FileKind
from portal.sandbox import numbers
from tests.databases import let_go
from tests.feeds.filing import Cells
from tests.shielding.held import seen_in
from tests.shielding.worlds.files import Filing
from tests.shielding.worlds.setting import SOURCE
from tests.shielding.worlds.verbs.office import CORRECTION
from tests.shielding.worlds.verbs.operator import send
from tests.shielding.worlds.verbs.people import RECORD
from tests.shielding.worlds.verbs.verb import EITHER, follow, verb
from tests.shielding.worlds.world import World

MERGE = r"/feeds/merges/[0-9a-f-]{36}(?=\")"
OTHER_SOURCE, STEWARD, TEACHER = "emis", "data_steward", "teacher"
NAMED = {"given_names": "Perpetua Joy", "family_name": "Stanbrook", "gender": "female"}
TYPED = {
    "given_name": "Perpetua", "family_name": "Stanbrook", "reason": "referral",
    "date_of_birth-day": "7", "date_of_birth-month": "6", "date_of_birth-year": "2015",
}  # fmt: skip


def _row(number: str, **more: str) -> Cells:
    return {"source_id": number, "date_of_birth": "2015-06-07"} | NAMED | more


def _filing(row: Cells) -> Filing:
    return Filing(FileKind.CHILDREN, lambda child: [row])


KNOWN = _filing(
    _row("K50", nhs_number=numbers.nhs(80_050), address="5 Osier Bank", postcode="QH1 1AA")
)
# A person is asked whether they are one.
ALIKE = _filing(
    _row("E50", date_of_birth="2015-07-06", address="73 Chandlers Hill", postcode="QH3 3AA")
)


@verb(splits=EITHER, undoes=(True, True, False))
def join_and_part(world: World, splits: bool, undoes: bool) -> None:
    """A person says that two records are one child; perhaps the record is split again; the steward
    undoes the last of it, and reads what is left."""
    send(world, KNOWN)
    send(world, ALIKE, source=OTHER_SOURCE)
    address = world.get(STEWARD, "/feeds/review").headers.get("Location", "")
    if address:
        seen = seen_in(world.get(STEWARD, address).get_data(as_text=True))
        world.post(STEWARD, address, answer="same", seen=seen)
    if splits:
        _split(world)
    world.remember(STEWARD, world.get(STEWARD, "/feeds/merges"))
    for merge in world.links(STEWARD, MERGE)[:2]:
        world.get(STEWARD, merge)
        if undoes:
            world.post(STEWARD, f"{merge}/undo")
            world.get(STEWARD, merge)
    world.get(STEWARD, "/feeds/merges")
    _find(world)


def _find(world: World) -> str:
    """The teacher searches for whoever it was, and opens the first record offered."""
    found = world.post(TEACHER, "/search", **TYPED).headers.get("Location", "")
    world.remember(TEACHER, world.get(TEACHER, found or "/search"))
    record = follow(world, TEACHER, RECORD, 0)
    if record:
        world.post(TEACHER, f"{record}/reason", reason="referral")
        world.get(TEACHER, record)
    return record


def _split(world: World) -> None:
    """The teacher says that it is two children, and the steward parts it by its numbers."""
    record = _find(world)
    world.post(TEACHER, f"{record}/dispute", kind="two_children")
    world.remember(STEWARD, world.get(STEWARD, "/corrections"))
    for correction in world.links(STEWARD, CORRECTION):
        page = f"/feeds/splits/{correction.rpartition('/')[2]}"
        told = re.findall(r'name="numbers"[^>]*value="([^"]+)"', _text(world, page))
        if len(told) > 1:
            sides = world.post(STEWARD, page, numbers=told[-1]).get_data(as_text=True)
            for word in re.findall(r'name="word" value="([^"]+)"', sides):
                world.post(STEWARD, "/feeds/splits", word=word)


def _text(world: World, address: str) -> str:
    return world.get(STEWARD, address).get_data(as_text=True)


@verb()
def restore_and_replay(world: World) -> None:
    """A back-up is put back that knows nothing of an ordinary child's hiding since; the portal is
    served when the ledger has been followed. On PostgreSQL nothing is done: the pouring in would
    take away the tables that the worlds are put back by."""
    if not world.stage.config.is_embedded:
        return
    send(world, KNOWN)
    world.run("backup")
    with world.app.app_context():
        for child_id in child_ids(SOURCE, ["K50"]).values():
            hide_child(child_id=child_id, grade=Grade.ABSENT, by=operator("setup"))
        db.session.commit()
    let_go(world.app)
    copies = sorted(world.stage.config.backup_path.glob("*.backup"))
    world.run("restore", "--yes", str(copies[-1]))
    world.browsers.clear()
    world.run("doctor")
    world.run("shielding", "replay-ledger")
    world.run("doctor")
    _find(world)
