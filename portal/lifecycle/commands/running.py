"""serve, doors, version."""

from urllib.parse import urlsplit

import click
from flask import Flask

from portal import create_app
from portal.access.permissions import Role
from portal.access.policy import POLICY
from portal.access.room import ANYONE, Door, Room
from portal.core.config import is_loopback, load_config
from portal.lifecycle import serving
from portal.lifecycle.beginning import listening_on
from portal.lifecycle.queries import program_version


@click.command()
def version() -> None:
    """Print the version of the program."""
    click.echo(program_version())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="8000 unless said.")
def serve(host: str, port: int | None) -> None:
    """Answer people until interrupted."""
    config = load_config()
    chosen = port or serving.DEFAULT_PORT
    if is_loopback(config.host):
        chosen = port or urlsplit(config.public_url).port or serving.DEFAULT_PORT
        config = listening_on(config, chosen)
    app = serving.application_for_people(config)
    click.echo(f"ContactPoint is at {config.public_url} (listening on {host}, port {chosen}).")
    click.echo("To end it: Ctrl+C")
    serving.serve(config, app, host=host, port=chosen)


@click.command()
def doors() -> None:
    """Print every door: method, address, permission, and the roles that may use it."""
    lines = sorted((door.rule, door.method, _who(door)) for door in _doors(create_app()))
    for rule, method, who in lines:
        click.echo(f"{method:<5} {rule:<50} {who}")


def _doors(app: Flask) -> list[Door]:
    return [
        door for room in app.blueprints.values() if isinstance(room, Room) for door in room.doors
    ]


def _who(door: Door) -> str:
    if isinstance(door.requires, ANYONE):
        return f"anyone: {door.requires.why}"
    words = {f"role:{role}": role.value for role in Role}
    asked = [question.code for line in POLICY[door.requires] for question in line]
    roles = [words[code] for code in asked if code in words]
    return f"{door.requires.value}: {', '.join(roles) or 'every account'}"
