"""A private PostgreSQL server with the contrib extensions, in a folder, as Debian ships it."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# One server for the portal and for the peer. Everything else is the default of initdb; fsync stays
# on, so that a commit costs what it costs in an office.
SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
    "listen_addresses": "",
}
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SET_DEATH_SIGNAL = 1
MISSING = "PostgreSQL with its contrib extensions is not here. As root: .ci/postgresql"


# Every process that we started and that has not ended.
RUNNING: list[subprocess.Popen[bytes]] = []


class NoPostgres(Exception):
    """There is no PostgreSQL with contrib extensions on this machine; the text says the remedy."""


def programs() -> Path:
    """Return the folder of initdb and postgres with pg_trgm. Raises NoPostgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    other = shutil.which("initdb")
    for path in [*found, *([Path(other)] if other else [])]:
        share = subprocess.run(
            [path.parent / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        if (Path(share.stdout.strip()) / "extension" / "pg_trgm.control").exists():
            return path.parent
    raise NoPostgres(MISSING)


class Server:
    """A running server that listens on a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._programs = folder, programs()
        self._owner = "postgres" if os.geteuid() == 0 else None

    def start(self) -> None:
        """Make the cluster where there is none, and start it. Raises NoPostgres."""
        if not (self._folder / "PG_VERSION").exists():
            self._make()
        words = [word for pair in SETTINGS.items() for word in ("-c", "{}={}".format(*pair))]
        words += ["-c", f"unix_socket_directories={self._folder}", "-D", str(self._folder)]
        with (self._folder.parent / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *words], cwd=self._folder, stdout=log,
                stderr=log, user=self._owner, group=self._owner, preexec_fn=end_with_us,
            )  # fmt: skip
        RUNNING.append(self._process)
        self._await()

    def stop(self) -> None:
        """Stop it; its files stay."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=300)
        RUNNING.remove(self._process)

    def _await(self) -> None:
        for _ in range(3_000):
            if self._process.poll() is not None:
                log = self._folder.parent / "server.log"
                raise NoPostgres(f"PostgreSQL did not start: {log.read_text()[-500:]}")
            try:
                psycopg.connect(self.uri("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise NoPostgres("PostgreSQL did not start within five minutes")

    def _make(self) -> None:
        """Root may not run PostgreSQL: the folder belongs to its account, which must reach it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._owner:
            shutil.chown(self._folder, self._owner, self._owner)
            _let_through(self._folder)
        done = subprocess.run(
            [str(self._programs / "initdb"), "--auth=trust", "--username=postgres",
             "--encoding=UTF8", "--locale=C.UTF-8", "-D", str(self._folder)],
            cwd=self._folder, capture_output=True, text=True, check=False, user=self._owner,
            group=self._owner,
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise NoPostgres(f"initdb: {done.stderr.strip()[-500:]}")

    def uri(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def ensure(self, database: str) -> bool:
        """Make a database; False when it is there already."""
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [database]
            ).fetchone()
            if known:
                return False
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return True

    def version(self) -> str:
        """Return its version."""
        with psycopg.connect(self.uri("postgres")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        return str(row[0]) if row else ""


def _let_through(folder: Path) -> None:
    """Only the folder of the run is opened to the account of PostgreSQL, never one above it."""
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    for above in folder.parent.parents:
        if not above.stat().st_mode & 0o001:
            raise NoPostgres(f"The account postgres may not enter {above}: keep it elsewhere.")


def end_with_us() -> None:
    """Linux: a process that we started is interrupted when we are killed."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_DEATH_SIGNAL, signal.SIGINT)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run the server of a folder for as long as the block lasts."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
