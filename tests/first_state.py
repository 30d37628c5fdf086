"""Putting a PostgreSQL database back to its first state by its changed rows.

Copying a template takes ten times as long. Which tables were changed is what the server counted;
where it counted a change of the tables themselves, only a fresh copy will do. Rows that were
written since are those with a younger transaction number (xmin).
"""

from typing import Any

from psycopg import Connection, sql

KEPT = "first_state"
_ALONE_SECONDS = 10
_OTHERS = """
SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"
# The statistics of the planner change by themselves, what all databases share by other databases.
_CHANGED = """
SELECT schemaname, counted.relname FROM pg_stat_all_tables AS counted
JOIN pg_class ON oid = counted.relid
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND NOT relisshared
AND counted.relname NOT IN ('pg_statistic', 'pg_toast_2619')
"""
_KEY = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indisprimary AND indrelid = %s::regclass
"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"


class TablesChanged(Exception):
    """A table was made, altered or emptied: rows alone cannot be put back."""


class FirstState:
    """What a database held at first. The rows lie in a schema of their own beside the tables."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Keep every row of the present tables."""
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(KEPT)))
        names = [row[0] for row in connection.execute(_TABLES, ("public",))]
        self._keys = {}
        for name in names:
            kept, table = sql.Identifier(KEPT, name), sql.Identifier("public", name)
            connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, table))
            key = [row[0] for row in connection.execute(_KEY, (f'public."{name}"',))]
            self._keys[name] = key
        self._sequences = connection.execute(_SEQUENCES).fetchall()
        self._since = ""

    def begin(self, connection: Connection[Any]) -> None:
        """Count changes from now on."""
        connection.execute("SELECT pg_stat_force_next_flush()")
        connection.execute("SELECT pg_stat_reset()")
        (self._since,) = connection.execute("SELECT txid_current()::text").fetchone() or ("",)

    def put_back(self, connection: Connection[Any]) -> None:
        """Put back whatever was changed. Raises TablesChanged."""
        # What a program did is counted when its connection has ended.
        connection.execute(_OTHERS, (_ALONE_SECONDS * 1000,))
        changed = {(row[0], row[1]) for row in connection.execute(_CHANGED)}
        names = [name for schema, name in changed if schema == "public"]
        if {schema for schema, _ in changed} - {"public", "pg_toast"} or set(names) - set(
            self._keys
        ):
            raise TablesChanged
        if not names:
            return
        with connection.transaction():
            # Neither foreign keys nor what forbids to change the log stands in the way.
            connection.execute("SET LOCAL session_replication_role = replica")
            for name in names:
                self._forget_younger(connection, name)
            for name in names:
                self._bring_back(connection, name)
            for sequence, last in self._sequences:
                connection.execute("SELECT setval(%s::regclass, %s)", (sequence, last))
        self.begin(connection)

    def _forget_younger(self, connection: Connection[Any], name: str) -> None:
        younger = sql.SQL("DELETE FROM {} WHERE xmin::text::bigint > %s")
        connection.execute(younger.format(sql.Identifier("public", name)), (int(self._since),))

    def _bring_back(self, connection: Connection[Any], name: str) -> None:
        same = sql.SQL(" AND ").join(
            sql.SQL("now.{0} = first.{0}").format(sql.Identifier(column))
            for column in self._keys[name]
        )
        missing = sql.SQL(
            "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {kept} AS first"
            " WHERE NOT EXISTS (SELECT FROM {table} AS now WHERE {same})"
        )
        table, kept = sql.Identifier("public", name), sql.Identifier(KEPT, name)
        connection.execute(missing.format(table=table, kept=kept, same=same))
