"""Addresses: one place written twice, and two doors of one street."""

import pytest

from portal.matching import Kind, compare, describe
from portal.matching.addresses import fold_address, is_one_place
from portal.matching.weights import ADDRESS, HOME

ONE_PLACE = [
    ("14 Mill Road", "14 mill rd"),
    ("14 Mill Road, Brookfield", "14, Mill Rd."),
    ("14 Mill Road LS1 4AP", "14 Mill Road"),
    ("Flat 2, 14 Mill Road", "2/14 Mill Rd"),
    ("Flat 2, 14 Mill Road", "14 Mill Road"),
    ("No. 3 St Mary's Cl", "3 St. Marys Close"),
    ("14 Station Road", "14 Statoin Road"),
    ("14 Ffordd yr Orsaf", "14 Ffordd Yr Orsaf, Caerdydd"),
    ("14 Grünwalder Straße", "14 Grunwalder Strasse"),
]
TWO_PLACES = [
    ("14 Mill Road", "41 Mill Road"),
    ("14 Mill Road", "14a Mill Road"),
    ("Flat 2, 14 Mill Road", "Flat 3, 14 Mill Road"),
    ("14 Mill Road", "14 Park Road"),
    ("14 Mill Road", "14 Brookfield"),
    ("14, Leeds", "14 High Street, Leeds"),
    ("14", "14"),
    ("Rose Cottage", "Rose Cottage"),
    ("", ""),
]


def meet(one: str, other: str) -> bool:
    ours, theirs = ([found for text in [said] if (found := fold_address(text))]
                    for said in (one, other))  # fmt: skip
    assert is_one_place(ours, theirs) is is_one_place(theirs, ours)
    return is_one_place(ours, theirs)


@pytest.mark.parametrize(("one", "other"), ONE_PLACE)
def test_one_place_however_it_is_written(one: str, other: str) -> None:
    assert meet(one, other)


@pytest.mark.parametrize(("one", "other"), TWO_PLACES)
def test_another_door_or_too_little_to_tell(one: str, other: str) -> None:
    assert not meet(one, other)


@pytest.mark.parametrize("text", ["\0", "9" * 10_000, "1 " * 500, "💥 1 💥", "1 ﷺ", "'" * 300])
def test_whatever_was_typed_is_folded(text: str) -> None:
    fold_address(text)


@pytest.mark.parametrize(
    ("postcode", "weight"), [("LS1 4AP", HOME), ("LS1 4AQ", HOME), ("SA1 8EN", ADDRESS)]
)
def test_postcode_and_address_are_one_home_and_not_two_chances(
    postcode: str, weight: float
) -> None:
    here = describe(postcodes=["LS1 4AP"], addresses=["14 Mill Road"])
    found = compare(here, describe(postcodes=[postcode], addresses=["14 Mill Rd"]))
    assert found.score == weight
    assert found.evidence[-1].kind is Kind.ADDRESS_SAME


def test_an_address_that_is_another_or_unknown_weighs_nothing() -> None:
    here = describe(addresses=["14 Mill Road"])
    for other in (describe(addresses=["9 Park Road"]), describe()):
        assert not compare(here, other).evidence
