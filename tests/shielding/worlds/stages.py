"""Making a pair of worlds on a database, once for many examples."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.databases import URL, Cluster, EncryptedFile, ServerDatabase, Stage
from tests.shielding.worlds import beginnings
from tests.shielding.worlds.beginnings import Beginning
from tests.shielding.worlds.pair import Pair
from tests.shielding.worlds.setting import asked, bare, unasked
from tests.shielding.worlds.world import World

SETTINGS: dict[str, Any] = {"public_url": URL, "portal_name": "Harrowmere (invented)"}
# Small, so that a few searches use them up.
BUDGETS = {"person_searches_per_hour": 5, "team_searches_per_hour": 9}


def pair(folder: Path, cluster: Cluster | None, here: Beginning, there: Beginning) -> Pair:
    """Make two worlds in a folder: on the cluster, or without one in encrypted files."""
    is_same = there is beginnings.confided
    reported = asked() if is_same else unasked()
    without = World(stage(folder / "without", cluster, BUDGETS, here), reported)
    if here is beginnings.without_contacts:
        without.number = bare().key
    hidden = World(stage(folder / "hidden", cluster, BUDGETS, there), asked())
    return Pair(without, hidden)


def stage(
    folder: Path, cluster: Cluster | None, budgets: Mapping[str, int], beginning: Beginning
) -> Stage:
    """Make one installation and let it begin."""
    folder.mkdir(parents=True)
    name = f"world_{uuid.uuid4().hex}"
    made: Stage = ServerDatabase(folder, cluster, name) if cluster else EncryptedFile(folder)
    settings = {**SETTINGS, **budgets}
    made.config = replace(made.config, **settings)
    beginnings.make(made.config, settings, beginning)
    made.keep()
    return made
