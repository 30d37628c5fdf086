"""Operator's verbs about the log."""

from collections.abc import Iterator

import click
from flask import current_app

from portal.access.identity import operator
from portal.audit import actions, room


@room.command("verify")
def verify() -> Iterator[None]:
    """Prove that the access log is whole. Exit 0 when it is, 1 with the first bad line when not."""
    keys = current_app.extensions["portal_keys"]
    report = actions.verify_log(keys=keys, by=operator("audit verify"))
    yield
    click.echo(report.sentence)
    if not report.is_whole:
        raise SystemExit(1)
