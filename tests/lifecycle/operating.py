"""Doing what an operator does: commands in a shell, on an installation in a folder of its own."""

import os
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from sqlalchemy import Engine, text

from portal.core.config import Config, load_config
from portal.core.db import make_engine
from portal.core.keys import Keys, load_keys
from tests.lifecycle.commanding import command

ANSWERS = {
    "--authority-code": "E06000999",
    "--authority-name": "Harrowmere Council",
    "--url": "https://contactpoint.harrowmere.example.org",
    "--admin-email": "ada.first@harrowmere.example.org",
    "--admin-name": "Ada First",
}
COUNTED = ("child", "involvement", "organisation", "practitioner", "account", "access_event")
KILL = """
import os, signal, sys
import {module} as place
def end(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
place.{name} = end
from portal.__main__ import main
main(sys.argv[1:])
"""
SET_UP = ["setup", *(word for pair in ANSWERS.items() for word in pair)]


@dataclass(frozen=True)
class Installation:
    """A folder and a database (empty: the encrypted file)."""

    folder: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What the shell says: nothing of the machine's own settings of a portal."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        kept.pop("PORT", None)
        kept |= {"PORTAL_INSTANCE": str(self.folder), "PYTHONWARNINGS": "error"}
        return kept | ({"PORTAL_DATABASE": self.database} if self.database else {})

    def run(self, *words: str, **more: str) -> CompletedProcess[str]:
        """Run `python -m portal …` without a terminal; more is added to the environment."""
        return self.python("-m", "portal", *words, **more)

    def python(self, *words: str, **more: str) -> CompletedProcess[str]:
        """Run Python in the checkout: `-m portal …` or `-c code …`."""
        done = command(words, self.environment | more)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def right(self, *words: str, **more: str) -> str:
        """Run a command that must succeed; returns what it printed."""
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *words: str, **more: str) -> str:
        """Run a command that must not be done (exit 1); returns what it said."""
        done = self.run(*words, **more)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def config(self) -> Config:
        """The settings, with this database."""
        return Config(
            **{
                name: getattr(load_config(self.folder), name)
                for name in Config.__dataclass_fields__
                if name != "database"
            },
            database=self.database,
        )

    @property
    def keys(self) -> Keys:
        """The keys."""
        return load_keys(self.config.key_path)

    def engine(self) -> Engine:
        """An engine past the application."""
        return make_engine(self.config, self.keys.database)

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run one statement and commit; returns the rows when there are some."""
        engine = self.engine()
        try:
            with engine.begin() as connection:
                found = connection.execute(text(statement), values)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()

    def number(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.sql(f"SELECT count(*) FROM {table}")[0][0])

    def backups(self) -> list[Path]:
        """The back-ups, oldest first."""
        return sorted(self.config.backup_path.glob("*.backup"))


def backed_up(installation: Installation) -> Path:
    """Make a back-up and return it."""
    installation.right("backup")
    return installation.backups()[-1]


def counts(installation: Installation) -> dict[str, int]:
    """Return how many rows some tables have."""
    return {table: installation.number(table) for table in COUNTED}
