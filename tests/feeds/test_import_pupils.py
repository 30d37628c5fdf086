"""python -m portal feeds import --kind ctf, on both databases."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.models import Carer, ChildRecord, Involvement
from portal.core.db import db
from portal.core.keys import unseal
from portal.directory.models import Organisation
from portal.feeds import actions
from portal.feeds.actions import importing
from portal.feeds.inbox import opened
from portal.feeds.inbox.layouts import PUPILS
from portal.feeds.models import Arrival, FeedRun
from portal.feeds.queries import ReceiptSheet
from portal.feeds.rules import COLUMNS, FileKind, Step, in_batches
from portal.sandbox import numbers
from tests.children.reporting import FEED
from tests.directory.test_import import put as put_register
from tests.directory.test_import import schools
from tests.directory.test_registers import gias
from tests.feeds.filing import child, counts, feed, holdings, involvement, run
from tests.feeds.packing import zipped
from tests.feeds.schools import ESTAB, LEA, SECRETS, contact, document, pupil
from tests.shielding.rewriting import (
    Sent,
    arrivals,
    hide,
    in_a_world,
    length_of_log,
    lines_of_log,
    send,
)

CTF = FileKind.CTF
CODE = "990001"
UPN = numbers.upn(70_001, 19)
Tree = dict[str, object]


@pytest.fixture
def town(portal: Flask, tmp_path: Path) -> Flask:
    """The town, with a school of the register that gives its number."""
    register = schools(tmp_path / "edubase.csv", [gias(URN=CODE)])
    assert put_register(portal, "gias", register).exit_code == 0
    return portal


def written(folder: Path, *pupils: Tree, name: str = "some.xml", **more: Any) -> Path:
    """Write a file of a school."""
    path = folder / name
    path.write_text(document(*pupils, **more), encoding="utf-8")
    return path


def put(town: Flask, folder: Path, *pupils: Tree, **more: Any) -> tuple[int, ...]:
    """Import a file of a school and return the counts of the receipt."""
    result = feed(town, written(folder, *pupils, **more), CTF, source="wystan")
    assert result.exit_code == 0, result.output
    return counts(result)


def test_a_pupil_and_the_school_come_in_and_again_say_nothing_new(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    some = pupil(1), pupil(2, DOB="soon"), pupil(3, Contacts=None)
    rehearsed = feed(town, written(tmp_path, *some), CTF, "--dry-run", source="wystan")
    assert counts(rehearsed) == (3, 2, 0, 0, 1)
    assert "Rehearsal: nothing was changed." in rehearsed.output
    assert holdings("wystan") == []
    session.rollback()
    result = feed(town, written(tmp_path, *some), CTF, source="wystan")
    assert counts(result) == (3, 2, 0, 0, 1)
    assert "date_of_birth: This is not a date." in result.output
    held = holdings("wystan")
    assert [row for row in held if row[0] in {"child", "involvement"}][:2] == [
        ("child", UPN, "Ada Maria", "O’Hara-Łąki", "2014-02-02", "female"),
        ("child", numbers.upn(70_003, 19), "Ada Maria", "O’Hara-Łąki", "2014-02-04", "female"),
    ]
    assert ("involvement", UPN, CODE, "None", "school", "universal", "2019-09-03", "None",
            False, False) in held  # fmt: skip
    assert session.scalars(select(Carer.name)).all().count("Maria Nowak") == 1
    session.rollback()
    assert put(town, tmp_path, *some) == (3, 0, 0, 2, 1)


def test_what_changes_of_a_pupil_or_at_the_school_is_one_change(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, pupil(1), pupil(2), pupil(3))
    left = {"School": {"LEA": LEA, "Estab": ESTAB, "EntryDate": "2019-09-03",
                       "LeavingDate": "2026-07-17"}}  # fmt: skip
    moved = pupil(1, Address={"AddressLine1": "9 Weavers Close"})
    both = pupil(2, SchoolHistory=left, Surname="Nowak")
    session.rollback()
    assert put(town, tmp_path, moved, both, pupil(3, SchoolHistory=left)) == (3, 0, 3, 0, 0)
    ended = [row[7] for row in holdings("wystan") if row[0] == "involvement"]
    assert sorted(ended) == ["2026-07-17", "2026-07-17", "None"]
    session.rollback()
    # A later file with one pupil ends nobody else: no file of a school is the whole of it.
    assert put(town, tmp_path, pupil(4)) == (1, 1, 0, 0, 0)
    assert len([row for row in holdings("wystan") if row[0] == "child"]) == 4


def test_the_record_shows_the_school_and_who_is_responsible(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, pupil(1))
    child_id = queries.child_ids("wystan", [UPN])[UPN]
    session.rollback()
    rows = session.execute(
        select(Organisation.name, Involvement.kind)
        .join(Involvement, Involvement.organisation_id == Organisation.id)
        .where(Involvement.child_id == child_id)
    )
    assert [tuple(row) for row in rows] == [("St Wystan’s Primary School", "school")]
    assert session.scalars(select(Carer.phone).where(Carer.child_id == child_id)).all() == [
        "07700 900007"
    ]


def test_a_pupil_is_taken_whole_or_not_at_all(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    unknown = feed(town, written(tmp_path, pupil(1), estab="7777"), CTF, source="wystan")
    assert counts(unknown) == (1, 0, 0, 0, 1)
    assert "establishment_number: The directory has no organisation" in unknown.output
    session.execute(
        update(Organisation).where(Organisation.code == CODE).values(name="Harrowmere CAMHS unit")
    )
    session.commit()
    sensitive = feed(town, written(tmp_path, pupil(1)), CTF, source="wystan")
    assert counts(sensitive) == (1, 0, 0, 0, 1)
    assert "establishment_number: Sexual health, mental health" in sensitive.output
    assert holdings("wystan") == []


def test_two_pupils_of_one_number_and_contacts_that_cannot_be_read(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    strange = pupil(2, Contacts={"Contact": contact("Mother &", "true")})
    result = feed(town, written(tmp_path, pupil(1), strange, pupil(1)), CTF, source="wystan")
    assert counts(result) == (3, 1, 0, 0, 2)
    assert "carers: This is not a name" in result.output
    assert "An earlier row of the file is about the same." in result.output
    for secret in ("Mother", "Ada", UPN, *SECRETS):
        assert secret not in result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (document(pupil(1))[:900], "some.xml: Line 37: The file ends before all"),
        ("<html>", "some.xml: Line 1: This is not a Common Transfer File"),
        (document(pupil(1), version="16.0"), "The file is older than version 17"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>", "some.xml: Line 1: The file declares a document type"),
        ("source_id,given_names\n", "some.xml: Line 1: The file is not well-formed XML"),
    ],
)
def test_a_file_that_is_none_is_refused_and_nothing_is_staged(
    town: Flask, tmp_path: Path, session: Session, content: str, said: str
) -> None:
    path = tmp_path / "some.xml"
    path.write_text(content, encoding="utf-8")
    result = feed(town, path, CTF, source="wystan")
    assert result.exit_code == 2
    assert said in result.output
    assert result.output.rstrip().endswith("Nothing was changed.")
    assert "Traceback" not in result.output
    assert session.scalars(select(FeedRun)).all() == []


def test_a_map_is_not_for_files_of_schools(town: Flask, tmp_path: Path) -> None:
    result = feed(town, written(tmp_path, pupil(1)), CTF, "--map", "none.toml", source="wystan")
    assert result.exit_code == 2
    assert "--map: a file of a school has no columns." in result.output


def driven(
    path: Path, steps: int = 0, rehearsed: bool = False, commit: bool = False
) -> tuple[list[Step], Any]:
    """Import a file, or so many steps of it, without committing; every step, and the receipt."""
    go = actions.rehearse_people if rehearsed else actions.import_people
    taken: list[Step] = []
    with opened(path, PUPILS) as parcel:
        drive = go(source="wystan", kind=CTF, parcel=parcel, by=FEED)
        while not steps or len(taken) < steps:
            try:
                taken.append(next(drive))
                db.session.flush()
                db.session.expire_all()  # as the commit at every step does
                if commit:
                    db.session.commit()
            except StopIteration as end:
                return taken, end.value
        drive.close()
    return taken, None


def test_what_we_must_not_hold_is_never_staged(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    def staged() -> str:
        driven(written(tmp_path, pupil(1)), steps=2)
        row = db.session.scalars(select(Arrival)).one()
        key = town.extensions["portal_keys"].identifier
        assert row.sealed is not None
        place = f"arrival|sealed|{row.run_id}|{row.line}"
        held: str = unseal(key, row.sealed, place=place)
        return held

    held: str = in_a_world(staged)
    assert len(json.loads(held)) == len(COLUMNS[CTF])
    assert "Maria Nowak" in held
    for secret in (*SECRETS, "Jan", "Addie", numbers.upn(71_001, 18)):
        assert secret not in held


BEFORE = [pupil(1), pupil(2)]
# A new address and family name of the one who may be hidden, who has left; somebody new; a fault.
AFTER = [
    pupil(1, Surname="Nowak", Address={"AddressLine1": "9 Weavers Close", "PostCode": "QH2 2BB"},
          SchoolHistory={"School": {"LEA": LEA, "Estab": ESTAB, "EntryDate": "2019-09-03",
                                    "LeavingDate": "2026-07-17"}}),
    pupil(2),
    pupil(3, Forename="Zofia", Surname="Quill", DOB="2012-11-30"),
    pupil(4, Sex="Q"),
]  # fmt: skip


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_nothing_tells_that_a_pupil_is_hidden(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    before = written(tmp_path, *BEFORE, name="before.xml")
    after = written(tmp_path, *AFTER, name="after.xml")

    def seen(is_hidden: bool) -> list[Any]:
        driven(before)
        if is_hidden:
            hide("wystan", UPN, grade)
        start, found = length_of_log(), list[Any]()
        for rehearsed in (True, False, False):
            steps, sheet = driven(after, rehearsed=rehearsed)
            found.append((steps, _words(sheet)))
        if is_hidden:
            assert _in_the_open() == []
        return [found, lines_of_log(start), arrivals()]

    ordinary = in_a_world(lambda: seen(False))
    assert in_a_world(lambda: seen(True)) == ordinary
    assert [words[:4] for _, words in ordinary[0]] == [(4, 1, 1, 1), (4, 1, 1, 1), (4, 0, 0, 3)]


def _words(sheet: ReceiptSheet) -> Sequence[Any]:
    return sheet.received, sheet.added, sheet.changed, sheet.unchanged, sheet.rows


def _in_the_open() -> Sequence[Any]:
    """Involvements and new words of the hidden pupil that the index holds."""
    child_id = queries.child_ids("wystan", [UPN])[UPN]
    named = select(ChildRecord.family_name).where(
        (ChildRecord.id == child_id) & (ChildRecord.family_name == "Nowak")
    )
    involved = select(Involvement.id).where(Involvement.child_id == child_id)
    return [*db.session.scalars(named), *db.session.scalars(involved)]


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_nothing_tells_that_the_child_of_another_source_is_hidden(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    """Who is not hidden is one child with two numbers then; who is, is held under the second."""
    same = {"given_names": "Ada Maria", "date_of_birth": "2014-02-02", "upn": UPN}
    work = {"organisation_code": CODE, "service": "school", "started_on": "2019-09-03"}

    def seen(is_hidden: bool) -> list[Any]:
        send(Sent("mosaic", FileKind.CHILDREN, (child(1, **same),)))
        send(Sent("mosaic", FileKind.INVOLVEMENTS, (involvement(1, **work),)))
        if is_hidden:
            hide("mosaic", "K1", grade)
        start = length_of_log()
        told = (BEFORE[0], BEFORE[0], AFTER[0])
        found = [_words(driven(written(tmp_path, one))[1]) for one in told]
        return [found, lines_of_log(start)]

    ordinary = in_a_world(lambda: seen(False))
    assert in_a_world(lambda: seen(True)) == ordinary
    assert [words[:4] for words in ordinary[0]] == [(1, 1, 0, 0), (1, 0, 0, 1), (1, 0, 1, 0)]


def test_a_pupil_who_resembles_a_hidden_child_is_held_with_the_school(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """A new number, as after a temporary one, for a child who is absent."""
    put(town, tmp_path, pupil(1))

    def act() -> tuple[Any, list[Any]]:
        hide("wystan", UPN, vault.Grade.ABSENT)
        again = written(tmp_path, pupil(1, UPN=numbers.upn(72_001, 19)), name="again.xml")
        sheet = driven(again)[1]
        return _words(sheet), holdings("wystan")

    words, held = in_a_world(act)
    assert words[:4] == (1, 1, 0, 0)
    assert held == []


@pytest.mark.parametrize("steps", [2, 5])
def test_dropped_on_the_way_and_taken_up_in_another_wrapping(
    town: Flask, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """One batch is staged; all are, and one is decided."""
    monkeypatch.setattr(importing, "AT_ONCE", 5)
    monkeypatch.setattr(importing, "in_batches", partial(in_batches, size=5))
    file = written(tmp_path, *(pupil(number) for number in range(12)))
    driven(file, steps=steps, commit=True)
    packed = tmp_path / "some.zip"
    packed.write_bytes(zipped(file.read_bytes()))
    assert counts(feed(town, packed, CTF, source="wystan")) == (12, 12, 0, 0, 0)
    assert session.scalars(select(FeedRun.state)).all() == ["finished"]
    assert len([row for row in holdings("wystan") if row[0] == "involvement"]) == 12


def test_a_receipt_is_printed_again(town: Flask, tmp_path: Path, session: Session) -> None:
    put(town, tmp_path, pupil(1), pupil(2, Sex="Q"))
    number = session.scalar(select(FeedRun.receipt))
    again = run(town, "feeds", "receipt", number)
    assert "Kind: ctf" in again.output
    assert counts(again) == (2, 1, 0, 0, 1)
