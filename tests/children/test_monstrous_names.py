"""The worst that can be typed is answered, with little work and few rows read."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, target
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.children.finding import Outcome, candidates
from portal.matching import age_window, describe, year_window
from portal.matching.keys import keys
from portal.matching.names import MAX_TOKENS
from tests.children.small_town import (
    BOTH_DATABASES,
    FAMILY_ALIKE,
    GIVEN_ALIKE,
    TODAY,
    Empty,
    SmallTown,
    born,
    fill_crowd,
)

MONSTERS = [
    "Q",
    "a" * 200,
    "a" * 5_000,
    "ab" * 100,
    "🎉",
    "👩‍👩‍👧‍👦" * 40,
    "---",
    "'’`",
    "!?.,;:" * 20,
    "12345",
    "\u202eحسن\u202c",
    "שרה כהן",
    "Am\x00ina",
    "\x00" * 50,
    "A" + "\u0301" * 190,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 30,
    "\ud800",
    "ﷺ" * 60,
    "王" * 200,
    " ".join("abcdefghijklmnopqrstuvwxyz" * 8),
    "o " * 100,
    "al-" * 66,
    "van der " * 25,
    "x-" * 100,
    "' OR 1=1 --",
    "%_%",
]
# What one description may make at most, whatever was typed: words to look up, keys of one word, and
# the rows read and keys made by one search, in the crowd too.
MOST_WORDS = MAX_TOKENS + 4
MOST_KEYS = 60
MOST_STATEMENTS = 16
MOST_ROWS = 4_000


@pytest.mark.parametrize("typed", MONSTERS)
def test_a_monstrous_name_makes_a_small_description(typed: str) -> None:
    query = describe(
        given_names=typed,
        family_name=typed,
        former_given_names=[typed] * 3,
        former_family_names=[typed] * 3,
        postcodes=[typed],
    )
    assert len(query.postcodes) <= 1
    for name in (query.given, query.family, *query.former_given, *query.former):
        words = (*name.tokens, *name.joined)
        assert len(words) <= MOST_WORDS
        assert all(len(keys(word)) <= MOST_KEYS for word in words)


@pytest.mark.parametrize("typed", MONSTERS)
def test_a_monstrous_name_is_answered(small_town: SmallTown, typed: str) -> None:
    for birth in (None, born("amina"), date.min, date.max, year_window(1), year_window(9999)):
        found = small_town.find(typed, typed, birth=birth, postcodes=[typed])
        assert len(found.candidates) <= 5
    assert _work_of(small_town, typed, typed, born("amina")) <= MOST_ROWS
    assert small_town.shown("Amina", "Karimzadeh", born("amina"))[:1] == ["amina"]


def test_a_search_for_nothing_finds_nobody(small_town: SmallTown) -> None:
    for typed in ("", "---", "🎉", "\x00", "Baby", "Unknown"):
        assert small_town.find(typed, "").outcome is Outcome.NONE


_WIDEST = age_window(12, TODAY)
_PIECES = sorted(
    {name[:size] for name in (*GIVEN_ALIKE, *FAMILY_ALIKE) for size in (1, 3, 5, 20)}
    | {"Mo", "Abdi", "Abdul", "Kate", "Alex", "Chris", "A", "al", "bin", "O", "ch", "aeiou"}
)
_TYPED = st.tuples(
    st.lists(
        st.sampled_from(_PIECES) | st.text(alphabet="aeioulmnrstchj -", max_size=12), max_size=12
    ),
    st.sampled_from([" ", "-", ""]),
).map(lambda typed: typed[1].join(typed[0]))
_BIRTHS = st.sampled_from([None, date(2012, 5, 14), year_window(2012), _WIDEST])


@pytest.fixture(scope="module", params=BOTH_DATABASES)
def crowd(request: pytest.FixtureRequest, empty_database: Empty) -> Iterator[SmallTown]:
    """A thousand children and more whose names are all alike: the worst place to look for one."""
    with empty_database(request.param) as engine, Session(engine) as session:
        yield fill_crowd(session)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_TYPED, _TYPED, _BIRTHS)
@example("Jon John Joan Jane Jan Jean Jana Joanna", "Carter Karter Carder Corder Carta", None)
@example("Jon John Joan Jane Jan Jean Jana Joanna", "Carter Karter Carder Corder Carta", _WIDEST)
@example("J", "C", None)
@example("", "Carter", year_window(2012))
def test_the_worst_that_can_be_typed_reads_few_rows(
    crowd: SmallTown, given_names: str, family_name: str, birth: Any
) -> None:
    """Looks for the query that makes the most work by steering towards more of it."""
    work = _work_of(crowd, given_names, family_name, birth)
    target(float(work), label="rows read and keys made")
    assert work <= MOST_ROWS


def _work_of(small_town: SmallTown, given_names: str, family_name: str, birth: Any) -> int:
    """How many rows a search reads and keys it makes; fails if it asks too often."""
    query = describe(given_names=given_names, family_name=family_name, birth=birth)
    words = {
        word
        for name in (query.given, query.family)
        for word in (*name.tokens, *name.joined, "".join(name.tokens))
    }
    made = sum(len(keys(word)) for word in words)
    rows = _rows_read(small_town.session, lambda: candidates(small_town.session, query))
    assert len(rows) <= MOST_STATEMENTS
    return made + sum(rows)


def _rows_read(session: Session, search: Callable[[], object]) -> list[int]:
    """How many rows each statement of a search gives: every one is asked again for its count."""
    connection = session.connection()
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", listen)
    search()
    event.remove(connection, "before_cursor_execute", listen)
    counted = [
        (f"SELECT count(*) FROM ({statement}) AS said", values) for statement, values in said
    ]
    return [connection.exec_driver_sql(*one).scalar_one() for one in counted]
