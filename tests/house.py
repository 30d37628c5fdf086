"""What the rules of the house look at: sources as trees and lines, and the doors of the rooms."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Flask

from portal.access.room import Door, Room

ROOT = Path(__file__).resolve().parents[1]
PORTAL = ROOT / "portal"
TEMPLATES = ROOT / "templates"

ROOMS = {
    "directory": 0, "help": 0, "accounts": 1, "children": 3,
    "search": 5, "shielding": 5, "feeds": 5, "audit": 6, "lifecycle": 6,
}  # fmt: skip
FOUNDATIONS = {"core", "access", "matching"}
KINDS = {"__init__", "models", "rules", "queries", "actions", "forms", "routes", "cli"}
OWN_KINDS = {
    "children": {
        "applying",
        "beside",
        "bulk",
        "contacts",
        "correcting",
        "finding",
        "joining",
        "placing",
        "splitting",
        "telling",
        "vault",
        "visibility",
    },
    "directory": {"speakers", "writing"},
    "feeds": {"inbox"},
    "lifecycle": {
        "beginning",
        "commands",
        "copies",
        "doctor",
        "pouring",
        "restoring",
        "rewriting",
        "schema",
        "serving",
        "verifying",
    },
}


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed source of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def sources(*rooms: str) -> list[Path]:
    """Return the Python files of these rooms, or of the whole portal; migrations left out."""
    folders = [PORTAL / room for room in rooms] or [PORTAL]
    found = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def kind_of(path: Path) -> str:
    """Return the kind of a room's file: its name, or that of the package it was split into."""
    inside = path.relative_to(PORTAL).parts[1:]
    return inside[0].removesuffix(".py") if inside else ""


def imports(path: Path) -> set[str]:
    """Return every module or name that a file imports, dotted."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the dotted name of every call in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the functions at the top of a file whose names have no underscore."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def of_kind(kind: str) -> list[Path]:
    """Return the files of one kind in all rooms."""
    return [path for path in sources(*ROOMS) if kind_of(path) == kind]


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def name(path: Path) -> str:
    """Return a path as people write it."""
    return path.relative_to(ROOT).as_posix()


def doors(app: Flask) -> list[Door]:
    """Return every door of every room."""
    rooms = [room for room in app.blueprints.values() if isinstance(room, Room)]
    return [door for room in rooms for door in room.doors]
