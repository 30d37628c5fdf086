"""The file of the ledger: lines alike in size, chained and signed; what was done to it is named."""

import stat
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.children.vault import ledger_file
from portal.children.vault.ledger_file import LINE_BYTES, Damaged, Line, alone, content_of, draft
from portal.core.keys import Keys, create_keys

LINES = 6
Harm = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys of an installation."""
    return create_keys(tmp_path / "portal.keys")


@pytest.fixture
def path(tmp_path: Path, keys: Keys) -> Path:
    """A ledger of six lines."""
    made = tmp_path / "portal.ledger"
    ledger_file.create(made, {"act": "begun"}, keys)
    for number in range(1, LINES):
        add(made, keys, {"act": "hide", "child_id": str(number)})
    return made


def add(path: Path, keys: Keys, *contents: dict[str, Any]) -> None:
    """Write lines at the end."""
    with alone(path, keys) as ledger:
        (last,) = ledger.tail(len(list(ledger_file.lines(path, keys))))
        drafted, _ = draft(last, list(contents), keys)
        ledger.append(last, drafted)


def cut(path: Path) -> list[bytes]:
    """The file, line by line."""
    return path.read_bytes().splitlines(keepends=True)


def first_bad(path: Path, keys: Keys) -> int:
    """The number of the first bad line; 0 when there is none."""
    try:
        list(ledger_file.lines(path, keys))
    except Damaged as damaged:
        return damaged.number
    return 0


def test_lines_are_read_as_they_were_written(path: Path, keys: Keys) -> None:
    contents = [content_of(line, keys) for line in ledger_file.lines(path, keys)]
    assert contents[0] == {"act": "begun"}
    assert [one["child_id"] for one in contents[1:]] == list("12345")


def test_nobody_else_may_read_it_and_it_is_never_overwritten(path: Path, keys: Keys) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        ledger_file.create(path, {"act": "begun"}, keys)
    assert path.read_bytes() == before


def test_every_line_is_as_long_as_every_other(path: Path, keys: Keys) -> None:
    name = "Quillfeather-Wolstenholme"
    document = {"family_name": name, "former": [], "postcodes": [], "sources": []}
    add(path, keys, {"act": "hide", "identity": document}, {"act": "lift", "identity": None})
    assert {len(line) for line in cut(path)} == {LINE_BYTES}
    assert name.encode() not in path.read_bytes()


def test_of_a_document_too_long_the_last_former_names_are_left_out(path: Path, keys: Keys) -> None:
    former = [[f"Given {number}", "ㅎ" * 60] for number in range(60)]
    document = {"given_names": "Ann", "former": former, "postcodes": ["HR1 1AA"], "sources": []}
    add(path, keys, {"act": "hide", "identity": document})
    *_, last = ledger_file.lines(path, keys)
    kept = content_of(last, keys)["identity"]
    assert (kept["given_names"], kept["postcodes"]) == ("Ann", ["HR1 1AA"])
    assert 10 < len(kept["former"]) < 60
    assert kept["former"] == former[: len(kept["former"])]
    assert {len(line) for line in cut(path)} == {LINE_BYTES}


def test_a_paper_too_long_is_left_out(path: Path, keys: Keys) -> None:
    paper = {"shelf": "shield", "id": "1", "content": {"reviews": ["x" * 100] * 60}, "marks": []}
    add(path, keys, {"act": "lift", "identity": None, "papers": [paper]})
    add(path, keys, {"act": "lift", "identity": None, "papers": [{**paper, "content": {}}]})
    *_, first, second = (content_of(line, keys) for line in ledger_file.lines(path, keys))
    assert (first["papers"], len(second["papers"])) == ([], 1)
    with pytest.raises(ValueError, match="too long"):
        add(path, keys, {"act": "x" * 5000})
    assert {len(line) for line in cut(path)} == {LINE_BYTES}


def changed(place: int) -> Harm:
    """Change one letter of the fourth line."""

    def harm(lines: list[bytes]) -> list[bytes]:
        letter = b"1" if lines[3][place : place + 1] != b"1" else b"2"
        lines[3] = lines[3][:place] + letter + lines[3][place + 1 :]
        return lines

    return harm


@pytest.mark.parametrize(
    ("harm", "bad"),
    [
        (changed(3), 4),
        (changed(20), 4),
        (changed(100), 4),
        (changed(2000), 4),
        (changed(LINE_BYTES - 1), 4),
        (lambda lines: lines[:3] + lines[4:], 4),
        (lambda lines: [*lines[:3], lines[4], lines[3], lines[5]], 4),
        (lambda lines: [*lines[:3], lines[2], *lines[4:]], 4),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], 5),
        (lambda lines: lines[1:], 1),
        (lambda lines: [b"\n", *lines], 1),
        (lambda lines: [*lines, b"x" * LINE_BYTES + b"\n"], 7),
    ],
)
def test_the_first_bad_line_is_named(path: Path, keys: Keys, harm: Harm, bad: int) -> None:
    assert first_bad(path, keys) == 0
    path.write_bytes(b"".join(harm(cut(path))))
    assert first_bad(path, keys) == bad


def test_lines_of_another_ledger_under_the_same_keys_do_not_fit(
    path: Path, keys: Keys, tmp_path: Path
) -> None:
    other = tmp_path / "other.ledger"
    ledger_file.create(other, {"act": "begun"}, keys)
    for _ in range(1, LINES):
        add(other, keys, {"act": "lift"})
    mixed = [*cut(path)[:3], *cut(other)[3:]]
    path.write_bytes(b"".join(mixed))
    assert first_bad(path, keys) == 4


@pytest.mark.parametrize("name", ["ledger", "vault"])
def test_without_both_keys_nobody_writes_a_line(
    path: Path, keys: Keys, tmp_path: Path, name: str
) -> None:
    others = create_keys(tmp_path / "others.keys")
    forger = Keys(**{one: getattr(keys, one) for one in Keys.__dataclass_fields__} | {
        name: getattr(others, name)
    })  # fmt: skip
    *_, last = ledger_file.lines(path, keys)
    drafted, _ = draft(last, [{"act": "lift", "child_id": uuid.uuid4().hex}], forger)
    path.write_bytes(path.read_bytes() + drafted)
    if name == "ledger":
        assert first_bad(path, keys) == LINES + 1
        return
    *_, last = ledger_file.lines(path, keys)
    with pytest.raises(Damaged):
        content_of(last, keys)


@pytest.mark.parametrize("rest", [b"0", b"0" * (LINE_BYTES - 1), b"\0" * LINE_BYTES])
def test_a_line_that_was_never_finished_is_written_over(
    path: Path, keys: Keys, rest: bytes
) -> None:
    path.write_bytes(path.read_bytes() + rest)
    assert len(list(ledger_file.lines(path, keys))) == LINES
    add(path, keys, {"act": "lift"})
    assert path.stat().st_size == (LINES + 1) * LINE_BYTES
    assert first_bad(path, keys) == 0


def test_what_a_full_disk_cuts_short_is_taken_back(
    path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger_file, "to_disk", full)
    with pytest.raises(OSError, match="No space"):
        add(path, keys, {"act": "hide"})
    assert path.read_bytes() == before


def test_the_tail_begins_where_one_says(path: Path, keys: Keys) -> None:
    with alone(path, keys) as ledger:
        assert [line.number for line in ledger.tail(4)] == [4, 5, 6]
        assert [line.number for line in ledger.tail(0)] == list(range(7))
        assert ledger.tail(0)[0] == Line()
        assert ledger.tail(7) == []
    path.write_bytes(b"".join(changed(200)(cut(path))))
    with alone(path, keys) as ledger, pytest.raises(Damaged):
        ledger.tail(4)


def test_who_hangs_with_the_ledger_holds_nobody_up_for_ever(
    path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_file, "WAIT_SECONDS", 0.05)
    before = path.read_bytes()
    with alone(path, keys), pytest.raises(BlockingIOError):
        add(path, keys, {"act": "hide"})
    assert path.read_bytes() == before
    add(path, keys, {"act": "hide"})
    assert len(cut(path)) == LINES + 1
