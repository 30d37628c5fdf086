"""National registers and lists of authorities.

A verb of the directory that lives here, because only feeds open files (see decisions/0004).
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import click
from flask_babel import gettext as _

from portal.access.identity import operator
from portal.directory import room as directory_room
from portal.feeds import actions
from portal.feeds.actions import LAYOUTS
from portal.feeds.cli.driving import DRY_RUN, day_said, driven, say_encoding, told
from portal.feeds.cli.printing import print_report
from portal.feeds.inbox import opened
from portal.feeds.rules import Register


@directory_room.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "layout",
    required=True,
    type=click.Choice([register.value for register in Register]),
    help="NHS ODS epraccur, DfE establishments, or gss_code,name,type of authorities.",
)
@click.option(
    "--accredited-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Accredit the open organisations of the file until this day.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which it was written; what is known of a later day stays.",
)
@DRY_RUN
def import_register(
    file: Path,
    layout: str,
    accredited_until: dt.datetime | None,
    as_of: dt.datetime | None,
    rehearse: bool,
) -> Iterator[None]:
    """Bring authorities, schools or GP practices to what a register says.

    Without --accredited-until nobody's accreditation changes, and what is new has none.
    Exit 0: taken. 1: not finished, run it again. 2: refused.
    """
    register = Register(layout)
    if accredited_until and register is Register.AUTHORITIES:
        raise click.UsageError(_("Authorities are not accredited; organisations are."))
    needs_hint = accredited_until is None and register is not Register.AUTHORITIES
    run = actions.rehearse_register if rehearse else actions.import_register
    with told(), opened(file, LAYOUTS[register]) as parcel:
        report = yield from driven(
            run(
                register=register,
                parcel=parcel,
                accredited_until=accredited_until.date() if accredited_until else None,
                as_of=day_said(as_of),
                by=operator("directory import"),
            )
        )
        say_encoding(parcel)
    print_report(report, rehearsed=rehearse, hint=needs_hint)
