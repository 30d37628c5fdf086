"""What is timed was never asked before."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from portal.search import actions
from tests.benchmarks import action
from tests.benchmarks.asking import typed_of
from tests.benchmarks.queries import BenchQuery


def asked_for(family_name: str) -> BenchQuery:
    """A query of everything that a practitioner may know."""
    typed = {"given_name": "Amina", "family_name": family_name, "year": 2016}
    return BenchQuery(typed, expect="", origin="", kind="", supplied="")


def test_every_query_is_searched_once_and_once_in_the_index_alone(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[Any] = []
    alone: list[Any] = []
    run, found = actions.run, action._found

    def run_and_note(**words: Any) -> Any:
        searched.append(words["typed"])
        return run(**words)

    def find_and_note(typed: Any, by: Any) -> None:
        alone.append(typed)
        found(typed, by)

    monkeypatch.setattr(actions, "run", run_and_note)
    monkeypatch.setattr(action, "_found", find_and_note)
    asked = [asked_for(name) for name in ("Hussain", "Brookfield", "Khan")]
    times = action.measure_action(portal, asked)
    typed = [typed_of(query) for query in asked]
    assert Counter(alone) == Counter(typed)
    assert searched == [*action.WARM_UP, *typed]
    assert not set(action.WARM_UP) & set(typed)
    assert times.find.count == times.run.count == times.look.count == len(asked)
