"""The operator's verbs for accounts. The operator gives access and never chooses a passphrase."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.access.permissions import Role
from portal.accounts import actions, queries, room
from portal.accounts.rules import enrolment_address, fold_email, read_email, review
from portal.accounts.rules.words import ROLES, may_be_held_together
from portal.core import clock
from portal.core.texts import clean
from portal.directory import queries as directory

DAY = click.DateTime(["%Y-%m-%d"])
REHEARSE = click.option("--rehearse", is_flag=True, help="Say what would happen, change nothing.")


@dataclass(frozen=True, slots=True)
class Dates:
    """The last days on which each condition holds."""

    trained_until: dt.date | None
    vetted_until: dt.date | None
    reviewed_until: dt.date | None


def dated(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the three options for dates."""
    for name, what in (
        ("reviewed", "The last day for which access is confirmed"),
        ("vetted", "The last day on which vetting holds"),
        ("trained", "The last day on which training holds"),
    ):
        function = click.option(f"--{name}-until", type=DAY, help=f"{what}: 2027-03-31.")(function)
    return function


@room.command("add")
@click.option("--email", required=True, help="The person's own work e-mail address.")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--organisation", default="", metavar="CODE", help="Left out: the index team.")
@click.option("--practitioner-email", default="", help="Their entry in the directory.")
@click.option("--sponsor", default="", metavar="EMAIL", help="The authoriser who answers for them.")
@dated
@REHEARSE
def add(rehearse: bool, email: str, name: str, roles: tuple[str, ...], **options: Any) -> None:
    """Add an account and print its enrolment link, once."""
    by, dates = operator("accounts add"), _dates_of_new(options)
    words: dict[str, Any] = {
        "email": _email(email),
        "name": _name(name),
        "roles": _roles(roles),
        "organisation_id": _organisation(options["organisation"]),
        "practitioner_id": _practitioner(options["practitioner_email"], email),
        "sponsor_id": _sponsor(options["sponsor"]),
    }
    click.echo(_("Training in date until %(day)s.", day=dates.trained_until))
    click.echo(_("Vetting in date until %(day)s.", day=dates.vetted_until))
    click.echo(_("Access confirmed until %(day)s.", day=dates.reviewed_until))
    if rehearse:
        click.echo(_("Nothing was changed."))
        return
    account_id = actions.add_account(
        **words, trained_until=dates.trained_until, vetted_until=dates.vetted_until,
        reviewed_until=dates.reviewed_until, by=by,
    )  # fmt: skip
    _print_link(account_id, "accounts add")


@room.command("link")
@click.argument("email")
@REHEARSE
def link(email: str, rehearse: bool) -> None:
    """Print a new enrolment link; the present passphrase, app and sessions stop working."""
    sheet = _account(email)
    click.echo(f"{sheet.email}  {sheet.name}")
    if not rehearse:
        _print_link(sheet.id, "accounts link")


@room.command("suspend")
@click.argument("email")
@REHEARSE
def suspend(email: str, rehearse: bool) -> None:
    """Stop an account at once."""
    sheet = _account(email)
    if not rehearse:
        actions.suspend_account(account_id=sheet.id, by=operator("accounts suspend"))
    click.echo(_("Nothing was changed.") if rehearse else _("The account is suspended."))


@room.command("resume")
@click.argument("email")
@REHEARSE
def resume(email: str, rehearse: bool) -> None:
    """Lift a suspension."""
    sheet = _account(email)
    if not rehearse:
        actions.resume_account(account_id=sheet.id, by=operator("accounts resume"))
    click.echo(_("Nothing was changed.") if rehearse else _("The account is active."))


@room.command("renew")
@click.argument("email")
@dated
@click.option(
    "--override-until",
    type=DAY,
    help="The last day on which this person may override shields; a past day takes it away.",
)
@REHEARSE
def renew(email: str, rehearse: bool, **options: dt.datetime | None) -> None:
    """Write down new dates of training, vetting, review or the right to override."""
    given = {name: moment.date() for name, moment in options.items() if moment}
    if not given:
        raise click.UsageError(_("Give at least one date."))
    sheet = _account(email)
    if not rehearse:
        actions.renew_dates(account_id=sheet.id, by=operator("accounts renew"), **given)
    click.echo(_("Nothing was changed.") if rehearse else _("The dates were written down."))


@room.command("list")
def list_accounts() -> None:
    """Print every account: e-mail address, roles, status, last day of confirmed access."""
    for sheet in queries.all_accounts():
        roles = ", ".join(str(ROLES[role]) for role in sheet.roles)
        until = sheet.reviewed_until or "-"
        click.echo(f"{sheet.email}  {sheet.name}  {roles}  {sheet.status}  {until}")


def _print_link(account_id: uuid.UUID, command: str) -> None:
    token = actions.issue_link(account_id=account_id, by=operator(command))
    address = enrolment_address(current_app.extensions["portal_config"].public_url, token)
    click.echo(_("Send this link to the work e-mail address. It works once, for 30 minutes:"))
    click.echo(address)


def _dates_of_new(options: dict[str, Any]) -> Dates:
    today = clock.today()
    held = {
        "trained_until": review.months_after(today, review.TRAINING_MONTHS),
        "vetted_until": review.months_after(today, review.VETTING_MONTHS),
        "reviewed_until": review.next_review(today),
    }
    return Dates(**{n: options[n].date() if options[n] else day for n, day in held.items()})


def _roles(typed: Collection[str]) -> list[Role]:
    roles = [Role(role) for role in typed]
    if not may_be_held_together(roles):
        raise click.UsageError(_("--role: these roles must not be in one hand."))
    return roles


def _email(typed: str) -> str:
    config = current_app.extensions["portal_config"]
    address = read_email(typed, config.mail_domains)
    if address is None:
        raise click.UsageError(
            _("--email cannot be used. For a domain of an intranet see mail_domains.")
        )
    return address


def _name(typed: str) -> str:
    try:
        name = clean(typed)
    except ValueError:
        name = ""
    if not 1 < len(name) <= 120:
        raise click.UsageError(_("--name cannot be used as a name."))
    return name


def _organisation(code: str) -> uuid.UUID:
    if code:
        found = directory.organisation_by_code(code.strip().upper())
        if found is None:
            raise click.ClickException(_("No organisation has this code."))
        return found.id
    own = queries.index_teams()
    if len(own) != 1:
        raise click.UsageError(_("Say which organisation: --organisation CODE."))
    return own[0]


def _practitioner(typed: str, email: str) -> uuid.UUID | None:
    found = directory.practitioner_by_email(fold_email(typed or email))
    if typed and found is None:
        raise click.ClickException(_("--practitioner-email: nobody in the directory has it."))
    return found.id if found else None


def _sponsor(typed: str) -> uuid.UUID | None:
    if not typed:
        return None
    found = queries.account_by_email(typed)
    if found is None or Role.AUTHORISER not in found.roles:
        raise click.ClickException(_("--sponsor: no authoriser has this e-mail address."))
    return found.id


def _account(email: str) -> queries.AccountSheet:
    sheet = queries.account_by_email(email)
    if sheet is None:
        raise click.ClickException(_("No account has this e-mail address."))
    return sheet
