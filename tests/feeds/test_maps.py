"""Maps as pure functions: what a row becomes, and every mistake told before a row is read."""

import re
import tomllib
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.directory.rules import Flaw
from portal.feeds.inbox import Layout, opened
from portal.feeds.rules import (
    COLUMNS,
    LARGEST_MAP,
    MAP_FAULTS,
    ROW_FAULTS,
    Cells,
    FileKind,
    MapRefused,
    read_map,
)
from portal.feeds.rules.maps import DATES
from tests.feeds.exports import SURGERY, WORKLOAD
from tests.house import ROOT

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
PRACTITIONERS = FileKind.PRACTITIONERS
LEAST = '[columns]\nsource_id = "ID"\nfamily_name = "Name"\ndate_of_birth = "Born"\n'
BORN = {"ID": "K1", "Name": "Nowak"}


def by(text: str, row: Cells, kind: FileKind = CHILDREN) -> Cells | Flaw:
    """Read a row by a map."""
    return read_map(text.encode(), kind).cells(row)


def refused(text: str | bytes, kind: FileKind = CHILDREN) -> tuple[str, int, str]:
    """Return why a map is refused, the line and the key."""
    with pytest.raises(MapRefused) as raised:
        read_map(text if isinstance(text, bytes) else text.encode(), kind)
    assert raised.value.fault in MAP_FAULTS
    return raised.value.fault, raised.value.line, raised.value.key


def test_a_row_of_children() -> None:
    row = {
        "Person ID": "K1", "Forename": "Ada", "Middle names": " ", "Surname": "Nowak",
        "Previous surname": "", "DOB": "3/2/2014", "Sex": " f", "NHS No.": "", "UPN": "",
        "House": "9", "Street": "Weavers Close", "Postcode": "QH1 1AA", "Notes": "no",
    }  # fmt: skip
    assert by(SURGERY, row) == {
        "source_id": "K1", "given_names": "Ada", "family_name": "Nowak",
        "former_family_names": "", "date_of_birth": "2014-02-03", "gender": "female",
        "nhs_number": "", "upn": "", "address": "9, Weavers Close", "postcode": "QH1 1AA",
    }  # fmt: skip


def test_a_row_of_involvements_with_what_is_the_same_in_every_row() -> None:
    row = {
        "CLIENT_NO": "K1", "WORKER_MAIL": "", "ROLE": "health  vis.", "FROM": "03-Feb-2024",
        "TO": "", "KEYWORKER": "*",
    }  # fmt: skip
    cells = by(WORKLOAD, row, INVOLVEMENTS)
    assert isinstance(cells, dict)
    assert list(cells) == list(COLUMNS[INVOLVEMENTS])
    wanted = {
        "service": "health visiting", "started_on": "2024-02-03", "ended_on": "",
        "is_lead": "true", "tier": "additional", "organisation_code": "T-1",
        "has_early_help_assessment": "",
    }  # fmt: skip
    assert {word: cells[word] for word in wanted} == wanted


def test_only_the_columns_it_names_are_read() -> None:
    assert read_map(LEAST.encode(), CHILDREN).wanted == ("ID", "Name", "Born")
    twice = LEAST + 'upn = "ID"\n'
    assert read_map(twice.encode(), CHILDREN).wanted == ("ID", "Name", "Born")


def test_a_word_that_is_not_in_the_map_stays_for_the_column_to_judge() -> None:
    text = LEAST + 'gender = "Sex"\n[words.gender]\nF = "female"\n'
    for sex, gender in (("F", "female"), ("male", "male"), ("X", "X"), ("", "")):
        cells = by(text, {**BORN, "Born": "2014-02-03", "Sex": sex})
        assert isinstance(cells, dict)
        assert cells["gender"] == gender


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("YYYY-MM-DD", "2014-02-03"),
        ("YYYY-MM-DD", "2014-02-03 00:00:00.000"),
        ("YYYY-MM-DD", "2014-02-03T00:00"),
        ("DD/MM/YYYY", "03/02/2014"),
        ("DD/MM/YYYY", " 3/2/2014 "),
        ("DD/MM/YYYY", "03/02/2014 00:00"),
        ("DD-MM-YYYY", "03-02-2014"),
        ("DD.MM.YYYY", "3.2.2014"),
        ("DD-MON-YYYY", "03-FEB-2014"),
        ("MM/DD/YYYY", "02/03/2014"),
        ("YYYY/MM/DD", "2014/02/03"),
        ("YYYYMMDD", "20140203"),
    ],
)
def test_dates_in_the_one_format_that_the_map_names(form: str, written: str) -> None:
    text = f'{LEAST}[dates]\nformat = "{form}"\n'
    cells = by(text, {**BORN, "Born": written})
    assert isinstance(cells, dict)
    assert cells["date_of_birth"] == "2014-02-03"


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("DD/MM/YYYY", "2014-02-03"),
        ("DD/MM/YYYY", "02/13/2014"),
        ("DD/MM/YYYY", "31/02/2014"),
        ("DD/MM/YYYY", "03/02/14"),
        ("DD/MM/YYYY", "03/02/2014 (about)"),
        ("DD/MM/YYYY", "03/02/2014 23:00"),
        ("YYYY-MM-DD", "2014-02-02T23:00:00Z"),
        ("DD/MM/YYYY", "٠٣/٠٢/2014"),
        ("DD-MON-YYYY", "03-XYZ-2014"),
        ("DD-MON-YYYY", "03-02-2014"),
        ("YYYYMMDD", "2014023"),
        ("YYYY-MM-DD", "0000-01-01"),
        ("YYYY-MM-DD", "not known"),
    ],
)
def test_no_other_date_is_guessed(form: str, written: str) -> None:
    text = f'{LEAST}[dates]\nformat = "{form}"\n'
    found = by(text, {**BORN, "Born": written})
    assert found == Flaw("not_that_date", "date_of_birth")
    assert "not_that_date" in ROW_FAULTS


@pytest.mark.parametrize(
    ("text", "fault", "line", "key"),
    [
        ("", "missing", 0, "columns.source_id"),
        ('[columns]\nsource_id = "ID"\n', "missing", 0, "columns.date_of_birth"),
        ('[columns]\nsource_id = "ID"\ndate_of_birth = "B"', "missing", 0, "columns.family_name"),
        (LEAST + 'family_name = "N"\n', "twice", 5, ""),
        (LEAST + '[columns]\nupn = "U"\n', "twice", 5, ""),
        (LEAST + "upn = U\n", "not_toml", 5, ""),
        (LEAST + 'upn = "U', "not_toml", 5, ""),
        (LEAST + "upn\n", "not_toml", 5, ""),
        ("\0\1\2", "not_toml", 1, ""),
        (LEAST + "x = " + "[" * 20_000, "not_toml", 1, ""),
        (LEAST + 'surname = "S"\n', "unknown_column", 0, "columns.surname"),
        (LEAST + 'name = "S"\n', "unknown_column", 0, "columns.name"),
        (LEAST + "upn = 3\n", "not_text", 0, "columns.upn"),
        (LEAST + 'upn = " "\n', "not_a_name", 0, "columns.upn"),
        (LEAST + 'upn = ["U", "P"]\n', "not_joined", 0, "columns.upn"),
        (LEAST + "address = []\n", "not_a_name", 0, "columns.address"),
        (LEAST + 'address = ["A", 3]\n', "not_text", 0, "columns.address"),
        (LEAST + 'upn.code = "U"\n', "not_text", 0, "columns.upn"),
        (LEAST + '[code]\nrun = "x"\n', "unknown_section", 0, "code"),
        ("kind = 3\n" + LEAST, "unknown_section", 0, "kind"),
        ("columns = 3\n", "not_a_section", 0, "columns"),
        ('[[columns]]\nsource_id = "ID"\n', "not_a_section", 0, "columns"),
        (LEAST + '[constant]\nfamily_name = "N"\n', "not_constant", 0, "constant.family_name"),
        (LEAST + '[constant]\nsource_id = "N"\n', "not_constant", 0, "constant.source_id"),
        (LEAST + '[constant]\nservice = "GP"\n', "unknown_column", 0, "constant.service"),
        (LEAST + '[dates]\nformat = "DD/MM/YY"\n', "unknown_dates", 0, "dates.format"),
        (LEAST + '[dates]\nborn = "x"\n', "unknown_section", 0, "dates.born"),
        (LEAST + '[words.gender]\nF = "female"\n', "not_words", 0, "words.gender"),
        (LEAST + '[words.family_name]\nF = "female"\n', "not_words", 0, "words.family_name"),
        (LEAST + '[words]\nF = "female"\n', "not_a_section", 0, "words.F"),
        (LEAST + 'gender="G"\n[words.gender]\nF = "f"\n', "not_ours", 0, "words.gender.F"),
        (LEAST + 'gender="G"\n[words.gender]\nF = ""\n', "not_ours", 0, "words.gender.F"),
        (LEAST + 'gender="G"\n[words.gender]\nF = 1\n', "not_text", 0, "words.gender.F"),
        (LEAST + 'gender="G"\n[words.gender]\nF="female"\n" f"="male"\n', "word_twice", 0,
         "words.gender. f"),
        (LEAST + 'gender="G"\n[words.gender]\n""="male"\n', "not_a_name", 0, "words.gender."),
    ],
)  # fmt: skip
def test_mistakes_in_a_map(text: str, fault: str, line: int, key: str) -> None:
    assert refused(text) == (fault, line, key)


def test_bytes_that_are_no_text() -> None:
    assert refused(LEAST.encode() + b'\nupn = "\xff"\n') == ("not_utf8", 6, "")
    assert refused(LEAST.encode("utf-16")) == ("not_utf8", 1, "")
    assert refused(b"#" * (LARGEST_MAP + 1)) == ("too_large", 0, "")
    assert read_map(b"\xef\xbb\xbf" + LEAST.encode(), CHILDREN).wanted == ("ID", "Name", "Born")


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ('service = "S"\n[words.service]\n"CAMHS" = "health visiting"\n', "words.service.CAMHS"),
        ('service = "S"\n[words.service]\nX = "sexual health"\n', "words.service.X"),
        ('service = "S"\ntier = "T"\n[words.tier]\nSensitive = "universal"\n',
         "words.tier.Sensitive"),
        ('[constant]\nservice = "substance misuse"\n', "constant.service"),
    ],
)  # fmt: skip
def test_no_map_translates_a_sensitive_service_into_another(section: str, key: str) -> None:
    text = '[columns]\nchild_source_id = "C"\norganisation_code = "O"\n' + section
    assert refused(text, INVOLVEMENTS) == ("sensitive", 0, key)


def test_a_title_that_tells_of_a_sensitive_service_is_not_translated() -> None:
    text = '[columns]\nemail = "E"\nname = "N"\nrole_title = "R"\norganisation_code = "O"\n'
    words = '[words.role_title]\n"Mental health nurse" = "Nurse"\n'
    wrong = ("sensitive", 0, "words.role_title.Mental health nurse")
    assert refused(text + words, PRACTITIONERS) == wrong
    good = text + '[words.role_title]\nHV = "Health visitor"\nMHN = "Mental health nurse"\n'
    for theirs, ours in (("hv", "Health visitor"), ("MHN", "Mental health nurse")):
        cells = by(good, {"E": "e", "N": "n", "R": theirs, "O": "o"}, PRACTITIONERS)
        assert isinstance(cells, dict)
        assert cells["role_title"] == ours


def test_what_a_map_means_is_what_marks_it() -> None:
    first = read_map(SURGERY.encode(), CHILDREN).fingerprint
    again = SURGERY.replace('M = "male"\nF = "female"', '# sexes\nf = "female"\nM  =  "male"')
    assert read_map(again.encode(), CHILDREN).fingerprint == first
    other = SURGERY.replace("DD/MM/YYYY", "MM/DD/YYYY")
    assert read_map(other.encode(), CHILDREN).fingerprint != first


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text[text.index("### Files of other systems") : text.index("| section |")]
    blocks = re.findall(r"(?:^    .*\n|^\n)+", shown, re.MULTILINE)
    export, example, *_ = (block for block in blocks if block.strip())
    path = tmp_path / "export.csv"
    path.write_text(dedent(export).strip() + "\n", encoding="utf-8")
    by_map = read_map(dedent(example).encode(), CHILDREN)
    with opened(path, Layout(columns=by_map.wanted, open_ended=True)) as parcel:
        (row,) = parcel.rows()
        cells = by_map.cells(parcel.named(row))
    assert isinstance(cells, dict)
    assert {word: value for word, value in cells.items() if value} == {
        "source_id": "20177", "given_names": "Ada Maria", "family_name": "Nowak",
        "date_of_birth": "2014-02-03", "gender": "female", "address": "9, Weavers Close",
        "postcode": "QH1 1AA",
    }  # fmt: skip
    assert "| `[words.…]` |" in text
    assert all(f"`{form}`" in text for form in DATES)


tokens = st.sampled_from([
    "[columns]", "[words.gender]", "[dates]", "[constant]", "[", "]", "=", '"', "'", "\n", ".", ",",
    "source_id", "gender", "format", '"ID"', "3", "true", "{", "}", "#", "\\", "\0", "1979-05-27",
    LEAST, "ä", "\ud800",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.lists(tokens, max_size=25).map("".join), more=st.binary(max_size=6))
def test_any_text_is_a_map_or_refused_in_words(text: str, more: bytes) -> None:
    content = text.encode("utf-8", "surrogatepass") + more
    for kind in (CHILDREN, INVOLVEMENTS, PRACTITIONERS):
        with suppress(MapRefused):
            found = read_map(content, kind)
            assert isinstance(tomllib.loads(content.decode("utf-8-sig")), dict)
            assert set(found.columns) | set(found.constants) <= set(COLUMNS[kind])
