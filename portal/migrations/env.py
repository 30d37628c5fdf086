"""How Alembic runs the steps here: from Python, on one connection, in one transaction.

lifecycle/schema.py calls it. On SQLite foreign keys are switched off before the transaction begins:
rebuilding a parent table with them on deletes the rows of its children (reference P1).
"""

from alembic import context
from sqlalchemy.engine import Connection

LOCK = 7_305_511_620


def run() -> None:
    """Run the steps that are asked for, all or none."""
    connection: Connection = context.config.attributes["connection"]
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # Past SQLAlchemy on purpose: through it a transaction would begin first.
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        render_item=context.config.attributes.get("render_item"),
        compare_type=True,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        if is_sqlite:
            _refuse_orphans(connection)
        afterwards = context.config.attributes.get("afterwards")
        if afterwards:
            afterwards(connection)


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = sorted({row[0] for row in orphans})
        raise RuntimeError(f"rows without their parent in {', '.join(tables)}")


run()
