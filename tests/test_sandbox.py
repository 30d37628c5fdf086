"""The invented town: the same every time, as varied as England, and nobody real in it."""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import phonenumbers
import postcode
import pytest
from nhs_number.validate import is_valid

from portal.sandbox import Child, Town, numbers, town

DAY = dt.date(2026, 11, 22)
# Ofcom, "Telephone numbers for use in TV and radio drama programmes".
DRAMA = re.compile(r"\+44(1632960\d{3}|7700900\d{3}|8081570\d{3})")


@pytest.fixture(scope="module")
def harrowmere() -> Town:
    return town(on=DAY)


def phones(place: Town) -> Iterator[str]:
    yield from (o.phone for o in place.organisations)
    for person in place.practitioners:
        yield from (person.work_phone, person.team_phone)
    yield from (carer.phone for child in place.children for carer in child.carers)


def postcodes(place: Town) -> set[str]:
    homes = {a.postcode for child in place.children for a in child.addresses if a.postcode}
    return homes | {o.postcode for o in place.organisations}


def age(child: Child, on: dt.date = DAY) -> int:
    birthday = (child.date_of_birth.month, child.date_of_birth.day)
    return on.year - child.date_of_birth.year - ((on.month, on.day) < birthday)


def test_same_seed_same_town() -> None:
    assert town(on=DAY, seed=7, children=300) == town(on=DAY, seed=7, children=300)


def test_another_seed_is_another_town_with_the_same_cast() -> None:
    one, other = town(on=DAY, seed=1, children=300), town(on=DAY, seed=2, children=300)
    assert one.children != other.children
    assert one.cast == other.cast
    assert one.children[:14] == other.children[:14]


@pytest.mark.parametrize(("wanted", "made"), [(0, 0), (1, 14), (14, 14), (15, 15), (500, 500)])
def test_size(wanted: int, made: int) -> None:
    small = town(on=DAY, children=wanted)
    assert len(small.children) == made
    assert len(small.practitioners) >= 40


def test_every_phone_is_from_the_ranges_for_drama(harrowmere: Town) -> None:
    written = [phone for phone in phones(harrowmere) if phone]
    assert len(written) > 1000
    for phone in written:
        parsed = phonenumbers.parse(phone, "GB")
        assert phonenumbers.is_possible_number(parsed)
        assert DRAMA.fullmatch(
            phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        )


def test_some_phones_are_missing(harrowmere: Town) -> None:
    assert any(not o.phone for o in harrowmere.organisations)
    assert 2 <= sum(not p.work_phone for p in harrowmere.practitioners) <= 12


def test_nhs_numbers_are_test_numbers_and_used_once(harrowmere: Town) -> None:
    found = [child.nhs_number for child in harrowmere.children if child.nhs_number]
    assert 300 < len(found) < 700
    assert len(set(found)) == len(found)
    assert all(number.startswith("999") and is_valid(number) for number in found)


def test_nhs_numbers_differ_for_every_serial() -> None:
    made = [numbers.nhs(serial) for serial in range(0, 100000, 7)]
    assert len(set(made)) == len(made)
    assert all(is_valid(number) for number in made)


def test_upn_letter_as_in_the_published_example() -> None:
    assert numbers.upn_letter("801200001001") == "H"


def test_upns_are_of_no_real_authority_and_used_once(harrowmere: Town) -> None:
    found = [child.upn for child in harrowmere.children if child.upn]
    assert len(found) > 200
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[A-HJ-NP-RT-Z]999\d{9}", upn) for upn in found)


def test_postcodes_have_the_shape_and_cannot_be_real(harrowmere: Town) -> None:
    found = postcodes(harrowmere)
    assert len(found) > 100
    for code in found:
        assert postcode.to_normalised(code) == code
        assert postcode.to_area(code) == "QH"


def test_codes_and_addresses_are_used_once(harrowmere: Town) -> None:
    codes = [o.code for o in harrowmere.organisations]
    schools = [o for o in harrowmere.organisations if o.kind.endswith("_school")]
    practices = [o for o in harrowmere.organisations if o.kind == "gp_practice"]
    assert len(set(codes)) == len(codes)
    assert len({o.name for o in harrowmere.organisations}) == len(codes)
    assert all(re.fullmatch(r"99\d{4}", school.urn) for school in schools)
    assert all(re.fullmatch(r"X\d{5}", practice.ods_code) for practice in practices)
    emails = [p.email for p in harrowmere.practitioners]
    emails += [m.email for m in harrowmere.cast if "practitioner" not in m.roles]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(".example.org") and email.isascii() for email in emails)
    assert len({child.key for child in harrowmere.children}) == len(harrowmere.children)


def test_every_sector_and_both_authorities_are_there(harrowmere: Town) -> None:
    sectors = {o.sector for o in harrowmere.organisations}
    assert {
        "education",
        "health",
        "social_care",
        "youth_justice",
        "police",
        "voluntary",
    } <= sectors
    assert [o.name for o in harrowmere.organisations if o.scope == "national"] == [
        "The Larch Tree Family Charity"
    ]
    assert [o.name for o in harrowmere.organisations if o.accredited_until < DAY] == [
        "Kestrel Youth Project"
    ]
    assert {a.code for a in harrowmere.authorities} == {
        o.authority_code for o in harrowmere.organisations
    } - {""}
    assert all(re.fullmatch(r"E99\d{6}", a.code) for a in harrowmere.authorities)


def test_everything_pointed_at_exists(harrowmere: Town) -> None:
    employer = {p.email: p.organisation_code for p in harrowmere.practitioners}
    codes = {o.code for o in harrowmere.organisations}
    assert set(employer.values()) <= codes
    for child in harrowmere.children:
        for one in child.involvements:
            assert one.organisation_code in codes
            if one.practitioner_email:
                assert employer[one.practitioner_email] == one.organisation_code


def test_dates_make_sense(harrowmere: Town) -> None:
    for child in harrowmere.children:
        assert 0 <= age(child) <= 17
        for one in child.involvements:
            assert child.date_of_birth <= one.started_on <= (one.ended_on or DAY) <= DAY
            assert one.started_on <= one.last_confirmed_on <= DAY


@pytest.mark.parametrize("on", [dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2031, 9, 1)])
def test_dates_make_sense_on_other_days(on: dt.date) -> None:
    for child in town(on=on, children=400).children:
        assert 0 <= age(child, on) <= 17
        assert all(one.started_on <= (one.ended_on or on) for one in child.involvements)


def test_ages_are_spread(harrowmere: Town) -> None:
    ages = Counter(age(child) for child in harrowmere.children)
    assert set(ages) == set(range(18))
    assert min(ages.values()) > 40
    soon = DAY.replace(year=DAY.year - 18) + dt.timedelta(days=60)
    assert any(child.date_of_birth <= soon for child in harrowmere.children)
    assert any((DAY - child.date_of_birth).days < 42 for child in harrowmere.children)


def test_names_are_as_varied_as_england(harrowmere: Town) -> None:
    families = {child.family_name for child in harrowmere.children}
    text = "".join(child.name for child in harrowmere.children)
    assert len(families) > 250
    for letter in ("ŷ", "ô", "á", "ł", "ą", "ș", "ț", "ç", "ı", "ễ"):
        assert letter in text.lower(), letter
    for part in ("O'", "van ", "al-", "Mac", "ap ", "-", "Singh", "Kaur"):
        assert any(part in name.name for name in harrowmere.children), part
    assert sum("-" in family for family in families) > 20
    assert sum(not child.family_name for child in harrowmere.children) >= 5
    assert sum(bool(child.former_names) for child in harrowmere.children) > 30
    assert any(child.given_names == "Baby" for child in harrowmere.children)
    assert text == unicodedata.normalize("NFC", text)


def test_families_share_a_home(harrowmere: Town) -> None:
    homes: dict[str, list[Child]] = {}
    for child in harrowmere.children:
        homes.setdefault(child.household, []).append(child)
    several = [home for home in homes.values() if len(home) > 1]
    assert len(several) > 400
    assert all(len({child.addresses for child in home}) == 1 for home in several)
    shared = sum(len({c.family_name for c in home}) < len(home) for home in several)
    assert shared > 0.7 * len(several)
    births = [Counter(child.date_of_birth for child in home) for home in several]
    together = Counter(count for home in births for count in home.values())
    assert together[2] >= 10
    assert together[3] >= 1


def test_namesakes_with_the_same_birth_date_live_apart(harrowmere: Town) -> None:
    seen: dict[tuple[str, dt.date], set[str]] = {}
    for child in harrowmere.children:
        seen.setdefault((child.name, child.date_of_birth), set()).add(child.household)
    assert sum(len(households) > 1 for households in seen.values()) >= 5


def test_addresses_are_of_every_kind(harrowmere: Town) -> None:
    kinds = Counter(a.kind for child in harrowmere.children for a in child.addresses)
    assert set(kinds) == {"current", "last_known", "none_known", "left"}
    assert kinds["none_known"] >= 5
    assert kinds["left"] >= 5


def test_involvements_are_universal_for_most_and_additional_for_some(harrowmere: Town) -> None:
    total = len(harrowmere.children)
    every = [one for child in harrowmere.children for one in child.involvements]
    additional = sum(
        any(one.tier == "additional" for one in child.involvements) for child in harrowmere.children
    )
    assert {one.tier for one in every} == {"universal", "additional"}
    assert 0.25 * total < additional < 0.35 * total
    assert sum(one.is_lead for one in every) > 100
    assert sum(one.has_early_help_assessment for one in every) > 30
    assert sum(one.ended_on is not None and one.tier == "additional" for one in every) > 100
    for child in harrowmere.children:
        assert sum(one.is_lead and one.ended_on is None for one in child.involvements) <= 1
        assert not any(one.is_lead and one.ended_on for one in child.involvements)


def test_no_sensitive_service_is_in_the_town(harrowmere: Town) -> None:
    services = {one.service for child in harrowmere.children for one in child.involvements}
    assert len(services) >= 10
    for word in ("sexual", "mental", "substance", "camhs", "drug", "alcohol"):
        assert not any(word in service for service in services)
        assert not any(word in o.name.lower() for o in harrowmere.organisations)
