"""Practitioners of whom several sources speak, and the index team, on both databases."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.core.db import db
from portal.directory import actions, queries
from portal.directory.models import Practitioner, PractitionerWord
from portal.directory.queries import PractitionerSheet, practitioner_by_email
from portal.directory.rules import INDEX_TEAM, Fact, PractitionerFacts
from portal.feeds.rules import FileKind
from tests.feeds.filing import PRACTICE, TEAM, Cells, counts, feed, practitioner, write

pytestmark = pytest.mark.usefixtures("session")
PEOPLE = FileKind.PRACTITIONERS
OLD, NEW, THIRD = "01632 960201", "01632 960202", "01632 960203"
BY = operator("test")
GIVEN = ("Ada Bela Cara Dora Edna Fern Gina Hope Iris Jill Kate Lena Mona Nora Olga").split()
FAMILY = ("Ash Birch Cole Dunn Eames Frost Gray Hale Irons Judd Kemp Lamb Moss Nash Oak").split()
MANY = ("Ada Birch", "Barnaby Cole", "Chidi Dunn", "Dafydd Eames", "Elspeth Frost", "Farouk Gray",
        "Gwen Hale", "Hamza Irons", "Ifrah Judd")  # fmt: skip


def say(town: Flask, tmp_path: Path, source: str, *more: str, **cells: str) -> tuple[int, ...]:
    """A source says this of Ada; the counts of its receipt."""
    row: Cells = practitioner("ada", **cells)
    result = feed(town, write(tmp_path / "ada.csv", PEOPLE, [row]), PEOPLE, *more, source=source)
    assert result.exit_code == 0, result.output
    return counts(result)


def ada() -> PractitionerSheet:
    db.session.rollback()
    found = practitioner_by_email("ada@trial.example.org")
    assert found is not None
    return found


def correct(**details: str) -> None:
    """The index team writes this into her entry."""
    now = ada()
    typed = {fact: str(getattr(now, fact) or "") for fact in Fact if hasattr(now, fact)}
    typed |= {Fact(name): text for name, text in details.items()}
    seen = queries.seen_entry(now.id)
    actions.correct_entry(practitioner_id=now.id, details=typed, seen=seen, by=BY)
    db.session.commit()


def words() -> dict[tuple[str, str], str]:
    """What is kept of her, by who said it and of what."""
    db.session.rollback()
    rows = db.session.scalars(select(PractitionerWord))
    return {(row.source, row.fact): row.value for row in rows}


def test_of_whom_one_source_speaks_no_word_is_kept(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    say(town, tmp_path, "hr", phone=NEW)
    assert (ada().work_phone, words()) == (NEW, {})


def test_two_sources_that_differ_do_not_write_over_each_other_every_night(
    town: Flask, tmp_path: Path
) -> None:
    assert say(town, tmp_path, "hr", phone=OLD) == (1, 1, 0, 0, 0)
    assert say(town, tmp_path, "mosaic", phone=NEW) == (1, 0, 1, 0, 0)
    for night in range(2):
        for source, phone in (("hr", OLD), ("mosaic", NEW)):
            told = {"phone": phone, "role_title": "Health visitor"}
            assert say(town, tmp_path, source, **told) == (1, 0, 0, 1, 0), (night, source)
    assert ada().work_phone == NEW
    assert say(town, tmp_path, "hr", phone=THIRD) == (1, 0, 1, 0, 0)
    assert say(town, tmp_path, "mosaic", phone=NEW) == (1, 0, 0, 1, 0)
    assert ada().work_phone == THIRD


def test_what_one_leaves_empty_stands_as_another_said_it(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD, team_phone=THIRD)
    say(town, tmp_path, "mosaic", phone="", team_phone="", role_title="Nurse")
    found = ada()
    assert (found.work_phone, found.team_phone, found.role_title) == (OLD, THIRD, "Nurse")


def test_the_first_file_of_a_source_counts_by_the_day_it_speaks_of(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    old = ["--as-of", "2020-01-01"]
    assert say(town, tmp_path, "mosaic", *old, phone=NEW) == (1, 0, 0, 1, 0)
    assert say(town, tmp_path, "mosaic", phone=NEW) == (1, 0, 0, 1, 0)
    assert ada().work_phone == OLD
    assert say(town, tmp_path, "mosaic", phone=THIRD) == (1, 0, 1, 0, 0)
    assert say(town, tmp_path, "mosaic", *old, phone=NEW) == (1, 0, 0, 1, 0)
    assert ada().work_phone == THIRD


def test_a_dry_run_says_the_same_and_keeps_nothing(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    assert say(town, tmp_path, "mosaic", "--dry-run", phone=NEW) == (1, 0, 1, 0, 0)
    assert (ada().work_phone, words()) == (OLD, {})


def test_what_the_index_team_says_stands_until_every_source_agrees(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct(work_phone=NEW)
    assert ada().work_phone == NEW
    say(town, tmp_path, "hr", phone=OLD)
    assert say(town, tmp_path, "hr", phone=THIRD, role_title="Nurse") == (1, 0, 1, 0, 0)
    say(town, tmp_path, "mosaic", phone=NEW, role_title="Nurse")
    assert (ada().work_phone, ada().role_title) == (NEW, "Nurse")
    assert (INDEX_TEAM, "work_phone") in words()
    say(town, tmp_path, "hr", phone=NEW)
    assert (INDEX_TEAM, "work_phone") not in words()
    say(town, tmp_path, "hr", phone=THIRD)
    assert ada().work_phone == THIRD


def test_a_number_that_is_nobodys_goes_and_stays_away(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct(work_phone="")
    say(town, tmp_path, "hr", phone=OLD)
    say(town, tmp_path, "mosaic", phone=OLD)
    assert ada().work_phone == ""


def test_taken_back_what_sources_said_meanwhile_stands(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct(work_phone=NEW, team_phone=THIRD, left_on="2026-01-05")
    say(town, tmp_path, "hr", phone=THIRD)
    assert (ada().work_phone, ada().team_phone) == (NEW, THIRD)
    for _ in range(2):
        actions.take_back_entry(practitioner_id=ada().id, seen=queries.seen_entry(ada().id), by=BY)
        db.session.commit()
        found = ada()
        assert (found.work_phone, found.team_phone, found.left_on) == (THIRD, "", None)


def test_who_left_works_again_once_a_source_says_elsewhere(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct(left_on="2026-01-05")
    say(town, tmp_path, "hr", phone=NEW)
    assert (ada().left_on, ada().work_phone) == (dt.date(2026, 1, 5), NEW)
    say(town, tmp_path, "hr", phone=NEW, organisation_code=TEAM)
    assert ada().left_on is None
    correct(left_on="2026-01-05")
    correct(left_on="")
    assert ada().left_on is None


def test_whom_sources_differ_in_is_listed_until_the_index_team_says(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone=OLD, name="Ada Trial", role_title="Nurse")
    say(town, tmp_path, "mosaic", phone=OLD, name="ADA TRIAL", role_title="Health visitor")
    assert listed() == []
    say(town, tmp_path, "mosaic", phone=NEW, name="Ada Trial")
    assert listed() == ["Ada Trial"]
    correct()
    assert (listed(), words()[INDEX_TEAM, "work_phone"]) == ([], NEW)
    say(town, tmp_path, "hr", phone=OLD, name="Ada Trial")
    assert listed() == []
    say(town, tmp_path, "hr", phone=THIRD, name="Ada Trial")
    assert (listed(), ada().work_phone) == (["Ada Trial"], NEW)


def test_what_is_as_it_stands_is_said_by_nobody_anew(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct()
    assert words() == {}
    wanted = select(AccessEvent).where(AccessEvent.event == "practitioner:corrected")
    assert session.scalars(wanted).all() == []
    correct(work_phone=NEW)
    (line,) = session.scalars(wanted).all()
    assert line.subject_id == ada().id


def test_who_wrote_about_something_else_is_asked_to_look_again(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    seen = queries.seen_entry(ada().id)
    say(town, tmp_path, "hr", phone=THIRD)
    details = {Fact.WORK_PHONE: NEW}
    with pytest.raises(actions.EntryChanged):
        actions.correct_entry(practitioner_id=ada().id, details=details, seen=seen, by=BY)
    assert ada().work_phone == THIRD


def test_of_many_each_stands_as_it_should(town: Flask, tmp_path: Path) -> None:
    """In one file: unknown ones, those whom one source knows, and those whom two do."""

    def row(number: int, phone: str) -> Cells:
        return practitioner(f"person{number}", name=MANY[number], phone=phone)

    def phones(source: str, rows: list[Cells]) -> tuple[int, ...]:
        path = write(tmp_path / "many.csv", PEOPLE, rows)
        return counts(feed(town, path, PEOPLE, source=source))

    phones("hr", [row(number, f"01632 96030{number}") for number in range(6)])
    both = [row(number, f"01632 96040{number}") for number in range(3, 9)]
    assert phones("mosaic", both) == (6, 3, 3, 0, 0)
    again = [row(number, f"01632 96030{number}") for number in range(6)]
    assert phones("hr", [*again, row(8, "01632 960508")]) == (7, 0, 1, 6, 0)
    db.session.rollback()
    people = db.session.scalars(select(Practitioner).where(Practitioner.name.in_(MANY)))
    found = {one.name: one.work_phone for one in people}
    wanted = {MANY[number]: f"01632 96030{number}" for number in range(3)}
    wanted |= {MANY[number]: f"01632 96040{number}" for number in range(3, 8)}
    assert found == wanted | {MANY[8]: "01632 960508"}
    ids: set[uuid.UUID] = set(db.session.scalars(select(PractitionerWord.practitioner_id)))
    assert len(ids) == 4


def listed() -> list[str]:
    """Of whom sources differ."""
    db.session.rollback()
    return [one.entry.name for one in queries.differing_entries().shown]


def test_an_address_that_is_handed_on_takes_nothing_of_the_one_before(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone=OLD, name="Ada Trial")
    correct(left_on="2026-01-05", work_phone=THIRD)
    say(town, tmp_path, "hr", phone=OLD, name="Ada Married")
    assert (ada().left_on, ada().work_phone) == (dt.date(2026, 1, 5), THIRD)
    say(town, tmp_path, "hr", phone=NEW, name="Bela Oak")
    found = ada()
    assert (found.name, found.left_on, found.work_phone) == ("Bela Oak", None, NEW)


def test_a_number_that_the_index_team_alone_knew_goes_with_whose_it_was(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone="", name="Ada Trial")
    correct(work_phone=THIRD, team_phone=NEW)
    say(town, tmp_path, "hr", phone="", name="Bela Oak")
    assert (ada().name, ada().work_phone, ada().team_phone) == ("Bela Oak", "", "")
    assert {source for source, _ in words()} == {"hr"}


def test_the_first_word_of_another_source_brings_nobody_back(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    correct(left_on="2026-01-05")
    say(town, tmp_path, "mosaic", phone=OLD, organisation_code=TEAM)
    assert ada().left_on == dt.date(2026, 1, 5)


def test_who_is_moved_works_again_also_where_the_index_team_chose_the_place(
    town: Flask, tmp_path: Path
) -> None:
    say(town, tmp_path, "hr", phone=OLD)
    say(town, tmp_path, "mosaic", phone=OLD, organisation_code=TEAM)
    correct(organisation_id=str(ada().organisation.id), left_on="2026-01-05")
    third = next(
        one for one in queries.search_organisations("school") if one.code not in {TEAM, PRACTICE}
    )
    say(town, tmp_path, "hr", phone=OLD, organisation_code=third.code)
    assert (ada().left_on, ada().organisation.code) == (None, third.code)


def test_capitals_are_put_right_and_stay_so(town: Flask, tmp_path: Path) -> None:
    say(town, tmp_path, "hr", phone=OLD, name="ADA TRIAL")
    correct(name="Ada Trial")
    say(town, tmp_path, "hr", phone=OLD, name="ADA TRIAL")
    assert ada().name == "Ada Trial"


def test_names_in_capitals_keep_nobody_off_the_list(
    town: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite knows no capitals but those of English."""
    monkeypatch.setattr("portal.directory.queries.entries.SHOWN", 2)
    names = ("Siân Ash", "Zoë Birch", "Hélène Oak", "Łucja Fir")
    rows = [practitioner(f"p{at}", name=name) for at, name in enumerate(names)]
    capitals = [{**row, "name": row["name"].upper()} for row in rows]
    for source, phone, some in (("hr", OLD, rows), ("mosaic", NEW, capitals)):
        say(town, tmp_path, source, phone=phone)
        path = write(tmp_path / "many.csv", PEOPLE, some)
        assert feed(town, path, PEOPLE, source=source).exit_code == 0
    assert listed() == ["Ada Trial"]


@pytest.mark.parametrize("column", ["name", "phone"])
def test_a_file_that_says_nothing_new_is_not_refused_for_what_another_said(
    town: Flask, tmp_path: Path, column: str
) -> None:
    """Some posts a day are handed on or renumbered in one source; the other repeats itself."""
    old = [
        practitioner(f"post{at}", name=f"{first} {last}", phone=f"01632 9604{at:02d}")
        for at, (first, last) in enumerate(zip(GIVEN, FAMILY, strict=True))
    ]
    new = [{**row, column: old[(at + 1) % 15][column]} for at, row in enumerate(old)]

    def file(source: str, rows: list[Cells]) -> int:
        path = write(tmp_path / "posts.csv", PEOPLE, rows)
        return feed(town, path, PEOPLE, source=source).exit_code

    assert file("hr", old) == 0
    for until in range(3, 16, 3):
        assert (until, file("mosaic", old)) == (until, 0)
        assert (until, file("hr", [*new[:until], *old[until:]])) == (until, 0)
    assert file("mosaic", new) == 2, "all at once it is refused"


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_who_records_work_does_not_wait_for_a_file_of_practitioners(
    town: Flask, tmp_path: Path
) -> None:
    """SQLite has one writer at a time, who waits for the step of an import and no longer (0039)."""
    say(town, tmp_path, "hr", phone=OLD)
    person = ada()
    said = PractitionerFacts(
        email=person.work_email, name=person.name, role_title=person.role_title,
        organisation_code=person.organisation.code, phone=NEW,
    )  # fmt: skip
    actions.import_practitioners(
        facts=[said], source="mosaic", source_on=dt.date(2026, 1, 1), by=BY
    )
    with db.engine.begin() as other:
        other.execute(text("SET LOCAL lock_timeout = '2s'"))
        refers = text("SELECT id FROM practitioner WHERE id = :id FOR KEY SHARE")
        assert other.execute(refers, {"id": person.id}).one()
    db.session.rollback()
