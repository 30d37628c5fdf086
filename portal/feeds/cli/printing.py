"""Receipts and reports: a table where somebody watches, plain lines for a file or a pipe."""

import sys
from collections.abc import Iterable, Mapping, Sequence

import click
from flask_babel import gettext as _
from rich.console import Console
from rich.table import Table

from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import (
    NOTHING_TAKEN,
    ROW_FAULTS,
    RUN_STATES,
    UNMARKED,
    RegisterReport,
    SetAside,
    Unmarked,
    in_batches,
)

MOST_ROWS = 100


def print_receipt(sheet: ReceiptSheet, *, every_row: Iterable[SetAside] = ()) -> None:
    """Print what became of a file of people: every row that was set aside where they are given,
    else the first of them, and sums."""
    if not sheet.number:
        click.echo(_("Rehearsal: nothing was changed."))
    elif sheet.state == "abandoned":
        click.echo(RUN_STATES[sheet.state])
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
    _print_doubts(sheet)
    if every_row:
        _print_rows(every_row)
    else:
        _print_first_rows(sheet)


def _print_doubts(sheet: ReceiptSheet) -> None:
    if sheet.unmarked:
        click.echo(UNMARKED[Unmarked(sheet.unmarked)])
    if sheet.took_nothing:
        click.echo(NOTHING_TAKEN)


def _print_first_rows(sheet: ReceiptSheet) -> None:
    shown = sheet.rows[:MOST_ROWS]
    _print_rows(shown)
    _print_sums(shown, sheet.faults)
    if sheet.number and sheet.set_aside > len(shown) > 0:
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
    _print_pairs({**shown, _("Refused"): str(report.refused.faults.total())})
    _print_rows(report.refused.rows)
    _print_sums(report.refused.rows, report.refused.faults.most_common())
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


def _print_rows(rows: Iterable[SetAside]) -> None:
    """Print where each row stands and why it was not taken."""
    for some in in_batches(rows):
        if sys.stdout.isatty():
            _print_table(some)
        else:
            _print_lines(some)


def _print_table(rows: Iterable[SetAside]) -> None:
    table = Table(_("Line"), _("Column"), _("Why"))
    for row in rows:
        table.add_row(str(row.line), row.column, str(ROW_FAULTS[row.fault]))
    Console().print(table)


def _print_lines(rows: Iterable[SetAside]) -> None:
    for row in rows:
        why = str(ROW_FAULTS[row.fault])
        if row.column:
            click.echo(
                _("Line %(line)d, %(column)s: %(why)s", line=row.line, column=row.column, why=why)
            )
        else:
            click.echo(_("Line %(line)d: %(why)s", line=row.line, why=why))


def _print_sums(shown: Sequence[SetAside], faults: Iterable[tuple[str, int]]) -> None:
    """Print how many rows each reason set aside, where not every row is shown."""
    sums = dict(faults)
    if len(shown) < sum(sums.values()):
        for fault, count in sums.items():
            click.echo(f"{count} × {ROW_FAULTS[fault]}")
