"""The ladder: what is joined without a person, what a person is asked about, and why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.matching import (
    Candidate,
    Description,
    Placed,
    Register,
    Rung,
    Veto,
    describe,
    place,
)
from portal.matching.ladder import THRESHOLDS, nearest
from tests.matching.amina import TOWN

BORN = date(2018, 5, 6)
HOME, ADDRESS = "LS1 4AP", "14 Mill Road"
NHS, OTHER_NHS = "9990000018", "9990000026"


def child(
    given_names: str, family_name: str = "Hussain", birth: date | None = BORN, gender: str = "male",
    postcode: str = HOME, address: str = "", **numbers: str,
) -> Description:  # fmt: skip
    return describe(
        given_names=given_names, family_name=family_name, birth=birth, gender=gender,
        postcodes=[postcode], addresses=[address], identifiers=numbers,
    )  # fmt: skip


def among(row: Description, *known: Description) -> Placed:
    """Place a row among records called a, b, c …"""
    return place(row, [Candidate("abcdefgh"[n], one) for n, one in enumerate(known)], TOWN)


def beside(one: Description, other: Description) -> Placed:
    """Place one beside the other, either way."""
    found, back = among(one, other), among(other, one)
    assert (found.rung, found.vetoes) == (back.rung, back.vetoes)
    return found


ALIKE = "the given names are alike, as those of twins may be"
DIFFER = "the given names differ, as those of twins and siblings do"
TOO_LITTLE = "too little is known of a given name to tell twins apart"
GENDER = "the gender differs, and one has more given names"
DIGIT, SWAPPED, NEXT = date(2019, 5, 6), date(2018, 6, 5), BORN + timedelta(days=1)
TWINS: list[tuple[str, str, dict[str, object], str]] = [
    ("Hasan", "Hussein", {}, ALIKE),
    ("Mia", "Maya", {}, ALIKE),
    ("Zain", "Zayn", {}, ALIKE),
    ("Jack", "John", {}, ALIKE),
    ("Tahir", "Zahir", {}, ALIKE),
    ("Amina", "Amira", {}, ALIKE),
    ("Alexander", "Alexandra", {"gender": "female"}, ALIKE),
    ("Maria Ana", "Ana Maria", {}, ALIKE),
    ("Kemarrius", "Kanarrius", {}, ALIKE),
    ("Nakeiyah", "Jakeiyah", {}, ALIKE),
    ("Michael", "Michaela", {}, ALIKE),
    ("Muhammad Ali", "Muhammad Omar", {}, DIFFER),
    ("Muhammad", "Mohammed Omar", {}, ALIKE),
    ("Muhammad", "Muhammad Omar", {}, TOO_LITTLE),
    ("Robin Ali", "Robin", {"gender": "female"}, GENDER),
    ("Baby", "Baby", {}, TOO_LITTLE),
    ("Twin One", "Twin Two", {}, TOO_LITTLE),
    ("Amina", "Baby Girl", {}, TOO_LITTLE),
    ("Amina", "A", {}, TOO_LITTLE),
    ("Jack", "Olivia", {}, DIFFER),
    ("Jack", "Olivia", {"gender": "female"}, DIFFER),
    ("Jack", "Olivia", {"birth": NEXT}, DIFFER),
    ("Jack", "Leo", {"birth": SWAPPED}, DIFFER),
    ("Zain", "Zayn", {"birth": NEXT}, ALIKE),
    ("Zain", "Zayn", {"birth": DIGIT}, ALIKE),
]


@pytest.mark.parametrize(("one", "other", "changed", "why"), TWINS)
def test_twins_and_siblings_are_never_joined(
    one: str, other: str, changed: dict[str, object], why: str
) -> None:
    for address in ("", ADDRESS):
        twin = child(other, address=address, **changed)  # type: ignore[arg-type]
        found = beside(child(one, address=address), twin)
        assert found.rung in (Rung.POSSIBLE, Rung.NONE)
        assert why in found.in_words()


@pytest.mark.parametrize(
    ("one", "other", "changed"), [twins[:3] for twins in TWINS if "birth" not in twins[2]]
)
def test_twins_at_one_address_are_put_before_a_person(
    one: str, other: str, changed: dict[str, object]
) -> None:
    found = beside(child(one), child(other, **changed))  # type: ignore[arg-type]
    assert found.rung is Rung.POSSIBLE


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [(one, two, changed) for one, two, changed, why in TWINS if why not in (TOO_LITTLE, DIFFER)],
)
def test_one_number_joins_names_alike_unless_gender_differs_too(
    one: str, other: str, changed: dict[str, object]
) -> None:
    found = beside(child(one, nhs_number=NHS), child(other, nhs_number=NHS, **changed))  # type: ignore[arg-type]
    joined = "gender" not in changed
    assert found.rung is (Rung.IDENTIFIER if joined else Rung.POSSIBLE)
    assert (Veto.ANOTHER_PERSON in found.vetoes) is not joined


@pytest.mark.parametrize(("one", "other"), [("Jack", "Olivia"), ("Baby", "Baby"), ("Jack", "")])
def test_one_number_does_not_join_twins(one: str, other: str) -> None:
    found = beside(child(one, nhs_number=NHS), child(other, nhs_number=NHS))
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.ANOTHER_PERSON}))
    assert "the number is the same, the person seems to be another" in found.in_words()


@pytest.mark.parametrize(
    "name", ["Hasan", "Mia", "Zain", "Jack", "Muhammad Ali", "Alexander", "Noor", "Amina"]
)
def test_the_same_child_is_joined(name: str) -> None:
    found = beside(child(name), child(name))
    assert (found.rung, found.key, found.vetoes) == (Rung.EXACT, "a", frozenset())
    assert found.in_words()[0] == "given name matches"


@pytest.mark.parametrize("gone", [{"birth": NEXT}, {"birth": SWAPPED}, {"birth": DIGIT},
                                  {"gender": "female"}, {"family_name": "Husain"}])  # fmt: skip
def test_one_slip_is_strong_where_the_given_name_agrees(gone: dict[str, object]) -> None:
    assert beside(child("Amina"), child("Amina", **gone)).rung is Rung.STRONG  # type: ignore[arg-type]


def test_of_three_of_one_birth_only_the_named_one_is_joined() -> None:
    known = [child("Jack"), child("Leo"), child("Olivia")]
    assert [among(one, *known).key for one in known] == ["a", "b", "c"]
    assert all(among(one, *known).rung is Rung.EXACT for one in known)
    third = among(child("Omar"), *known)
    assert third.rung is Rung.POSSIBLE
    assert Veto.OTHER_GIVEN_NAME in third.vetoes


def test_twins_named_alike_are_told_apart_by_a_person_even_if_both_are_known() -> None:
    found = among(child("Mia"), child("Mia"), child("Maya"))
    assert (found.rung, found.key, found.vetoes) == (Rung.POSSIBLE, "a", frozenset({Veto.RIVAL}))
    assert "another record is as likely, or nearly so" in found.in_words()


def test_two_records_of_one_child_are_never_chosen_between() -> None:
    found = among(child("Amina"), child("Amina"), child("Amina"))
    assert (found.rung, found.margin) == (Rung.POSSIBLE, 0.0)


def test_a_number_of_one_kind_that_differs_is_a_veto_and_with_the_name_another_child() -> None:
    one = child("Amina", nhs_number=NHS)
    same_name = beside(one, child("Amina", nhs_number=OTHER_NHS))
    assert (same_name.rung, same_name.vetoes) == (
        Rung.POSSIBLE,
        frozenset({Veto.CONFLICTING_IDENTIFIERS}),
    )
    twin = beside(one, child("Zara", nhs_number=OTHER_NHS))
    assert (twin.rung, twin.key) == (Rung.NONE, None)
    assert "two identifying numbers of one kind differ" in twin.in_words()


def test_one_number_beside_another_that_differs_needs_a_person() -> None:
    one, other = (child("Amina", nhs_number=NHS, upn=upn) for upn in ("A1", "B2"))
    found = beside(one, other)
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.CONFLICTING_IDENTIFIERS}))


def test_a_number_that_stands_on_another_record_needs_a_person() -> None:
    """A mother's number, or that of the child before: who is meant, names alone do not say."""
    row, stranger = child("Amina", nhs_number=NHS), child("Jack", "Taylor", date(2011, 9, 8))
    holder = replace(stranger, identifiers=row.identifiers)
    found = among(row, child("Amina"), holder)
    assert (found.rung, found.key) == (Rung.POSSIBLE, "a")
    assert found.vetoes == {Veto.OTHERS_NUMBER}
    assert "an identifying number stands on another record" in found.in_words()
    assert among(row, child("Amina"), stranger).rung is Rung.EXACT
    assert among(row, row, holder).rung is Rung.IDENTIFIER
    assert bound(row, child("Amina"), holder).rung is Rung.SAME_SOURCE_ID


def test_who_bears_the_number_is_asked_about_rather_than_a_twin() -> None:
    row = child("Amina", nhs_number=NHS)
    holder = child("Zoe", "Taylor", date(2011, 9, 8), postcode="SA1 8EN", nhs_number=NHS)
    found = among(row, child("Leo"), holder)
    assert (found.rung, found.key) == (Rung.POSSIBLE, "b")
    assert Veto.ANOTHER_PERSON in found.vetoes
    assert among(row, child("Leo")).key == "a"


@pytest.mark.parametrize(("one", "other"), [("Mia", "Maya"), ("Amina", "Amira"), ("Jack", "John")])
def test_a_number_of_one_twin_on_a_row_about_the_other_needs_a_person(one: str, other: str) -> None:
    row, twin = child(other, nhs_number=NHS), child(one, nhs_number=NHS)
    found = among(row, twin, child(other))
    assert (found.rung, found.key) == (Rung.POSSIBLE, "b")
    assert Veto.OTHERS_NUMBER in found.vetoes
    found = among(row, twin, child(other, nhs_number=OTHER_NHS))
    assert (found.rung, found.key, found.vetoes) == (Rung.POSSIBLE, "a", frozenset({Veto.RIVAL}))
    assert among(row, twin, child("Leo")).rung is Rung.IDENTIFIER
    assert bound(row, twin, child(other)).rung is Rung.SAME_SOURCE_ID


def test_a_namesake_elsewhere_is_asked_about_and_one_of_another_age_is_not() -> None:
    moved = child("Amina", postcode="SA1 8EN")
    found = beside(child("Amina"), moved)
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.NAMESAKE}))
    assert beside(child("Amina"), replace(moved, birth=date(2011, 9, 8))).rung is Rung.NONE
    at_home = child("Amina", birth=date(2011, 9, 8))
    assert beside(child("Amina"), at_home).vetoes == {Veto.OTHER_BIRTH}


def _few_bear(family: float, given: float) -> Register:
    """A million children: so many of a million bear each of two words."""
    shares = {"ravensdale": family / 1e6, "amina": given / 1e6}
    return Register(lambda word: shares.get(word, 0.01), 1_000_000)


MOVED = child("Amina", "Ravensdale", postcode="SA1 8EN")


def test_a_move_is_asked_about_however_few_bear_the_names() -> None:
    """In a small tradition few names are shared by many, and what is rare here came from there."""
    found = place(MOVED, [Candidate("a", child("Amina", "Ravensdale"))], _few_bear(6, 50))
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.NAMESAKE}))


@pytest.mark.parametrize("day", [NEXT, SWAPPED, DIGIT])
def test_of_namesakes_born_near_the_day_those_are_asked_about_who_may_be_one(day: date) -> None:
    """As many as there are of usual names who live elsewhere nobody need look at."""
    known, near = child("Amina", "Ravensdale"), replace(MOVED, birth=day)
    found = place(near, [Candidate("a", known)], _few_bear(60, 1_000))
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.NEAR_BIRTH}))
    assert place(near, [Candidate("a", known)], _few_bear(3_000, 10_000)).rung is Rung.NONE
    at_home = replace(near, postcodes=known.postcodes)
    assert place(at_home, [Candidate("a", known)], _few_bear(3_000, 10_000)).rung is Rung.STRONG


@pytest.mark.parametrize("gone", [{}, {"birth": NEXT}, {"birth": SWAPPED}, {"birth": None}])
def test_an_address_carries_what_a_postcode_carried(gone: dict[str, object]) -> None:
    """A slip in the postcode is no move: whoever moved has another address as well."""
    known = child("Amina", address=ADDRESS)
    asked = child("Amina", postcode="SA1 8EN", address="14 Mill Rd, Brookfield", **gone)  # type: ignore[arg-type]
    assert beside(known, asked).rung.links
    moved = replace(asked, addresses=child("", address="9 Park Road").addresses)
    assert beside(known, moved).vetoes == {Veto.NEAR_BIRTH if gone else Veto.NAMESAKE}


def test_a_namesake_of_another_age_who_lives_at_the_address_is_asked_about() -> None:
    asked = child("Amina", birth=date(2011, 9, 8), postcode="", address=ADDRESS)
    assert beside(child("Amina", address=ADDRESS), asked).vetoes == {Veto.OTHER_BIRTH}
    assert beside(child("Amina"), asked).rung is Rung.NONE


def bound(row: Description, known: Description, *others: Description) -> Placed:
    """Place a row whose source has called the known record by the row's number before."""
    named = [Candidate(str(place), one) for place, one in enumerate(others)]
    return place(row, [*named, Candidate("own", known, is_bound=True)], TOWN)


def test_a_source_that_gives_its_own_number_again_is_believed_while_the_person_agrees() -> None:
    amina = child("Amina")
    for row in (amina, child("Amina", "Taylor"), child("Ameena", birth=DIGIT, postcode="")):
        found = bound(row, amina)
        assert (found.rung, found.key, found.vetoes) == (Rung.SAME_SOURCE_ID, "own", frozenset())
    assert bound(amina, child("Baby")).rung is Rung.SAME_SOURCE_ID
    assert bound(child("Amina", nhs_number=NHS), child("Amina", nhs_number=OTHER_NHS)).rung.links


def test_a_number_given_to_another_person_overwrites_nobody() -> None:
    for row in (child("Zara"), child("Amina", "Taylor", date(2001, 2, 3)), child("Baby", "Taylor")):
        found = bound(row, child("Amina"))
        assert (found.rung, found.key) == (Rung.POSSIBLE, "own")
        assert found.vetoes == {Veto.ANOTHER_PERSON}


def test_its_own_number_is_asked_before_a_better_candidate() -> None:
    amina, zara = child("Amina"), child("Zara")
    assert bound(amina, amina, amina).rung is Rung.SAME_SOURCE_ID
    assert bound(zara, amina, zara).vetoes == {Veto.ANOTHER_PERSON}


def test_what_the_caller_knows_forbids_too() -> None:
    amina = child("Amina", nhs_number=NHS)
    known = Candidate("a", amina, vetoes=frozenset({Veto.OTHER_SOURCE_ID}))
    found = place(amina, [known], TOWN)
    assert (found.rung, found.vetoes) == (Rung.POSSIBLE, frozenset({Veto.OTHER_SOURCE_ID}))


def test_of_equals_who_is_not_forbidden_is_asked_about() -> None:
    """Of records that a source knows under another number it will not mean the first by chance."""
    amina = child("Amina")
    taken = Candidate("a", amina, vetoes=frozenset({Veto.OTHER_SOURCE_ID}))
    found = place(amina, [taken, Candidate("b", amina)], TOWN)
    assert (found.rung, found.key, found.vetoes) == (Rung.POSSIBLE, "b", frozenset({Veto.RIVAL}))


def test_who_was_told_apart_is_not_asked_about_again() -> None:
    amina = child("Amina", nhs_number=NHS)
    apart = Candidate("a", amina, vetoes=frozenset({Veto.TOLD_APART}))
    alone = place(amina, [apart], TOWN)
    assert (alone.rung, alone.key) == (Rung.NONE, None)
    assert alone.in_words() == ["somebody has decided that these are two children"]
    assert place(amina, [apart, Candidate("b", amina)], TOWN).key == "b"


def test_where_there_is_nobody_a_row_is_new() -> None:
    assert among(child("Amina")) == Placed(Rung.NONE)


def test_few_children_do_not_make_a_join_surer() -> None:
    """What would be strong among two thousand is not: one of a million might be meant."""
    row = child("Amina Zara", postcode="", gender="")
    found = nearest(row, [Candidate("a", row)], Register(lambda _: 0.05, 2_000))
    assert found is not None
    assert found.comparison.probability > 0.999
    assert not found.vetoes
    assert found.at(THRESHOLDS).rung is Rung.POSSIBLE
