"""setup: from an empty folder to a portal that can be served."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app, url_for

from portal import create_app
from portal.access.identity import operator
from portal.access.state import State, current_state, has_begun, is_sandbox
from portal.accounts.queries import account_by_email
from portal.core.config import (
    ENVIRONMENT,
    FILE_NAME,
    Config,
    instance_folder,
    is_loopback,
    load_config,
)
from portal.lifecycle import actions
from portal.lifecycle.beginning import Prepared, has_settings, prepare
from portal.lifecycle.rules import Answers, Misunderstood, read_answers
from portal.lifecycle.serving import DEFAULT_PORT, NotReady, in_application, let_go

DATABASE_WORD = f"{ENVIRONMENT}DATABASE"
QUESTIONS = {
    "authority_code": "GSS code of your authority (nine characters, such as E06000001)",
    "authority_name": "Name of your authority",
    "url": "Address people will use (https://…)",
    "admin_email": "E-mail address of the first person, who will give others access",
    "admin_name": "Name of that person",
}


@click.command()
@click.option("--demo", is_flag=True, help="An invented town to try everything on. Asks nothing.")
@click.option("--empty", is_flag=True, help="With --demo: its people and places, no children.")
@click.option("--authority-code", help=QUESTIONS["authority_code"])
@click.option("--authority-name", help=QUESTIONS["authority_name"])
@click.option("--url", help=QUESTIONS["url"])
@click.option("--admin-email", help=QUESTIONS["admin_email"])
@click.option("--admin-name", help=QUESTIONS["admin_name"])
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", help="With --demo.")
def setup(demo: bool, empty: bool, port: int | None, **given: str | None) -> None:
    """Make an installation in the folder PORTAL_INSTANCE (instance/ unless said).

    Safe to repeat: what is there is never overwritten, what is missing is made.
    """
    if empty and not demo:
        raise click.UsageError("--empty goes with --demo.")
    if demo and any(given.values()):
        raise click.UsageError("--demo asks nothing: it goes with --empty and --port only.")
    instance = instance_folder()
    if demo:
        _set_up_demo(instance, port or DEFAULT_PORT, children=0 if empty else None)
    else:
        _set_up(instance, given)


def _set_up_demo(instance: Path, port: int, children: int | None) -> None:
    if has_settings(instance):
        there = load_config(instance)
        if there.authority_code or not is_loopback(there.host):
            raise NotReady(_refusal("real"))
    url = f"http://127.0.0.1:{port}"
    prepared = prepare(instance, {"public_url": url, "portal_name": "Harrowmere (invented)"})
    _tell_made(prepared, instance)
    in_application(prepared.config, lambda: _fill(children))
    click.echo("")
    click.echo("Everybody here is invented. How to sign in: python -m portal sandbox people")
    click.echo("The code of the moment:                     python -m portal sandbox code EMAIL")
    click.echo("Next:                                       python -m portal serve")


def _fill(children: int | None) -> Iterator[None]:
    from portal.sandbox.cli import print_people

    if has_begun():
        if not is_sandbox():
            raise NotReady(_refusal("real"))
        click.echo("The invented town is there already.")
    else:
        click.echo("Filling the invented town …")
        actions.begin_sandbox(children=children, by=operator("setup"))
        yield
    click.get_current_context().invoke(print_people)


def _set_up(instance: Path, given: dict[str, str | None]) -> None:
    settings: dict[str, str] = {}
    if has_settings(instance) and _is_finished(instance):
        prepared = prepare(instance, settings)
        in_application(prepared.config, lambda: _again(given["admin_email"]))
        return
    answers = _read(_ask(given))
    if has_settings(instance):
        _refuse_other_settings(answers, load_config(instance))
    prepared = prepare(instance, answers.settings)
    _tell_made(prepared, instance)
    in_application(prepared.config, lambda: _begin(answers, prepared.config))


def _refuse_other_settings(answers: Answers, there: Config) -> None:
    """An earlier set-up that was killed has left its settings: they hold, and must be meant."""
    for name in ("public_url", "authority_code"):
        if answers.settings[name] != getattr(there, name):
            raise NotReady(
                f"{FILE_NAME} is there already and its {name} is {getattr(there, name)!r}. "
                "Change that line or remove the file, then run set-up again."
            )


def _is_finished(instance: Path) -> bool:
    """True when an earlier set-up reached its end; False after one that was killed half-way."""
    prepared = prepare(instance, {})
    app = create_app(prepared.config)
    with app.app_context():
        finished = has_begun()
    let_go(app)
    return finished


def _begin(answers: Answers, config: Config) -> Iterator[None]:
    token = actions.begin_portal(answers=answers, by=operator("setup"))
    yield
    click.echo(f"The access log has begun; {answers.authority.name} has its index team.")
    _tell_link(token, config)


def _again(email: str | None) -> Iterator[None]:
    if is_sandbox():
        raise NotReady(_refusal("sandbox"))
    click.echo("This installation is set up already; nothing was changed.")
    account = account_by_email(email) if email else None
    if account and "second_factor" in account.problems:
        token = actions.link_again(account_id=account.id, by=operator("setup"))
        yield
        _tell_link(token, load_config())
        return
    click.echo("A new enrolment link:  python -m portal accounts link EMAIL")
    click.echo("Next:                  python -m portal serve")


def _ask(given: dict[str, str | None]) -> dict[str, str]:
    """Ask for what was not given, on a terminal only."""
    missing = [name for name in QUESTIONS if not given[name]]
    if missing and not sys.stdin.isatty():
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise click.UsageError(f"Missing: {options} (nobody to ask: this is not a terminal).")
    asked = {name: click.prompt(QUESTIONS[name]) for name in missing}
    return {name: asked.get(name) or given[name] or "" for name in QUESTIONS}


def _read(texts: dict[str, str]) -> Answers:
    try:
        return read_answers(**texts)
    except Misunderstood as fault:
        raise click.UsageError(str(fault)) from None


def _tell_made(prepared: Prepared, instance: Path) -> None:
    if prepared.made:
        click.echo(f"Made in {instance}: {', '.join(prepared.made)}.")
    if not prepared.config.is_embedded and DATABASE_WORD in os.environ:
        click.echo(
            f"The database is the one in {DATABASE_WORD}. Set it for every command, or write"
        )
        click.echo(f"it into {FILE_NAME} as database.")
    if prepared.config.key_path.name in prepared.made:
        click.echo("Keep a copy of the key file in a safe place, apart from the back-ups:")
        click.echo("without it nobody can open the index or a back-up, ever.")


def _tell_link(token: str, config: Config) -> None:
    click.echo("")
    click.echo("The first account enrols here (once, within 30 minutes):")
    with current_app.test_request_context(base_url=config.public_url):
        click.echo(f"  {url_for('accounts.enrol', token=token, _external=True)}")
    click.echo("")
    if current_state() is State.PREPARING:
        click.echo(
            "Nobody searches here yet. Load the feeds, then: python -m portal lifecycle go-live"
        )
    click.echo("Next: python -m portal serve")


def _refusal(kind: str) -> str:
    return {
        "real": (
            "This folder belongs to a real installation: it takes no invented people. "
            "Choose another: PORTAL_INSTANCE=demo python -m portal setup --demo"
        ),
        "sandbox": (
            "This folder holds the invented town. A real installation needs a folder of its own: "
            "PORTAL_INSTANCE=… python -m portal setup"
        ),
    }[kind]
