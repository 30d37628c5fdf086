"""Where Splink runs: DuckDB in memory, or Spark with its files encrypted in a folder that goes."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

from portal.children.bulk import model
from portal.children.bulk.facts import COLUMNS, Line

# So many rows are scored at a time, that pairs fit into memory.
ROWS_AT_ONCE = 250_000


class Engine(StrEnum):
    """Who names the likely children: the engine that suits, or the one that was asked for."""

    AUTO = "auto"
    INDEX = "index"
    DUCKDB = "duckdb"
    SPARK = "spark"


_NEEDS = {Engine.DUCKDB: ("splink", "duckdb"), Engine.SPARK: ("splink", "duckdb", "pyspark")}


class EngineMissing(Exception):
    """The packages of an engine are not installed, or Spark cannot be started."""


class EngineFull(Exception):
    """The memory that an engine may use is full."""


def is_installed(engine: Engine) -> bool:
    """True when the packages of an engine are there. Imports none of them."""
    return all(find_spec(one) is not None for one in _NEEDS.get(engine, ()))


class Tables:
    """The tables of DuckDB: children and rows line by line, then who is near whom. Nothing is ever
    on a disk: DuckDB may reach no file, and what does not fit into memory is refused."""

    def __init__(self, gigabytes: float) -> None:
        """Use so much memory at most. Raises EngineMissing."""
        if not is_installed(Engine.DUCKDB):
            raise EngineMissing
        import duckdb

        self._lines, self._gigabytes = 0, gigabytes
        limits: dict[str, Any] = {"temp_directory": "", "memory_limit": f"{gigabytes}GB"}
        off = ("autoinstall_known_extensions", "autoload_known_extensions")
        self._asked = duckdb.connect(":memory:", config={**limits, **dict.fromkeys(off, False)})
        self._asked.execute("SET enable_external_access = false")
        columns = ", ".join(f"{column} VARCHAR" for column in COLUMNS)
        for table in ("known", "incoming"):
            self._asked.execute(f"CREATE TABLE {table} (line BIGINT, who VARCHAR, {columns})")
        self._asked.execute("CREATE TABLE near (word VARCHAR, who VARCHAR)")

    def close(self) -> None:
        """Forget everything."""
        self._asked.close()

    def add(self, table: str, lines: Iterable[tuple[str, Line]]) -> None:
        """Add lines to known or incoming, each with whom it is about. Raises EngineFull."""
        import pyarrow

        rows = [(who, *line) for who, line in lines]
        if not rows:
            return
        numbers = range(self._lines, self._lines + len(rows))
        self._lines += len(rows)
        columns = [pyarrow.array(one, pyarrow.string()) for one in zip(*rows, strict=True)]
        names = ["line", "who", *COLUMNS]
        piece = pyarrow.table([pyarrow.array(numbers, pyarrow.int64()), *columns], names=names)
        self._put(table, piece)

    def near(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """Return who is near these."""
        wanted = "SELECT word, who FROM near WHERE word IN (SELECT unnest($1))"
        return self._asked.execute(wanted, [list(words)]).fetchall()

    def begin(self) -> None:
        """Let the rows be found by one another too, as the children of one file are."""
        with _refusing():
            self._asked.execute("INSERT INTO known SELECT * FROM incoming")

    def link(self, engine: Engine, children: int) -> Iterator[None]:
        """Score, in steps, and keep who is likely. Raises EngineFull, EngineMissing."""
        linked = self._on_spark if engine is Engine.SPARK else self._on_duckdb
        with _refusing():
            yield from linked(model.least_weight(children))
            for table in ("known", "incoming"):
                self._asked.execute(f"DROP TABLE {table}")

    def _on_duckdb(self, least: float) -> Iterator[None]:
        from splink import DuckDBAPI

        ((count,),) = self._asked.execute("SELECT count(*) FROM incoming").fetchall()
        pieces = -(-count // ROWS_AT_ONCE)
        linker = _linker(DuckDBAPI(self._asked), "known", "incoming")
        for piece in range(1, pieces + 1):
            yield
            scored = linker.inference.predict_chunk(
                left_chunk=(1, 1), right_chunk=(piece, pieces), threshold_match_weight=least,
                warning_mode="never",
            )  # fmt: skip
            best = model.BEST.format(scored=scored.physical_name, most=model.MOST_NEAR)
            self._asked.execute(f"INSERT INTO near {best}")
            scored.drop_table_from_database_and_remove_from_cache()

    def _on_spark(self, least: float) -> Iterator[None]:
        yield
        with _spark(self._gigabytes) as session:
            from splink import SparkAPI

            known, incoming = (
                session.createDataFrame(self._asked.table(one).to_arrow_table())
                for one in ("known", "incoming")
            )
            api: Any = SparkAPI(  # type: ignore[no-untyped-call]
                spark_session=session, break_lineage_method="persist",
                register_udfs_automatically=False,
            )  # fmt: skip
            linker = _linker(api, known, incoming)
            scored = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
            best = model.BEST.format(scored=scored.physical_name, most=model.MOST_NEAR)
            self._put("near", session.sql(best).toArrow())

    def _put(self, table: str, piece: Any) -> None:
        with _refusing():
            self._asked.register("piece", piece)
            self._asked.table("piece").insert_into(table)
            self._asked.unregister("piece")


def _linker(api: Any, known: Any, incoming: Any) -> Any:
    from splink import Linker

    tables = [
        api.register(known, dataset_display_name=model.KNOWN),
        api.register(incoming, dataset_display_name=model.INCOMING),
    ]
    return Linker(tables, model.settings(), log_level=None, validate_settings=False)


@contextmanager
def _refusing() -> Iterator[None]:
    """Say in our words that memory is full."""
    import duckdb

    try:
        yield
    except Exception as error:
        # Splink hands on what its engine says as the cause of an error of its own.
        if not isinstance(error.__cause__ or error, duckdb.OutOfMemoryException):
            raise
        raise EngineFull from None


@contextmanager
def _spark(gigabytes: float) -> Iterator[Any]:
    """A Spark. What it lays on the disk of this machine (shuffles, what does not fit into memory)
    is encrypted under a key that dies with it, in a folder of its own that is removed.

    Where it runs says the operator's spark-defaults.conf, if SPARK_CONF_DIR names its folder; else
    on this machine. That everything is encrypted no such file can change.
    """
    if not is_installed(Engine.SPARK):
        raise EngineMissing
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    own = {} if "SPARK_CONF_DIR" in os.environ else _ON_THIS_MACHINE
    with TemporaryDirectory(prefix="portal-spark-") as folder:
        places = dict.fromkeys(("spark.local.dir", "spark.sql.warehouse.dir"), folder)
        java = f"-Djava.io.tmpdir={folder} -XX:-UsePerfData"
        memory = f"{max(round(gigabytes * 1024), 512)}m"
        more = {"spark.driver.memory": memory, "spark.driver.extraJavaOptions": java}
        asked = SparkSession.builder.appName("portal").config(
            map={**own, **more, **_SAFE, **places}
        )
        try:
            session = asked.getOrCreate()
        except (OSError, PySparkException):
            raise EngineMissing from None
        try:
            yield session
        finally:
            session.stop()


_ON_THIS_MACHINE = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
_SAFE = {
    "spark.io.encryption.enabled": "true",
    "spark.io.encryption.keySizeBits": "256",
    "spark.network.crypto.enabled": "true",
    "spark.authenticate": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
    "spark.log.level": "OFF",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.maxResultSize": "0",
}
