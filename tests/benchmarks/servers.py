"""A private PostgreSQL server with the contrib extensions, in a folder, as Debian ships it."""

import os
import shutil
import subprocess
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
MISSING = "PostgreSQL with its contrib extensions is not here. As root: .ci/postgresql"


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
        """Make the cluster where there is none, and start it."""
        if not (self._folder / "PG_VERSION").exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._give_away()
            self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8",
                      "--locale=C.UTF-8", "-D", str(self._folder))  # fmt: skip
        words = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        words += f" -c unix_socket_directories='{self._folder}'"
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "-D", str(self._folder), "-w", "-t", "300", "-l", log, "-o", words,
                  "start")  # fmt: skip

    def stop(self) -> None:
        """Stop it; its files stay."""
        self._run("pg_ctl", "-D", str(self._folder), "-w", "-m", "fast", "stop")

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

    def _give_away(self) -> None:
        """Root may not run PostgreSQL: the folder belongs to its account, which must reach it."""
        if not self._owner:
            return
        shutil.chown(self._folder, "postgres", "postgres")
        for parent in self._folder.parents:
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)

    def _run(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [str(self._programs / name), *words], cwd=self._folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=False, user=self._owner, group=self._owner,
        )  # fmt: skip
        if done.returncode:
            raise NoPostgres(f"{name}: {done.stderr.strip()[-500:]}")


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run the server of a folder for as long as the block lasts."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
