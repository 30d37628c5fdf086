"""upgrade and rebuild-index: an empty name index is built anew, a filled one is left alone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children.finding import candidates
from portal.children.models import ChildRecord
from portal.matching import describe
from tests.lifecycle.operating import Installation

NAME_TABLES = (
    "name_pair", "name_day", "name_postcode", "name_entry", "name_token_key", "name_token",
)  # fmt: skip
ANEW = "The name index is built anew"
REBUILT = "SELECT count(*) FROM access_event WHERE event = 'name_index:rebuilt'"
SOME = select(ChildRecord).order_by(ChildRecord.id).limit(20)


def set_back(installation: Installation) -> None:
    """Leave the name index without a row."""
    for table in NAME_TABLES:
        installation.sql(f"DELETE FROM {table}")


def found(installation: Installation) -> int:
    """How many of twenty children are named by their own names and day of birth."""
    engine = installation.engine()
    try:
        with Session(engine) as session:
            return sum(is_found(session, child) for child in session.scalars(SOME).all())
    finally:
        engine.dispose()


def is_found(session: Session, child: ChildRecord) -> bool:
    query = describe(
        given_names=child.given_names,
        family_name=child.family_name,
        birth=child.date_of_birth,
    )
    named = candidates(session, query).candidates
    return child.id in {one.child_id for one in named}


def test_an_upgrade_builds_an_empty_name_index(demo: Installation) -> None:
    assert found(demo) == 20
    children = demo.number("name_entry")
    set_back(demo)
    assert found(demo) == 0
    said = demo.right("upgrade")
    assert "nothing to upgrade" in said
    assert ANEW in said
    assert demo.number("name_entry") == children
    assert found(demo) == 20
    assert demo.sql(REBUILT) == [(1,)]
    assert "whole" in demo.right("audit", "verify")
    assert ANEW not in demo.right("upgrade")
    assert demo.sql(REBUILT) == [(1,)]


def test_who_waits_at_a_terminal_sees_how_far_it_is(demo: Installation) -> None:
    """Upgrade and command show the same bar; where nobody watches, nothing is drawn."""
    number = str(demo.number("child"))
    set_back(demo)
    for command in (["upgrade"], ["children", "rebuild-index"]):
        watched = demo.run(*command, FORCE_COLOR="1", TERM="xterm")
        assert watched.returncode == 0
        assert "Children" in watched.stderr
        assert "100%" in watched.stderr
        assert "100%" not in watched.stdout
        assert number not in watched.stderr, "it would fall with every child who goes into hiding"
    assert demo.run("children", "rebuild-index").stderr == ""


def test_an_upgrade_leaves_a_filled_name_index_alone(demo: Installation) -> None:
    """Also one in disorder: the doctor says so, and the operator decides when to wait for it."""
    demo.sql("DELETE FROM name_day")
    said = demo.refused("upgrade")
    assert ANEW not in said
    assert "python -m portal children rebuild-index" in said
    assert demo.number("name_day") == 0
    assert demo.sql(REBUILT) == [(0,)]


def test_an_installation_without_children_has_nothing_to_build(
    installation: Installation,
) -> None:
    assert ANEW not in installation.right("upgrade")
    assert installation.sql(REBUILT) == [(0,)]


def test_the_name_index_is_built_by_command(demo: Installation) -> None:
    children = demo.number("child")
    set_back(demo)
    said = demo.right("children", "rebuild-index", "--rehearse")
    assert said == f"Places that do not fit: {children:,}.\n"
    assert demo.number("name_entry") == 0
    said = demo.right("children", "rebuild-index")
    assert said == "The name index was made anew.\n"
    assert found(demo) == 20
    assert demo.right("children", "rebuild-index", "--rehearse") == "Places that do not fit: 0.\n"
    assert demo.sql(REBUILT) == [(1,)]
