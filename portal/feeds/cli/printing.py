"""Receipts and reports: a table where somebody watches, plain lines for a file or a pipe."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

import click
from flask_babel import gettext as _
from rich.console import Console
from rich.table import Table

from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import ROW_FAULTS, UNMARKED, RegisterReport, SetAside, Unmarked

MOST_ROWS = 100


def print_receipt(sheet: ReceiptSheet, *, every_row: bool = False) -> None:
    """Print what became of a file of people."""
    if not sheet.number:
        click.echo(_("Rehearsal: nothing was changed."))
    elif sheet.state == "abandoned":
        click.echo(_("This import was given up when a newer file came. What it had taken stays."))
    elif sheet.state != "finished":
        click.echo(_("This import is not finished. Run the same command again."))
    words = {
        _("Receipt"): sheet.number,
        _("Source"): sheet.source,
        _("Kind"): sheet.kind,
        _("Received"): str(sheet.received),
        _("Added"): str(sheet.added),
        _("Changed"): str(sheet.changed),
        _("Unchanged"): str(sheet.unchanged),
        _("Set aside"): str(sheet.set_aside),
    }
    if sheet.is_full:
        words[_("Speaks of")] = f"{sheet.speaks_of}"
        words[_("No longer reported")] = said_of_left_out(sheet)
    _print_pairs({word: value for word, value in words.items() if value})
    if sheet.unmarked:
        click.echo(UNMARKED[Unmarked(sheet.unmarked)])
    _print_rows(sheet.rows, every_row)
    if not every_row and sheet.number and len(sheet.rows) > MOST_ROWS:
        click.echo(_("All of them: python -m portal feeds receipt %(n)s", n=sheet.number))


def said_of_left_out(sheet: ReceiptSheet) -> str:
    """How much a full file leaves out, and that it was not marked where it was too much."""
    if sheet.told is not None:
        return str(_("%(n)d of %(told)d, not marked", n=sheet.unreported, told=sheet.told))
    return str(sheet.unreported or 0)


def print_report(report: RegisterReport, *, rehearsed: bool, hint: bool) -> None:
    """Print what became of a register; the hint says how to accredit what was added."""
    if rehearsed:
        click.echo(_("Rehearsal: nothing was changed."))
    words = {
        "added": _("Added"),
        "changed": _("Changed"),
        "closed": _("Closed"),
        "unchanged": _("Unchanged"),
        "closed_unknown": _("Closed and not known here: not added"),
        "not_a_practice": _("Passed over: prescribers that are not GP practices"),
        "not_for_children": _("Passed over: not for children in England"),
        "not_open_yet": _("Passed over: not open yet"),
        "without_phone": _("Open, without a telephone number that can be used"),
    }
    always = {"added", "changed", "closed", "unchanged"}
    counts = report.counts
    shown = {words[w]: str(counts[w]) for w in words if counts[w] or w in always}
    _print_pairs({**shown, _("Refused"): str(len(report.refused))})
    _print_rows(report.refused, every_row=True)
    if counts["added"] and hint:
        click.echo(
            _("What was added is not accredited: its people cannot sign in until you say so, "
              "with --accredited-until or: python -m portal directory accredit")
        )  # fmt: skip


def _print_pairs(pairs: Mapping[str, str]) -> None:
    if not sys.stdout.isatty():
        for word, value in pairs.items():
            click.echo(f"{word}: {value}")
        return
    table = Table(show_header=False)
    for word, value in pairs.items():
        table.add_row(word, value)
    Console().print(table)


def _print_rows(rows: Sequence[SetAside], every_row: bool) -> None:
    """Print where each row stands and why it was not taken; of very many, the first and sums."""
    if not rows:
        return
    shown = rows if every_row else rows[:MOST_ROWS]
    table = Table(_("Line"), _("Column"), _("Why"))
    for row in shown:
        why = str(ROW_FAULTS[row.fault])
        if sys.stdout.isatty():
            table.add_row(str(row.line), row.column, why)
        elif row.column:
            click.echo(
                _("Line %(line)d, %(column)s: %(why)s", line=row.line, column=row.column, why=why)
            )
        else:
            click.echo(_("Line %(line)d: %(why)s", line=row.line, why=why))
    if sys.stdout.isatty():
        Console().print(table)
    if len(shown) < len(rows):
        for fault, count in Counter(row.fault for row in rows).most_common():
            click.echo(f"{count} × {ROW_FAULTS[fault]}")
