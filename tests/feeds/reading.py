"""Small tables written into a folder and read back through the inbox."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from portal.feeds.inbox import FileRefused, Layout, Row, opened

ABC = Layout(columns=("a", "b", "c"))
HEADER = b"a,b,c\r\n"
quickly = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(tmp_path: Path, content: bytes, layout: Layout = ABC) -> list[Row]:
    """Write a file, open it and return its rows."""
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    with opened(path, layout) as parcel:
        rows = list(parcel.rows())
        assert parcel.count == len(rows)
        return rows


def refusal(tmp_path: Path, content: bytes, layout: Layout = ABC) -> tuple[str, int]:
    """Return why a file is refused, and the line."""
    with pytest.raises(FileRefused) as raised:
        read(tmp_path, content, layout)
    assert raised.value.name == "some.csv"
    return raised.value.fault, raised.value.line
