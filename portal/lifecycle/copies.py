"""Back-ups: one encrypted file each, under the key of the index, with a manifest beside it.

The key file is never part of it. VACUUM INTO is not used: under SQLCipher 4.19 with pages of 8 KiB
the copy it writes does not open again (tried); sqlcipher_export() copies through the cipher. How
many rows a copy holds is sealed in the manifest: a thief of the folder learns sizes and times.
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from portal.access.chain import verify_chain
from portal.core.config import Config
from portal.core.db import (
    PAGE_BYTES,
    DatabaseProblem,
    connect_encrypted,
    engine_of_file,
    make_engine,
    snapshot,
)
from portal.core.keys import KeyProblem, Keys, seal, unseal
from portal.lifecycle.pouring import pour, row_counts
from portal.lifecycle.queries import program_version
from portal.lifecycle.schema import head, migrate_engine, schema_version

SUFFIX = ".backup"
MANIFEST = ".json"
DRAFT = ".part"
CLOSED = "ro&immutable=1"


@dataclass(frozen=True, slots=True)
class Copy:
    """One back-up and when it was made."""

    path: Path
    made_at: dt.datetime


def make_copy(config: Config, keys: Keys, *, at: dt.datetime) -> Copy:
    """Write an encrypted copy of the index into the back-up folder, whole or not at all.

    Raises DatabaseProblem when the index cannot be read.
    """
    folder = config.backup_path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder, at)
    target = folder / f"portal-{at:%Y%m%dT%H%M%S}Z{SUFFIX}"
    with _draft_of(target) as draft:
        draft.touch(mode=0o600)
        if config.is_embedded:
            _export(config.database_file, draft, keys.database)
        else:
            _pour_out(config, keys, draft)
        manifest = _manifest(draft, target.name, keys, at)
        _keep(draft, target, manifest)
    return Copy(target, at)


def newest_copy(config: Config) -> Copy | None:
    """Return the newest whole back-up, None when there is none."""
    found = []
    for path in config.backup_path.glob(f"*{SUFFIX}"):
        if Path(f"{path}{MANIFEST}").exists():
            found.append(Copy(path, made_at(path)))
    return max(found, key=lambda copy: copy.made_at, default=None)


def made_at(path: Path) -> dt.datetime:
    """Return when a back-up was made, as its manifest says."""
    told = json.loads(Path(f"{path}{MANIFEST}").read_text(encoding="utf-8"))
    return dt.datetime.fromisoformat(told["made_at"])


def faults_of(path: Path, keys: Keys) -> list[str]:
    """Say in sentences what is wrong with a back-up; none when it can be restored."""
    manifest = Path(f"{path}{MANIFEST}")
    if not path.exists() or not manifest.exists():
        return [f"{path.name} or its manifest {manifest.name} is missing."]
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        inside = json.loads(
            unseal(keys.log, bytes.fromhex(told["sealed"]), place=_place(path.name))
        )
        if inside["sha256"] != _fingerprint(path):
            return ["The file is not the one that was written: its fingerprint differs."]
        return _faults_inside(path, keys, inside)
    except KeyProblem:
        return ["The manifest does not open with this key, or belongs to another file."]
    except (ValueError, KeyError, TypeError):
        return ["The manifest cannot be read."]
    except DatabaseProblem as problem:
        return [str(problem)]
    except DatabaseError:
        return ["The file is damaged: it cannot be read to its end."]


def _faults_inside(path: Path, keys: Keys, inside: dict[str, object]) -> list[str]:
    faults = []
    engine = engine_of_file(path, keys.database, mode=CLOSED)
    try:
        with snapshot(engine) as connection:
            for check in ("cipher_integrity_check", "integrity_check"):
                found = connection.exec_driver_sql(f"PRAGMA {check}").scalars().all()
                if found not in ([], ["ok"]):
                    faults.append("The file is damaged: its pages do not fit.")
            if row_counts(connection) != inside["rows"]:
                faults.append("The number of rows is not the one in the manifest.")
            report = verify_chain(connection, keys.log)
            if not report.is_whole:
                faults.append(f"The access log in it is not whole. {report.sentence}")
        there = schema_version(engine)
    finally:
        engine.dispose()
    if there != inside["schema"]:
        faults.append("The version of its tables is not the one in the manifest.")
    elif there > head():
        faults.append(f"It was made by a newer program (tables {there}). Install that one first.")
    return faults


def _export(source: Path, target: Path, key: bytes) -> None:
    connection = connect_encrypted(str(source), key)
    try:
        connection.execute(f"ATTACH DATABASE ? AS copy KEY \"x'{key.hex()}'\"", (str(target),))
        connection.execute(f"PRAGMA copy.cipher_page_size = {PAGE_BYTES}")
        connection.execute("BEGIN")
        connection.execute("SELECT sqlcipher_export('copy')").fetchall()
        connection.execute("COMMIT")
    finally:
        connection.close()


def _pour_out(config: Config, keys: Keys, target: Path) -> None:
    source = make_engine(config, keys.database)
    file = engine_of_file(target, keys.database, mode="rw")
    try:
        migrate_engine(file, to=schema_version(source) or "head")
        with snapshot(source) as reading, file.begin() as writing:
            pour(reading, writing)
    finally:
        source.dispose()
        file.dispose()


def _manifest(draft: Path, name: str, keys: Keys, at: dt.datetime) -> str:
    engine = engine_of_file(draft, keys.database, mode=CLOSED)
    try:
        with snapshot(engine) as connection:
            rows = row_counts(connection)
        schema = schema_version(engine)
    finally:
        engine.dispose()
    fingerprint = _fingerprint(draft)
    inside = json.dumps({"sha256": fingerprint, "schema": schema, "rows": rows})
    told = {
        "made_at": at.isoformat(),
        "version": program_version(),
        "schema": schema,
        "sha256": fingerprint,
        "sealed": seal(keys.log, inside, place=_place(name)).hex(),
    }
    return json.dumps(told, indent=2) + "\n"


def _place(name: str) -> str:
    return f"backup|manifest|{name}"


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(folder: Path, at: dt.datetime) -> None:
    """Remove what back-ups that were killed have left; not what another may be writing now."""
    for path in folder.glob(f"*{DRAFT}*"):
        if path.stat().st_mtime < (at - dt.timedelta(days=1)).timestamp():
            path.unlink(missing_ok=True)


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """Give a name to write under; whatever is left under it is removed in the end."""
    draft = target.with_name(f"{target.name}{DRAFT}")
    draft.unlink(missing_ok=True)
    try:
        yield draft
    finally:
        for tail in ("", "-journal", MANIFEST):
            Path(f"{draft}{tail}").unlink(missing_ok=True)


def _keep(draft: Path, target: Path, manifest: str) -> None:
    """Put file and manifest in place, on the disk and not only in memory; the manifest last."""
    beside = Path(f"{draft}{MANIFEST}")
    beside.touch(mode=0o600)
    beside.write_text(manifest, encoding="utf-8")
    for part, final in ((draft, target), (beside, Path(f"{target}{MANIFEST}"))):
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(final)
