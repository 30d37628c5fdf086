"""Making a pair of worlds on a database, once for many examples."""

import uuid
from dataclasses import replace
from pathlib import Path

from tests.databases import URL, Cluster, EncryptedFile, ServerDatabase, Stage
from tests.shielding.worlds import beginnings
from tests.shielding.worlds.beginnings import Beginning
from tests.shielding.worlds.pair import Pair
from tests.shielding.worlds.setting import asked, unasked
from tests.shielding.worlds.world import World

# Small budgets, so that a few searches use them up.
SETTINGS = {"public_url": URL, "portal_name": "Harrowmere (invented)",
            "person_searches_per_hour": 6, "team_searches_per_hour": 12}  # fmt: skip


def pair(folder: Path, cluster: Cluster | None, here: Beginning, there: Beginning) -> Pair:
    """Make two worlds in a folder: on the cluster, or without one in encrypted files."""
    child_id = beginnings.id_of_the_child()
    without = World(_stage(folder / "without", cluster, here), unasked(), child_id)
    hidden = World(_stage(folder / "hidden", cluster, there), asked(), child_id)
    return Pair(without, hidden)


def _stage(folder: Path, cluster: Cluster | None, beginning: Beginning) -> Stage:
    folder.mkdir(parents=True)
    made: Stage
    if cluster is None:
        made = EncryptedFile(folder)
        made.config = replace(made.config, **SETTINGS)
    else:
        made = ServerDatabase(folder, cluster, f"world_{uuid.uuid4().hex}")
        made.config = replace(made.config, **SETTINGS)
    beginnings.make(made.config, SETTINGS, beginning)
    made.keep()
    return made
