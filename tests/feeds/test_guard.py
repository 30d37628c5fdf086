"""Feeds and hidden children: nothing of them reaches the index, and the receipts say nothing."""

import uuid
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child, take_as_same
from portal.children.vault import ledger, ledger_file, quarantine
from portal.core.db import db
from portal.directory import queries as directory
from portal.feeds.rules import FileKind
from portal.sandbox import numbers
from tests.cast import CAST
from tests.children.reporting import FEED
from tests.feeds.filing import (
    Cells,
    child,
    counts,
    feed,
    holdings,
    involvement,
    put,
    run,
    write,
)
from tests.feeds.test_killed import go
from tests.house import PORTAL, calls, sources

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
GRADES = list(vault.Grade)


def hide(number: int, grade: vault.Grade, source: str = "mosaic") -> uuid.UUID:
    """Hide a child that a source reported."""
    child_id = queries.child_ids(source, [f"K{number}"])[f"K{number}"]
    hide_child(child_id=child_id, grade=grade, by=FEED)
    db.session.commit()
    return child_id


@pytest.mark.parametrize("grade", GRADES)
def test_an_update_of_a_hidden_child_is_held_back_and_answered(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    hide(1, grade)
    before = holdings("mosaic") + holdings("index")
    new = child(1, family_name="Nowak", address="9 Weavers Close", postcode="QH2 2BB")
    assert put(town, tmp_path, CHILDREN, child(1), child(2)) == (2, 0, 0, 2, 0)
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 1, 1, 0)
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 0, 2, 0)
    assert put(town, tmp_path, CHILDREN, child(1), child(2)) == (2, 0, 1, 1, 0)
    assert put(town, tmp_path, INVOLVEMENTS, involvement(1)) == (1, 0, 0, 1, 0)
    ended = involvement(1, ended_on="2025-06-30")
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 1, 0, 0)
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 0, 1, 0)
    again = involvement(1, started_on="2025-09-01")
    assert put(town, tmp_path, INVOLVEMENTS, ended, again) == (2, 1, 0, 1, 0)
    early = involvement(1, started_on="2010-01-01")
    assert put(town, tmp_path, INVOLVEMENTS, early) == (1, 0, 0, 0, 1)
    session.rollback()
    assert holdings("mosaic") + holdings("index") == before


@pytest.mark.parametrize("grade", [None, *GRADES])
def test_the_days_of_work_are_judged_by_what_the_source_itself_said(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade | None
) -> None:
    """Two sources differ in the day of birth. Whatever stands in the index, and whoever is hidden,
    each is answered by its own day."""
    put(town, tmp_path, CHILDREN, child(1))

    def emis(kind: FileKind, row: Cells) -> tuple[int, ...]:
        return counts(feed(town, write(tmp_path / "e.csv", kind, [row]), kind, source="emis"))

    theirs = child(1, source_id="E7")
    late = theirs | {"date_of_birth": "2018-02-02"}
    assert emis(CHILDREN, theirs) == (1, 1, 0, 0, 0)
    assert emis(CHILDREN, late) == (1, 0, 1, 0, 0)
    assert put(town, tmp_path, CHILDREN, child(1, gender="not_specified")) == (1, 0, 1, 0, 0)
    if grade:
        hide(1, grade)
    assert emis(CHILDREN, late | {"address": "9 Weavers Close"}) == (1, 0, 1, 0, 0)
    assert emis(INVOLVEMENTS, involvement(1, child_source_id="E7", started_on="2015-01-01")) == (
        1, 0, 0, 0, 1,
    )  # fmt: skip
    early = involvement(1, started_on="2015-01-01")
    assert put(town, tmp_path, INVOLVEMENTS, early) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize("grade", GRADES)
def test_the_same_child_from_another_source_is_told_to_be_added(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, grade)
    other = child(7, given_names="Ada", date_of_birth="2014-02-02", nhs_number="", upn="")
    file = write(tmp_path / "other.csv", CHILDREN, [other])
    assert counts(feed(town, file, CHILDREN, source="emis")) == (1, 1, 0, 0, 0)
    assert counts(feed(town, file, CHILDREN, source="emis")) == (1, 0, 0, 1, 0)
    contacts = write(tmp_path / "contacts.csv", INVOLVEMENTS, [involvement(7), involvement(8)])
    assert counts(feed(town, contacts, INVOLVEMENTS, source="emis")) == (2, 1, 0, 0, 1)
    assert counts(feed(town, contacts, INVOLVEMENTS, source="emis")) == (2, 0, 0, 1, 1)
    session.rollback()
    assert not holdings("emis")


def test_a_rehearsal_answers_the_same_and_keeps_nothing(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, vault.Grade.ABSENT)
    file = write(tmp_path / "other.csv", CHILDREN, [child(1, source_id="E1")])
    for _ in range(2):
        assert counts(feed(town, file, CHILDREN, "--rehearse", source="emis"))[:2] == (1, 1)
    assert not quarantine.everything_held()


def test_who_was_said_to_be_added_is_counted(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, vault.Grade.ABSENT)
    before = queries.count_of_children()
    session.rollback()
    file = write(tmp_path / "other.csv", CHILDREN, [child(1, source_id="E1"), child(9)])
    feed(town, file, CHILDREN, source="emis")
    assert queries.count_of_children() == before + 2
    session.rollback()
    said = run(town, "children", "rebuild-index").output
    assert said == "The name index was made anew.\n"


@pytest.mark.parametrize("grade", [None, vault.Grade.MASKED])
def test_rows_about_a_masked_child_are_counted_as_about_an_open_one(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade | None
) -> None:
    """Each row is about another child; a source's second number for one is a second child."""
    people = [child(number, **_names(number)) for number in range(1, 7)]
    put(town, tmp_path, CHILDREN, *people)
    before = [queries.count_of_children()]
    for number in range(1, 7) if grade else ():
        hide(number, vault.Grade.MASKED)
    heard = [
        [people[0]],
        [people[0], people[0] | {"source_id": "E1"}],
        [people[1] | {"family_name": "Vaughan"}],
        [people[2] | {"nhs_number": "", "upn": ""}],
        [people[3] | {"nhs_number": numbers.nhs(70_000), "upn": ""}],
        [people[4] | {"given_names": "Barnaby", "nhs_number": "", "upn": ""}],
        [people[5] | {"source_id": "E6"}, people[5] | {"source_id": "E7"}],
    ]
    before.append(queries.count_of_children())
    for rows in heard:
        session.rollback()
        feed(town, write(tmp_path / "e.csv", CHILDREN, rows), CHILDREN, source="emis")
        before.append(queries.count_of_children())
    assert [after - one for one, after in pairwise(before)] == [0, 0, 1, 0, 0, 1, 1, 2]


def _names(number: int) -> Cells:
    """Names that are nobody else's."""
    given = ("Ottilie", "Kacper", "Sioned", "Chidi", "Elspeth", "Farouk")[number - 1]
    family = ("Quist", "Lindqvist", "Okafor", "Pryce", "Moreau", "Haddad")[number - 1]
    return {"given_names": given, "family_name": family, "postcode": f"QH{number} 4AA"}


def test_a_namesake_born_on_another_day_passes(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, vault.Grade.ABSENT)
    namesake = child(
        9, date_of_birth="2017-11-20", nhs_number="", upn="", address="", postcode="QH9 9ZZ"
    )
    assert put(town, tmp_path, CHILDREN, namesake) == (1, 1, 0, 0, 0)
    assert any(row[1] == "K9" for row in holdings("mosaic"))
    assert not quarantine.everything_held()


def test_an_import_killed_after_any_batch_leaves_one_row_in_quarantine(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """A row held back is safe with its batch: who goes on does not hold it back once more."""
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, vault.Grade.ABSENT)
    rows = [child(1, source_id="E1"), *(_elsewhere(number) for number in range(2, 1_100))]
    file = write(tmp_path / "many.csv", CHILDREN, rows)
    for steps in (3, 4):
        go(file, CHILDREN, steps)
    assert counts(feed(town, file, CHILDREN, source="shaken")) == (1_099, 1_099, 0, 0, 0)
    (row,) = quarantine.everything_held()
    assert (row.source, row.source_id) == ("shaken", "E1")
    assert len([row for row in holdings("shaken") if row[0] == "child"]) == 1_098


def _elsewhere(number: int) -> Cells:
    """A child who resembles nobody."""
    more = {"given_names": "Tomasz", "family_name": "Wolstenholme", "postcode": "QH9 9ZZ"}
    return child(number, date_of_birth="2009-10-27", nhs_number="", upn="", **more)


def test_every_source_goes_through_the_guard() -> None:
    """Whatever fills the index from outside calls put_children and put_involvements; the verbs that
    no guard watches are for the trial town."""
    unwatched = ("create_child", "create_children", "change_child", "let_in")
    for path in sources():
        inside = path.relative_to(PORTAL).parts[0]
        if inside in {"children", "sandbox"}:
            continue
        for called, _ in calls(path):
            assert called.split(".")[-1] not in unwatched, path


def test_whom_a_row_names_reads_it_on_their_own_card(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """Else the page of a masked child would stand still beside a receipt that says "changed"."""
    person = CAST.teacher
    own = {
        "organisation_code": person.organisation_code, "practitioner_email": person.email,
        "service": "school",
    }  # fmt: skip
    put(town, tmp_path, CHILDREN, child(1))
    put(town, tmp_path, INVOLVEMENTS, involvement(1, **own))
    child_id = hide(1, vault.Grade.MASKED)
    known = directory.practitioner_by_email(person.email)
    assert known is not None

    def shown() -> list[tuple[object, object]]:
        session.rollback()
        held = vault.own_withheld(child_id, known.id)
        return sorted((str(one.started_on), str(one.ended_on)) for one in held)

    assert shown() == [("2024-01-01", "None")]
    ended = involvement(1, ended_on="2025-06-30", **own)
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 1, 0, 0)
    assert shown() == [("2024-01-01", "2025-06-30")]
    again = involvement(1, **own | {"started_on": "2025-09-01"})
    assert put(town, tmp_path, INVOLVEMENTS, ended, again) == (2, 1, 0, 1, 0)
    assert shown() == [("2024-01-01", "2025-06-30"), ("2025-09-01", "None")]


def test_what_an_officer_teaches_the_vault_stands_in_the_ledger(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    child_id = hide(1, vault.Grade.ABSENT)
    file = write(tmp_path / "other.csv", CHILDREN, [child(1, source_id="E7")])
    feed(town, file, CHILDREN, source="emis")
    (row,) = quarantine.everything_held()
    take_as_same(key=row.key, seen=quarantine.fingerprint(row), by=FEED)
    db.session.commit()
    config, keys = ledger.installation()
    lines = ledger_file.lines(config.ledger_path, keys)
    told = [ledger_file.content_of(line, keys) for line in lines]
    known = [
        one["identity"]["sources"]
        for one in told
        if one.get("child_id") == child_id.hex and one["act"] == "hide"
    ]
    assert ["emis", "E7"] in known[-1], known
