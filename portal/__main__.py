"""python -m portal …: the operator's commands.

Those of lifecycle/commands work on an installation that does not start; each room adds its own
verbs, which need one that does. Exit codes: 0 done, 1 not done (the text says why and what to
do), 2 wrongly asked.
"""

import functools
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import DBAPIError, OperationalError

from portal import ROOMS
from portal.access.log import LogBroken
from portal.core.config import UnsafeConfiguration
from portal.core.db import SILENT, DatabaseProblem
from portal.core.durable import NotDurable
from portal.core.errors import PortalError, place_of
from portal.core.keys import KeyProblem
from portal.core.turns import NoTurn
from portal.lifecycle.commands import COMMANDS
from portal.lifecycle.serving import (
    NotReady,
    application_for_commands,
    collect_seldom,
    let_go,
    refuse_other_than_ledger,
)

# Groups of verbs that belong to no room: they stand above all of them.
ABOVE = {
    "bench": ("portal.bench.cli", "bench_cli"),
    "sandbox": ("portal.sandbox.cli", "sandbox_cli"),
}
# What is done while an index that was put back still waits for its ledger. Nothing else is: a feed
# would fill the open record of a child who must be hidden.
BEFORE_REPLAY = {("shielding", "replay-ledger"), ("audit", "verify"), ("lifecycle", "stop")}
PROBLEMS = (
    UnsafeConfiguration, KeyProblem, DatabaseProblem, NotReady, LogBroken, NoTurn, NotDurable,
)  # fmt: skip
REFUSED = "The database refused a row, and nothing of this step was kept. Report this place: {}"


class Verbs(click.Group):
    """The commands here, and those of every room that has some."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name them all; the application need not start for that."""
        rooms = [name for name in ROOMS if find_spec(f"portal.{name}.cli")]
        return [*super().list_commands(ctx), *rooms, *ABOVE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of them. The verbs of a room bring the application when they run."""
        own = super().get_command(ctx, cmd_name)
        if own or cmd_name not in self.list_commands(ctx):
            return own
        ctx.obj = ScriptInfo(create_app=_application, set_debug_flag=False)
        if cmd_name in ABOVE:
            module, name = ABOVE[cmd_name]
            group: click.Group = getattr(import_module(module), name)
            return group
        for name in ROOMS:
            if find_spec(f"portal.{name}.cli"):
                import_module(f"portal.{name}.cli")
        group = import_module(f"portal.{cmd_name}").room.cli
        group.name = cmd_name
        return group


def _application() -> Flask:
    """Make the application for one verb of a room, and let go of the database after it."""
    app = application_for_commands()
    verb = click.get_current_context()
    if verb.parent and (verb.parent.info_name, verb.info_name) not in BEFORE_REPLAY:
        refuse_other_than_ledger(app)
    verb.find_root().call_on_close(functools.partial(let_go, app))
    return app


verbs = Verbs(help="ContactPoint: who else works with this child, and how to reach them.")
for command in COMMANDS:
    verbs.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit. A problem the operator can mend is told without a trace."""
    os.umask(0o077)
    collect_seldom()
    try:
        code = verbs.main(arguments, prog_name="python -m portal", standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show()
        code = mistake.exit_code
    except click.Abort:
        code = 130
    except PROBLEMS as problem:
        code = _tell(str(problem))
    except PortalError as error:
        code = _tell(error.sentence or type(error).__name__)
    except OperationalError:
        code = _tell(SILENT)
    except DBAPIError as error:
        # PostgreSQL quotes the row in its text; a terminal's log must not hold a name.
        code = _tell(REFUSED.format(place_of(error)))
    sys.exit(code if isinstance(code, int) else 0)


def _tell(sentence: str) -> int:
    click.echo(sentence, err=True)
    return 1


if __name__ == "__main__":
    main()
