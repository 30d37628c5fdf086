"""/feeds/quality: how well sources report and the index is filled, and what nobody reads there."""

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.children.queries import Coverage, Known, coverage
from portal.children.vault import Grade, quarantine
from portal.core import clock
from portal.core.db import db
from portal.feeds.models import Feed, FeedRun, QualityCount
from portal.feeds.rules import FileKind
from portal.feeds.rules.quality import (
    first_months,
    in_months,
    is_signed_off,
    may_be_told,
    median,
    percent,
    share_of_children,
)
from tests.access.writing import break_log
from tests.children.looking import NOBODY, PIECE, SignIn, plain, read
from tests.feeds.filing import PRACTICE, child, involvement, put, run
from tests.shielding.rewriting import Sent, hide, in_a_world, send

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("first", "received", "is_told"),
    [
        (dt.date(2026, 10, 1), 20, True),
        (dt.date(2026, 10, 1), 19, False),
        (dt.date(2026, 11, 1), 5000, False),
        (dt.date(2025, 12, 1), 20, True),
    ],
)
def test_a_month_is_told_when_it_is_over_and_large(
    first: dt.date, received: int, is_told: bool
) -> None:
    assert may_be_told(first=first, received=received, today=NOW.date()) is is_told


def test_shares_ages_and_months() -> None:
    assert (percent(19, 20), percent(0, 0), percent(999, 1000)) == (95, 0, 99)
    assert share_of_children(7, 20, children=999) is None
    assert share_of_children(7, 20, children=1000) == 35
    assert median([]) is None
    assert median([(400, 1), (3, 2)]) == 3
    assert median([(400, 2), (3, 1)]) == 400
    assert [in_months(days) for days in (0, 30, 31, 366)] == [0, 0, 1, 12]
    assert first_months(NOW.date()) == dt.date(2025, 12, 1)
    assert first_months(dt.date(2026, 12, 31)) == dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("cleared_at", "imported_at", "holds"),
    [
        (None, None, False),
        (NOW, None, True),
        (NOW - 24 * HOUR, NOW - 25 * HOUR, True),
        (NOW - 25 * HOUR, None, False),
        (NOW - 2 * HOUR, NOW - HOUR, False),
        (NOW, NOW, False),
    ],
)
def test_a_sign_off_holds_until_the_next_file(
    cleared_at: dt.datetime | None, imported_at: dt.datetime | None, holds: bool
) -> None:
    assert is_signed_off(cleared_at=cleared_at, imported_at=imported_at, now=NOW) is holds


def told(kind: FileKind = CHILDREN) -> list[tuple[int | None, ...]]:
    """Return how the rows of each file stood to the index; nothing stays open."""
    found = counted(kind)
    db.session.rollback()
    return found


def counted(kind: FileKind = CHILDREN) -> list[tuple[int | None, ...]]:
    """Return how the rows of each file stood to the index, the oldest file first."""
    wanted = select(FeedRun).where(FeedRun.kind == kind.value).order_by(FeedRun.started_at)
    rows = db.session.scalars(wanted).all()
    return [(row.told_known, row.told_matched, row.told_possible, row.told_new) for row in rows]


def test_runs_keep_how_their_rows_stood_to_the_index(
    town: Flask, tmp_path: Path, session: Session
) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2, gender="?"))
    put(town, tmp_path, CHILDREN, child(1, family_name="Nowak"), child(3))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    assert told() == [(0, 0, 0, 1), (1, 0, 1, 0)]
    assert told(INVOLVEMENTS) == [(None, None, None, None)]


FIRST = Sent("mosaic", CHILDREN, (child(1), child(2)))
# Two others who resemble the first child, as twins do: their numbers say that they are others.
OPEN = {"date_of_birth": child(1)["date_of_birth"], "given_names": "Ada Marie"}
NEW = {"date_of_birth": child(1)["date_of_birth"], "given_names": "Ida Maria"}
EARLIER = (
    FIRST,
    Sent("mosaic", INVOLVEMENTS, (involvement(1), involvement(2))),
    Sent("emis", CHILDREN, (child(50, **OPEN, address="", postcode=""),)),
    Sent("emis", INVOLVEMENTS, (involvement(50), involvement(50, service="school"))),
)
LATER = (
    Sent("emis", CHILDREN, (child(50, **OPEN, upn=""),)),
    Sent("emis", INVOLVEMENTS, (involvement(50, ended_on="2025-06-30"),)),
    Sent("emis", CHILDREN, (child(51, **NEW),)),
    Sent("emis", INVOLVEMENTS, (involvement(51, service="school"),)),
)
Figures = tuple[int, dict[Known, int], dict[dt.date, int]]


def moved(
    hidden: Grade | None, earlier: Iterable[Sent] = EARLIER, later: Iterable[Sent] = LATER
) -> tuple[list[Figures], list[tuple[int | None, ...]]]:
    """Return how the figures move with each file, in a world where the first child is hidden or
    nobody is, and how the rows of the files stood to the index."""
    for file in earlier:
        send(file)
    if hidden is not None:
        hide("mosaic", "K1", hidden)
    first, found = coverage(on=clock.today()), []
    for file in later:
        send(file)
        now = coverage(on=clock.today())
        known = {one: now.known[one] - first.known[one] for one in Known}
        days = first.confirmed.keys() | now.confirmed.keys()
        confirmed = {day: now.confirmed[day] - first.confirmed[day] for day in sorted(days)}
        found.append((now.children - first.children, known, confirmed))
    return found, counted()


def held_after(grade: Grade) -> int:
    """Return how many numbers of sources are held back in the world with a hidden child."""
    moved(grade)
    return len(quarantine.everything_held())


@pytest.mark.parametrize("grade", list(Grade))
def test_what_is_held_back_moves_the_figures_as_if_it_were_taken(
    town: Flask, session: Session, grade: Grade
) -> None:
    ordinary = in_a_world(lambda: moved(None))
    assert in_a_world(lambda: moved(grade)) == ordinary
    figures, rows = ordinary
    assert rows == [(0, 0, 0, 2), (0, 0, 1, 0), (1, 0, 0, 0), (0, 0, 1, 0)]
    assert in_a_world(lambda: held_after(grade)) == 2
    assert [children for children, *_ in figures] == [0, 0, 1, 1]
    assert [known[Known.ADDRESS] for _, known, _ in figures] == [1, 1, 2, 2]
    assert [known[Known.UPN] for _, known, _ in figures] == [-1, -1, 0, 0]
    assert [known[Known.GP] for _, known, _ in figures] == [0, -1, -1, -1]
    assert [known[Known.SCHOOL] for _, known, _ in figures] == [0, 0, 0, 1]


BOTH = ("emis", "vision")
TWO_OF_ONE = tuple(
    Sent(source, CHILDREN, (child(50, **OPEN, address="", postcode=""),)) for source in BOTH
)
MORE_OF_ONE = (
    *(Sent(source, CHILDREN, (child(50, **OPEN),)) for source in BOTH),
    *(Sent(source, INVOLVEMENTS, (involvement(50),)) for source in BOTH),
)


@pytest.mark.parametrize("grade", list(Grade))
def test_what_two_sources_say_of_one_open_child_moves_the_figures_once(
    town: Flask, session: Session, grade: Grade
) -> None:
    ordinary = in_a_world(lambda: moved(None, (FIRST, *TWO_OF_ONE), MORE_OF_ONE))
    assert in_a_world(lambda: moved(grade, (FIRST, *TWO_OF_ONE), MORE_OF_ONE)) == ordinary
    assert [known[Known.ADDRESS] for _, known, _ in ordinary[0]] == [1, 1, 1, 1]
    assert [known[Known.GP] for _, known, _ in ordinary[0]] == [0, 0, 1, 1]
    assert [sum(days.values()) for *_, days in ordinary[0]] == [0, 0, 1, 2]


def test_what_is_counted(town: Flask, session: Session) -> None:
    before = coverage(on=clock.today())
    send(FIRST)
    send(Sent("mosaic", CHILDREN, (child(3, nhs_number="", upn="", address="", postcode=""),)))
    send(Sent("mosaic", INVOLVEMENTS, (
        involvement(1), involvement(2, service="school"),
        involvement(3, ended_on="2025-06-30"), involvement(1, organisation_code=PRACTICE),
    )))  # fmt: skip
    after = coverage(on=clock.today())
    assert after.children - before.children == 3
    assert dict(after.known - before.known) == {
        Known.ADDRESS: 2, Known.NHS_NUMBER: 2, Known.UPN: 2, Known.MATCHED: 2,
        Known.GP: 1, Known.SCHOOL: 1,
    }  # fmt: skip
    assert dict(after.confirmed - before.confirmed) == {clock.today(): 2}
    assert coverage(on=dt.date(2025, 6, 1)).known[Known.GP] == after.known[Known.GP] + 1
    assert isinstance(after, Coverage)


def test_counting_twice_a_day_is_once_and_is_logged(portal: Flask, session: Session) -> None:
    for _ in range(2):
        done = run(portal, "feeds", "count-quality")
        assert done.exit_code == 0
    (row,) = session.scalars(select(QualityCount)).all()
    assert row.children == 200
    assert 0 < row.with_upn < row.matched <= row.with_nhs_number + row.with_upn
    assert row.involvements > row.unconfirmed > 0
    session.rollback()
    break_log(portal)
    session.query(QualityCount).delete()
    session.commit()
    assert run(portal, "feeds", "count-quality").exit_code != 0
    assert session.query(QualityCount).count() == 0


def months_back(number: int) -> dt.datetime:
    """Return a moment so many months ago."""
    today = clock.today()
    months = today.year * 12 + today.month - 1 - number
    return dt.datetime(months // 12, months % 12 + 1, 5, tzinfo=dt.UTC)


def add_runs(session: Session, *received: int) -> uuid.UUID:
    """Let a source have sent so many rows in this month, in the last one, and so on."""
    feed = Feed(name="mosaic", created_at=clock.now())
    session.add(feed)
    session.flush()
    feed_id = feed.id
    for number, rows in enumerate(received):
        at = months_back(number)
        session.add(
            FeedRun(
                feed_id=feed.id, kind="children", receipt=f"0000-0000-{number:04}", file_mark="",
                state="finished", started_at=at, ended_at=at, received=rows, set_aside=3,
                told_known=rows - 10, told_matched=4, told_possible=1, told_new=2,
            )
        )  # fmt: skip
    session.commit()
    return feed_id


def test_the_page_tells_each_month_of_each_source(
    portal: Flask, session: Session, sign_in: SignIn
) -> None:
    feed_id = add_runs(session, 500, 200, 19, 400, 77)
    browser = sign_in("data_steward")
    text = read(browser.get("/feeds/quality"))
    page = plain(text)
    assert "It was not counted yet." in page
    assert f'href="/feeds/{feed_id}/quality"' in text
    assert "500 3 not shown not shown not shown not shown" in page
    assert "200 3 190 4 1 2" in page
    assert "19 3 not shown" in page
    assert "390" not in page
    one = plain(read(browser.get(f"/feeds/{feed_id}/quality")))
    assert "400 3 390 4 1 2" in one
    assert "77 3 67 4 1 2" in one
    assert read(browser.get(f"/feeds/{feed_id}/quality", headers=PIECE)).startswith("<title>")


def test_the_page_tells_what_was_counted_last(
    portal: Flask, session: Session, sign_in: SignIn
) -> None:
    run(portal, "feeds", "count-quality")
    browser = sign_in("data_steward")
    assert "A present address too few to tell" in plain(read(browser.get("/feeds/quality")))
    counts = {"children": 1000, "with_address": 999, "with_upn": 5, "median_days": 200}
    few = {"involvements": 50, "unconfirmed": 25}
    session.execute(update(QualityCount).values(**counts, **few))
    session.commit()
    page = plain(read(browser.get("/feeds/quality")))
    assert "A present address 99 %" in page
    assert "A UPN 0 %" in page
    assert "so long ago 6 months" in page
    assert "More than a year ago 50 %" in page


def test_the_picture_is_plain_svg_of_its_own(
    portal: Flask, session: Session, sign_in: SignIn
) -> None:
    feed_id = add_runs(session, 500, 200, 19, 400, 77)
    browser = sign_in("data_steward")
    path = f"/feeds/{feed_id}/quality-chart"
    assert f'<img class="portal-chart" src="{path}"' in read(
        browser.get(f"/feeds/{feed_id}/quality")
    )
    answer = browser.get(path)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    drawn = list(ElementTree.fromstring(answer.data).iter())
    assert len([one for one in drawn if one.tag == f"{SVG}path"]) == 4
    words = {one.text for one in drawn if one.tag == f"{SVG}text"}
    assert words >= {"Known", "Matched", "Possible match", "New", "0 %", "100 %"}
    assert not any(one.tag in {f"{SVG}style", f"{SVG}script"} for one in drawn)
    assert not any({"style", "onload", "href"} & set(one.attrib) for one in drawn)


def test_one_month_is_no_picture(portal: Flask, session: Session, sign_in: SignIn) -> None:
    feed_id = add_runs(session, 500, 200, 19)
    browser = sign_in("data_steward")
    assert "<img" not in read(browser.get(f"/feeds/{feed_id}/quality"))
    assert browser.get(f"/feeds/{feed_id}/quality-chart").status_code == 404
    assert browser.get(f"/feeds/{NOBODY}/quality").status_code == 404
