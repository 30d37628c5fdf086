"""The name index on both databases: tolerant, exact, kept in the transaction of the child."""

import random
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, event, func, insert, make_url, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.children.finding import (
    Entry,
    Found,
    Outcome,
    Problem,
    Question,
    candidates,
    check,
    forget_child,
    index_child,
    index_children,
    rebuild,
)
from portal.children.finding.repair import Trouble
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY
from portal.children.models import ChildAddress, ChildName, ChildRecord
from portal.core.config import Config
from portal.core.db import Base, make_engine
from portal.matching import Kind, age_window, describe, explain, year_window
from portal.sandbox import town
from tests.databases import Cluster

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BORN = date(2016, 3, 4)
INDEX_TABLES = (ENTRY, PAIR, DAY, POSTCODE, TOKEN, TOKEN_KEY)


@dataclass
class Town:
    """A session that is never committed, and children written straight into its tables."""

    session: Session
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))

    def child(self, given_names: str, family_name: str, **facts: Any) -> uuid.UUID:
        """Keep a child and make it findable."""
        entry = self.keep(given_names, family_name, **facts)
        index_children(self.session, [entry])
        return entry.child_id

    def keep(self, given_names: str, family_name: str, **facts: Any) -> Entry:
        """Keep a child, its former names and postcodes, without telling the index."""
        number = next(self.numbers)
        entry = Entry(
            child_id=uuid.UUID(int=number),
            given_names=given_names,
            family_name=family_name,
            date_of_birth=facts.pop("born", BORN),
            gender=facts.pop("gender", "not_specified"),
            **facts,
        )
        write_children(self.session, [entry])
        return entry

    def find(self, given_names: str = "", family_name: str = "", **facts: Any) -> Found:
        """Search by what was typed."""
        query = describe(given_names=given_names, family_name=family_name, **facts)
        return candidates(self.session, query)

    def ids(self, given_names: str = "", family_name: str = "", **facts: Any) -> list[uuid.UUID]:
        """The children named, the likeliest first."""
        return [one.child_id for one in self.find(given_names, family_name, **facts).candidates]

    def count(self, table: Table) -> int:
        """How many rows a table holds."""
        return self.session.scalar(select(func.count()).select_from(table)) or 0


def write_children(session: Session, entries: list[Entry]) -> None:
    """Write the rows of these children and of what they are found by."""
    children, names, addresses = [], [], []
    for entry in entries:
        sourced = {"source": "test", "source_on": BORN}
        children.append(
            sourced
            | {
                "id": entry.child_id,
                "record_number": f"T{entry.child_id.int % 10**9}",
                "given_names": entry.given_names,
                "family_name": entry.family_name,
                "date_of_birth": entry.date_of_birth,
                "gender": entry.gender,
                "lifecycle": "active",
                "source_id": str(entry.child_id),
                "created_at": NOW,
                "changed_at": NOW,
            }
        )
        for family in entry.former_family_names:
            key = {"id": uuid.uuid4(), "child_id": entry.child_id}
            names.append(sourced | key | {"given_names": "", "family_name": family})
        for postcode in entry.postcodes:
            key = {"id": uuid.uuid4(), "child_id": entry.child_id}
            addresses.append(sourced | key | {"kind": "current", "postcode": postcode})
    for model, rows in ((ChildRecord, children), (ChildName, names), (ChildAddress, addresses)):
        if rows:
            session.execute(insert(model), rows)


@pytest.fixture(scope="module", params=["sqlcipher", "postgresql"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An empty database with all tables, of each kind in turn."""
    made = make_engine(configured(request, tmp_path_factory.mktemp("finding")), b"k" * 32)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def configured(request: pytest.FixtureRequest, folder: Path) -> Config:
    address = "http://127.0.0.1:8000"
    if request.param == "sqlcipher":
        config = Config(instance=folder, public_url=address)
        config.database_file.touch()
        return config
    server: Cluster = request.getfixturevalue("postgresql")
    server.run('CREATE DATABASE "finding"')
    uri = make_url(server.uri("finding")).render_as_string(hide_password=False)
    return Config(instance=folder, public_url=address, database=uri)


@pytest.fixture
def index(engine: Engine) -> Iterator[Town]:
    with Session(engine) as session:
        yield Town(session)
        session.rollback()


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        (("Amina", "Hussain", BORN), ["given name matches", "family name matches"]),
        (("Ameena", "Husayn", date(2016, 4, 3)), ["day and month swapped"]),
        (("Hussain", "Amina", BORN), ["given and family name swapped"]),
        (("Amnia", "Hssain", BORN), ["given name sounds alike"]),
        (("Amina", "Ali", BORN), ["former family name"]),
        (("Nadia", "Hussain", BORN), ["former given name"]),
        (("Aminah", "Hussein", year_window(2016)), ["year of birth matches"]),
        (("Amina", "Hussain", age_window(9, date(2025, 6, 1))), ["age fits"]),
        (("A", "Hussain", BORN), ["given name begins with the same letter"]),
        (("Amina", "Hussain", date(2016, 3, 5)), ["date of birth is one day apart"]),
        (("Amina", "Hussain", date(2018, 3, 4)), ["one digit of the date of birth differs"]),
        (("Baby", "Hussain", BORN), ["family name matches"]),
        (("Amina", "Changed", BORN), ["family name is different", "date of birth matches"]),
    ],
)
def test_a_child_is_found_and_says_why(
    index: Town, typed: tuple[str, str, Any], reasons: list[str]
) -> None:
    amina = index.child(
        "Amina", "Hussain", former_given_names=("Nadia",), former_family_names=("Ali",)
    )
    for given_names, family_name in (("Oliver", "Thornton"), ("Zofia", "Nowak"), ("Omar", "Khan")):
        index.child(given_names, family_name, born=date(2012, 11, 23))
    found = index.find(typed[0], typed[1], birth=typed[2])
    assert found.outcome is Outcome.FEW
    assert [one.child_id for one in found.candidates] == [amina]
    assert set(reasons) <= set(explain(found.candidates[0].evidence))
    assert found.question is None


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        (("Anne-Marie", "Smith-Jones"), ("Annmarie", "Smithjones")),
        (("Ann Marie", "O'Neill"), ("Annmarie", "O Neil")),
        (("Annmarie", "Jones"), ("Ann-Marie", "Jones")),
        (("Tom", "Smith-Jones"), ("Tom", "Jones")),
        (("Tom", "Smith-Jones"), ("Tom", "Jones-Smith")),
        (("Siân", "Gruffydd"), ("Shan", "Griffith")),
        (("Dafydd", "Llewelyn"), ("Dai", "Lewellin")),
        (("Muhammad", "Choudhury"), ("Mo", "Chowdry")),
        (("Mo", "Choudhury"), ("Mohammed", "Chaudhry")),
        (("Wojciech", "Kowalska"), ("Voytek", "Kovalski")),
        (("Khadijah", "al-Hassan"), ("Hadija", "Alhassan")),
        (("Yusuf", "bin Qasim"), ("Yousef", "Kassim")),
        (("Maxamed", "Cabdi"), ("Mohamed", "Abdi")),
        (("Caasha", "Faarax"), ("Aisha", "Farah")),
        (("Oluwaseun", "Adebayo"), ("Seun", "Adebayor")),
        (("Fatoumata", "Diallo"), ("Fatou", "Jallow")),
        (("Łukasz", "Wiśniewski"), ("Lukash", "Wisnewski")),
        (("J", "Thornton"), ("James", "Thornton")),
        (("Zainab", ""), ("Zaynab", "Begum")),
        (("Zainab", ""), ("Begum", "Zainab")),
        (("محمد", "خان"), ("Muhammad", "Khan")),
        (("Muhammad Ali", "Khan"), ("Ali", "Khan")),
    ],
)
def test_spellings_of_many_origins(
    index: Town, kept: tuple[str, str], typed: tuple[str, str]
) -> None:
    child = index.child(*kept)
    index.child("Wren", "Fotherby", born=date(2011, 10, 27))
    assert index.ids(*typed, birth=BORN) == [child]
    if typed[0] != "Begum":
        assert child in index.ids(*typed, birth=year_window(2016))


def test_a_stranger_is_not_found(index: Town) -> None:
    index.child("Amina", "Hussain")
    assert index.find("Wren", "Fotherby", birth=date(2011, 10, 27)).outcome is Outcome.NONE
    assert index.find("Wren", "Fotherby", birth=BORN).outcome is Outcome.NONE
    assert index.find("Amina", "Hussain", birth=date(2009, 11, 28)).candidates == ()


def test_what_is_rolled_back_was_never_there(index: Town) -> None:
    with index.session.begin_nested() as moment:
        index.child("Amina", "Hussain")
        assert index.ids("Amina", "Hussain", birth=BORN)
        moment.rollback()
    assert not index.ids("Amina", "Hussain", birth=BORN)
    assert [index.count(table) for table in INDEX_TABLES] == [0] * len(INDEX_TABLES)


def test_forgetting_leaves_nothing_behind(index: Town) -> None:
    child = index.child(
        "Amina", "Hussain-Khan", former_family_names=("Ali",), postcodes=("LS1 4AP",)
    )
    assert all(index.count(table) for table in INDEX_TABLES)
    forget_child(index.session, child)
    assert not index.ids("Amina", "Hussain", birth=BORN, postcodes=["LS1 4AP"])
    assert [index.count(table) for table in INDEX_TABLES] == [0] * len(INDEX_TABLES)
    forget_child(index.session, child)


def test_a_change_replaces_what_was_known(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index_child(
        index.session,
        child_id=child,
        given_names="Amina",
        family_name="Thornton",
        date_of_birth=date(2015, 9, 27),
        gender="female",
    )
    assert index.ids("Amina", "Thornton", birth=date(2015, 9, 27)) == [child]
    assert not index.ids("Amina", "Hussain", birth=BORN, postcodes=["LS1 4AP"])
    assert index.count(ENTRY) == 1
    assert index.count(POSTCODE) == 0


def test_the_vocabulary_counts_children(index: Town) -> None:
    first = index.child("Amina", "Amina-Khan")
    second = index.child("Amina", "Thornton")

    def frequencies() -> dict[str, int]:
        return dict(index.session.execute(select(TOKEN.c.token, TOKEN.c.frequency)).all())

    assert frequencies() == {"amina": 2, "khan": 1, "thornton": 1}
    forget_child(index.session, first)
    assert frequencies() == {"amina": 1, "thornton": 1}
    forget_child(index.session, second)
    assert frequencies() == {}
    assert index.count(TOKEN_KEY) == 0


def test_a_child_in_the_index_cannot_be_deleted_first(index: Town) -> None:
    child = index.child("Amina", "Hussain")
    gone = delete(ChildRecord).where(ChildRecord.id == child)
    with pytest.raises(IntegrityError), index.session.begin_nested():
        index.session.execute(gone)
    forget_child(index.session, child)
    index.session.execute(gone)
    assert not index.ids("Amina", "Hussain", birth=BORN)


def test_too_many_asks_for_the_date_of_birth(index: Town) -> None:
    for day in range(1, 13):
        index.child("Mohammed", "Khan", born=date(2016, day, 20), gender="male")
    found = index.find("Mohamed", "Khan", birth=year_window(2016))
    assert (found.outcome, found.question) == (Outcome.TOO_MANY, Question.DATE_OF_BIRTH)
    assert found.candidates == ()
    assert len(index.ids("Mohamed", "Khan", birth=date(2016, 5, 20))) <= 5


def test_too_many_asks_for_what_separates_best(index: Town) -> None:
    for place in range(8):
        index.child("A", "Khan", gender=("female", "male")[place % 2])
    assert index.find("Amina", "Khan", birth=BORN).question is Question.GENDER
    for name in ("Aaliyah", "Adam", "Amal", "Anwar", "Asiya", "Azhar", "Atif"):
        index.child(name, "Khan", gender="male")
    assert index.find("A", "Khan", birth=BORN).question is Question.GIVEN_NAME


def test_too_many_namesakes_leave_nothing_to_ask(index: Town) -> None:
    for _ in range(8):
        index.child("Amina", "Khan", gender="female")
    found = index.find("Amina", "Khan", birth=BORN, gender="female")
    assert (found.outcome, found.question) == (Outcome.TOO_MANY, None)


def test_an_exact_child_stands_apart_from_many_like_it(index: Town) -> None:
    right = index.child("Mohammed", "Khan", born=date(2016, 5, 20))
    for year in range(2008, 2020):
        index.child("Mohammed", "Khan", born=date(year, 11, 28))
    assert index.ids("Mohammed", "Khan", birth=date(2016, 5, 20)) == [right]


def test_twins_and_namesakes_stand_side_by_side(index: Town) -> None:
    amina, amira = index.child("Amina", "Hussain"), index.child("Amira", "Hussain")
    found = index.find("Amina", "Hussain", birth=BORN)
    assert [one.child_id for one in found.candidates] == [amina, amira]
    assert Kind.GIVEN_SAME in {item.kind for item in found.candidates[0].evidence}
    assert Kind.GIVEN_SAME not in {item.kind for item in found.candidates[1].evidence}


def test_a_postcode_lifts_and_a_wrong_one_does_nothing(index: Town) -> None:
    other = index.child("Amina", "Hussain", born=date(2015, 8, 21))
    here = index.child("Amina", "Hussain", born=date(2014, 7, 22), postcodes=("LS1 4AP",))
    without = index.find("Amina", "Hussain")
    wrong = index.find("Amina", "Hussain", postcodes=["SA1 8EN"])
    right = index.find("Amina", "Hussain", postcodes=["ls14ap"])
    assert wrong == without
    assert {one.child_id for one in without.candidates} == {other, here}
    assert [one.child_id for one in right.candidates] == [here, other]
    assert "postcode matches" in explain(right.candidates[0].evidence)
    assert right.candidates[1] in without.candidates


def test_a_postcode_reaches_a_child_whose_name_is_past_recognition(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.child("Omar", "Hussain", born=date(2012, 2, 9), postcodes=("LS1 4AP",))
    assert index.ids("Qqqqqq", "Husssaynne", birth=BORN, postcodes=["LS1 4AP"]) == [child]


def test_a_postcode_adds_a_child_whom_the_names_alone_would_not(index: Town) -> None:
    child = index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    assert index.ids("Amina", "Brookfield", postcodes=["LS1 4AP"]) == [child]
    assert index.find("Amina", "Brookfield").outcome is Outcome.NONE
    assert index.find("Amina", "Brookfield", postcodes=["SA1 8EN"]).outcome is Outcome.NONE


NAMES = st.sampled_from([("Amina", "Hussain"), ("Amira", "Hussain"), ("Mo", "Khan"), ("A", "Khan")])
CODES = st.sampled_from(["LS1 4AP", "LS1 4AB", "SA1 8EN"])
YEARS = st.sampled_from([BORN, date(2016, 4, 3), date(2015, 8, 21)])
CHILDREN = st.lists(st.tuples(NAMES, YEARS, CODES | st.none()), max_size=14)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHILDREN, NAMES, st.one_of(YEARS, st.just(year_window(2016)), st.none()), CODES)
def test_no_postcode_ever_pushes_a_child_out(
    index: Town,
    children: list[tuple[tuple[str, str], date, str | None]],
    typed: tuple[str, str],
    birth: Any,
    postcode: str,
) -> None:
    """Design section 5: a fact that can be hidden only ever adds."""
    with index.session.begin_nested() as moment:
        for names, born, code in children:
            index.child(*names, born=born, postcodes=(code,) if code else ())
        without = index.find(*typed, birth=birth)
        with_one = index.find(*typed, birth=birth, postcodes=[postcode])
        named = {one.child_id for one in with_one.candidates}
        assert {one.child_id for one in without.candidates} <= named
        assert len(named) <= 5
        if not any(code == postcode or (code or "")[:3] == postcode[:3] for _, _, code in children):
            assert with_one == without
        moment.rollback()


@pytest.mark.parametrize("moved", [(), ("ZE1 0AA",)])
def test_a_masked_child_answers_like_one_who_moved(index: Town, moved: tuple[str, ...]) -> None:
    """The right postcode tells no more than the wrong one, whichever was hidden."""
    index.child("Amina", "Hussain", postcodes=moved)
    found = [index.find("Amina", "Hussain", postcodes=[code]) for code in ("LS1 4AP", "SA1 8EN")]
    assert found[0] == found[1]
    assert found[0].outcome is Outcome.FEW


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "🎉",
        "\x00",
        "---",
        "a" * 200,
        "\u202eقلم",
        "9999",
        "x-" * 100,
        "%",
        "_%_",
        "' OR 1=1 --",
        "ﷺ" * 50,
        "\ud800",
        "Q",
        "ab " * 60,
    ],
)
def test_strange_names_find_nothing_and_break_nothing(index: Town, typed: str) -> None:
    index.child("Amina", "Hussain")
    for birth in (None, BORN, date.min, date.max, year_window(1), year_window(9999)):
        found = index.find(typed, typed, birth=birth, postcodes=[typed])
        assert found.outcome is Outcome.NONE
    child = index.child("Omar", "Thornton")
    strange = Entry(child, typed, typed, BORN, "female", (typed,), (typed,), (typed,) * 20)
    index_children(index.session, [strange])
    forget_child(index.session, child)
    assert index.count(ENTRY) == 1
    assert index.ids("Amina", "Hussain", birth=BORN)


def test_an_empty_index_finds_nothing(index: Town) -> None:
    assert index.find("Amina", "Hussain", birth=BORN) == Found(Outcome.NONE)
    assert index.find() == Found(Outcome.NONE)


def test_a_sound_index_has_no_problem(index: Town) -> None:
    index.child("Amina", "Hussain-Khan", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    index.child("Zainab", "")
    assert check(index.session) == []


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (delete(PAIR), Trouble.NARROW),
        (delete(DAY), Trouble.NARROW),
        (delete(POSTCODE), Trouble.NARROW),
        (delete(TOKEN_KEY), Trouble.VOCABULARY),
        (update(TOKEN).values(frequency=7), Trouble.VOCABULARY),
        (delete(ENTRY), Trouble.MISSING),
        (update(ChildRecord).values(family_name="Thornton"), Trouble.OUTDATED),
        (update(ChildAddress).values(postcode="SA1 8EN"), Trouble.OUTDATED),
        (update(ChildRecord).values(lifecycle="archived"), Trouble.STRAY),
        (insert(TOKEN).values(token="nobody", initial="n", frequency=0), Trouble.VOCABULARY),
        (insert(PAIR).values(pair=1, birth_day=1, entry_id=999_999), Trouble.NARROW),
    ],
)
def test_what_is_wrong_is_named_and_mended(index: Town, harm: Any, trouble: Trouble) -> None:
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.session.execute(harm)
    index.session.expire_all()
    assert trouble in {problem.trouble for problem in check(index.session)}
    rebuild(index.session)
    assert check(index.session) == []


def test_problems_are_said_in_words_that_name_nobody() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        said = [str(Problem(trouble, number)) for trouble in Trouble for number in (1, 3)]
    assert said[:2] == ["1 child cannot be found by name", "3 children cannot be found by name"]
    assert len(set(said)) == 2 * len(Trouble)


def test_rebuilding_finds_everybody_again(index: Town) -> None:
    child = index.keep("Amina", "Hussain", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    archived = index.keep("Omar", "Hussain")
    index.session.execute(
        update(ChildRecord).where(ChildRecord.id == archived.child_id).values(lifecycle="archived")
    )
    assert rebuild(index.session) == 1
    assert index.ids("Amina", "Ali", birth=BORN) == [child.child_id]
    assert index.ids("Omar", "Hussain", birth=BORN) == [child.child_id]


def test_two_thousand_children_with_two_typing_errors_each(index: Town) -> None:
    """The whole invented town: every sampled child is found although both names are misspelt."""
    chance = random.Random(20260105)
    entries = [
        replace(entry, child_id=uuid.UUID(int=number))
        for number, entry in enumerate(map(entry_of_the_town, town(on=date(2025, 9, 1)).children))
    ]
    write_children(index.session, entries)
    assert index_children(index.session, iter(entries)) == 2_000
    assert check(index.session) == []
    long = [e for e in entries if min(len(e.given_names), len(e.family_name)) >= 4]
    missed = [
        entry
        for entry in chance.sample(long, 150)
        if entry.child_id
        not in index.ids(
            misspelt(chance, entry.given_names),
            misspelt(chance, entry.family_name),
            birth=entry.date_of_birth,
        )
    ]
    assert not missed


def entry_of_the_town(child: Any) -> Entry:
    return Entry(
        child_id=uuid.UUID(int=0),
        given_names=child.given_names,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        gender=child.gender,
        former_family_names=tuple(name.family_name for name in child.former_names),
        postcodes=tuple({place.postcode for place in child.addresses if place.postcode}),
    )


def misspelt(chance: random.Random, name: str) -> str:
    """One letter left out, added, replaced or exchanged with the next, not the first."""
    place, kind = chance.randrange(1, len(name) - 1), chance.randrange(4)
    start, letter, rest = name[:place], chance.choice("aeinorst"), name[place:]
    return start + [rest[1:], letter + rest, letter + rest[1:], rest[1] + rest[0] + rest[2:]][kind]


def test_a_search_reads_by_key_only(index: Town) -> None:
    """No scan and no pattern: each statement of a search is answered through a key."""
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    connection = index.session.connection()
    said: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", listen)
    for birth in (None, BORN, year_window(2016)):
        index.find("A Amina", "Hussain", birth=birth, postcodes=["LS1 4AP"])
    event.remove(connection, "before_cursor_execute", listen)
    assert len(said) >= 12
    explain_plan, scan = "EXPLAIN QUERY PLAN", "SCAN name_"
    if connection.dialect.name == "postgresql":
        # A table of one row is always read whole unless that is forbidden.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain_plan, scan = "EXPLAIN", "Seq Scan on name_"
    for statement, values in said:
        assert "LIKE" not in statement.upper()
        steps = connection.exec_driver_sql(f"{explain_plan} {statement}", values).all()
        assert steps
        assert not any(scan in step[-1] for step in steps), (steps, statement)


@pytest.fixture
def lasting(engine: Engine) -> Iterator[Engine]:
    """An engine whose children are taken out again afterwards."""
    yield engine
    with Session(engine) as session:
        for table in (*INDEX_TABLES[1:], ENTRY):
            session.execute(delete(table))
        session.execute(delete(ChildRecord))
        session.commit()


def test_writers_of_the_same_new_names_do_not_collide(lasting: Engine) -> None:
    entries = [
        Entry(uuid.UUID(int=10_000 + place), "Amina", "Hussain", BORN, "female")
        for place in range(6)
    ]
    with Session(lasting) as session:
        write_children(session, entries)
        session.commit()
    failures: list[BaseException] = []
    together = threading.Barrier(len(entries))

    def write(entry: Entry) -> None:
        try:
            together.wait()
            for _round in range(3):
                with Session(lasting) as session:
                    index_children(session, [entry])
                    session.commit()
                with Session(lasting) as session:
                    forget_child(session, entry.child_id)
                    session.commit()
            with Session(lasting) as session:
                index_children(session, [entry])
                session.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(entry,)) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with Session(lasting) as session:
        assert session.execute(
            text("SELECT token, frequency FROM name_token ORDER BY token")
        ).all() == [
            ("amina", 6),
            ("hussain", 6),
        ]
        assert check(session) == []
