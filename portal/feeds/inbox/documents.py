"""Branches of a document in XML, each with the number of its first line and its wanted leaves.

What is not wanted is dropped while it is read, and nothing is kept longer than its branch. A
document that declares a type or an entity is refused, wherever that would lead.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO
from xml.sax import SAXParseException

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from portal.feeds.inbox import limits
from portal.feeds.inbox.encodings import UTF8_MARK, UTF16, UTF16_MARKS, refuse_archives
from portal.feeds.inbox.growing import Growing
from portal.feeds.inbox.pieces import pieces_of
from portal.feeds.inbox.unpacking import content
from portal.feeds.inbox.words import DocumentLayout, FileRefused, Row

_DECLARED = re.compile(r"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_START = 1_024
# ISO-8859-1 is what programs call Windows-1252; the letters that both have are the same.
_READ = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", UTF16: UTF16,
    "windows-1252": "cp1252", "cp1252": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
}  # fmt: skip


@dataclass(slots=True)
class Document:
    """A document that has been looked through. count is its number of branches.

    fingerprint is the SHA-256 of its text in UTF-8: it is the same in every wrapping. day is what
    its head says of the day it speaks of, if anything.
    """

    stream: BinaryIO
    layout: DocumentLayout
    encoding: str
    fingerprint: str = ""
    count: int = 0
    day: str = ""
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def rows(self) -> Iterator[Row]:
        """Read the branches as rows of the columns of the layout. Raises FileRefused when the
        document is not what it was at the first look.

        Where several begin on one line, the numbers of the following ones are counted on.
        """
        yield from _branches(self)
        if self._digest.hexdigest() != self.fingerprint:
            raise FileRefused("changed_meanwhile")

    def named(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.layout.columns, row.cells, strict=True))


def looked_through(stream: BinaryIO, layout: DocumentLayout) -> Document:
    """Read a document whole and return it. Raises FileRefused when it cannot be used."""
    document = Document(stream, layout, _encoding(_beginning(stream)))
    document.count = sum(1 for _ in _branches(document))
    document.fingerprint = document._digest.hexdigest()
    return document


def _beginning(stream: BinaryIO) -> bytes:
    try:
        start = content(stream).read(_START)
    except OSError:
        raise FileRefused("cannot_read") from None
    if not start:
        raise FileRefused("empty")
    refuse_archives(start)
    return start


def _encoding(start: bytes) -> str:
    """The encoding of a document: what its mark and its declaration say, where they agree."""
    is_utf16 = start.startswith(UTF16_MARKS) and start[2:4] != b"\0\0"
    if b"\0" in start[:4] and not is_utf16:
        raise FileRefused("xml_encoding", 1)
    text = start.removeprefix(UTF8_MARK).decode(UTF16 if is_utf16 else "latin-1", "replace")
    found = _DECLARED.match(text)
    marked = UTF16 if is_utf16 else "utf-8" if start.startswith(UTF8_MARK) else ""
    if found is None:
        return marked or "utf-8"
    declared = _READ.get(found[1].lower())
    if declared is None:
        raise FileRefused("xml_unknown_encoding", 1)
    if declared != (marked or declared) or (declared == UTF16 and not marked):
        raise FileRefused("xml_encoding", 1)
    return declared


def _branches(document: Document) -> Iterator[Row]:
    """Yield the branches; what is wrong with the document refuses it with the line."""
    document._digest = hashlib.sha256()
    parser = DefusedExpatParser(forbid_dtd=True)
    growing = Growing(document.layout, parser.getLineNumber)
    parser.setContentHandler(growing)
    last = 0
    for text in chain(_texts(document), ("",)):
        document._digest.update(text.encode())
        _feed(parser, growing, text)
        for row in growing.taken():
            last = max(row.line, last + 1)
            if last > limits.MOST_LINES:
                raise FileRefused("many_lines", last)
            yield Row(last, row.cells, row.fault)
    document.day = growing.head.get(document.layout.day, "")


def _feed(parser: DefusedExpatParser, growing: Growing, text: str) -> None:
    """Read on. The parser keeps a piece of markup until it ends, so that it must end soon.

    An empty text is the end. There may be more to take then: since 2.6 Expat may put off what
    follows a long comment.
    """
    before = growing.events
    try:
        if text:
            parser.feed(text)
        else:
            parser.close()
    except SAXParseException as error:
        fault = "not_xml" if text else "xml_cut_off"
        raise FileRefused(fault, error.getLineNumber() or 1) from None
    except DefusedXmlException:
        raise FileRefused("xml_dtd", parser.getLineNumber() or 1) from None
    growing.waiting = growing.waiting + len(text) if growing.events == before else 0
    if growing.waiting > limits.LONGEST_LINE:
        raise FileRefused("xml_long", parser.getLineNumber() or 1)


def _texts(document: Document) -> Iterator[str]:
    """The text of a document piece by piece; bytes of another encoding refuse it."""
    name = "utf-8-sig" if document.encoding == "utf-8" else document.encoding
    decoder = codecs.getincrementaldecoder(name)()
    line = 1
    try:
        for piece in _with_end(pieces_of(content(document.stream))):
            text = decoder.decode(piece, final=not piece)
            line += text.count("\n")
            if text:
                yield text
    except UnicodeDecodeError as error:
        line += error.object[: error.start].decode(name, "ignore").count("\n")
        raise FileRefused("xml_encoding", line) from None
    except FileRefused as refusal:
        raise FileRefused(refusal.fault, refusal.line or line) from None
    except OSError:
        raise FileRefused("cannot_read", line) from None


def _with_end(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, and an empty one that says that nothing follows."""
    yield from (piece for piece in pieces if piece)
    yield b""
