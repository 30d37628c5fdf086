"""Whoever takes the files without the key file learns sizes and times, no word about a child."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from portal.core import clock
from portal.core.db import connect_encrypted, unlock
from portal.core.keys import KeyProblem, create_keys, load_keys
from portal.sandbox import SEED, Child, town
from tests.lifecycle.operating import Installation

SHORTEST = 6  # Fewer bytes than that turn up in ten megabytes of noise by chance.


def words_of(child: Child) -> Iterator[str]:
    """Yield everything that identifies a child of the town or its family."""
    yield from (child.given_names, child.family_name)
    for name in child.former_names:
        yield from (name.given_names, name.family_name)
    for address in child.addresses:
        yield from (address.postcode, address.postcode.replace(" ", ""), address.street)
    for carer in child.carers:
        yield from (carer.name, carer.phone, carer.phone.replace(" ", ""))
    yield from (number for number in (child.nhs_number, child.upn) if number)


@pytest.fixture(scope="module")
def needles() -> frozenset[bytes]:
    """Every such word in three spellings; hexadecimal ones are made when they are looked for."""
    children = town(on=clock.today(), seed=SEED).children
    words = {word for child in children for word in words_of(child)}
    return frozenset(
        word.lower().encode() for word in words if word.isascii() and len(word) >= SHORTEST
    )


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The demo in an encrypted file."""
    made = Installation(tmp_path_factory.mktemp("embedded") / "instance")
    made.right("setup", "--demo")
    return made


def readable(content: bytes) -> bytes:
    """Return what could be read in a file: runs of letters in UTF-8 and UTF-16, hexadecimal."""
    runs = re.findall(rb"[ -~]{%d,}" % SHORTEST, content)
    wide = re.findall(rb"(?:[ -~]\x00){%d,}" % (SHORTEST - 1), content)
    wide += re.findall(rb"(?:\x00[ -~]){%d,}" % (SHORTEST - 1), content)
    digits = b"".join(runs)
    pairs = re.findall(rb"(?:[0-9a-fA-F]{2}){%d,}" % SHORTEST, digits)
    decoded = [bytes.fromhex(run.decode()) for run in pairs]
    return b"\n".join([*runs, *(run.replace(b"\0", b"") for run in wide), *decoded]).lower()


def found_in(content: bytes, needles: frozenset[bytes]) -> list[bytes]:
    """Return the words that can be read in a file."""
    text = readable(content)
    return [needle for needle in needles if needle in text]


def test_the_search_would_find_them(needles: frozenset[bytes]) -> None:
    assert len(needles) > 2000
    noise = bytes(range(256)) * 40
    for word in ("Prendergast", "HW7 1AA", "9990000018"):
        for spelt in (word.encode(), word.upper().encode(), word.encode("utf-16-le"),
                      word.encode("utf-16-be"), word.encode().hex().encode()):  # fmt: skip
            assert found_in(noise + spelt + noise, frozenset([word.lower().encode()])), spelt
    assert found_in(b"x Prendergast x", needles)


def test_no_word_about_a_child_stands_in_any_file(
    demo: Installation, needles: frozenset[bytes], tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for words in (["backup"], ["audit", "verify"], ["doctor"]):
        demo.right(*words, TMPDIR=str(scratch), SQLITE_TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []
    files = [path for path in demo.folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".backup", ".json", ".keys", ".toml"}
    assert max(path.stat().st_size for path in files) > 3_000_000
    for path in files:
        assert found_in(path.read_bytes(), needles) == [], path.name


def test_nor_in_what_sqlite_keeps_beside_it(
    embedded: Installation, needles: frozenset[bytes]
) -> None:
    path, key = embedded.config.database_file, embedded.keys.database
    reader = connect_encrypted(str(path), key)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM child").fetchone()
    writer = connect_encrypted(str(path), key)
    for table in ("child", "child_address", "carer", "name_entry"):
        writer.execute("BEGIN IMMEDIATE")
        columns = [row[1] for row in writer.execute(f"PRAGMA table_info({table})")]
        writer.execute(f"UPDATE {table} SET {columns[0]} = {columns[0]}")
        writer.execute("COMMIT")
    beside = {tail: Path(f"{path}{tail}") for tail in ("", "-wal", "-shm")}
    assert beside["-wal"].stat().st_size > 100_000
    for one in beside.values():
        assert found_in(one.read_bytes(), needles) == [], one.name
    assert writer.execute("PRAGMA temp_store").fetchone() == (2,)
    assert writer.execute("PRAGMA secure_delete").fetchone() == (1,)
    for held in (reader, writer):
        held.close()


def test_a_plain_copy_of_it_would_be_found_out(
    embedded: Installation, needles: frozenset[bytes], tmp_path: Path
) -> None:
    """The control: without the cipher the same search finds most of the words."""
    held = unlock(embedded.config.database_file, embedded.keys.database, mode="rw")
    held.execute("ATTACH DATABASE ? AS plain KEY ''", (str(tmp_path / "plain.db"),))
    held.execute("SELECT sqlcipher_export('plain')").fetchall()
    held.close()
    some = frozenset(sorted(needles)[::20])
    assert len(found_in((tmp_path / "plain.db").read_bytes(), some)) > len(some) / 2


def test_the_standard_sqlite_cannot_open_it(installation: Installation) -> None:
    installation.right("backup")
    files = [*installation.backups()]
    if not installation.database:
        files.append(installation.config.database_file)
    for path in files:
        held = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            held.execute("SELECT * FROM sqlite_master")
        held.close()
        assert not path.read_bytes().startswith(b"SQLite format")


def test_another_key_opens_nothing(installation: Installation, tmp_path: Path) -> None:
    other = create_keys(tmp_path / "other.keys")
    installation.right("backup")
    for path in installation.backups():
        with pytest.raises(Exception, match="does not open with this key"):
            unlock(path, other.database, mode="ro&immutable=1")
        held = sqlcipher.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        held.execute(f"PRAGMA key = \"x'{other.database.hex()}'\"")
        with pytest.raises(sqlcipher.DatabaseError):
            held.execute("SELECT * FROM sqlite_master")
        held.close()


def test_the_wrong_key_file_is_told_in_words_and_harms_nothing(folder: Installation) -> None:
    folder.right("setup", "--demo", "--empty")
    path = folder.config.key_path
    kept, before = path.read_bytes(), folder.config.database_file.read_bytes()
    path.unlink()
    create_keys(path)
    for words in (["serve"], ["backup"], ["sandbox", "people"], ["setup", "--demo"]):
        assert "does not open with this key" in folder.refused(*words)
    assert folder.config.database_file.read_bytes() == before
    path.write_bytes(kept)
    assert "whole" in folder.right("audit", "verify")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o601])
def test_a_key_file_is_for_its_owner_only(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "portal.keys"
    create_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(mode)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_keys(path)


def test_keys_are_never_printed(tmp_path: Path) -> None:
    keys = create_keys(tmp_path / "portal.keys")
    assert keys.database.hex() not in f"{keys!r} {keys}"
    with pytest.raises(KeyProblem, match="never overwritten"):
        create_keys(tmp_path / "portal.keys")
    assert load_keys(tmp_path / "portal.keys") == keys
