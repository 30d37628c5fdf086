"""Words of shield work, dates of reviews, the two of a lift, and counts that tell nothing."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.children.vault import Grade
from portal.shielding.rules.counts import FEWEST, published, published_row
from portal.shielding.rules.documents import DocumentKind, marks_of, open_mark
from portal.shielding.rules.shields import (
    ALERT_OUTCOMES,
    APPEAL_OUTCOMES,
    APPELLANTS,
    ASKED_FOR,
    COOLING_OFF,
    GRADE_HINTS,
    GRADES,
    GROUNDS,
    LIFT_REASONS,
    REFUSALS,
    SHORT_GROUNDS,
    TASK_WORDS,
    AlertOutcome,
    AppealOutcome,
    Appellant,
    AskedFor,
    Ground,
    LiftFault,
    LiftReason,
    Refusal,
    TaskOutcome,
    fault_of_lift,
    is_due,
    is_overdue,
    is_stricter,
    latest_review,
    may_be_reviewed_on,
    months_on,
)

TODAY = dt.date(2026, 8, 31)
NOW = dt.datetime(2026, 8, 31, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_every_word_has_its_words() -> None:
    for words, vocabulary in (
        (GROUNDS, Ground), (SHORT_GROUNDS, Ground), (ASKED_FOR, AskedFor), (GRADES, Grade),
        (GRADE_HINTS, Grade), (REFUSALS, Refusal), (LIFT_REASONS, LiftReason),
        (APPELLANTS, Appellant), (APPEAL_OUTCOMES, AppealOutcome), (TASK_WORDS, TaskOutcome),
        (ALERT_OUTCOMES, AlertOutcome),
    ):  # fmt: skip
        assert set(words) == set(vocabulary)


def test_grounds_are_risks_and_nobody_is_hidden_for_being_known() -> None:
    assert {ground.value for ground in Ground} == {"harm", "adoption", "witness", "refuge"}


@pytest.mark.parametrize(
    ("day", "months", "on"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 11, 22), 6, dt.date(2027, 5, 22)),
        (dt.date(2026, 6, 30), 6, dt.date(2026, 12, 30)),
        (dt.date(2026, 12, 1), 1, dt.date(2027, 1, 1)),
    ],
)
def test_months_on(day: dt.date, months: int, on: dt.date) -> None:
    assert months_on(day, months) == on


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (TODAY - DAY, False), (TODAY, False), (TODAY + DAY, True),
        (latest_review(TODAY), True), (latest_review(TODAY) + DAY, False),
    ],
)  # fmt: skip
def test_a_review_is_six_months_off_at_most(day: dt.date, may: bool) -> None:
    assert may_be_reviewed_on(day, TODAY) is may


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(-400, 400))
def test_what_is_overdue_is_due_too(today: dt.date, days: int) -> None:
    review_on = today + days * DAY
    assert is_overdue(review_on, today) is (days <= 0)
    assert is_due(review_on, today) is (days <= 30)


@pytest.mark.parametrize(
    ("by", "after", "fault"),
    [
        ("one", dt.timedelta(0), LiftFault.SAME_PERSON),
        ("one", 30 * DAY, LiftFault.SAME_PERSON),
        ("other", dt.timedelta(0), LiftFault.TOO_EARLY),
        ("other", COOLING_OFF - dt.timedelta(seconds=1), LiftFault.TOO_EARLY),
        ("other", COOLING_OFF, None),
        ("other", 30 * DAY, None),
    ],
)
def test_a_lift_takes_two_and_a_day(by: str, after: dt.timedelta, fault: LiftFault | None) -> None:
    assert fault_of_lift(("one", NOW), by, NOW + after) == fault


def test_nothing_is_lifted_that_nobody_proposed() -> None:
    assert fault_of_lift(None, "one", NOW) is LiftFault.NONE_PROPOSED
    assert dt.timedelta(hours=24) == COOLING_OFF


def test_only_absent_is_stricter() -> None:
    assert is_stricter(Grade.ABSENT, Grade.MASKED)
    for grade, than in ((Grade.MASKED, Grade.ABSENT), (Grade.MASKED, Grade.MASKED),
                        (Grade.ABSENT, Grade.ABSENT)):  # fmt: skip
        assert not is_stricter(grade, than)


COUNTS = st.dictionaries(st.sampled_from(Ground), st.integers(0, 12), min_size=1)


@given(COUNTS, st.data())
def test_whatever_a_small_number_is_the_page_is_the_same(
    counts: dict[Ground, int], draw: st.DataObject
) -> None:
    small = [ground for ground, count in counts.items() if count < FEWEST]
    others = {ground: draw.draw(st.integers(0, FEWEST - 1)) for ground in small}
    assert published_row(counts) == published_row({**counts, **others})


@given(COUNTS)
def test_what_is_shown_is_true(counts: dict[Ground, int]) -> None:
    cells, total = published_row(counts)
    assert total.least <= sum(counts.values()) <= total.most
    for ground, count in counts.items():
        assert cells[ground].least <= count <= cells[ground].most
        assert cells[ground].is_exact is (count >= FEWEST)
    assert total.is_exact is all(count >= FEWEST for count in counts.values())


def test_five_is_shown_and_four_is_not() -> None:
    assert published(5).is_exact
    assert published(4) == published(0)


def test_an_open_document_is_found_among_the_open_ones_only() -> None:
    request = {"kind": "request", "child_id": "c", "asker": "a", "number": "n", "closed_at": None}
    open_marks = marks_of(request)
    closed_marks = marks_of({**request, "closed_at": NOW.isoformat()})
    assert open_mark(DocumentKind.REQUEST) in open_marks
    assert open_mark(DocumentKind.REQUEST) not in closed_marks
    assert "request|again|a|c" in open_marks
    assert "request|again|a|c" not in closed_marks
    assert "request|asker|a" in open_marks
    assert "request|asker|a" in closed_marks
