"""Many people at once, at one server and at two: nobody is refused, and every answer has its line.

The servers are programs of their own, on both databases.
"""

import threading
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.access.chain import verify_chain
from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.core.db import make_engine, snapshot
from portal.core.keys import Keys
from portal.search.models import SearchHit
from tests.access.crowd import PEOPLE, Answers, Crowd, crowd
from tests.databases import Stage
from tests.waiting import until

ROUNDS = 20
ENOUGH = 40
LONG = 10_000


@pytest.fixture
def people(stage: Stage, portal: Flask) -> Iterator[Crowd]:
    """Eight people signed in."""
    with crowd(stage) as made:
        yield made


def hold_every_line(people: Crowd, answers: Answers) -> None:
    """Every search and every page that was received has its lines, and the chain is whole."""
    keys: Keys = people.app.extensions["portal_keys"]
    engine = make_engine(people.config, keys.database)
    with snapshot(engine) as connection:
        report = verify_chain(connection, keys.log)
        assert report.is_whole, report.sentence
        of_search = select(AccessEvent.search_id, func.count()).group_by(AccessEvent.search_id)
        searched = dict(
            connection.execute(of_search.where(AccessEvent.event == Event.CHILD_SEARCHED)).all()
        )
        offered = dict(
            connection.execute(of_search.where(AccessEvent.event == Event.CHILD_OFFERED)).all()
        )
        hits = dict(
            connection.execute(
                select(SearchHit.search_id, func.count()).group_by(SearchHit.search_id)
            ).all()
        )
    engine.dispose()
    assert all(searched.get(uuid.UUID(one)) == 1 for one in answers.searches)
    for one, times in Counter(map(uuid.UUID, answers.pages)).items():
        assert offered.get(one, 0) >= times * hits.get(one, 0)
    assert sum(hits.values()) > 0, "nobody was found: this proves nothing"


@pytest.mark.parametrize("servers", [1, 2])
def test_nobody_meets_a_lock(people: Crowd, servers: int) -> None:
    for _ in range(servers):
        people.start()
    until(lambda: all(server.listens() for server in people.servers))
    answers = Answers()
    people.search(answers, rounds=ROUNDS)
    said = people.end()
    assert answers.wrong == []
    assert '"failed"' not in said
    assert "Traceback" not in said
    assert len(answers.searches) == len(answers.pages) == PEOPLE * ROUNDS
    hold_every_line(people, answers)


def test_killed_in_the_middle_every_answer_has_its_line(people: Crowd) -> None:
    server = people.start()
    until(server.listens)
    answers = Answers()
    work = threading.Thread(target=people.search, args=(answers,), kwargs={"rounds": LONG})
    work.start()
    try:
        until(lambda: len(answers.pages) >= ENOUGH)
    finally:
        people.may_break.set()
        people.servers.remove(server)
        server.end(suddenly=True)
        work.join()
    assert answers.wrong == []
    again = people.start()
    until(again.listens)
    people.may_break.clear()
    after = Answers()
    people.search(after, rounds=1)
    people.end()
    assert (after.wrong, len(after.pages)) == ([], PEOPLE)
    hold_every_line(people, answers)
    hold_every_line(people, after)
