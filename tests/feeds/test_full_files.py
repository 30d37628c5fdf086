"""What a full file no longer reports is marked, never deleted; an old snapshot replaces nothing."""

from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.children import queries, vault
from portal.children.actions import (
    hide_child,
    leaving_out,
    merge_children,
    undo_merge,
    unhide_child,
)
from portal.children.models import ChildSource, Involvement, SourceWord
from portal.children.rules import Subject
from portal.children.vault import quarantine
from portal.core import clock
from portal.core.db import db
from portal.feeds import actions
from portal.feeds.actions import rehearsing
from portal.feeds.inbox import Layout, opened
from portal.feeds.models import FeedRun
from portal.feeds.rules import COLUMNS, FileKind, Scope, in_batches
from tests.children.looking import SignIn, cards, open_record, plain
from tests.children.reporting import FEED
from tests.directory.test_import import put as put_register
from tests.directory.test_import import schools
from tests.directory.test_registers import gias
from tests.feeds.filing import Cells, child, counts, feed, holdings, involvement, write
from tests.feeds.schools import URN, document, pupil

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS


def bare(number: int, **more: str) -> Cells:
    """A child whom nobody else resembles enough to be joined."""
    return child(number, **{"nhs_number": "", "upn": ""} | more)


def send(
    town: Flask, folder: Path, kind: FileKind, rows: list[Cells], *more: str, source: str = "mosaic"
) -> Result:
    """Import rows as one file. Of a full one a dry run has said before what would be left out, and
    has changed nothing."""
    path = write(folder / "some.csv", kind, rows)
    if "--full" not in more:
        return feed(town, path, kind, *more, source=source)
    before = words_told(town)
    tried = feed(town, path, kind, *more, "--dry-run", source=source)
    assert words_told(town) == before
    done = feed(town, path, kind, *more, source=source)
    assert said_of_the_rest(tried) == said_of_the_rest(done)
    return done


def words_told(town: Flask) -> list[tuple[object, ...]]:
    """All that sources have told of, as it stands."""
    with town.app_context():
        found = db.session.execute(select(*SourceWord.__table__.columns)).all()
    return sorted(tuple(map(str, row)) for row in found)


def said_of_the_rest(result: Result) -> tuple[int, str]:
    """What a receipt says of what the file leaves out: the exit code, how much, and why not."""
    after = result.output.partition("No longer reported: ")[2]
    return result.exit_code, after.split("\nLine ")[0]


def left_out(result: Result) -> str:
    """What the receipt says of what is no longer reported."""
    lines = dict(one.split(": ", 1) for one in result.output.splitlines() if ": " in one)
    return lines["No longer reported"]


def unreported(subject: Subject, source: str = "mosaic") -> int:
    """How much this source no longer reports."""
    db.session.rollback()
    number = queries.number_unreported(source, subject)
    db.session.rollback()
    return number


def test_a_full_file_marks_whom_it_leaves_out(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    rows = [bare(number) for number in range(5)]
    assert left_out(send(town, tmp_path, CHILDREN, rows, "--full")) == "0"
    assert counts(send(town, tmp_path, CHILDREN, rows[:2]))[3] == 2
    assert unreported(Subject.CHILD) == 0, "a delta file marks nobody"
    send(town, tmp_path, CHILDREN, rows[:1], source="emis")
    assert left_out(send(town, tmp_path, CHILDREN, rows[:3], "--full")) == "2"
    assert left_out(send(town, tmp_path, CHILDREN, rows[:3], "--full")) == "0", "once"
    assert unreported(Subject.CHILD) == 2
    assert unreported(Subject.CHILD, "emis") == 0
    assert session.scalar(select(func.count()).where(ChildSource.source == "mosaic")) == 5
    session.rollback()
    assert counts(send(town, tmp_path, CHILDREN, rows[3:4]))[3] == 1
    assert unreported(Subject.CHILD) == 1, "told again by a delta file: the mark goes"
    since = session.scalars(select(SourceWord.unreported_since).distinct()).all()
    assert set(since) == {None, clock.today()}


@pytest.mark.usefixtures("session")
def test_whom_a_row_names_is_told_of_whatever_is_wrong_with_it(town: Flask, tmp_path: Path) -> None:
    rows = [bare(number) for number in range(4)]
    send(town, tmp_path, CHILDREN, rows)
    typo = bare(1, date_of_birth="1.2.3")
    assert left_out(send(town, tmp_path, CHILDREN, [rows[0], typo, rows[3]], "--full")) == "1"
    nameless = bare(2, source_id="?")
    said = send(town, tmp_path, CHILDREN, [rows[0], nameless], "--full")
    assert left_out(said) == "0"
    assert "They may be about anybody" in said.output.replace("\n", " ")
    assert unreported(Subject.CHILD) == 1


def test_too_much_is_not_marked_until_somebody_says_so(
    town: Flask, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "in_batches", partial(in_batches, size=2))
    rows = [bare(number, given_names=f"Ada {'bcdefghijklmnop'[number]}") for number in range(15)]
    send(town, tmp_path, CHILDREN, rows)
    said = send(town, tmp_path, CHILDREN, rows[:4], "--full")
    assert said.exit_code == 1
    assert left_out(said) == "11 of 15, not marked"
    assert "leaves out more than one file may" in said.output
    assert unreported(Subject.CHILD) == 0
    assert left_out(send(town, tmp_path, CHILDREN, rows[:8], "--full")) == "7", "a few may"
    said = send(town, tmp_path, CHILDREN, [], "--full")
    assert (said.exit_code, left_out(said)) == (1, "8 of 8, not marked"), "a header and no rows"
    said = send(town, tmp_path, CHILDREN, rows[:4], "--full", "--accept-drop")
    assert (said.exit_code, left_out(said)) == (0, "4")
    runs = session.scalars(select(FeedRun.unmarked).order_by(FeedRun.started_at)).all()
    assert runs == [None, "too_many", None, "too_many", None]


def test_an_involvement_says_since_when_it_is_not_reported(
    town: Flask, tmp_path: Path, sign_in: SignIn
) -> None:
    send(town, tmp_path, CHILDREN, [bare(1), bare(2)])
    school = involvement(1, service="school", organisation_code="T-1", is_lead="yes")
    every = [involvement(1), school, involvement(2)]
    send(town, tmp_path, INVOLVEMENTS, every, "--full")
    # A row about the second child cannot be used: which of its involvements it means nobody knows.
    wrong = involvement(2, started_on="soon")
    assert left_out(send(town, tmp_path, INVOLVEMENTS, [every[0], wrong], "--full")) == "1"
    with town.app_context():
        child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    for who in ("health_visitor", "teacher"):
        reader = sign_in(who)
        shown = cards(open_record(reader, child_id))
        marked = [card for card in shown if "no longer names this involvement" in plain(card)]
        assert len(shown) == 2
        assert marked == shown[1:], "below what is still reported, although it is the lead"
        assert "Team One" in marked[0]
    ended = select(func.count()).where(Involvement.ended_on.is_not(None))
    with town.app_context():
        assert db.session.scalar(ended.where(Involvement.source == "mosaic")) == 0
    send(town, tmp_path, INVOLVEMENTS, [school])
    shown = cards(open_record(reader, child_id))
    assert not any("no longer names this involvement" in plain(card) for card in shown)


def test_what_another_source_still_reports_stands_in_its_place(
    town: Flask, tmp_path: Path, sign_in: SignIn, session: Session
) -> None:
    known = child(1)
    for source in ("mosaic", "emis"):
        send(town, tmp_path, CHILDREN, [known], source=source)
        send(town, tmp_path, INVOLVEMENTS, [involvement(1)], source=source)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    assert queries.child_ids("emis", ["K1"])["K1"] == child_id
    session.rollback()
    teacher = sign_in("teacher")
    for source, is_marked in (("mosaic", False), ("emis", True)):
        send(town, tmp_path, INVOLVEMENTS, [], "--full", source=source)
        (card,) = cards(open_record(teacher, child_id))
        assert ("no longer names" in plain(card)) is is_marked


def test_an_old_snapshot_replaces_nothing(town: Flask, tmp_path: Path, session: Session) -> None:
    new, old = bare(1, family_name="Whitlock"), bare(1, family_name="Nowak")
    work, before = involvement(1), involvement(1, is_lead="yes")
    send(town, tmp_path, CHILDREN, [new, bare(2)], "--full", "--as-of", "2026-06-01")
    send(town, tmp_path, INVOLVEMENTS, [work], "--full", "--as-of", "2026-06-01")
    held = holdings("mosaic")
    session.rollback()
    for kind, row in ((CHILDREN, old), (INVOLVEMENTS, before)):
        said = send(town, tmp_path, kind, [row], "--full", "--as-of", "2026-05-31")
        assert counts(said) == (1, 0, 0, 1, 0)
        assert "speaks of a later day came before" in said.output.replace("\n", " ")
    assert holdings("mosaic") == held
    session.rollback()
    assert unreported(Subject.CHILD) == unreported(Subject.INVOLVEMENT) == 0
    # Nor does one bring back what a later file left out; a later one is believed, and dated.
    send(town, tmp_path, CHILDREN, [new], "--full", "--as-of", "2026-06-02")
    send(town, tmp_path, CHILDREN, [bare(2)], "--as-of", "2026-06-01")
    assert unreported(Subject.CHILD) == 1
    assert counts(send(town, tmp_path, CHILDREN, [old], "--as-of", "2026-06-03"))[2] == 1
    day = session.scalar(select(ChildSource.source_on).where(ChildSource.source_id == "K1"))
    assert str(day) == "2026-06-03"


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        (FileKind.PRACTITIONERS, ["--full"], "nothing is marked of practitioners"),
        (CHILDREN, ["--accept-drop"], "goes with --full"),
        (CHILDREN, ["--as-of", "2999-01-01"], "must be today or in the past"),
    ],
)
def test_what_cannot_be_is_refused(
    town: Flask, tmp_path: Path, kind: FileKind, more: list[str], says: str
) -> None:
    said = send(town, tmp_path, kind, [], *more)
    assert said.exit_code == 2
    assert says in said.output


def drop_after(folder: Path, rows: list[Cells], steps: int) -> bool:
    """Drive a full file so many steps far and drop it, what is not committed too; True at its
    end."""
    path = write(folder / "some.csv", CHILDREN, rows)
    with opened(path, Layout(columns=COLUMNS[CHILDREN])) as parcel:
        scope = Scope(is_full=True, accepts_drop=True)
        drive = actions.import_people(
            source="mosaic", kind=CHILDREN, parcel=parcel, scope=scope, by=operator("feeds import")
        )
        with closing(drive):
            for _ in range(steps):
                if next(drive, None) is None:
                    db.session.commit()
                    return True
                db.session.commit()
            is_over = next(drive, None) is None
            db.session.rollback()
            return is_over


def test_dropped_while_it_marks(
    town: Flask, tmp_path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving_out, "AT_ONCE", 3)
    rows = [bare(number) for number in range(11)]
    send(town, tmp_path, CHILDREN, rows)
    steps, marked = 3, []
    # Each time it comes one step further, until it has ended.
    while not drop_after(tmp_path, rows[:3], steps):
        marked.append(unreported(Subject.CHILD))
        steps = 3 if len(marked) < 3 else 2
    assert unreported(Subject.CHILD) == 8
    assert 0 < marked[1] < 8
    counted = session.scalars(select(FeedRun.unreported).where(FeedRun.is_full)).all()
    assert counted == [8]


def test_a_file_of_a_school_says_its_day_and_may_be_full(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    register = schools(tmp_path / "edubase.csv", [gias(URN=URN)])
    assert put_register(town, "gias", register).exit_code == 0
    path = tmp_path / "ctf.xml"
    for pupils, more in (((pupil(1), pupil(2)), ()), ((pupil(1),), ("--full",))):
        path.write_text(document(*pupils), encoding="utf-8")
        tried = feed(town, path, FileKind.CTF, *more, "--dry-run", source="wystan")
        said = feed(town, path, FileKind.CTF, *more, source="wystan")
    assert said_of_the_rest(tried) == said_of_the_rest(said)
    assert left_out(said) == "2", "the child, and that it goes to the school"
    assert "Speaks of: 2026-11-20" in said.output
    assert unreported(Subject.CHILD, "wystan") == unreported(Subject.INVOLVEMENT, "wystan") == 1
    days = session.scalars(select(ChildSource.source_on).where(ChildSource.source == "wystan"))
    assert {str(day) for day in days} == {"2026-11-20"}


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_what_is_hidden_meanwhile_is_left_out_alike(
    town: Flask, tmp_path: Path, session: Session, sign_in: SignIn, grade: vault.Grade
) -> None:
    """What the receipt says, and what stands after the lift, is what an open child would have."""
    rows, work = [bare(1), bare(2)], [involvement(1), involvement(2)]
    send(town, tmp_path, CHILDREN, rows)
    send(town, tmp_path, INVOLVEMENTS, work)
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=grade, by=FEED)
    session.commit()
    assert left_out(send(town, tmp_path, CHILDREN, rows[1:], "--full")) == "1"
    assert left_out(send(town, tmp_path, INVOLVEMENTS, work[1:], "--full")) == "1"
    # A word of an earlier day about somebody hidden is as old as about anybody.
    old = bare(1, family_name="Nowak")
    said = send(town, tmp_path, CHILDREN, [old], "--as-of", "2026-01-01")
    assert counts(said) == (1, 0, 0, 1, 0)
    assert not quarantine.of_source("mosaic", ["K1"])
    assert unreported(Subject.CHILD) == 1
    unhide_child(child_id=child_id, by=FEED)
    session.commit()
    (card,) = cards(open_record(sign_in("teacher"), child_id))
    assert "no longer names this involvement" in plain(card)
    assert counts(send(town, tmp_path, CHILDREN, rows))[3] == 2
    assert unreported(Subject.CHILD) == 0


def test_a_number_that_changes_hands_and_records_that_are_joined(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    """What is told of a number stays with the number, whichever child it leads to."""
    send(town, tmp_path, CHILDREN, [bare(1), bare(2), bare(3)])
    send(town, tmp_path, INVOLVEMENTS, [involvement(1), involvement(2)])
    send(town, tmp_path, CHILDREN, [bare(2), bare(3)], "--full")
    other = bare(1, given_names="Tomasz", family_name="Whitlock", date_of_birth="2009-10-27")
    assert counts(send(town, tmp_path, CHILDREN, [other]))[2] == 1
    assert unreported(Subject.CHILD) == 0
    ids = queries.child_ids("mosaic", ["K2", "K3"])
    merge_id = merge_children(kept_id=ids["K3"], gone_id=ids["K2"], by=FEED)
    session.commit()
    assert left_out(send(town, tmp_path, CHILDREN, [other, bare(3)], "--full")) == "1"
    undo_merge(merge_id=merge_id, by=FEED)
    session.commit()
    assert unreported(Subject.CHILD) == 1
    # The first child's work is told of under no number any more; the second's again.
    said = send(town, tmp_path, INVOLVEMENTS, [involvement(2)], "--full")
    assert counts(said)[3] == 1
    assert left_out(said) == "1"
