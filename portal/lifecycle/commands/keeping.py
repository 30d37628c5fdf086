"""backup, restore, rewrite, upgrade: looking after what is there."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from portal.access.identity import operator
from portal.access.log import Event
from portal.bars import bar
from portal.children.actions import rebuild_name_index
from portal.children.queries import count_of_children, is_name_index_missing
from portal.children.vault import ledger
from portal.core import clock
from portal.core.config import Config, load_config
from portal.core.db import make_engine
from portal.core.keys import Keys, load_keys
from portal.lifecycle import actions, copies, restoring, rewriting
from portal.lifecycle.beginning import LEDGER_SINCE, LOST, make_keys_with_ledger
from portal.lifecycle.commands.checking import tell_faults
from portal.lifecycle.schema import (
    Afterwards,
    head,
    migrate,
    schema_problem,
    schema_version,
)
from portal.lifecycle.serving import NotReady, in_application


@click.command()
def backup() -> None:
    """Write an encrypted copy of the index into the back-up folder. The portal may be running."""
    config = load_config()
    keys = load_keys(config.key_path)
    _refuse_other_tables(config, keys.database)
    copy = copies.make_copy(config, keys, at=clock.now())
    in_application(
        config,
        lambda: actions.note_care(
            event=Event.PORTAL_BACKED_UP, details={"copy": copy.path.name}, by=operator("backup")
        ),
    )
    click.echo(f"Written: {copy.path}")
    click.echo(f"To try it: python -m portal restore --check {copy.path}")
    click.echo("It opens with the key file only, which is not in it: keep that elsewhere.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Say whether it could be restored; change nothing.")
@click.option("--yes", is_flag=True, help="Do it: the present index is moved aside.")
def restore(file: Path, check: bool, yes: bool) -> None:
    """Put a back-up FILE in the place of the present index. End the portal first."""
    config = load_config()
    keys = load_keys(config.key_path)
    faults = copies.faults_of(file, keys)
    if faults:
        raise NotReady("\n".join([f"{file.name} cannot be restored.", *faults]))
    made_at = copies.made_at(file)
    moment = f"{made_at:%d %B %Y, %H:%M} UTC"
    if check:
        click.echo(f"{file.name} is whole and can be restored. Made on {moment}.")
        return
    if not yes:
        raise NotReady(
            f"Everything after {moment} would be put aside. Nothing was done.\n"
            f"To do it: python -m portal restore --yes {file}"
        )
    aside = restoring.restore(config, keys, file, at=clock.now(), finish=_after_restore(made_at))
    click.echo(f"{file.name} is the index now. Everybody has to sign in again.")
    if aside:
        click.echo(f"The former index was kept: {aside}. Destroy it when it is not needed.")
    click.echo("It may know nothing of children who have gone into hiding since. The portal is not")
    click.echo("served until the ledger was replayed:")
    click.echo("Next: python -m portal shielding replay-ledger, then python -m portal doctor")


@click.command()
def rewrite() -> None:
    """Write the index anew, so that nothing that was deleted can be read between its rows. Who
    writes meanwhile waits, and is refused after ten seconds: choose a quiet hour."""
    config = load_config()
    keys = load_keys(config.key_path)
    _refuse_other_tables(config, keys.database)
    rewriting.rewrite(config, keys)
    in_application(
        config,
        lambda: actions.note_care(event=Event.PORTAL_REWRITTEN, details={}, by=operator("rewrite")),
    )
    click.echo("The index was written anew.")


@click.command()
def upgrade() -> None:
    """Bring the tables to the version of this program, after a back-up. End the portal first."""
    config = load_config()
    if config.key_path.exists() and make_keys_with_ledger(config):
        name = config.key_path.name
        click.echo(f"{name} has new keys: put a new copy of it in its safe place, now.")
        click.echo(f"{config.ledger_path.name} was begun. It belongs with no back-up.")
    keys = load_keys(config.key_path)
    engine = make_engine(config, keys.database)
    before, problem = schema_version(engine), schema_problem(engine)
    engine.dispose()
    if not before or before > head():
        raise NotReady(problem)
    if before == head():
        click.echo(f"The index is at version {before}: there is nothing to upgrade.")
    else:
        _upgrade(config, before)
    in_application(config, _index_names_if_none)
    if not tell_faults():
        raise SystemExit(1)
    click.echo("Next: python -m portal serve")


def _upgrade(config: Config, before: str) -> None:
    keys = load_keys(config.key_path)
    if not config.ledger_path.exists():
        raise NotReady(LOST.format(ledger=config.ledger_path.name))
    with restoring.alone(config, keys):
        pass
    copy = copies.make_copy(config, keys, at=clock.now())
    click.echo(f"Back-up: {copy.path}")
    try:
        migrate(config, keys, afterwards=_binding(config, keys, before))
    except BaseException:
        click.echo(f"The upgrade failed and was undone: still at version {before}.", err=True)
        raise
    in_application(
        config,
        lambda: actions.note_care(
            event=Event.PORTAL_UPGRADED,
            details={"from": before, "to": head(), "copy": copy.path.name},
            by=operator("upgrade"),
        ),
    )
    click.echo(f"The index went from version {before} to {head()}.")
    click.echo("The way back, with the former program installed again:")
    click.echo(f"  python -m portal restore --yes {copy.path}")


def _binding(config: Config, keys: Keys, before: str) -> Afterwards | None:
    """An index from before the ledger is bound to one that says nothing yet. Beside any other it is
    an index that somebody put back: it names none, and is not served unless somebody vouches."""
    if before < LEDGER_SINCE and ledger.is_unwritten(config):
        return partial(ledger.bind, config=config, keys=keys)
    return None


def _index_names_if_none() -> None:
    """An upgrade that changes how names are kept empties the name index."""
    if is_name_index_missing():
        click.echo("The name index is built anew: about a minute for a million children.")
        with bar("Children", total=count_of_children()) as progress:
            rebuild_name_index(by=operator("upgrade"), progress=progress)


def _after_restore(made_at: dt.datetime) -> Callable[[Config], None]:
    def finish(config: Config) -> None:
        in_application(
            config,
            lambda: actions.begin_after_restore(
                made_at=made_at.isoformat(), by=operator("restore")
            ),
        )

    return finish


def _refuse_other_tables(config: Config, key: bytes) -> None:
    engine = make_engine(config, key)
    problem = schema_problem(engine)
    engine.dispose()
    if problem:
        raise NotReady(problem)
