"""python -m tests.benchmarks inbox: how much memory a large file takes to read.

A file of invented children is written, packed and in other encodings, and read through the inbox by
a process of its own, row by row, as an import reads it. What is measured is the reading alone; what
an import remembers of the rows stands beside memory (decisions/0032).
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from portal.feeds.inbox import Layout, opened
from portal.feeds.rules import COLUMNS, FileKind
from tests.benchmarks.findings import machine
from tests.feeds.filing import child

MEGABYTE = 1_000_000
MOST_MEGABYTES = 300
KIND = FileKind.CHILDREN


@contextmanager
def _zip(path: Path) -> Iterator[IO[bytes]]:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("children.csv", "w", force_zip64=True) as stream,
    ):
        yield stream


WAYS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "plain, UTF-8": ("utf-8", lambda path: path.open("wb")),
    "plain, Windows-1252": ("cp1252", lambda path: path.open("wb")),
    "plain, UTF-16": ("utf-16-le", lambda path: path.open("wb")),
    "gzip, UTF-8": ("utf-8", lambda path: gzip.GzipFile(path, "wb", 1)),
    "zip, UTF-8": ("utf-8", _zip),
    "zip, UTF-16": ("utf-16-le", _zip),
}


def write_children(path: Path, way: str, megabytes: int) -> None:
    """Write so many megabytes of invented children, as they are once unpacked, in one of WAYS."""
    encoding, opening = WAYS[way]
    written, number = 0, 0
    with opening(path) as stream:
        if encoding == "utf-16-le":
            stream.write(b"\xff\xfe")
        stream.write((",".join(COLUMNS[KIND]) + "\r\n").encode(encoding))
        while written < megabytes * MEGABYTE:
            rows = "".join(_row(one) for one in range(number, number + 2_000))
            number += 2_000
            written += stream.write(rows.encode(encoding))


def _row(number: int) -> str:
    row = child(number % 40_000, source_id=f"K{number}", family_name="O’Haraé")
    cells = (row.get(column, "") for column in COLUMNS[KIND])
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"


def read_through(path: Path) -> dict[str, Any]:
    """Read a file as an import does; return rows, seconds and the most memory, in megabytes."""
    before, start = _most_memory(), time.perf_counter()
    with opened(path, Layout(columns=COLUMNS[KIND])) as parcel:
        rows = sum(1 for row in parcel.rows() if not row.fault and parcel.named(row))
        faults = parcel.count - rows
    seconds = time.perf_counter() - start
    most = _most_memory()
    found = {"rows": rows, "faults": faults, "seconds": seconds, "before": before}
    return {**found, "megabytes_of_memory": most}


def _most_memory() -> float:
    """The most megabytes this process ever had in memory.

    From the kernel's own mark: that of getrusage begins with what the parent had.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    if found is None:
        raise OSError("this system does not tell how much memory a process had")
    return int(found[1]) * 1_024 / MEGABYTE


def read_apart(path: Path) -> dict[str, Any]:
    """Read a file in a process of its own, so that nothing else counts."""
    code = "import json, sys; from pathlib import Path; from tests.benchmarks import inbox; "
    code += "print(json.dumps(inbox.read_through(Path(sys.argv[1]))))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@click.command()
@click.option("--megabytes", default=500, show_default=True, help="How large, once unpacked.")
def inbox(megabytes: int) -> None:
    """Measure how much memory reading takes; exit code 1 when it is more than 300 MB."""
    for word, fact in machine("not used").items():
        click.echo(f"{word}: {fact}")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            path = Path(folder) / "children"
            write_children(path, way, megabytes)
            found = read_apart(path)
            worst = max(worst, found["megabytes_of_memory"])
            click.echo(
                f"{way}: {path.stat().st_size / MEGABYTE:.0f} MB on disk, {found['rows']} rows, "
                f"{found['faults']} set aside, {found['seconds']:.1f} s, "
                f"{found['megabytes_of_memory']:.0f} MB of memory at most, "
                f"{found['before']:.0f} MB of them before the file was opened"
            )
    sys.exit(1 if worst > MOST_MEGABYTES else 0)
