"""Files that come packed: what is read as if it were not, and what is refused."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.feeds.inbox import FileRefused, limits, opened
from tests.feeds.packing import gzipped, saying, stored, zipped
from tests.feeds.reading import ABC, HEADER, read, refusal

WHOLE = HEADER + "Zoë,2,3\r\nRenée,5,6\r\n".encode()
Pack = Callable[[bytes], bytes]
WAYS: list[Pack] = [gzipped, zipped, stored]


@pytest.mark.parametrize("pack", WAYS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_is_packed_is_read_as_if_it_were_not(
    tmp_path: Path, pack: Pack, encoding: str
) -> None:
    content = WHOLE.decode().encode(encoding)
    rows = read(tmp_path, pack(content))
    assert rows == read(tmp_path, content)
    assert [row.cells[0] for row in rows] == ["Zoë", "Renée"]


@pytest.mark.parametrize("pack", WAYS)
def test_the_same_table_packed_is_the_same_file(tmp_path: Path, pack: Pack) -> None:
    marks = set()
    for content in (WHOLE, pack(WHOLE)):
        path = tmp_path / "some.csv"
        path.write_bytes(content)
        with opened(path, ABC) as parcel:
            marks.add(parcel.fingerprint)
    assert len(marks) == 1


def test_files_of_many_pieces(tmp_path: Path) -> None:
    lines = [f"{n},{os.urandom(40).hex()},x\n" for n in range(20_000)]
    content = HEADER + "".join(lines).encode()
    wanted = [line.rstrip().split(",") for line in lines]
    for packed in (gzipped(content), zipped(content), stored(content)):
        assert [row.cells for row in read(tmp_path, packed)] == wanted


def test_gzip_files_that_were_joined(tmp_path: Path) -> None:
    joined = gzipped(HEADER) + gzipped(b"1,2,3\n4,") + gzipped(b"") + gzipped(b"5,6\n")
    assert [row.cells for row in read(tmp_path, joined)] == [["1", "2", "3"], ["4", "5", "6"]]
    assert read(tmp_path, joined + b"\0" * 200_000) == read(tmp_path, joined)
    assert refusal(tmp_path, joined + b"and more") == ("packed_damaged", 4)
    assert refusal(tmp_path, joined + joined[:4]) == ("packed_damaged", 4)


def test_folders_and_names_of_an_archive_are_not_used(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.mkdir("../up")
        archive.writestr("../../up/../etc/passwd", WHOLE)
    before = sorted(tmp_path.parent.rglob("*"))
    assert read(tmp_path, stream.getvalue()) == read(tmp_path, WHOLE)
    after = sorted(tmp_path.parent.rglob("*"))
    assert [path for path in after if path not in before] == [tmp_path / "some.csv"]


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, place: int, whence: int = 0) -> int:
        raise OSError


def test_an_archive_that_was_written_into_a_pipe(tmp_path: Path) -> None:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("some.csv", WHOLE)
    # Its sizes stand behind the content and in the directory, not before it.
    assert pipe.getvalue()[14:26] == bytes(12)
    assert read(tmp_path, pipe.getvalue()) == read(tmp_path, WHOLE)


@pytest.mark.parametrize("pack", WAYS)
def test_a_packed_file_that_is_cut_is_refused_wherever_it_is_cut(
    tmp_path: Path, pack: Pack
) -> None:
    packed = pack(WHOLE)
    for length in range(4, len(packed)):
        fault, _line = refusal(tmp_path, packed[:length])
        assert fault == "packed_damaged", length


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (zipped(WHOLE, other=WHOLE), "packed_many"),
        (zipped(b"", "[Content_Types].xml", other=WHOLE), "spreadsheet"),
        (zipped(b"", "mimetype", **{"content.xml": b""}), "spreadsheet"),
        (b"PK\x05\x06" + bytes(18), "packed_many"),
        (saying(zipped(WHOLE), 8, "<H", 1), "packed_locked"),
        (saying(zipped(WHOLE), 10, "<H", 9), "packed_unknown"),
        (saying(zipped(WHOLE), 16, "<I", 1), "packed_damaged"),
        (saying(zipped(WHOLE), 24, "<I", 20), "packed_damaged"),
        (saying(zipped(WHOLE), 24, "<I", 2_000_000), "packed_damaged"),
        (saying(zipped(WHOLE), 20, "<I", 10), "packed_damaged"),
        (saying(stored(WHOLE), 20, "<I", 10), "packed_damaged"),
        (saying(zipped(WHOLE), 42, "<I", 7), "packed_damaged"),
        (saying(zipped(WHOLE), 42, "<I", 2**32 - 2), "packed_damaged"),
        (gzipped(WHOLE)[:-8] + bytes(8), "packed_damaged"),
        (zipped(b""), "empty"),
        (gzipped(b""), "empty"),
    ],
)
def test_archives_that_are_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    assert refusal(tmp_path, content)[0] == fault


@pytest.mark.parametrize("outer", WAYS)
@pytest.mark.parametrize("inner", WAYS)
def test_an_archive_in_an_archive_is_refused_unopened(
    tmp_path: Path, outer: Pack, inner: Pack
) -> None:
    assert refusal(tmp_path, outer(inner(WHOLE))) == ("packed_twice", 1)
    assert refusal(tmp_path, outer(inner(outer(inner(WHOLE))))) == ("packed_twice", 1)


def test_an_archive_that_holds_itself(tmp_path: Path) -> None:
    # A zip file whose one entry is stored and reaches over the archive from its first byte.
    archive = stored(stored(WHOLE))
    quine = saying(archive, 42, "<I", archive.index(b"PK\x03\x04", 4))
    with pytest.raises(FileRefused):
        read(tmp_path, quine)
    assert refusal(tmp_path, gzipped(gzipped(gzipped(b"")))) == ("packed_twice", 1)


@pytest.mark.parametrize("pack", WAYS)
def test_what_becomes_too_large_is_refused_while_it_is_unpacked(
    tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = HEADER + b"".join(b"%d,2,3\n" % n for n in range(40_000))
    packed = pack(content)
    assert len(read(tmp_path, packed)) == 40_000
    monkeypatch.setattr(limits, "LARGEST_FILE", len(content) - 1)
    assert refusal(tmp_path, packed)[0] == "too_large"


def bomb_of(pieces: int, wbits: int) -> bytes:
    """Return rows of nothing much, a million bytes a piece, packed as tightly as deflate can."""
    engine = zlib.compressobj(9, zlib.DEFLATED, wbits)
    rows = (b"1,2," + b"x" * 995 + b"\n") * 1_000
    packed = [engine.compress(HEADER), *(engine.compress(rows) for _ in range(pieces))]
    return b"".join([*packed, engine.flush()])


def test_bombs_are_left_when_they_grow(tmp_path: Path) -> None:
    fault, line = refusal(tmp_path, bomb_of(60, 31))
    assert fault == "packed_bomb"
    # Some ten million bytes were read, a thousand a line, and no more.
    assert 9_000 < line < 20_000
    assert len(read(tmp_path, bomb_of(5, 31))) == 5_000


def test_a_zip_bomb_whatever_its_directory_says(tmp_path: Path) -> None:
    honest = zipped(HEADER + (b"1,2," + b"x" * 995 + b"\n") * 36_000)
    assert refusal(tmp_path, honest)[0] == "packed_bomb"
    for size in (10, 2**32 - 2):
        assert refusal(tmp_path, saying(honest, 24, "<I", size))[0] == "packed_bomb"


def test_a_directory_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}", b"")
    assert refusal(tmp_path, stream.getvalue())[0] == "packed_many"


def test_a_gzip_file_of_very_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_JOINED", 100)
    assert refusal(tmp_path, gzipped(HEADER) + gzipped(b"") * 200)[0] == "packed_damaged"
