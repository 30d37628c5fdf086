"""Documents in XML: branches come out with their lines; what is wrong is refused with its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from defusedxml.expatreader import DefusedExpatParser
from hypothesis import example, given
from hypothesis import settings as limited
from hypothesis import strategies as st

from portal.feeds.inbox import FileRefused, Row, documents, limits, opened, pieces
from portal.feeds.inbox.layouts import PUPILS
from portal.feeds.rules import FILE_FAULTS, ROW_FAULTS
from tests.feeds.packing import gzipped, stored, zipped
from tests.feeds.reading import quickly
from tests.feeds.schools import document, pupil

ONE = document(pupil(1))
TWO = document(pupil(1), pupil(2))
DECLARED = '<?xml version="1.0" encoding="utf-8"?>'


def line_of(bit: str, text: str = ONE) -> int:
    """The line on which this stands for the first time."""
    return text[: text.index(bit)].count("\n") + 1


LAST, PUPIL = ONE.count("\n") + 1, line_of("<Pupil>")


def rows(tmp_path: Path, content: bytes) -> list[Row]:
    """Write a document, open it and return its rows."""
    path = tmp_path / "some.xml"
    path.write_bytes(content)
    with opened(path, PUPILS) as parcel:
        found = list(parcel.rows())
        assert parcel.count == len(found)
        return found


def refusal(tmp_path: Path, content: bytes | str) -> tuple[str, int]:
    """Return why a document is refused, and the line."""
    with pytest.raises(FileRefused) as raised:
        rows(tmp_path, content.encode() if isinstance(content, str) else content)
    assert raised.value.name == "some.xml"
    return raised.value.fault, raised.value.line


def declared(name: str) -> str:
    """Two pupils in a file that says it is in this encoding."""
    return TWO.replace('encoding="utf-8"', f'encoding="{name}"').replace("Ł", "Ö").replace("ą", "ä")


@pytest.mark.parametrize(
    ("name", "codec"),
    [("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("windows-1252", "cp1252"),
     ("ISO-8859-1", "cp1252")],
)  # fmt: skip
@pytest.mark.parametrize("wrap", [bytes, gzipped, zipped, stored])
def test_a_document_is_the_same_in_every_encoding_and_wrapping(
    tmp_path: Path, name: str, codec: str, wrap: Callable[[bytes], bytes]
) -> None:
    usual = rows(tmp_path, declared("utf-8").encode())
    assert [row.line for row in usual] == [PUPIL, LAST - 1]
    assert usual[0].cells[1:3] == ["Ada Maria", "O’Hara-Öäki"]
    assert rows(tmp_path, wrap(declared(name).encode(codec))) == usual


def test_line_ends_and_what_stands_between_do_not_matter(tmp_path: Path) -> None:
    usual = rows(tmp_path, TWO.encode())
    assert rows(tmp_path, TWO.replace("\n", "\r\n").encode()) == usual
    odd = TWO.replace(
        "<Surname>O", "<Surname note='x'><!-- none --><![CDATA[O]]><Unknown>9</Unknown>"
    )
    assert rows(tmp_path, odd.encode()) == usual


def test_pupils_on_one_line_have_numbers_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = document(*(pupil(number) for number in range(3)), flat=True)
    assert [row.line for row in rows(tmp_path, flat.encode())] == [1, 2, 3]
    monkeypatch.setattr(limits, "MOST_LINES", 2)
    assert refusal(tmp_path, flat) == ("many_lines", 3)


def test_a_document_without_pupils_is_read(tmp_path: Path) -> None:
    assert rows(tmp_path, document().encode()) == []


def _deep(depth: int) -> str:
    return "<Deep>" * depth + "</Deep>" * depth


REFUSED = {
    "": ("empty", 0),
    "\n": ("xml_cut_off", 2),
    "no document\n": ("not_xml", 1),
    "UPN,Surname\n1,2\n": ("not_xml", 1),
    "<Pupils>\n</Pupils>": ("not_ctf", 1),
    DECLARED + "\n<html>": ("not_ctf", 2),
    ONE.replace("\n</CTfile>", ""): ("xml_cut_off", LAST - 1),
    ONE.replace("</CTFpupilData>", "</Pupil>"): ("not_xml", LAST - 1),
    ONE + "\n<CTfile/>": ("not_xml", LAST + 1),
    ONE.replace("Ada", "A\0da"): ("not_xml", line_of("Ada")),
    ONE.replace("Ada", "A&eacute;da"): ("not_xml", line_of("Ada")),
    ONE.replace("25.0", "16.0"): ("ctf_version", PUPIL),
    ONE.replace("25.0", "newest"): ("ctf_head", PUPIL),
    ONE.replace("CTFversion", "Version"): ("ctf_head", PUPIL),
    ONE.replace("<CTFversion>", "<CTFversion>24</CTFversion><CTFversion>"):
        ("ctf_head", line_of("CTFversion")),
    ONE.replace("<Estab>2081</Estab>", "<Estab>LLLL</Estab>", 1): ("ctf_school", PUPIL),
    document().replace("25.0", "9"): ("ctf_version", line_of("</CTfile>", document())),
    ONE.replace("<Header>", "<Foot>").replace("</Header>", "</Foot>"): ("ctf_head", PUPIL),
    ONE.replace("<LookedAfter>", _deep(50) + "<LookedAfter>"):
        ("xml_large", line_of("<LookedAfter>")),
    ONE.replace('"utf-8"', '"utf-16"'): ("xml_encoding", 1),
    ONE.replace('"utf-8"', '"koi8-r"'): ("xml_unknown_encoding", 1),
    DECLARED + "\n<!DOCTYPE CTfile>\n" + ONE.split("\n", 1)[1]: ("xml_dtd", 2),
}  # fmt: skip


@pytest.mark.parametrize("content", list(REFUSED))
def test_a_document_is_refused_with_its_line(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content) == REFUSED[content]


BOMB = ('<!DOCTYPE CTfile [<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
        "<CTfile><Header><CTFversion>&b;</CTFversion></Header></CTfile>")  # fmt: skip
ELSEWHERE = '<!DOCTYPE CTfile SYSTEM "file:///etc/hostname">\n<CTfile>&x;</CTfile>'


@pytest.mark.parametrize("content", [BOMB, ELSEWHERE, BOMB.replace("ENTITY a", "ENTITY % a")])
def test_entities_are_never_followed(tmp_path: Path, content: str) -> None:
    for written in (content.encode(), content.encode("utf-16"), gzipped(content.encode())):
        assert refusal(tmp_path, written) == ("xml_dtd", 1)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (TWO.encode("cp1252", "replace"), ("xml_encoding", line_of("’"))),
        (TWO.encode()[:-30] + b"\xff" + TWO.encode()[-30:], ("xml_encoding", TWO.count("\n") - 1)),
        (
            declared("windows-1252").encode("cp1252").replace(b"Flat", b"\x81"),
            ("xml_encoding", line_of("Flat")),
        ),
        (declared("UTF-16").encode("utf-16")[:-1], ("xml_encoding", TWO.count("\n") + 1)),
        (TWO.encode("utf-16-le"), ("xml_encoding", 1)),
        (TWO.encode("utf-32"), ("xml_encoding", 1)),
        (declared("utf-8").encode("utf-16"), ("xml_encoding", 1)),
        (b"\xef\xbb\xbf" + declared("cp1252").encode("cp1252"), ("xml_encoding", 1)),
        (zipped(gzipped(TWO.encode())), ("packed_twice", 1)),
        (b"7z\xbc\xaf", ("packed_unknown", 1)),
        (gzipped(TWO.encode())[:-20], ("packed_damaged", 1)),
        (gzipped(TWO.replace("<Header>", " " * 12_000_000).encode()), ("packed_bomb", 3)),
        (b"SQLite format 3\0", ("not_xml", 1)),
    ],
)
def test_bytes_that_are_no_such_document(
    tmp_path: Path, content: bytes, found: tuple[str, int]
) -> None:
    assert refusal(tmp_path, content) == found


def test_what_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    many = "".join(f"<X{number}/>" for number in range(limits.MOST_NAMES))
    assert refusal(tmp_path, ONE.replace("<Phones>", many + "<Phones>", 1))[0] == "xml_large"
    named = " ".join(f'x{number}=""' for number in range(limits.MOST_NAMES))
    assert refusal(tmp_path, ONE.replace("<CTfile>", f"<CTfile {named}>"))[0] == "xml_large"
    long = ONE.replace("<Phones>", f"<{'x' * 10_000}/><Phones>", 1)
    assert refusal(tmp_path, long) == ("xml_large", line_of("<Phones>"))
    endless = ONE.replace(
        "<CTfile>", "<!--" + "x" * (limits.LONGEST_LINE + 200_000) + "--><CTfile>"
    )
    assert refusal(tmp_path, endless) == ("xml_long", 2)
    headed = ONE.replace("25.0", "2" * (limits.MOST_KEPT + 1))
    assert refusal(tmp_path, headed) == ("xml_large", line_of("CTFversion"))


class Late(DefusedExpatParser):
    """A parser that puts off the last piece till the end, as Expat since 2.6 does with what follows
    a comment of more than a piece."""

    late = ""

    def feed(self, data: Any, isFinal: bool = False) -> None:  # noqa: N803
        """Keep the newest piece back."""
        now, self.late = self.late, data or ""
        super().feed(now, isFinal)


def test_what_a_parser_puts_off_till_the_end_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = rows(tmp_path, TWO.encode())
    monkeypatch.setattr(documents, "DefusedExpatParser", Late)
    assert rows(tmp_path, TWO.encode()) == usual
    assert refusal(tmp_path, BOMB)[0] == "xml_dtd"
    assert refusal(tmp_path, TWO[:-3])[0] == "xml_cut_off"


def test_a_pupil_with_too_many_elements_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_ELEMENTS", 50)
    assert refusal(tmp_path, ONE)[0] == "xml_large"


def test_a_pupil_that_says_too_much_or_twice_is_set_aside(tmp_path: Path) -> None:
    long = pupil(1, Surname="x" * limits.MOST_KEPT)
    twice = pupil(2, Surname=["Nowak", "Nowak"])
    found = rows(tmp_path, document(long, twice, pupil(3)).encode())
    assert [row.fault for row in found] == ["long_cell", "element_twice", ""]
    assert max(len(cell) for row in found for cell in row.cells) < limits.MOST_KEPT


def test_a_document_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.xml"
    path.write_text(TWO)
    with opened(path, PUPILS) as parcel:
        path.write_text(TWO.replace("Ada", "Eve"))
        with pytest.raises(FileRefused) as raised:
            list(parcel.rows())
    assert raised.value.fault == "changed_meanwhile"


def test_no_more_than_a_piece_is_read_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pupil comes out before the next piece of the file is asked for."""
    path = tmp_path / "some.xml"
    path.write_text(document(*(pupil(number) for number in range(40))))
    asked = 0
    read = pieces.pieces_of

    def counted(stream: BinaryIO) -> Iterator[bytes]:
        nonlocal asked
        for piece in read(stream):
            asked += 1
            yield piece

    monkeypatch.setattr(limits, "PIECE", 4_096)
    with opened(path, PUPILS) as parcel:
        monkeypatch.setattr(documents, "pieces_of", counted)
        reading = parcel.rows()
        next(reading)
        assert asked <= 2
        assert sum(1 for _ in reading) == 39
        assert asked > 10


BITS = ["<", ">", "</", "/>", "<Pupil>", "</Pupil>", "<UPN>", "</CTfile>", "<!DOCTYPE x>", "&lt;",
        "&#0;", "&x;", "<![CDATA[", "]]>", "<!--", "<?x ", "\0", "é", "\ud800", "\n",
        "a:b"]  # fmt: skip
CODECS = ["utf-8", "utf-16", "cp1252", "utf-16-be"]


@limited(quickly, max_examples=60)
@given(
    at=st.integers(0, len(ONE)), bits=st.lists(st.sampled_from(BITS), max_size=4),
    cut=st.integers(0, 60), codec=st.sampled_from(CODECS), wrap=st.sampled_from([bytes, zipped]),
)  # fmt: skip
@example(at=0, bits=["<!DOCTYPE x>"], cut=0, codec="utf-8", wrap=bytes)
def test_any_damage_is_refused_in_words_or_read(
    tmp_path: Path, at: int, bits: list[str], cut: int, codec: str, wrap: Callable[[bytes], bytes]
) -> None:
    damaged = ONE[:at] + "".join(bits) + ONE[at + cut :]
    how = "surrogatepass" if codec != "cp1252" else "replace"
    refused: FileRefused | None = None
    found: list[Row] = []
    try:
        found = rows(tmp_path, wrap(damaged.encode(codec, how)))
    except FileRefused as error:
        refused = error
    if refused is not None:
        assert refused.fault in FILE_FAULTS
        assert refused.line >= (refused.fault != "empty")
    lines = [row.line for row in found]
    assert lines == sorted(set(lines))
    assert all(row.fault == "" or row.fault in ROW_FAULTS for row in found)
