"""A right file of each format, damaged: it is taken or refused in words with file and line, the
index gets all of it or nothing, and nothing costs more memory than a line may have.

What the inbox alone makes of bytes is in test_inbox_hostile and test_documents; here damaged rows
go through everything behind it, into both databases.
"""

import re
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, example, given
from hypothesis import settings as limited
from hypothesis import strategies as st

from portal.feeds.inbox import FileRefused, Layout, opened
from portal.feeds.inbox.layouts import PUPILS
from portal.feeds.rules import FileKind, MapRefused, read_map
from tests.databases import let_go
from tests.directory.test_import import practices, schools
from tests.directory.test_registers import gias, ods
from tests.feeds.exports import SURGERY, surgery
from tests.feeds.filing import Cells, child, counts, involvement, practitioner, run
from tests.feeds.packing import gzipped, stored, zipped
from tests.feeds.schools import document, pupil
from tests.feeds.sending import table
from tests.feeds.sequences.index import Index, open_tables

REFUSAL = re.compile(r"Error: some\.\w+: (Line \d+: )?\S.+")
# Bytes that are odd somewhere: marks, halves of letters, ends, signs of other formats.
ODD = (
    b"\0", b"\r", b"\n", b'"', b'""', b",", b";", b"\t", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\x81", b"\xe2\x80\xae", b"\xcc\x81" * 50, b"\x1a",
    b"\x85", b"A" * 5_000, b"," * 1_200, b"9" * 400, b"-0001-13-32", "Ł".encode("utf-16"),
    b"<!DOCTYPE x>", b"&#0;", b"&#xD800;", b"<Pupil>", b"]]>", b"PK\x03\x04", b"\x1f\x8b",
    b"\xc2\xa0", b"\x7f", b"\xef\xbf\xbf",
)  # fmt: skip
Damage = Callable[[bytes], bytes]


def _damaged(at: float, gone: int, odd: bytes, end: float) -> Damage:
    """Cut a file somewhere, and put something odd in the place of some bytes before that."""

    def damage(whole: bytes) -> bytes:
        kept = whole[: round(len(whole) * end)]
        place = round(len(kept) * at)
        return kept[:place] + odd + kept[place + gone :]

    return damage


shares = st.floats(0, 1)
damages = st.lists(
    st.builds(
        _damaged, shares, st.sampled_from([0, 0, 1, 1, 2, 9, 40]),
        st.sampled_from([b"", *ODD]) | st.binary(min_size=1, max_size=2),
        st.just(1.0) | st.just(1.0) | shares,
    ),
    min_size=1, max_size=3,
)  # fmt: skip
packings = st.sampled_from([bytes, bytes, bytes, zipped, stored, gzipped])
CHILDREN: list[Cells] = [
    child(number, former_family_names="Smith; van der Berg") for number in (1, 2)
]
WORK = [involvement(1, ended_on="2025-01-01"), involvement(2, is_lead="yes")]
PEOPLE = [practitioner("ada"), practitioner("zoe", team_phone="01632 960124")]


def _of_register(write: Callable[..., Path], rows: list[Any], folder: Path) -> bytes:
    return write(folder / "register.csv", rows).read_bytes()


# How each is imported, and a right file of it.
FORMATS: dict[str, tuple[tuple[str, ...], Callable[[Path], bytes]]] = {
    "children": (("--kind", "children"), lambda _: table(CHILDREN)),
    "involvements": (("--kind", "involvements"), lambda _: table(WORK, FileKind.INVOLVEMENTS)),
    "practitioners": (("--kind", "practitioners"), lambda _: table(PEOPLE, FileKind.PRACTITIONERS)),
    "pupils": (("--kind", "ctf"), lambda _: document(pupil(1), pupil(2)).encode()),
    "map": (("--kind", "children", "--map", "MAP"), lambda _: surgery(CHILDREN)),
    "ods": (
        ("--format", "ods"),
        lambda folder: _of_register(practices, [ods(c1=f"X9800{n}") for n in (1, 2)], folder),
    ),
    "gias": (("--format", "gias"), lambda folder: _of_register(schools, [gias(), gias()], folder)),
    "authorities": (
        ("--format", "authorities"),
        lambda _: b"gss_code,name,type\nE99999991,Harrowmere,county\nE99999992,Westmarch,county\n",
    ),
}


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def small(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An installation with few children in it, on each database in turn."""
    server = request.param == "postgresql"
    cluster = request.getfixturevalue("postgresql") if server else None
    made = Index(tmp_path_factory.mktemp("mutated") / "index", cluster)
    made.begin()
    yield made
    let_go(made.app)


def take(index: Index, name: str, content: bytes) -> Result:
    """Import a file as the operator does."""
    how, _ = FORMATS[name]
    path = index.folder / "some.csv"
    path.write_bytes(content)
    (index.folder / "map.toml").write_text(SURGERY, encoding="utf-8")
    words = [str(index.folder / "map.toml") if word == "MAP" else word for word in how]
    if how[0] == "--format":
        return run(index.app, "directory", "import", *words, path)
    return run(index.app, "feeds", "import", "--source", f"of-{name}", *words, path)


@pytest.mark.parametrize("name", FORMATS)
@limited(
    max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(done=damages, pack=packings, twice=damages)
@example(done=[bytes], pack=bytes, twice=[bytes])
@example(done=[lambda whole: whole * 2], pack=zipped, twice=[bytes])
def test_a_damaged_file_is_taken_or_refused_in_words(
    small: Index, tmp_path: Path, name: str, done: list[Damage], pack: Damage, twice: list[Damage]
) -> None:
    """The archive is damaged as well, where it is packed."""
    content = FORMATS[name][1](tmp_path)
    for damage in done:
        content = damage(content)
    content = pack(content)
    for damage in twice if pack is not bytes else ():
        content = damage(content)
    with small.here():
        before = open_tables(small)
    result = take(small, name, content)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    if result.exit_code == 0:
        if "--kind" in FORMATS[name][0]:
            received, *others = counts(result)
            assert received == sum(others)
        return
    assert result.exit_code == 2
    assert REFUSAL.fullmatch(result.output.strip()), result.output
    with small.here():
        assert open_tables(small) == before


@limited(max_examples=80, deadline=None)
@given(done=damages)
@example(done=[lambda whole: whole * 2])
@example(done=[lambda whole: b"a." * 400_000 + b"b = 1"])
@example(done=[lambda whole: b"a = " + b"[" * 5_000])
def test_a_damaged_map_is_read_or_refused_in_words(done: list[Damage]) -> None:
    content = SURGERY.encode()
    for damage in done:
        content = damage(content)
    with suppress(MapRefused):
        read_map(content, FileKind.CHILDREN)


COLUMNS = ("a", "b", "c")
MANY = b"," * 999_990
LONG = 50_000_000
OPEN_ENDED = Layout(COLUMNS, open_ended=True)
HUGE: dict[str, tuple[bytes, Any, str]] = {
    "a million columns in the header": (b"a,b,c" + MANY, OPEN_ENDED, "too_wide"),
    "more than a line may have": (b"a,b,c" + MANY * 2, Layout(COLUMNS), "long_line"),
    "a million columns without header": (b"1" + MANY, Layout(width=3), "width"),
    "a line of 50 MB": (b"a,b,c\n1,2," + b"x" * LONG, Layout(COLUMNS), "long_line"),
    "a quoted cell without end": (
        b'a,b,c\n1,2,"' + (b"x" * 99_999 + b"\n") * 500, Layout(COLUMNS), "open_quote",
    ),
    "50 MB of one word in XML": (b"<CTfile " + b"x" * LONG, PUPILS, "xml_long"),
    "50 MB without markup": (b"<CTfile><Header><CTFversion>" + b"2" * LONG, PUPILS, "xml_large"),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_refused_with_little_memory(tmp_path: Path, name: str) -> None:
    content, layout, fault = HUGE[name]
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused) as raised, opened(path, layout):
            raise AssertionError("it was opened")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (raised.value.fault, raised.value.line > 0) == (fault, True)
    assert most < 100_000_000


def test_a_row_of_a_million_columns_is_that_rows_fault(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(b"a,b,c\n1" + MANY + b"\n1,2,3\n")
    with opened(path, Layout(COLUMNS)) as parcel:
        assert [(row.line, row.fault) for row in parcel.rows()] == [(2, "cells"), (3, "")]
