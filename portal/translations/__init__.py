"""The portal's words in other languages: one catalogue each, kept in step with the source.

`make translations` reads every sentence out of the source, brings the catalogue up to date,
compiles it, and names each sentence that still needs somebody to translate it.
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
SOURCES = {"portal", "templates"}
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "gettext_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
WIDTH = 100


class Catalogue(Catalog):
    """A catalogue whose head holds no date, address or version: only new words change its file."""

    def _neutral(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]

    mime_headers = property(_neutral, Catalog._set_mime_headers)


def po_path(language: str) -> Path:
    """Where the catalogue is written, for people."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def mo_path(language: str) -> Path:
    """Where the compiled catalogue is written, for the portal."""
    return po_path(language).with_suffix(".mo")


def sentences() -> Catalog:
    """Every sentence of the present source, with the files it stands in.

    Raises jinja2.TemplateSyntaxError for a template that cannot be read.
    """
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = Catalog()
    for file, line, words, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_is_source
    ):
        found.add(words, None, [(file, line)], auto_comments=comments, context=context)
    return found


def _is_source(folder: object) -> bool:
    return Path(str(folder)).relative_to(ROOT).parts[0] in SOURCES


def read(language: str) -> Catalogue:
    """The catalogue as it is in its file; an empty one when there is no file yet."""
    catalogue = Catalogue(language, header_comment=f"# ContactPoint, {language}", fuzzy=False)
    if po_path(language).is_file():
        with po_path(language).open(encoding="utf-8") as file:
            PoFileParser(catalogue, abort_invalid=True).parse(file)
    return catalogue


def up_to_date(language: str) -> Catalogue:
    """The catalogue with the sentences of the present source, new ones without translation.

    What the source no longer says stays at the end of the file until all is translated: a
    sentence that was only reworded keeps its old translation in sight.
    """
    catalogue = read(language)
    catalogue.update(sentences(), no_fuzzy_matching=True)
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as a file for people."""
    written = BytesIO()
    write_po(written, catalogue, WIDTH, include_lineno=False, ignore_obsolete=not faults(catalogue))
    return written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """The catalogue as a file for the portal."""
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def faults(catalogue: Catalog) -> list[str]:
    """What somebody has to put right: one line for each sentence, with its fault."""
    return [
        f"{fault}: {_texts(message.id)[0]!r} in {message.locations[0][0]}"
        for message in catalogue
        if message.id
        for fault in _faults_of(message, catalogue.num_plurals)
    ]


def _faults_of(message: Message, forms: int) -> Iterable[str]:
    written = _texts(message.string)
    if not all(written) or len(written) != (forms if message.pluralizable else 1):
        yield "not translated"
    elif {_placeholders(text) for text in written} != {_placeholders(_texts(message.id)[-1])}:
        yield "placeholders differ"
    if message.fuzzy:
        yield "marked fuzzy"


def _texts(words: str | Sequence[str] | None) -> list[str]:
    return [words or ""] if isinstance(words, str | None) else list(words)


def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(sorted(PLACEHOLDER.findall(text)))
