"""python -m portal search forget: what was typed is not kept for ever."""

import datetime as dt
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select, update

from portal.core import clock
from portal.core.db import db
from portal.search.models import Search, SearchHit
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, log_lines

SignIn = Callable[[str], Editor]


def counts(app: Flask) -> tuple[int, int]:
    """Return how many searches and hits are kept."""
    with app.app_context():
        found = [
            db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Search, SearchHit)
        ]
    return found[0], found[1]


def test_searches_go_a_day_after_their_results(portal: Flask, sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    old = address_of_results(browser, about(CHILDREN.story)).rpartition("/")[2]
    with portal.app_context():
        gone = clock.now() - dt.timedelta(days=1, seconds=1)
        db.session.execute(update(Search).values(expires_at=gone))
        db.session.commit()
    address_of_results(browser, about(CHILDREN.twin_one))
    before = counts(portal)
    run = portal.test_cli_runner()

    rehearsed = run.invoke(args=["search", "forget", "--rehearse"])
    assert (rehearsed.exit_code, counts(portal)) == (0, before)
    assert rehearsed.output.startswith("Searches that would be deleted: 1.")

    done = run.invoke(args=["search", "forget"])
    assert done.exit_code == 0, done.output
    assert counts(portal)[0] == 1
    assert 0 < counts(portal)[1] < before[1]
    assert browser.get(f"/searches/{old}").status_code == 404
    (line,) = log_lines(portal, "search:forgotten")
    assert (line["action"], line["roles"], line["details"]) == (
        "D", "operator search forget", {"count": 1},
    )  # fmt: skip
    assert len(log_lines(portal, "child:searched")) == 2
