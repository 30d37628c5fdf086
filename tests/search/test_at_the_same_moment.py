"""Searches at the same moment, each on a connection of its own, do not slip past a budget."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import create_app
from portal.core import clock
from portal.core.db import db
from portal.search.models import Search, SearchBudget
from tests.cast import CHILDREN
from tests.databases import Stage, let_go
from tests.editor import Editor
from tests.search.asking import about, log_lines, send
from tests.signing_in import browser_of

HANDS = 50
LIMIT = 20
LIMITED: list[dict[str, Any]] = [
    {"person_searches_per_hour": LIMIT},
    {"organisation_searches_per_day": LIMIT},
]


@pytest.fixture(params=LIMITED, ids=lambda limit: next(iter(limit)))
def crowded(
    request: pytest.FixtureRequest,
    stage: Stage,
    portal: Flask,
    clock_at: Callable[[dt.datetime], None],
) -> Iterator[Flask]:
    """The installation with room for fifty at once, and one budget of twenty searches."""
    clock_at(clock.now().replace(hour=10, minute=30, second=0))
    let_go(portal)
    app = create_app(dataclasses.replace(stage.config, threads=HANDS, **request.param))
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    app.test_client_class = Editor
    yield app
    let_go(app)


def test_fifty_searches_at_once_do_not_overrun_a_budget_of_twenty(crowded: Flask) -> None:
    browsers = [browser_of(crowded, "health_visitor") for _ in range(HANDS)]
    for one in browsers:
        one.form_token()
    ready = Barrier(HANDS)

    def press(browser: Editor) -> int:
        ready.wait()
        return send(browser, about(CHILDREN.story)).status_code

    with ThreadPoolExecutor(HANDS) as hands:
        answers = Counter(hands.map(press, browsers))
    assert answers == {303: LIMIT, 429: HANDS - LIMIT}
    assert len(log_lines(crowded, "child:searched")) == LIMIT
    assert len(log_lines(crowded, "door:refused")) == HANDS - LIMIT
    with crowded.app_context():
        assert db.session.scalar(select(func.count()).select_from(Search)) == LIMIT
        assert set(db.session.scalars(select(SearchBudget.used))) == {LIMIT}
