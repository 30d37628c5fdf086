"""python -m portal bench search: anybody's queries, asked as the page of the search asks them."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.__main__ import verbs
from portal.access.identity import NOBODY, operator
from portal.access.log import Event
from portal.access.models import AccessEvent, StatedReason
from portal.bench import measuring
from portal.bench.cli import bench_cli
from portal.children.models import ChildRecord
from portal.children.visibility import Job, everything, visible
from portal.core.config import Config
from portal.core.db import Base, db
from portal.search.models import Search, SearchBudget, SearchHit
from tests.cast import CHILDREN
from tests.conftest import CHILDREN as HOW_MANY

Ask = Callable[..., Result]
KEYS = {
    "n", "children", "recall@1", "recall@5", "shown@5", "too_many", "none", "p50", "p95", "p99",
    "refused",
}  # fmt: skip
NOTHING_KEPT = (Search, SearchHit, SearchBudget, StatedReason)


@pytest.fixture
def ask(portal: Flask, tmp_path: Path) -> Ask:
    """ask(*lines) runs the command on a file of these lines: objects, or text as it stands."""

    def run(*lines: Any, options: tuple[str, ...] = ()) -> Result:
        file = tmp_path / "queries.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        file.write_text("\n".join(texts), encoding="utf-8")
        words = ["search", "--queries", str(file), *options]
        return portal.test_cli_runner().invoke(bench_cli, words)

    return run


def report(done: Result) -> dict[str, Any]:
    """The one object on standard output."""
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def registered(app: Flask) -> Iterator[dict[str, str]]:
    """A query without an error for every child of the index."""
    with app.app_context():
        rows = db.session.scalars(everything(Job.NAME_INDEX)).all()
        for row in rows:
            yield {
                "given_name": row.given_names, "family_name": row.family_name,
                "date_of_birth": row.date_of_birth.isoformat(), "expect": row.source_id,
            }  # fmt: skip
        db.session.rollback()


def count(app: Flask, table: type[Base]) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(table)) or 0
        db.session.rollback()
        return found


def lines_by_the_command(app: Flask) -> list[str]:
    """The events that the command wrote, in order."""
    with app.app_context():
        found = db.session.scalars(
            select(AccessEvent.event)
            .where(AccessEvent.roles == "operator bench search")
            .order_by(AccessEvent.line)
        ).all()
        db.session.rollback()
        return list(found)


def story() -> dict[str, Any]:
    child = CHILDREN.story
    return {
        "given_name": child.given_names, "family_name": child.family_name,
        "date_of_birth": child.date_of_birth.isoformat(), "expect": child.key,
    }  # fmt: skip


def test_children_typed_as_registered_are_found(portal: Flask, ask: Ask) -> None:
    queries = list(registered(portal))[:60]
    said = report(ask(*queries, options=("--children", str(HOW_MANY))))
    assert set(said) == KEYS
    assert (said["n"], said["children"], said["refused"]) == (60, HOW_MANY, 0)
    assert said["recall@5"] >= said["recall@1"] > 0.9
    assert said["shown@5"] > 0.9
    assert 0 < said["p50"] <= said["p95"] <= said["p99"]


def test_what_is_not_found_counts_as_missed(ask: Ask) -> None:
    said = report(
        ask({"given_name": "Qqzzx", "family_name": "Vvwwk", "expect": CHILDREN.story.key})
    )
    assert (said["n"], said["recall@1"], said["recall@5"], said["shown@5"]) == (1, 0, 0, 0)
    assert said["none"] == 1


def test_half_found_is_half(ask: Ask) -> None:
    done = ask(story(), {**story(), "expect": "of-no-child"})
    said = report(done)
    assert (said["n"], said["recall@1"], said["recall@5"], said["shown@5"]) == (2, 0.5, 0.5, 0.5)
    assert "no child for 1 of the queries" in done.stderr


def test_a_name_alone_is_a_query_though_the_form_asks_for_more(ask: Ask) -> None:
    child = CHILDREN.story
    typed = {"given_name": child.given_names, "family_name": child.family_name}
    said = report(ask({**typed, "expect": child.key}))
    assert (said["n"], said["recall@5"]) == (1, 1)


def test_keys_may_be_missing_null_or_numbers(ask: Ask) -> None:
    year = CHILDREN.story.date_of_birth.year
    empty = {"gender": None, "postcode": None, "date_of_birth": None}
    queries = [
        {**story(), **empty, "year": year},
        {**story(), **empty, "year": str(year)},
        {**story(), "gender": "F", "postcode": "", "year": None},
        {"expect": 12},
    ]
    said = report(ask(*queries))
    assert (said["n"], said["refused"]) == (4, 0)
    assert said["recall@5"] == 0.75


def test_every_search_leaves_its_lines_and_keeps_nothing(portal: Flask, ask: Ask) -> None:
    before = [count(portal, table) for table in NOTHING_KEPT]
    said = report(ask(story(), story(), story()))
    events = lines_by_the_command(portal)
    assert said["n"] == events.count(Event.CHILD_SEARCHED) == 3
    assert events.count(Event.CHILD_OFFERED) >= 3
    assert events[0] == Event.CHILD_SEARCHED
    assert events[-1] == Event.SEARCHES_FORGOTTEN
    assert [count(portal, table) for table in NOTHING_KEPT] == before


def test_nothing_of_a_child_is_printed(ask: Ask) -> None:
    child = CHILDREN.story
    done = ask(story(), {**story(), "date_of_birth": "2019-02-30"}, "{" + child.family_name)
    for word in (child.given_names, child.family_name, child.key, "2019-02-30"):
        assert word not in done.output


def test_no_budget_holds_the_operator_back(
    portal: Flask, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Config = portal.extensions["portal_config"]
    names = [one.name for one in dataclasses.fields(Config) if "_searches_per_" in one.name]
    assert len(names) == 6
    ones: dict[str, Any] = dict.fromkeys(names, 1)
    low = dataclasses.replace(config, **ones)
    monkeypatch.setitem(portal.extensions, "portal_config", low)
    assert report(ask(story(), story(), story()))["recall@5"] == 1


def test_an_interrupted_run_keeps_nothing_either(
    portal: Flask, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = [count(portal, table) for table in NOTHING_KEPT]
    monkeypatch.setattr(measuring.Measured, "count", stop)
    assert ask(story(), story()).exit_code != 0
    assert Event.CHILD_SEARCHED in lines_by_the_command(portal)
    assert [count(portal, table) for table in NOTHING_KEPT] == before


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "this is not JSON"),
        ("[1]", "this is not a JSON object"),
        ('"text"', "this is not a JSON object"),
        ("[" * 5_000, "this is not JSON"),
        ({"given_name": "Ann", "family_name": "Lee"}, "expect is missing"),
        ({"expect": ""}, "expect is missing"),
        ({"expect": True}, "expect is not text"),
        ({"expect": "1\0"}, "expect is not text"),
        ({"expect": "1", "given_name": 5}, "given_name is not text"),
        ({"expect": "1", "given_name": "A\0"}, "given_name is not text"),
        ('{"expect": "1", "family_name": "\\ud800"}', "family_name is not text"),
        ({"expect": "1", "family_name": "x" * 201}, "family_name is longer"),
        ({"expect": "1", "date_of_birth": "2019-02-30"}, "date_of_birth is not a date"),
        ({"expect": "1", "date_of_birth": "0019-02-03"}, "date_of_birth is not between"),
        ({"expect": "1", "year": 12}, "year is not a year"),
        ({"expect": "1", "year": 99999}, "year is not a year"),
        ({"expect": "1", "year": True}, "year is not a year"),
        ({"expect": "1", "year": 2019.5}, "year is not a year"),
        ({"expect": "1", "year": 9999}, "year is not between"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_counted(ask: Ask, line: Any, why: str) -> None:
    done = ask("", story(), line, story())
    said = report(done)
    assert (said["n"], said["refused"], said["recall@5"]) == (2, 1, 1)
    assert f"Line 3: {why}" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["x", "x" * 200, "😀", "...", "12345", "שלום", "%_*?", "e" + "\u0301" * 150, "a " * 99, "'"],
)
def test_whatever_is_typed_is_answered(ask: Ask, name: str) -> None:
    said = report(ask({"given_name": name, "family_name": name, "expect": "1"}))
    assert said["n"] == 1
    said = report(ask({"family_name": name, "postcode": name, "gender": name, "expect": "1"}))
    assert said["n"] == 1


def test_a_file_that_is_none_is_told_in_a_sentence(portal: Flask, tmp_path: Path, ask: Ask) -> None:
    for place in (tmp_path / "nowhere", tmp_path):
        words = ["search", "--queries", str(place)]
        done = portal.test_cli_runner().invoke(bench_cli, words)
        assert done.exit_code == 1
        assert "cannot be read" in done.stderr
    empty = ask("", "")
    assert empty.exit_code == 1
    assert "holds no query" in empty.stderr


def test_the_command_line_knows_the_group() -> None:
    context = click.Context(verbs)
    assert "bench" in verbs.list_commands(context)
    assert verbs.get_command(context, "bench") is bench_cli
    assert verbs.get_command(context, "no-such-group") is None


def test_another_number_of_children_is_said_and_does_not_stop(ask: Ask) -> None:
    done = ask(story(), options=("--children", "11000000"))
    assert report(done)["n"] == 1
    assert f"holds {HOW_MANY} children, not 11000000" in done.stderr


def test_a_command_reaches_the_children_and_nobody_else_does(session: Session) -> None:
    def seen(statement: Any) -> int:
        return len(session.scalars(statement.with_only_columns(ChildRecord.id)).all())

    assert seen(visible(operator("bench search"))) == HOW_MANY
    assert seen(visible(NOBODY)) == 0
