"""The rules that guard the house (CONTRIBUTING says them in words)."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Text, Unicode, UnicodeText

from portal.access.permissions import Permission
from portal.access.policy import POLICY
from portal.access.room import ANYONE, Room
from portal.core.config import Config
from portal.core.db import Base
from tests.house import (
    FOUNDATIONS,
    KINDS,
    OWN_KINDS,
    PORTAL,
    ROOMS,
    ROOT,
    calls,
    doors,
    functions,
    imports,
    kind_of,
    lines,
    name,
    of_kind,
    public_functions,
    sources,
    tree,
)  # fmt: skip

CORE = set(
    "__init__ choices clock config dates db durable errors fields forms headers inserts keys "
    "language logs pages settings texts turns wal widgets".split()
)
DOMAIN_WORDS = re.compile(
    r"\b(child|children|involvement|practitioner|shield|search|feed|organisation|authority)\b", re.I
)
FORBIDDEN_NAMES = {"service", "services", "client", "utils", "util", "helper", "helpers", "common",
                   "manager", "handle", "user", "users", "info"}  # fmt: skip
OUTSIDE = {"socket", "urllib.request", "http.client", "smtplib", "subprocess", "requests"}
MAY_REACH_OUTSIDE = {"portal/assets.py"}
MAY_OPEN_FILES = {
    "portal/feeds/inbox/files.py",
    "portal/feeds/inbox/watched.py",
    "portal/assets.py",
}
MAY_COMMIT = {"portal/access/room.py"}
LINES_OF = {"core": 3_000, "accounts": 2_850, "children": 9_250, "children/bulk": 600,
            "children/finding": 2_300, "directory": 2_250, "children/vault": 4_700, "feeds": 7_250,
            "feeds/inbox": 1_350, "lifecycle": 2_400, "lifecycle/verifying": 1_000,
            "matching": 2_300, "shielding": 5_850}  # fmt: skip
# Packages as large as a room, with a door of their own (their __init__): measured by themselves.
ALCOVES = {
    "children": ("bulk", "finding", "vault"),
    "feeds": ("inbox",),
    "lifecycle": ("verifying",),
}
# A setting is named after what it sets; core never reads it.
SETTINGS = {
    "authority_code",
    "organisation_searches_per_hour",
    "organisation_searches_per_day",
}


def test_every_endpoint_is_a_door(application: Flask) -> None:
    known = {door.endpoint for door in doors(application)} | {"static"}
    assert set(application.view_functions) == known


def test_every_permission_is_used_and_decided(application: Flask) -> None:
    used = {door.requires for door in doors(application) if isinstance(door.requires, Permission)}
    assert used == set(Permission)
    assert set(POLICY) == set(Permission)


def test_every_open_door_says_why(application: Flask) -> None:
    for door in doors(application):
        if isinstance(door.requires, ANYONE):
            assert len(door.requires.why.split()) > 3, door


def test_a_route_without_requirement_cannot_be_declared() -> None:
    room = Room("trial", __name__)
    with pytest.raises(TypeError):
        room.route("/open")
    with pytest.raises(TypeError):
        room.get("/open")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        room.post("/open", requires="child:open")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sources(*ROOMS), ids=name)
def test_rooms_hold_only_known_kinds_of_file(path: Path) -> None:
    room = path.relative_to(PORTAL).parts[0]
    assert kind_of(path) in KINDS | OWN_KINDS.get(room, set())


@pytest.mark.parametrize("path", sources(*ROOMS), ids=name)
def test_rooms_call_downstairs_only(path: Path) -> None:
    room = path.relative_to(PORTAL).parts[0]
    for module in imports(path):
        match = re.match(r"portal\.(\w+)", module)
        if match and match[1] in ROOMS and match[1] != room:
            assert ROOMS[match[1]] < ROOMS[room], f"{name(path)} imports {module}"


@pytest.mark.parametrize("path", sources(*ROOMS), ids=name)
def test_another_room_gives_only_actions_queries_and_types(path: Path) -> None:
    room, kind = path.relative_to(PORTAL).parts[0], kind_of(path)
    allowed = {"actions", "queries", "rules", "visibility"}
    if room in {"shielding", "feeds", "search", "lifecycle"}:
        allowed = allowed | {"vault"}
    if kind in {"models", "queries", "finding", "visibility", "actions"}:
        allowed = allowed | ({"models"} if kind != "actions" else set())
    if kind == "cli":
        allowed = allowed | {"room"}  # an operator's verb may belong to another room's group
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "portal" and len(parts) > 2 and parts[1] in ROOMS and parts[1] != room:
            assert parts[2] in allowed, f"{name(path)} imports {module}"


FORBIDDEN_TO = {
    "models": {"flask"},
    "rules": {"flask", "sqlalchemy", "portal.core.clock", "portal.core.db"},
    "queries": {"flask.request", "flask.session"},
    "actions": {"flask.request", "flask.session", "flask.render_template", "portal.core.pages"},
    "forms": {"sqlalchemy", "portal.core.db"},
    "routes": {"sqlalchemy", "portal.core.db"},
    "cli": {"sqlalchemy"},
}


@pytest.mark.parametrize("kind", FORBIDDEN_TO)
def test_kinds_of_file_use_only_what_they_may(kind: str) -> None:
    for path in of_kind(kind):
        for module in imports(path):
            for word in FORBIDDEN_TO[kind]:
                is_inside = module == word or module.startswith(f"{word}.")
                # Words for people are lazy texts: flask_babel is not flask.
                assert not is_inside, f"{name(path)} imports {module}"
        if kind in {"routes", "forms", "cli"}:
            held = {m for m in imports(path) if m.startswith("portal.") and ".models" in m}
            assert not held, f"{name(path)} imports {held}"
        if kind == "forms":
            held = {m for m in imports(path) if re.match(r"portal\.\w+\.queries", m)}
            assert not held, f"{name(path)} imports {held}"


def test_nobody_else_commits() -> None:
    for path in sources():
        for called, _ in calls(path):
            if called.endswith((".commit", ".begin")) and "session" in called.lower():
                assert name(path) in MAY_COMMIT, f"{name(path)} calls {called}"


def test_the_outside_world_has_few_doors() -> None:
    for path in sources():
        reached = imports(path) & OUTSIDE
        assert not reached or name(path) in MAY_REACH_OUTSIDE, f"{name(path)} imports {reached}"
        for called, _ in calls(path):
            assert called != "open" or name(path) in MAY_OPEN_FILES, f"{name(path)} opens files"


def test_core_is_closed_and_knows_no_domain_word() -> None:
    files = {path.stem for path in (PORTAL / "core").glob("*.py")}
    assert files == CORE
    for path in (PORTAL / "core").glob("*.py"):
        for node in ast.walk(tree(path)):
            word = getattr(node, "name", None) or getattr(node, "id", None) or ""
            if word not in SETTINGS:
                assert not DOMAIN_WORDS.search(str(word).replace("_", " ")), f"{name(path)}: {word}"


def test_a_get_door_calls_no_action_but_a_look() -> None:
    for path in of_kind("routes"):
        for function in public_functions(path):
            declared = [ast.unparse(one) for one in function.decorator_list]
            if not any(".get(" in one for one in declared):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("actions."):
                    called = ast.unparse(node.func).removeprefix("actions.")
                    assert called.startswith(("open_", "look_")), f"{name(path)}: {called}"


def test_every_action_says_by_whom() -> None:
    for path in of_kind("actions"):
        for function in public_functions(path):
            keywords = {one.arg for one in function.args.kwonlyargs}
            assert "by" in keywords, f"{name(path)}: {function.name} has no by="
            assert not function.args.args, f"{name(path)}: {function.name} takes by position"


def test_no_free_text_about_children_involvements_or_practitioners(application: Flask) -> None:
    assert application.blueprints, "the tables of a room are known once the room is"
    about = {"child", "child_name", "child_address", "child_identifier", "carer", "involvement",
             "child_merge", "child_review", "child_source", "correction", "local_correction",
             "practitioner", "contact_request"}  # fmt: skip
    known = set(Base.metadata.tables)
    assert about <= known
    for table in (Base.metadata.tables[word] for word in about):
        for column in table.columns:
            assert not isinstance(column.type, Text | UnicodeText | Unicode), column
            length = getattr(column.type, "length", None)
            assert length is None or length <= 254, f"{column} holds {length} characters"
            assert not re.search(r"note|comment|remark|text|description", column.name), column


def test_children_are_selected_in_one_place() -> None:
    for path in sources():
        if name(path) == "portal/children/visibility.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert "select(ChildRecord" not in text, name(path)


def test_addresses_are_kebab_case_and_typed(application: Flask) -> None:
    for door in doors(application):
        plain = re.sub(r"<(uuid|string\(length=\d+\)):\w+>", "", door.rule)
        assert re.fullmatch(r"[a-z0-9/-]*", plain), door.rule


def test_names_that_say_nothing_are_not_used() -> None:
    for path in sources():
        parts = set(path.relative_to(PORTAL).with_suffix("").parts)
        assert not parts & FORBIDDEN_NAMES, name(path)
        for function in functions(path):
            words = set(function.name.strip("_").split("_"))
            assert not words & FORBIDDEN_NAMES, f"{name(path)}: {function.name}"


def test_every_setting_command_and_permission_is_in_the_readme(application: Flask) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = [field for field in Config.__dataclass_fields__ if field != "instance"]
    missing = [word for word in settings if f"`{word}`" not in readme]
    missing += [word for word in Permission if f"`{word}`" not in readme]
    for group, command in application.cli.commands.items():
        for verb in getattr(command, "commands", {}):
            if group in ROOMS:
                missing += [] if f"{group} {verb}" in readme else [f"{group} {verb}"]
    assert not missing


def test_sizes() -> None:
    for path in sources():
        assert lines(path) <= 300, f"{name(path)} has {lines(path)} lines"
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno + 1
            assert length <= 30, f"{name(path)}: {function.name} has {length} lines"
    for room in [*ROOMS, *FOUNDATIONS]:
        inside = {one: sources(f"{room}/{one}") for one in ALCOVES.get(room, ())}
        for one, paths in inside.items():
            check_size(f"{room}/{one}", paths)
        apart = {path for paths in inside.values() for path in paths}
        check_size(room, [path for path in sources(room) if path not in apart])
    assert sum(lines(path) for path in sources()) <= 49_950


def check_size(place: str, paths: list[Path]) -> None:
    """Fail when a place in the house has grown past what was decided for it."""
    total = sum(lines(path) for path in paths)
    assert total <= LINES_OF.get(place, 1_500), f"{place} has {total} lines"


def test_floors_of_the_contract_are_the_floors_of_the_test() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = {
        word.strip().removeprefix("portal."): -place
        for place, layer in enumerate(layers)
        for word in layer.split("|")
    }
    for one, other in ((a, b) for a in ROOMS for b in ROOMS):
        assert (drawn[one] < drawn[other]) == (ROOMS[one] < ROOMS[other]), (one, other)


def test_matching_is_arithmetic_only() -> None:
    for path in sources("matching"):
        used = {module.split(".")[0] for module in imports(path)}
        assert not used & {"flask", "flask_babel", "sqlalchemy"}, name(path)
