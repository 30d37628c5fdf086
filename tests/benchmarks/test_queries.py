"""The queries: the same for the same seed, with the errors they name, in two separate streams."""

import datetime as dt
import json
import random
from collections import Counter

import pytest

from tests.benchmarks import misspelling_facts as facts
from tests.benchmarks import misspelling_names as names
from tests.benchmarks.children import BenchChild, generate
from tests.benchmarks.misspelling import Stream, heard, pet_name, plain, slip
from tests.benchmarks.misspelling_names import Draft
from tests.benchmarks.queries import (
    KINDS,
    SUPPLIED,
    WITH_DATE,
    lines_of,
    queries,
    tuning_queries,
)

CHILDREN = list(generate(20_000, 3))
BY_ID = {child.source_id: child for child in CHILDREN}
ASKED = queries(CHILDREN, 3_000, 1)
TUNED = tuning_queries(CHILDREN, 3_000, 1)
LATEST = dt.date(2025, 8, 31)


def child(**facts_: object) -> BenchChild:
    values = {
        "number": 1, "source_id": "B1", "given_names": "Siân Mair", "family_name": "Smith-Jones",
        "former_family_name": "Rees", "date_of_birth": dt.date(2015, 3, 7), "gender": "female",
        "postcode": "QA1 2DF", "origin": "welsh", **facts_,
    }  # fmt: skip
    return BenchChild(**values)  # type: ignore[arg-type]


def draft(**facts_: object) -> Draft:
    one = child(**facts_)
    given, birth = one.given_names.split(" ")[0], one.date_of_birth
    return Draft(one, given, one.family_name, birth, birth.year, one.postcode, LATEST)


def moment(seed: int = 0) -> tuple[Stream, random.Random]:
    return Stream.REPORTING, random.Random(seed)


def every(error: object, one: Draft) -> set[tuple[str, str]]:
    """What an error makes of a draft, over many chances."""
    made = [error(one, moment(seed)) for seed in range(200)]  # type: ignore[operator]
    return {(other.given, other.family) for other in made if other}


def test_the_same_seed_asks_the_same() -> None:
    assert queries(CHILDREN, 100, 1) == queries(CHILDREN, 100, 1) == ASKED[:100]
    assert queries(CHILDREN, 100, 2) != ASKED[:100]


def test_shares_are_those_of_the_table() -> None:
    assert sum(kind.share for kind in KINDS.values()) == 100
    assert sum(SUPPLIED.values()) == 100
    seen = Counter(query.kind for query in ASKED)
    for word, kind in KINDS.items():
        assert abs(seen[word] / 30 - kind.share) < 0.5 + kind.share / 4, word


def test_most_queries_carry_no_error_or_one_and_a_quarter_two() -> None:
    two = ("two typing", "both names", "swapped wrong", "name date", "name postcode")
    assert sum(KINDS[word].share for word in two) == 25


def test_a_query_holds_what_it_says_is_supplied() -> None:
    for query in ASKED:
        typed, meant = query.typed, BY_ID[query.expect]
        assert bool(typed["date_of_birth"]) == ("dob" in query.supplied)
        assert (typed["year"] is not None) == ("year" in query.supplied)
        assert bool(typed["postcode"]) == ("postcode" in query.supplied)
        assert typed["gender"] in ("", meant.gender)
        assert query.origin == meant.origin
        assert query.supplied in KINDS[query.kind].supplied


def test_every_query_says_as_much_as_the_form_asks_for() -> None:
    for query in ASKED:
        typed = query.typed
        both = typed["given_name"] and typed["family_name"]
        assert both or (query.supplied in WITH_DATE and typed["given_name"] + typed["family_name"])
        assert typed["date_of_birth"] <= LATEST.isoformat()


def test_without_an_error_everything_is_as_registered() -> None:
    for query in (one for one in ASKED if one.kind == "none"):
        meant = BY_ID[query.expect]
        typed = {query.typed["given_name"].lower(), query.typed["family_name"].lower()}
        registered = {meant.given_names.lower(), meant.given_names.split(" ")[0].lower()}
        assert typed <= registered | {meant.family_name.lower()}
        assert query.typed["postcode"] in ("", meant.postcode)
        assert query.typed["year"] in (None, meant.date_of_birth.year)


def test_the_streams_share_no_child_and_no_pair_of_names() -> None:
    assert not {query.expect for query in ASKED} & {query.expect for query in TUNED}
    words = {plain(word) for one in CHILDREN for word in one.given_names.split(" ")}
    pairs = {stream: _pet_names(words, stream) for stream in Stream}
    assert min(map(len, pairs.values())) > 50
    assert not pairs[Stream.TUNING] & pairs[Stream.REPORTING]


def _pet_names(words: set[str], stream: Stream) -> set[tuple[str, str]]:
    rng = random.Random(5)
    made = ((word, pet_name(word, "english", stream, rng)) for word in sorted(words) * 5)
    return {(word, other) for word, other in made if other}


def test_nobody_is_asked_for_twice_while_there_are_others() -> None:
    assert len({query.expect for query in queries(CHILDREN, 500, 4)}) == 500
    assert len({query.expect for query in ASKED}) > 2_950
    few = list(CHILDREN[:20])
    assert len(queries(few, 100, 1)) == 100


def test_one_slip_is_one_slip() -> None:
    for seed in range(300):
        made = slip("Margaret", random.Random(seed))
        assert made
        assert made != "Margaret"
        assert made[0].isupper()
        assert abs(len(made) - 8) <= 1
    assert slip("Bo", random.Random(0)) is None


@pytest.mark.parametrize(
    ("word", "origin"),
    [
        ("Siobhán", "irish"), ("Llewellyn", "welsh"), ("Chaudhry", "south_asian"),
        ("Wojciech", "polish"), ("Khalid", "arabic"), ("Maxamed", "somali"),
        ("Oluwaseun", "west_african"), ("Zhang", "chinese"), ("Catherine", "english"),
        ("Nguyễn", "vietnamese"), ("Müller", "european"), ("Farquharson", "scottish"),
    ],
)  # fmt: skip
def test_every_origin_is_misheard_in_its_own_way(word: str, origin: str) -> None:
    for stream in Stream:
        made = {heard(word, origin, stream, random.Random(seed)) for seed in range(60)}
        assert len(made - {None}) > 1
        assert word not in made


def test_pet_names_go_both_ways() -> None:
    known = [
        (full, short)
        for full, short in [("Mohammed", "Mo"), ("Elizabeth", "Liz"), ("James", "Jim"),
                            ("Thomas", "Tom"), ("William", "Bill")]
        for stream in Stream
        if short in {pet_name(full, "arabic", stream, random.Random(s)) for s in range(60)}
        and full in {pet_name(short, "arabic", stream, random.Random(s)) for s in range(60)}
    ]  # fmt: skip
    assert len(known) == 5


def test_errors_of_whole_names() -> None:
    one = draft()
    assert every(names.swap, one) == {("Smith-Jones", "Siân")}
    assert every(names.initial, one) == {("S", "Smith-Jones"), ("S.", "Smith-Jones")}
    assert every(names.half_missing, one) == {("Siân", "Smith"), ("Siân", "Jones")}
    assert every(names.halves_joined, one) == {("Siân", "Smithjones")}
    assert every(names.halves_swapped, one) == {("Siân", "Jones-Smith")}
    assert every(names.former, one) == {("Siân", "Rees")}
    assert every(names.middle, one) == {("Mair", "Smith-Jones")}
    assert every(names.accents, one) == {("Sian", "Smith-Jones")}


def test_errors_that_cannot_happen_do_not() -> None:
    plain_child = draft(
        given_names="Wing Yan", family_name="Smith", former_family_name="", origin="chinese"
    )
    for error in (names.middle, names.former, names.particle, names.halves_swapped):
        assert not every(error, plain_child)
    assert not every(names.accents, draft(given_names="Ann", family_name="Lee", origin="english"))
    assert not every(names.swap, draft(given_names="Selvi", family_name=""))


@pytest.mark.parametrize(
    ("family", "made"),
    [
        ("O'Brien", {"Brien", "Obrien", "O Brien"}),
        ("al-Masri", {"Masri", "almasri", "al Masri"}),
        ("van der Berg", {"Berg", "Vanderberg"}),
        ("McDonald", {"Donald", "Mcdonald", "Mc Donald"}),
        ("bin Rashid", {"Rashid", "Binrashid"}),
        ("Smith", set()),
    ],
)
def test_particles(family: str, made: set[str]) -> None:
    one = draft(given_names="Ann", family_name=family, origin="english")
    assert {typed for _, typed in every(names.particle, one)} == made


def test_errors_of_dates() -> None:
    one = draft()
    swapped = facts.day_and_month(one, moment())
    assert swapped
    assert swapped.birth == dt.date(2015, 7, 3)
    assert facts.day_and_month(draft(date_of_birth=dt.date(2015, 3, 20)), moment()) is None
    assert facts.day_and_month(draft(date_of_birth=dt.date(2015, 3, 3)), moment()) is None
    for seed in range(100):
        wrong = facts.one_digit(one, moment(seed))
        if wrong:
            pairs = zip(wrong.birth.isoformat(), "2015-03-07", strict=True)
            assert sum(a != b for a, b in pairs) == 1
            assert wrong.birth <= LATEST
        guessed = facts.about_the_age(one, moment(seed))
        assert guessed
        assert abs(guessed.year - 2015) == 1


def test_errors_of_postcodes() -> None:
    for seed in range(100):
        wrong = facts.one_sign(draft(), moment(seed))
        assert wrong
        pairs = list(zip(wrong.postcode, "QA1 2DF", strict=True))
        assert sum(a != b for a, b in pairs) == 1
        assert all(a.isalpha() == b.isalpha() and a.isdigit() == b.isdigit() for a, b in pairs)
        other = facts.moved(draft(), moment(seed))
        assert other
        assert other.postcode.startswith("QA")
        assert other.postcode != "QA1 2DF"


def test_lines_are_those_of_the_command() -> None:
    lines = [json.loads(line) for line in lines_of(ASKED[:50])]
    for line, query in zip(lines, ASKED, strict=False):
        assert line == {**query.typed, "expect": query.expect}


def test_without_children_nothing_is_asked() -> None:
    with pytest.raises(ValueError, match="No child"):
        queries([], 5, 1)
