"""The operator's verbs for the address book. `directory import` reads files and so is in feeds."""

import datetime as dt

import click
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.core import clock
from portal.directory import actions, queries, room
from portal.directory.rules import (
    KINDS,
    OrganisationFacts,
    Outcome,
    is_title,
    plain,
    read_email,
    read_phone,
    read_postcode,
)

DAY = click.DateTime(["%Y-%m-%d"])


@room.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Its name, as people know it.")
@click.option("--kind", required=True, type=click.Choice(sorted(KINDS)))
@click.option("--phone", default="", help="The number for people who look for this team.")
@click.option("--email", default="", help="The address of the team, not of a person.")
@click.option("--postcode", default="")
@click.option("--authority", default="", metavar="GSS", help="The authority it belongs to.")
@click.option("--accredited-until", type=DAY, help="Let its people in until this day.")
@click.option("--rehearse", is_flag=True, help="Say what would happen and change nothing.")
def add_organisation(rehearse: bool, accredited_until: dt.datetime | None, **typed: str) -> None:
    """Add a team that no national register holds, or change it. CODE is a code of your own."""
    facts = _facts(typed)
    if rehearse:
        click.echo(_("Nothing was changed: everything can be read."))
        return
    outcome = actions.put_organisation(
        facts=facts,
        source="operator",
        source_on=clock.today(),
        accredited_until=accredited_until.date() if accredited_until else None,
        by=operator("directory add"),
    )
    if outcome is Outcome.CODE_TAKEN:
        raise click.ClickException(_("An organisation of a register has this code already."))
    click.echo({
        Outcome.ADDED: _("The organisation was added."),
        Outcome.CHANGED: _("The organisation was changed."),
    }.get(outcome, _("The organisation was there already, just like this.")))  # fmt: skip


@room.command("accredit")
@click.argument("code")
@click.option("--until", type=DAY, help="The last day on which its people may sign in.")
@click.option("--end", is_flag=True, help="Its people may not sign in any longer.")
@click.option("--rehearse", is_flag=True, help="Say what would happen and change nothing.")
def accredit(code: str, until: dt.datetime | None, end: bool, rehearse: bool) -> None:
    """Say until when the organisation with this CODE is accredited."""
    if (until is None) != end:
        raise click.UsageError(_("Give either --until DATE or --end."))
    found = queries.organisation_by_code(code)
    if found is None:
        raise click.ClickException(_("No organisation has this code."))
    if not rehearse:
        actions.accredit_organisation(
            code=code, until=until.date() if until else None, by=operator("directory accredit")
        )
    click.echo(f"{found.code}  {found.name}")
    click.echo(_("Nothing was changed.") if rehearse else _("The accreditation was written down."))


def _facts(typed: dict[str, str]) -> OrganisationFacts:
    """Read what was typed. Raises click.UsageError naming the option that cannot be read."""
    code, name = plain(typed["code"]).upper(), plain(typed["name"])
    if not (code.isascii() and code.replace("-", "").isalnum() and 2 <= len(code) <= 20):
        raise click.UsageError(_("CODE is made of 2 to 20 letters, digits and hyphens."))
    if not is_title(name) or len(name) > 160:
        raise click.UsageError(_("--name cannot be used as a name."))
    if typed["authority"] and queries.authority_by_code(typed["authority"]) is None:
        raise click.UsageError(_("--authority: no authority has this code. Import them first."))
    return OrganisationFacts(
        scheme="own",
        code=code,
        name=name,
        kind=typed["kind"],
        authority_code=typed["authority"],
        phone=_read("phone", typed["phone"]),
        email=_read("email", typed["email"]),
        postcode=_read("postcode", typed["postcode"]),
    )


def _read(option: str, text: str) -> str:
    readers = {"phone": read_phone, "email": read_email, "postcode": read_postcode}
    if not text:
        return ""
    value = readers[option](text)
    if value is None:
        raise click.UsageError(_("--%(option)s cannot be read.", option=option))
    return value
