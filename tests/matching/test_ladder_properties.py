"""What holds of the ladder whatever is placed on it."""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.matching import (
    Candidate,
    Description,
    Register,
    Rung,
    Thresholds,
    Veto,
    alignment,
    compare,
    describe,
    place,
    words_of,
)
from portal.matching.ladder import THRESHOLDS
from portal.matching.likeness import Likeness, likeness
from tests.matching.amina import TOWN
from tests.matching.test_ladder import (
    ADDRESS,
    BORN,
    DIGIT,
    HOME,
    NEXT,
    NHS,
    OTHER_NHS,
    SWAPPED,
    among,
    child,
)

FACTS = st.fixed_dictionaries(
    {
        "given_names": st.sampled_from(
            ["Amina", "Amira", "Amnia", "Zara", "Muhammad", "Muhammad Ali", "Baby", "", "A",
             "Amina Zara", "Hussain", "Jack", "John"]
        ),
        "family_name": st.sampled_from(["Hussain", "Husain", "Taylor", "Hussain-Taylor", "Amina"]),
        "birth": st.sampled_from([BORN, NEXT, SWAPPED, DIGIT, date(2011, 9, 8), None]),
        "gender": st.sampled_from(["female", "male", ""]),
        "postcode": st.sampled_from([HOME, "LS1 4AQ", "SA1 8EN", ""]),
        "address": st.sampled_from([ADDRESS, "14 Mill Rd, Brookfield", "9 Park Road", ""]),
    }
)  # fmt: skip
NUMBERS = st.fixed_dictionaries(
    {}, optional={"nhs_number": st.sampled_from([NHS, OTHER_NHS]), "upn": st.just("A1")}
)
PEOPLE = st.builds(lambda facts, numbers: child(**facts, **numbers), FACTS, NUMBERS)
CANDIDATES = st.lists(
    st.tuples(PEOPLE, st.booleans(), st.sets(st.just(Veto.OTHER_SOURCE_ID))), max_size=5
).map(
    lambda made: [
        Candidate("abcde"[n], one, bound and not n, frozenset(known))
        for n, (one, bound, known) in enumerate(made)
    ]
)


@given(PEOPLE, PEOPLE)
def test_which_of_two_is_the_row_does_not_matter(one: Description, other: Description) -> None:
    found, back = among(one, other), among(other, one)
    assert (found.rung, found.vetoes, found.key) == (back.rung, back.vetoes, back.key)
    assert found.bits == pytest.approx(back.bits)


@given(PEOPLE, CANDIDATES, st.randoms())
def test_the_order_of_candidates_does_not_matter(
    row: Description, candidates: list[Candidate], chance: random.Random
) -> None:
    found = place(row, candidates, TOWN)
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert place(row, shuffled, TOWN) == found


@given(PEOPLE, CANDIDATES)
def test_a_veto_never_joins_and_every_answer_has_its_words(
    row: Description, candidates: list[Candidate]
) -> None:
    found = place(row, candidates, TOWN)
    assert not (found.rung.links and found.vetoes)
    assert (found.key is None) == (found.rung is Rung.NONE)
    if candidates:
        assert len(found.in_words()) == len(found.evidence) + len(found.vetoes)


@given(PEOPLE, CANDIDATES)
def test_two_candidates_within_the_margin_never_join(
    row: Description, candidates: list[Candidate]
) -> None:
    found = place(row, candidates, TOWN)
    if found.rung.links and found.rung is not Rung.SAME_SOURCE_ID:
        assert found.margin is None or found.margin >= THRESHOLDS.margin
        twice = [*candidates, replace(_named(candidates, found.key), key="z", is_bound=False)]
        assert place(row, twice, TOWN).vetoes == {Veto.RIVAL}


@given(
    PEOPLE,
    PEOPLE,
    st.sampled_from(["given", "family", "birth", "gender", "postcodes", "addresses"]),
)
def test_a_fact_that_agrees_never_lowers_the_rung(
    row: Description, known: Description, fact: str
) -> None:
    agreeing = getattr(known, fact)
    assume(agreeing)
    # A word like one in the other field could be read as either name.
    givens = {*row.given.tokens, *known.given.tokens}
    families = {*row.family.tokens, *known.family.tokens}
    assume(all(likeness(*two) is Likeness.DIFFERENT for two in product(givens, families)))
    less = replace(row, **{fact: getattr(Description(), fact)})
    more = replace(row, **{fact: agreeing})
    assert among(more, known).rung <= among(less, known).rung


@given(PEOPLE, PEOPLE)
def test_who_is_joined_is_met_by_the_guard_who_knows_no_address(
    row: Description, known: Description
) -> None:
    """A hidden child is watched for by less (12 bits) than joins anybody, address or not."""
    if among(row, known).rung in (Rung.EXACT, Rung.STRONG):
        assert compare(row, replace(known, addresses=frozenset())).score >= 12


@given(PEOPLE, PEOPLE)
def test_a_number_that_agrees_never_lowers_the_rung(row: Description, known: Description) -> None:
    number = frozenset({("nhs_number", NHS)})
    less, without = replace(row, identifiers=frozenset()), replace(known, identifiers=frozenset())
    more, also = replace(less, identifiers=number), replace(without, identifiers=number)
    assert among(more, also).rung <= among(less, without).rung


@given(PEOPLE, CANDIDATES)
def test_shares_are_asked_for_of_the_words_named_beforehand_only(
    row: Description, candidates: list[Candidate]
) -> None:
    asked: set[str] = set()

    def share(word: str) -> None:
        asked.add(word)

    place(row, candidates, Register(share, 1_000))
    assert asked <= words_of(row, *(one.description for one in candidates))


@given(PEOPLE, CANDIDATES, st.floats(0.9, 1), st.floats(0.5, 0.9), st.floats(0, 10))
def test_stricter_thresholds_join_nobody_more(
    row: Description, candidates: list[Candidate], strong: float, possible: float, margin: float
) -> None:
    loose = Thresholds(strong, possible, margin)
    strict = Thresholds(min(strong + 0.05, 1), min(possible + 0.05, 1), margin + 1)
    found = place(row, candidates, TOWN, thresholds=strict)
    assert place(row, candidates, TOWN, thresholds=loose).rung <= found.rung


def _named(candidates: list[Candidate], key: str | None) -> Candidate:
    return next(one for one in candidates if one.key == key)


@given(PEOPLE, CANDIDATES)
def test_names_of_one_word_are_compared_as_any_others(
    row: Description, candidates: list[Candidate]
) -> None:
    said = place(row, candidates, TOWN)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "_is_plain", lambda _: False)
        assert place(row, candidates, TOWN) == said


WORDS = ["a", "amina", "anne", "marie", "annemarie", "berg", "van", "al", "hassan", "zara", "jo"]
NAMES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
DOUBLE = st.lists(st.sampled_from(WORDS), max_size=3).map("-".join)
PERSONS = st.builds(
    lambda given, family: describe(given_names=given, family_name=family), NAMES, NAMES | DOUBLE
)
SHARES = st.dictionaries(st.sampled_from([*WORDS, "vanberg"]), st.floats(1e-9, 0.2))


@given(PERSONS, PERSONS, st.booleans(), SHARES)
def test_names_that_are_one_are_compared_as_any_others(
    one: Description, other: Description, is_same: bool, shares: dict[str, float]
) -> None:
    """Nor does it matter that what cannot be alike enough is not compared letter by letter."""
    known = replace(one) if is_same else other
    pairs = alignment._pairs
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(alignment, "_pairs", lambda *told, over=0.0: pairs(*told))
        said = compare(one, known, frequency=shares.get, alike=lambda *two: likeness(*two))
    assert compare(one, known, frequency=shares.get) == said
