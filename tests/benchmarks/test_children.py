"""The invented children: always the same, skewed as real ones are, and more names in more."""

import dataclasses
import datetime as dt
from collections import Counter
from itertools import islice, pairwise

import pytest

from portal.children.rules import Gender
from portal.matching.postcodes import fold_postcode
from tests.benchmarks.children import (
    BIRTH_DAYS,
    BLOCK,
    FIRST_BIRTH,
    BenchChild,
    block,
    generate,
    languages,
    postcode,
)

SIZE = 40_000


@pytest.fixture(scope="module")
def children() -> list[BenchChild]:
    return list(generate(SIZE, seed=1))


def words(children: list[BenchChild]) -> Counter[str]:
    """Count how many children bear each word of a name."""
    names = (f"{one.given_names} {one.family_name}".replace("-", " ") for one in children)
    return Counter(word for name in names for word in set(name.casefold().split()))


def test_the_same_seed_makes_the_same_children(children: list[BenchChild]) -> None:
    assert list(islice(generate(SIZE, seed=1), BLOCK)) == children[:BLOCK]
    assert list(islice(generate(SIZE, seed=2), BLOCK)) != children[:BLOCK]


def test_any_block_can_be_made_alone(children: list[BenchChild]) -> None:
    assert block(7, SIZE, 1) == children[7 * BLOCK : 8 * BLOCK]


def test_a_set_ends_where_it_should() -> None:
    assert [one.number for one in generate(1_234, seed=5)] == list(range(1, 1_235))


def test_what_is_left_can_be_made_alone(children: list[BenchChild]) -> None:
    for done in (0, 1, 999, 1_000, 1_001, SIZE - 1, SIZE):
        left = generate(SIZE, seed=1, after=done)
        assert list(islice(left, 5)) == children[done : done + 5]


def test_ids_ascend_and_are_unique(children: list[BenchChild]) -> None:
    ids = [one.source_id for one in children]
    assert ids == sorted(set(ids))


def test_every_child_could_be_kept(children: list[BenchChild]) -> None:
    last = FIRST_BIRTH + dt.timedelta(days=BIRTH_DAYS - 1)
    for one in children:
        assert one.given_names
        assert len(one.given_names) <= 120
        assert len(one.family_name) <= 120
        assert FIRST_BIRTH <= one.date_of_birth <= last
        assert one.gender in set(Gender)
        assert fold_postcode(one.postcode)


def test_eighteen_years_of_birth(children: list[BenchChild]) -> None:
    assert abs(BIRTH_DAYS - 18 * 365.25) <= 2
    assert len({one.date_of_birth.year for one in children}) == 19


def test_about_six_children_live_at_a_postcode(children: list[BenchChild]) -> None:
    lived = Counter(one.postcode for one in children)
    assert 5 <= SIZE / len(lived) <= 8


def test_postcodes_do_not_repeat_at_eleven_million() -> None:
    serials = range(0, 4_800_000, 37)
    assert len({postcode(serial) for serial in serials}) == len(serials)


def test_postcodes_cannot_be_real(children: list[BenchChild]) -> None:
    assert {one.postcode[0] for one in children} <= set("QVX")


def test_some_names_are_common_and_many_are_borne_by_one_child(children: list[BenchChild]) -> None:
    family = Counter(one.family_name for one in children)
    assert 0.005 < family.most_common(1)[0][1] / SIZE < 0.03
    assert sum(count == 1 for count in family.values()) > len(family) / 3


def test_more_children_bear_more_names(children: list[BenchChild]) -> None:
    few, many = len(words(children[: SIZE // 8])), len(words(children))
    assert 2 < many / few < 5


def test_shares_of_what_is_special(children: list[BenchChild]) -> None:
    assert 0.4 < sum(" " in one.given_names for one in children) / SIZE < 0.6
    assert 0.02 < sum("-" in one.family_name for one in children) / SIZE < 0.06
    assert 0.001 < sum(not one.family_name for one in children) / SIZE < 0.006
    assert 0.01 < sum(bool(one.former_family_name) for one in children) / SIZE < 0.03


def test_twins_stand_next_to_each_other(children: list[BenchChild]) -> None:
    twins = [
        (one, other)
        for one, other in pairwise(children)
        if (one.family_name, one.date_of_birth, one.postcode)
        == (other.family_name, other.date_of_birth, other.postcode)
    ]
    # Two of a hundred children are one of two.
    assert 0.005 < len(twins) / SIZE < 0.02
    assert any(one.given_names != other.given_names for one, other in twins)


def test_every_origin_has_children(children: list[BenchChild]) -> None:
    found = Counter(one.origin for one in children)
    assert set(found) == {language.origin for language in languages()}
    assert {"english", "welsh", "south_asian", "polish", "arabic", "somali", "west_african"} <= set(
        found
    )


def test_a_child_cannot_be_changed(children: list[BenchChild]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        children[0].gender = "male"  # type: ignore[misc]
