"""python -m portal sandbox …: how to sign in as the invented people. On a sandbox only."""

import json
import time

import click
import pyotp
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from portal.access.state import is_sandbox
from portal.accounts.models import Account
from portal.accounts.rules import fold_email
from portal.accounts.rules.factors import STEP_SECONDS, factor_place, step_of
from portal.core import clock
from portal.core.db import db
from portal.core.keys import Keys, unseal
from portal.sandbox import cast
from portal.sandbox.town import misspelt_story

sandbox_cli = AppGroup("sandbox", help="The invented people: who they are and how to sign in.")


_LAPSED = {
    "training_lapsed": "training lapsed: refused",
    "accreditation_lapsed": "organisation no longer accredited: refused",
    "other_authority": "of another authority",
    "vetting_lapsed": "vetting lapsed: refused",
}


class NotSandbox(click.ClickException):
    """This index holds real people, or nothing yet: no passphrase or code is printed."""

    def __init__(self) -> None:
        super().__init__("This is not a sandbox: only the invented town has such people.")


def people() -> list[dict[str, str]]:
    """How to sign in as each member of the cast, those in good standing first.

    `role` is the role word, `title` tells the health visitor from the social worker, `standing` is
    "good" or says what has lapsed. Raises NotSandbox.
    """
    _refuse_unless_sandbox()
    return [
        {
            "email": member.email,
            "role": " ".join(member.roles),
            "passphrase": member.passphrase,
            "name": member.name,
            "title": member.title,
            "standing": member.standing,
        }
        for member in cast.people(clock.today())
    ]


def code(email: str) -> str:
    """The one-time code with which this member of the cast can sign in now.

    A code opens only once. When the present one was used, this is the next, and when that was
    used too it waits for the one after. Raises NotSandbox, and ClickException for nobody known.
    """
    _refuse_unless_sandbox()
    found = select(Account).where(Account.email == fold_email(email))
    account = db.session.scalar(found)
    if account is None or account.sealed_factor is None:
        raise click.ClickException("Nobody with that e-mail address has a second factor.")
    keys: Keys = current_app.extensions["portal_keys"]
    secret = unseal(keys.factor, account.sealed_factor, place=factor_place(account.id))
    step = max(step_of(clock.now()), account.factor_last_step + 1)
    db.session.rollback()  # Nobody waits for us while we wait.
    while step > step_of(clock.now()) + 1:
        time.sleep(0.5)
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(step)


def story() -> str:
    """The story of the demo in two sentences: what to type and whom to find. Raises NotSandbox."""
    _refuse_unless_sandbox()
    given, family, birth = misspelt_story(clock.today())
    child = cast.children(clock.today())["story"]
    day = f"{birth.day} {birth.month} {birth.year}"
    return (
        f"Search for {given} {family}, born {day}: as the name was heard through a door, with day "
        f"and month swapped. The child is {child.name}."
    )


@sandbox_cli.command("people")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def print_people(as_json: bool) -> None:
    """Print who can sign in, and with which passphrase."""
    found = people()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for person in found:
        lapsed = "" if person["standing"] == "good" else f"  ({_LAPSED[person['standing']]})"
        click.echo(f"{person['title']}: {person['name']}{lapsed}")
        click.echo(f"    {person['email']}  {person['passphrase']}")
    click.echo()
    click.echo(story())


@sandbox_cli.command("code")
@click.argument("email")
def print_code(email: str) -> None:
    """Print the one-time code of the moment."""
    click.echo(code(email))


def _refuse_unless_sandbox() -> None:
    if not is_sandbox():
        raise NotSandbox
