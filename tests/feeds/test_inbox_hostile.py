"""Files made to do harm, or by accident: each is read or refused in words, with its line."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from portal.feeds.inbox import FileRefused, Layout, Row
from portal.feeds.rules import FILE_FAULTS, ROW_FAULTS
from tests.feeds.packing import gzipped, stored, zipped
from tests.feeds.reading import ABC, HEADER, quickly, read

OPEN = Layout(columns=("a", "b"), open_ended=True)
PLAIN = Layout(width=3)
WORDS = ["a,b,c", "1,2,3", "Zoë", "Łucja", '"', '""', ",", ";", "\t", "|", "\r", "\n", "\r\n", "\0",
         "\x1a", "\x85", "\u2028", "\ufeff", "😀", "\ud83d", "x" * 5_000]  # fmt: skip
BYTES = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x81", b"\xff", b"PK\x03\x04", b"PK\x05\x06",
         b"\x1f\x8b\x08\x00", b"BZh9", HEADER, HEADER.decode().encode("utf-16")]  # fmt: skip
CODECS = ["utf-8", "cp1252", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "iso8859-2", "cp037"]
WAYS = [bytes, gzipped, zipped, stored]

written = st.builds(
    lambda word, codec: word.encode(codec, "surrogatepass" if "utf" in codec else "replace"),
    st.sampled_from(WORDS),
    st.sampled_from(CODECS),
)
hostile = st.lists(written | st.sampled_from(BYTES), max_size=40).map(b"".join)


def read_or_refused(tmp_path: Path, content: bytes, layout: Layout) -> list[Row] | None:
    """Read a file, and hold what comes of it to what the inbox promises; None when refused."""
    refusal: FileRefused | None = None
    try:
        rows = read(tmp_path, content, layout)
    except FileRefused as found:
        refusal = found
    if refusal is not None:
        assert refusal.fault in set(FILE_FAULTS) - {"changed_meanwhile"}
        assert refusal.name == "some.csv"
        assert refusal.line >= 0
        assert set(refusal.columns) <= set(layout.columns)
        return None
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    assert all(row.fault == "" or row.fault in ROW_FAULTS for row in rows)
    if layout is not OPEN:
        assert all(len(row.cells) == 3 for row in rows if not row.fault)
    return rows


@quickly
@given(content=hostile, starts=st.booleans())
@example(content=b'"', starts=True)
@example(content="a,b,c\r\n😀".encode("utf-16")[:-2], starts=False)
def test_any_mixture_of_encodings_line_ends_and_quotes(
    tmp_path: Path, content: bytes, starts: bool
) -> None:
    for layout in (ABC, OPEN, PLAIN):
        read_or_refused(tmp_path, (HEADER if starts else b"") + content, layout)


@quickly
@given(content=hostile, way=st.sampled_from(WAYS[1:]), again=st.sampled_from(WAYS))
def test_packing_changes_nothing(
    tmp_path: Path, content: bytes, way: object, again: object
) -> None:
    assert callable(way)
    assert callable(again)
    plain = read_or_refused(tmp_path, content, ABC)
    if again is bytes and not content.startswith((b"PK", b"\x1f\x8b")):
        assert read_or_refused(tmp_path, way(content), ABC) == plain
    else:
        assert read_or_refused(tmp_path, way(again(content)), ABC) in (None, plain)


@quickly
@given(
    way=st.sampled_from(WAYS[1:]),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 400) | st.none(),
)
def test_a_damaged_archive_never_becomes_another_file(
    tmp_path: Path, way: object, changes: list[tuple[int, int]], cut: int | None
) -> None:
    """The checksum of 32 bits is what holds this; six bytes do not defeat it by accident."""
    assert callable(way)
    whole = HEADER + b"".join(b"%d,two,three\r\n" % number for number in range(9))
    packed = bytearray(way(whole))
    for place, byte in changes:
        packed[place % len(packed)] = byte
    found = read_or_refused(tmp_path, bytes(packed)[:cut], ABC)
    assert found in (None, read(tmp_path, whole))


@quickly
@given(tail=st.binary(max_size=300), start=st.sampled_from(BYTES))
def test_whatever_follows_the_first_bytes_of_a_format(
    tmp_path: Path, tail: bytes, start: bytes
) -> None:
    read_or_refused(tmp_path, start + tail, ABC)


def test_a_directory_that_points_before_the_archive(tmp_path: Path) -> None:
    whole = zipped(HEADER + b"1,2,3\n")
    size = int.from_bytes(whole[-10:-6], "little")
    for lie in (size + 1, size + 256, 2**32 - 1):
        assert (
            read_or_refused(tmp_path, whole[:-10] + lie.to_bytes(4, "little") + whole[-6:], ABC)
            is None
        )


@quickly
@given(directory=st.binary(max_size=120), size=st.integers(0, 2**32 - 1), entries=st.integers(0, 3))
def test_any_directory_of_an_archive(
    tmp_path: Path, directory: bytes, size: int, entries: int
) -> None:
    end = (entries.to_bytes(2, "little") * 2) + size.to_bytes(4, "little") + bytes(6)
    for middle in (directory, b"PK\x01\x02" + directory):
        archive = b"PK\x03\x04" + bytes(26) + middle + b"PK\x05\x06" + bytes(4) + end
        read_or_refused(tmp_path, archive, ABC)


@quickly
@given(entry=st.binary(min_size=42, max_size=42), name=st.binary(max_size=20))
def test_any_entry_of_a_directory(tmp_path: Path, entry: bytes, name: bytes) -> None:
    """The entry is whole, so that what it says of the file is believed until it is found out."""
    fixed = bytearray(b"PK\x01\x02" + entry)
    fixed[28:34] = len(name).to_bytes(2, "little") + bytes(4)
    fixed += name
    end = b"PK\x05\x06" + bytes(4) + b"\1\0\1\0" + len(fixed).to_bytes(4, "little")
    end += (30).to_bytes(4, "little") + bytes(2)
    read_or_refused(tmp_path, b"PK\x03\x04" + bytes(26) + bytes(fixed) + end, ABC)


def test_names_in_an_archive_that_no_file_could_have(tmp_path: Path) -> None:
    whole = HEADER + b"1,2,3\n"
    rows = read(tmp_path, whole)
    for name in (
        b"../x",
        b"C:\\x",
        b"//x/",
        b"\xff\xff\xff\xff",
        b"a\0/x",
        b"\0\0\0\0",
        b"\r\n\x1b[",
    ):
        archive = zipped(whole, "NNNN").replace(b"NNNN", name)
        assert read_or_refused(tmp_path, archive, ABC) in (None, rows), name
    assert read_or_refused(tmp_path, zipped(whole, "ä" * 30_000), ABC) == rows
