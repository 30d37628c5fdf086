"""Which word stands of a practitioner of whom several speak."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.rules import INDEX_TEAM, Fact, Word, agreed, differing, heard, standing

MONDAY = dt.date(2026, 6, 1)
PHONE = Fact.WORK_PHONE
Told = list[tuple[str, int, str]]


def at(day: int) -> dt.datetime:
    """A moment of the day on which something came in."""
    return dt.datetime.combine(MONDAY, dt.time(9), dt.UTC) + dt.timedelta(days=day)


def word(value: str, source: str, day: int = 0, fact: Fact = PHONE) -> Word:
    """What a source said of a fact when its file came in on a day, and of that day."""
    on = MONDAY + dt.timedelta(days=day)
    return Word(fact=fact, value=value, source=source, since_on=on, told_at=at(day), told_on=on)


def after(told: Told, *, speaks_of: dict[int, int] | None = None) -> list[Word]:
    """All words after sources said these numbers, one after the other; None as a day: its own."""
    words: list[Word] = []
    for place, (source, day, value) in enumerate(told):
        on = MONDAY + dt.timedelta(days=(speaks_of or {}).get(place, day))
        own = heard(words, {PHONE: value}, source=source, on=on, at=at(day))
        if own is not None:
            words = [one for one in words if one.source != source] + own
    return words


def number(words: list[Word]) -> str | None:
    return standing(words).get(PHONE)


def test_what_is_only_said_again_is_no_news() -> None:
    told = [("hr", 0, "1"), ("mosaic", 1, "2"), ("hr", 2, "1"), ("mosaic", 3, "2"), ("hr", 4, "1")]
    assert number(after(told)) == "2"
    assert number(after([*told, ("hr", 5, "3")])) == "3"
    assert number(after([*told, ("hr", 5, "3"), ("mosaic", 6, "2")])) == "3"


def test_an_empty_cell_takes_nothing_back() -> None:
    assert number(after([("hr", 0, "1"), ("hr", 1, "")])) == "1"
    assert after([("hr", 0, "")]) == []


def test_an_old_file_is_not_believed_before_a_later_one() -> None:
    """Neither that of the same source, nor the first of another."""
    assert number(after([("hr", 0, "1"), ("hr", 1, "2")], speaks_of={1: -5})) == "1"
    words = after([("hr", 0, "1"), ("mosaic", 1, "2")], speaks_of={1: -5})
    assert number(words) == "1"
    assert {one.source: one.value for one in words} == {"hr": "1", "mosaic": "2"}


def test_of_one_day_the_last_to_come_in_stands() -> None:
    assert number([word("1", "hr"), word("2", "mosaic")]) in {"1", "2"}
    told: Told = [("hr", 0, "1"), ("mosaic", 1, "2")]
    assert number(after(told, speaks_of={0: 0, 1: 0})) == "2"


def test_the_index_team_stands_before_all() -> None:
    own = word("9", INDEX_TEAM)
    assert number([own, word("1", "hr", 5), word("2", "mosaic", 6)]) == "9"
    assert number([word("", INDEX_TEAM), word("1", "hr", 5)]) == ""


@pytest.mark.parametrize(
    ("told", "has_gone"), [(("9", "9"), True), (("9", "1"), False), (("1", "1"), False)]
)
def test_it_goes_once_every_source_agrees(told: tuple[str, str], has_gone: bool) -> None:
    words = [word("9", INDEX_TEAM), word(told[0], "hr"), word(told[1], "mosaic")]
    assert agreed(words) == ({PHONE} if has_gone else set())


def test_nobody_agrees_with_what_no_source_says() -> None:
    assert agreed([word("2026-06-01", INDEX_TEAM, fact=Fact.LEFT_ON)]) == set()


def test_sources_differ_in_what_one_must_know_to_reach_somebody() -> None:
    assert differing([word("1", "hr"), word("2", "mosaic")]) == {PHONE}
    assert differing([word("1", "hr"), word("1", "mosaic")]) == set()
    names = [word("Ada Birch", "hr", fact=Fact.NAME), word("ada birch", "mosaic", fact=Fact.NAME)]
    assert differing(names) == set()
    posts = [word("SW", "hr", fact=Fact.ROLE_TITLE), word("Nurse", "x", fact=Fact.ROLE_TITLE)]
    assert differing(posts) == set()


def test_after_the_index_team_only_what_is_said_since_is_a_difference() -> None:
    words = [word("1", "hr", 0), word("2", "mosaic", 0), word("9", INDEX_TEAM, 1)]
    assert differing(words) == set()
    assert differing([*words[1:], word("3", "hr", 2)]) == {PHONE}
    assert differing([*words[1:], word("9", "hr", 2)]) == set()


@given(
    st.lists(
        st.tuples(st.sampled_from(["hr", "mosaic", "emis"]), st.sampled_from(["1", "2", "3"])),
        max_size=12,
    )
)
def test_the_last_news_stands_whoever_repeats_what(said: list[tuple[str, str]]) -> None:
    """Against the plainest way of saying it: whoever changes what they say is believed."""
    believed, last = None, dict[str, str]()
    for source, value in said:
        if last.get(source) != value:
            believed = value
        last[source] = value
    told = [(source, day, value) for day, (source, value) in enumerate(said)]
    assert number(after(told)) == believed
