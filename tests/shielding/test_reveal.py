"""The page that says what this server can be made to reveal keeps its word."""

import ast
import re

import pytest

from tests.house import ROOT

PAGE = ROOT / "docs" / "reveal.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
# What no test can prove: it is said so that nobody relies on it.
UNPROVED = ("PostgreSQL's files", "database, key file and vault key")


def rows() -> list[str]:
    """Return the rows of the tables, without their heads."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("| ")]
    return [line for line in told if not line.startswith(("| who", "|---"))]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[2:40])
def test_each_row_names_its_proof(row: str) -> None:
    assert NAMED.search(row) or row[2:].startswith(UNPROVED), row


def test_each_proof_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert named
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in known, f"{path} has no {name}"


def test_the_readme_leads_to_the_page() -> None:
    assert "(docs/reveal.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
