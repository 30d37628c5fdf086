"""Draft the next step from the models: python -m portal.migrations add_left_on.

For developers. Compares the models with an empty index at HEAD, writes versions/NNNN_add_left_on.py
and moves HEAD. Read the draft before you commit it: a renamed column looks like a loss to it.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as Scripts
from sqlalchemy import Engine

from portal import create_app
from portal.core.config import Config
from portal.core.db import Base, UtcDateTime, make_engine
from portal.core.keys import create_keys
from portal.lifecycle.schema import FOLDER, HEAD, head, migrate, scripts


def draft(slug: str) -> Path:
    """Write the next step and return its path."""
    number = f"{int(head() or 0) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        config = Config(instance=Path(folder), public_url="http://127.0.0.1")
        keys = create_keys(config.key_path)
        create_app(config)  # Brings every table of every room.
        migrate(config, keys)
        _write(make_engine(config, keys.database), scripts(), slug, number)
    (FOLDER / HEAD).write_text(f"{number}\n", encoding="ascii")
    return FOLDER / "versions" / f"{number}_{slug}.py"


def _write(engine: Engine, steps: Scripts, slug: str, number: str) -> None:
    steps.attributes["metadata"] = Base.metadata
    steps.attributes["render_item"] = _plain_type
    with engine.connect() as connection:
        steps.attributes["connection"] = connection
        command.revision(steps, message=slug.replace("_", " "), rev_id=number, autogenerate=True)
    engine.dispose()


def _plain_type(kind: str, item: Any, _: Any) -> str | bool:
    """Write our own types as the plain ones below them, so that a step never imports a model."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


if __name__ == "__main__":
    print(draft(sys.argv[1]))
