"""Each statement of a search is answered through a key."""

from typing import Any

from sqlalchemy import event

from portal.matching import year_window
from tests.children.index_town import BORN, Town


def test_a_search_reads_by_key_only(index: Town) -> None:
    """No scan and no pattern: each statement of a search is answered through a key."""
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    connection = index.session.connection()
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", listen)
    for birth in (None, BORN, year_window(2016)):
        index.find("A Amina", "Hussain", birth=birth, postcodes=["LS1 4AP"])
    event.remove(connection, "before_cursor_execute", listen)
    assert len(said) >= 12
    explain_plan, scan = "EXPLAIN QUERY PLAN", "SCAN name_"
    if connection.dialect.name == "postgresql":
        # A table of one row is always read whole unless that is forbidden.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain_plan, scan = "EXPLAIN", "Seq Scan on name_"
    for statement, values in said:
        assert "LIKE" not in statement.upper()
        steps = connection.exec_driver_sql(f"{explain_plan} {statement}", values).all()
        assert steps
        assert not any(scan in step[-1] for step in steps), (steps, statement)
