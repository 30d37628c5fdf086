"""March 2009 again: updates of hidden children, an adopted child under both names, two sources.

Then updates arrived that did not match a hidden record, and made open copies with the true address.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.children import vault
from portal.children.actions import leave_quarantined, take_as_another, take_as_same
from portal.children.models import ChildIdentifier
from portal.children.queries.quarantined import quarantine_lines, quarantine_sheet
from portal.children.rules import ChildDraft
from portal.children.vault import quarantine
from portal.children.vault.quarantine import Standing
from portal.children.visibility import Job, everything, identifier_mark
from portal.core.db import db
from portal.feeds.rules import USUAL, FileKind, Scope
from tests.children.reporting import FEED
from tests.databases import Stage
from tests.feeds.filing import Cells, child, feed, involvement, write
from tests.shielding.rewriting import (
    Sent,
    arrivals,
    hide,
    in_a_world,
    length_of_log,
    lines_of_log,
    seen,
    send,
)

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
GRADES = list(vault.Grade)
ZOE = child(1, given_names="Zoë", family_name="Quillfeather", date_of_birth="2015-03-04")
MOVED = {**ZOE, "family_name": "Brackenbury", "address": "9 Weavers Close", "postcode": "QH2 2BB"}
ADOPTED = {**MOVED, "source_id": "K2", "nhs_number": "", "upn": ""}
LINKED = {**ADOPTED, "former_family_names": "Quillfeather"}
ELSEWHERE = {**ZOE, "source_id": "E9", "upn": "", "address": "3 Mill Row"}
BARE = {**ELSEWHERE, "nhs_number": ""}
# An ordinary child of each source, and one who changes.
TOM = child(5, given_names="Tomasz", family_name="Nowakowski", date_of_birth="2009-10-27")
UMA = child(6, given_names="Uma", family_name="Pettigrew", date_of_birth="2012-06-19")
UMA_MOVED = {**UMA, "family_name": "Wolstenholme", "postcode": "QH2 2BB"}
FULL = Scope(is_full=True)
OF_ZOE = [("mosaic", "K1"), ("mosaic", "K2"), ("emis", "E9")]
NAMES = [
    ("Zoë", "Quillfeather"), ("Zoë", "Brackenbury"), ("", "Quillfeather"), ("Uma", "Pettigrew"),
    ("Zoe", ""), ("Ada", "Unheard"),
]  # fmt: skip


def printed(portal: Flask, folder: Path, files: list[Sent]) -> list[tuple[str, int]]:
    """Import files as the operator does; return what was printed, receipts without their number,
    and the exit codes."""
    said = []
    for file in files:
        path = write(folder / "some.csv", file.kind, file.rows)
        more = ["--rehearse"] if file.rehearsed else []
        more += ["--full"] if file.scope.is_full else []
        more += ["--accept-drop"] if file.scope.accepts_drop else []
        result = feed(portal, path, file.kind, *more, source=file.source)
        text = re.sub(r"^Receipt: .*$", "Receipt: -", result.output, flags=re.M)
        said.append((text, result.exit_code))
    return said


def of_mosaic(
    *rows: Cells, kind: FileKind = CHILDREN, rehearsed: bool = False, scope: Scope = USUAL
) -> Sent:
    return Sent("mosaic", kind, rows, rehearsed, scope)


CASES: dict[str, list[Sent]] = {
    "an update with another name and address": [
        of_mosaic(MOVED, TOM, rehearsed=True),
        of_mosaic(MOVED, TOM),
        of_mosaic(MOVED, TOM),
        of_mosaic(ZOE, TOM),
        of_mosaic({**ZOE, "gender": "?"}, {**TOM, "date_of_birth": "3014-01-01"}),
    ],
    "an adopted child listed under both surnames": [
        of_mosaic(ZOE, ADOPTED, rehearsed=True),
        of_mosaic(ZOE, ADOPTED, TOM),
        of_mosaic(LINKED, ZOE),
        of_mosaic(ADOPTED, rehearsed=True),
        of_mosaic(TOM, LINKED),
    ],
    "the same child from two sources": [
        Sent("emis", CHILDREN, (ELSEWHERE, UMA)),
        Sent("emis", CHILDREN, (UMA_MOVED, ELSEWHERE)),
        Sent("emis", CHILDREN, ({**ELSEWHERE, "postcode": "QH1 1AB"},), rehearsed=True),
        Sent("emis", CHILDREN, ({**ELSEWHERE, "postcode": "QH1 1AB"},)),
    ],
    "full files that leave the child out, and tell of it again": [
        of_mosaic(TOM, scope=FULL),
        of_mosaic(involvement(5), kind=INVOLVEMENTS, scope=FULL),
        of_mosaic(MOVED),
        of_mosaic(TOM, {**ZOE, "gender": "?"}, scope=FULL),
        of_mosaic(involvement(1), kind=INVOLVEMENTS),
        of_mosaic(TOM, UMA, scope=FULL),
        of_mosaic(*(child(number, nhs_number="", upn="") for number in range(20, 40)), ZOE),
        of_mosaic(TOM, scope=FULL),
        of_mosaic(TOM, scope=Scope(is_full=True, accepts_drop=True)),
    ],
    "involvements of all of them": [
        Sent("emis", CHILDREN, (ELSEWHERE,)),
        of_mosaic(involvement(1), involvement(5), kind=INVOLVEMENTS),
        of_mosaic(involvement(1, ended_on="2025-06-30"), kind=INVOLVEMENTS),
        of_mosaic(
            involvement(1, ended_on="2025-06-30"),
            involvement(1, started_on="2025-09-01", is_lead="yes"),
            involvement(5, started_on="2001-01-01"),
            involvement(1, organisation_code="NO-1"),
            kind=INVOLVEMENTS,
        ),
        of_mosaic(involvement(1, started_on="2001-01-01"), kind=INVOLVEMENTS, rehearsed=True),
        Sent("emis", INVOLVEMENTS, ({**involvement(1), "child_source_id": "E9"},)),
        Sent("emis", INVOLVEMENTS, (involvement(1),)),
    ],
}


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("case", CASES)
def test_2009(
    portal: Flask, stage: Stage, session: Session, tmp_path: Path, case: str, grade: vault.Grade
) -> None:
    first = [of_mosaic(ZOE, TOM), of_mosaic(involvement(1), kind=INVOLVEMENTS)]

    def world(*, is_hidden: bool, files: list[Sent]) -> tuple[Any, ...]:
        db.session.rollback()
        stage.put_back(portal)
        printed(portal, tmp_path, first)
        db.session.rollback()
        if is_hidden:
            hide("mosaic", "K1", grade)
            db.session.commit()
        log = length_of_log()
        db.session.rollback()
        said = printed(portal, tmp_path, files)
        return said, lines_of_log(log), arrivals(), seen(NAMES)

    hidden = world(is_hidden=True, files=CASES[case])
    assert any(line.is_held for line in quarantine.everything_held())
    ordinary = world(is_hidden=False, files=CASES[case])
    empty = world(is_hidden=True, files=[one.without(OF_ZOE) for one in CASES[case]])
    assert hidden[0] == ordinary[0]
    assert hidden[1] == ordinary[1]
    assert hidden[2] == ordinary[2]
    assert hidden[3] == empty[3]
    assert hidden[3] != ordinary[3]


# A source that joins two records goes on under the number of one of them.
JOINED = {**ZOE, "source_id": "K2", "address": "7 Refuge Road", "postcode": "QH2 2BB"}
RENAMED = {**JOINED, "nhs_number": "", "upn": ""}
about_zoe = st.sampled_from(
    [ZOE, MOVED, ADOPTED, LINKED, JOINED, RENAMED, {**UMA, "source_id": "K1"}]
)
scopes = st.sampled_from([USUAL, USUAL, FULL, Scope(on=dt.date(2026, 1, 1))])
others = st.sampled_from([TOM, UMA, UMA_MOVED])
contacts = st.builds(
    involvement,
    st.sampled_from([1, 1, 2, 5]),
    started_on=st.sampled_from(["", "2016-01-01", "2024-01-01", "2001-01-01"]),
    ended_on=st.sampled_from(["", "", "2023-01-01", "2025-01-01"]),
    is_lead=st.sampled_from(["", "yes"]),
    service=st.sampled_from(["GP", "school"]),
)
files = st.one_of(
    st.builds(
        Sent, st.just("mosaic"), st.just(CHILDREN),
        st.lists(about_zoe | others, min_size=1, max_size=4).map(tuple), st.booleans(), scopes,
    ),
    st.builds(
        Sent, st.just("emis"), st.just(CHILDREN),
        st.lists(st.sampled_from([ELSEWHERE, BARE]) | others, min_size=1, max_size=3).map(tuple),
        st.booleans(),
    ),
    st.builds(
        Sent, st.just("mosaic"), st.just(INVOLVEMENTS),
        st.lists(contacts, min_size=1, max_size=4).map(tuple), st.booleans(), scopes,
    ),
)  # fmt: skip

decisions = st.sampled_from([Standing.SAME, Standing.ANOTHER, Standing.LEFT])
Step = Sent | Standing
# A number of a source, names and day of birth, and marks of other bodies' numbers.
Judged = tuple[str, str, str, str, str, tuple[str, ...]]


def judge(decision: Standing) -> set[Judged]:
    """Decide all that waits as an officer would; return whom they found to be another child."""
    judged = set()
    for line in [one for one in quarantine_lines() if one.standing is Standing.WAITING]:
        sheet = quarantine_sheet(line.key)
        row = quarantine.one(line.key)
        if row is None or (decision is Standing.ANOTHER and not sheet.may_be_another):
            continue
        if decision is Standing.ANOTHER and row.draft is not None:
            judged.add(_judged(row.draft))
        _VERBS[decision](key=line.key, seen=sheet.seen, by=FEED)
    return judged


_VERBS: dict[Standing, Callable[..., object]] = {
    Standing.SAME: take_as_same,
    Standing.ANOTHER: take_as_another,
    Standing.LEFT: leave_quarantined,
}


def _judged(draft: ChildDraft) -> Judged:
    numbers = (identifier_mark(scheme, value) for scheme, value in draft.numbers.items() if value)
    return (
        draft.source, draft.source_id, draft.given_names, draft.family_name,
        draft.date_of_birth.isoformat(), tuple(sorted(numbers)),
    )  # fmt: skip


def in_the_open() -> set[Judged]:
    """Whom the index holds under the numbers that sources have for the hidden child."""
    found = set()
    for row in db.session.scalars(everything(Job.FEED)):
        if (row.source, row.source_id) in OF_ZOE:
            of_child = ChildIdentifier.child_id == row.id
            numbers = db.session.scalars(select(ChildIdentifier.value_mark).where(of_child))
            names = row.given_names, row.family_name, row.date_of_birth.isoformat()
            found.add((row.source, row.source_id, *names, tuple(sorted(numbers))))
    return found


@pytest.mark.parametrize("grade", GRADES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=st.lists(files | decisions, min_size=1, max_size=7))
@example([of_mosaic(ADOPTED), Standing.ANOTHER, of_mosaic(JOINED), of_mosaic(ADOPTED)])
@example([of_mosaic(ADOPTED), Standing.ANOTHER, of_mosaic(RENAMED), Standing.SAME])
@example([Sent("emis", CHILDREN, (ELSEWHERE,), False), Standing.SAME, of_mosaic(ZOE)])
@example([of_mosaic(ZOE, JOINED), Standing.SAME, of_mosaic(ZOE)])
@example([Sent("emis", CHILDREN, (UMA,)), of_mosaic(UMA_MOVED, {**UMA, "source_id": "K1"})])
@example([of_mosaic(JOINED), Standing.SAME, of_mosaic(LINKED), Standing.SAME, of_mosaic(ZOE)])
def test_whatever_is_imported_in_whatever_order(
    session: Session, grade: vault.Grade, sequence: list[Step]
) -> None:
    """Until an officer finds that somebody is another child the index is as if nobody had said a
    word of the hidden one; then it holds that child as it was judged, and no more."""
    judged: set[Judged] = set()

    def world(*, is_hidden: bool, then: Sequence[Step], first: Sent) -> Callable[[], Any]:
        def happen() -> Any:
            send(first)
            if is_hidden:
                hide("mosaic", "K1", grade)
            log = length_of_log()
            said = []
            for step in then:
                if isinstance(step, Sent):
                    said.append(send(step))
                else:
                    judged.update(judge(step))
            return said, lines_of_log(log), arrivals(), seen(NAMES), in_the_open()

        return happen

    both = of_mosaic(ZOE, TOM)
    without = [one.without(OF_ZOE) for one in sequence if isinstance(one, Sent)]
    is_masked = grade is vault.Grade.MASKED
    hidden = in_a_world(world(is_hidden=True, then=sequence, first=both))
    ordinary = in_a_world(world(is_hidden=False, then=sequence, first=both))
    never = in_a_world(
        world(is_hidden=is_masked, then=without, first=both if is_masked else of_mosaic(TOM))
    )
    assert hidden[0] == ordinary[0]
    assert hidden[1] == ordinary[1]
    assert hidden[2] == ordinary[2]
    assert hidden[4] <= judged
    if not judged:
        assert hidden[3] == never[3]
