"""What somebody whom a source names does about their own line, between its files.

In the world where the child is masked they read their own line and nobody else's, in the other
world everybody reads it. So they act alone: nobody else looks at the child meanwhile, and what they
said is wrong is not settled (docs/reveal.md, "What cannot be hidden").
"""

import uuid
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from portal.children.actions import reported_involvements
from portal.core.db import random_id
from tests.shielding.worlds.chance import chance_from
from tests.shielding.worlds.files import FILES, work_of
from tests.shielding.worlds.verbs.operator import send
from tests.shielding.worlds.verbs.verb import EITHER, follow, verb
from tests.shielding.worlds.world import World

WHO = "teacher"
OWN = r"/children/[0-9a-f-]{36}/involvements/[0-9a-f-]{36}/"
DAYS = ("", "2026-03-10", "2026-02-27")


@verb(is_alone=True, ended_on=DAYS, lead=("", "yes"), assessment=("", "yes", ""))
def be_named(world: World, ended_on: str, lead: str, assessment: str) -> None:
    """A source says that they work with the child, or did; then they look."""
    # Signed in before the import: it draws more often where a line goes into the vault.
    world.browser(WHO)
    said = {"ended_on": ended_on, "is_lead": lead, "has_early_help_assessment": assessment}
    with _alike(world):
        send(world, work_of(WHO, world.number, **said))
    _look(world)


@verb(is_alone=True, others=EITHER)
def be_left_out(world: World, others: bool) -> None:
    """A full file names them no more: somebody else, or nobody at all."""
    file = FILES["involvements with another" if others else "involvements with nobody"]
    send(world, file, more="--full --accept-drop")
    _look(world)


@verb(is_alone=True, act=("confirm", "lead"))
def say_it_is_right(world: World, act: str) -> None:
    """They say that it is right, or that they are the lead."""
    _act(world, act)


@verb(is_alone=True, day=("10", "9", "27"))
def end_it(world: World, day: str) -> None:
    """They end it: on the day on which the source ends it, or on another."""
    month = "2" if day == "27" else "3"
    typed = {"ended_on-day": day, "ended_on-month": month, "ended_on-year": "2026"}
    _act(world, "end", **typed)


@verb(is_alone=True, kind=("wrong_phone", "never_involved"), twice=EITHER)
def say_it_is_wrong(world: World, kind: str, twice: bool) -> None:
    """They say what is wrong with it, once or again."""
    for _ in range(2 if twice else 1):
        _act(world, "dispute", kind=kind)


@verb(is_alone=True, kind=("school", "youth_work"))
def record_it(world: World, kind: str) -> None:
    """They record it themselves."""
    typed = {"started_on-day": "1", "started_on-month": "1", "started_on-year": "2024"}
    world.post(WHO, f"/children/{world.child_id}/involvements/new", kind=kind, **typed)
    _look(world)


def _alike(world: World) -> AbstractContextManager[Any]:
    """Let the new line have the same id in both worlds, however often an import draws before."""

    def drawn() -> uuid.UUID:
        with chance_from(f"step {world.steps}, involvement"):
            return random_id()

    return patch.object(reported_involvements, "random_id", drawn)


def _act(world: World, act: str, **typed: str) -> None:
    """Follow a button of the record as it stands now."""
    _look(world)
    address = follow(world, WHO, rf"{OWN}{act}(?=\")", 0)
    if address:
        world.post(WHO, address, **typed)
        _look(world)


def _look(world: World) -> None:
    home = f"/children/{world.child_id}"
    world.post(WHO, f"{home}/reason", reason="referral")
    world.remember(WHO, world.get(WHO, home))
