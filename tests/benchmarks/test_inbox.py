"""The script that measures reading reads what it wrote, in a process of its own."""

from pathlib import Path

import pytest

from tests.benchmarks.inbox import WAYS, read_apart, write_children


@pytest.mark.parametrize("way", list(WAYS))
def test_a_small_file_in_every_wrapping(tmp_path: Path, way: str) -> None:
    path = tmp_path / "children"
    write_children(path, way, 1)
    found = read_apart(path)
    assert found["rows"] >= 2_000
    assert found["faults"] == 0
    assert found["megabytes_of_memory"] > 1
