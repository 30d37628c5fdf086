"""The catalogue of Welsh is whole, and the tool that keeps it so names every fault."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages import Catalog
from jinja2 import TemplateSyntaxError

from portal import translations
from portal.matching import SENTENCES
from portal.translations import as_mo, as_po, faults, mo_path, read, up_to_date
from portal.translations.__main__ import main

REMEDY = "run `make translations`, write the Welsh into messages.po, and run it again"


def test_every_sentence_of_the_source_has_its_welsh() -> None:
    wrong = faults(up_to_date("cy"))
    assert not wrong, f"{REMEDY}:\n" + "\n".join(wrong)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert mo_path("cy").read_bytes() == as_mo(read("cy")), "run `make translations`"


def test_the_source_is_read_everywhere(source: Catalog) -> None:
    said = {message.id if isinstance(message.id, str) else message.id[0] for message in source}
    assert set(SENTENCES.values()) <= said
    assert "There is a problem" in said  # templates/_frame/, which Babel leaves out by itself
    assert "%(num)d month" in said
    assert "Practitioner" in said  # lazy


def test_the_catalogue_holds_no_place_date_or_address_of_anybody() -> None:
    written = as_po(read("cy"))
    head = written.partition(b"\n\n")[0].decode()
    assert not re.search(r"@|-Date|Generated|Translator|/home|/work|\b20\d\d\b", head)
    assert b"#, fuzzy" not in written
    assert not re.search(rb"^#: .*:\d+", written, re.M)


def test_making_it_again_changes_nothing() -> None:
    once = up_to_date("cy")
    assert as_po(once) == as_po(up_to_date("cy"))
    assert as_mo(once) == as_mo(read("cy"))


@pytest.mark.parametrize(
    ("english", "welsh", "fault"),
    [
        ("Search", "", "not translated"),
        ("By %(name)s.", "Gan %(enw)s.", "placeholders differ"),
        ("By %(name)s.", "Gan rywun.", "placeholders differ"),
        (("%(n)d year", "%(n)d years"), ("%(n)d blwydd", "%(n)d flwydd"), "not translated"),
        (("%(n)d year", "%(n)d years"), ("%(n)d",) * 4 + ("chwech",), "placeholders differ"),
    ],
)
def test_a_fault_is_named(
    english: str | tuple[str, ...], welsh: str | tuple[str, ...], fault: str
) -> None:
    catalogue = Catalog("cy", fuzzy=False)
    catalogue.add("Back", "Yn ôl", [("a.py", 1)])
    assert faults(catalogue) == []
    catalogue.add(english, welsh, [("b.py", 2)])
    first = english if isinstance(english, str) else english[0]
    assert faults(catalogue) == [f"{fault}: {first!r} in b.py"]


def test_a_guess_is_a_fault() -> None:
    catalogue = Catalog("cy", fuzzy=False)
    catalogue.add("Back", "Yn ôl", [("a.py", 1)], flags=["fuzzy"])
    assert faults(catalogue) == ["marked fuzzy: 'Back' in a.py"]


def test_the_tool_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "portal" / "translations"
    folder.mkdir(parents=True)
    shutil.copy(translations.FOLDER / "babel.cfg", folder)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "FOLDER", folder)
    piece = tmp_path / "templates" / "_frame" / "_nav.html"
    piece.parent.mkdir(parents=True)
    piece.write_text('{{ _("Back") }}', encoding="utf-8")
    assert main() == 1
    assert "not translated: 'Back' in templates/_frame/_nav.html" in capsys.readouterr().out
    po = translations.po_path("cy")
    written = po.read_text(encoding="utf-8")
    po.write_text(written.replace('"Back"\nmsgstr ""', '"Back"\nmsgstr "Yn ôl"'), encoding="utf-8")
    assert main() == 0
    piece.write_text('{{ _("Go back") }}', encoding="utf-8")
    assert main() == 1
    assert '#~ msgstr "Yn ôl"' in po.read_text(encoding="utf-8")
    piece.write_text('{{ _("Back" }}', encoding="utf-8")
    with pytest.raises(TemplateSyntaxError):
        main()
