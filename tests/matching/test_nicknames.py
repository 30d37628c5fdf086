"""Short forms and spellings: both ways, our own table beside the package, and the table's form."""

import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest

from portal.matching.likeness import Likeness, likeness
from portal.matching.nicknames import Group, Relation, own_groups, related

MOST_RELATED = 120
GROUPS = list(own_groups())


@pytest.mark.parametrize(
    ("origin", "full", "short"),
    [
        ("arabic", "muhammad", "mo"),
        ("arabic", "abdulrahman", "abdi"),
        ("arabic", "khadija", "dija"),
        ("arabic", "fatima", "fati"),
        ("somali", "abdirahman", "abdi"),
        ("somali", "abdirizak", "abdi"),
        ("somali", "cabdiraxmaan", "abdi"),
        ("south asian", "harpreet", "harry"),
        ("south asian", "gurpreet", "preet"),
        ("south asian", "jaswinder", "jas"),
        ("south asian", "vikram", "vik"),
        ("welsh", "dafydd", "dai"),
        ("welsh", "dafydd", "david"),
        ("welsh", "gwenllian", "gwen"),
        ("welsh", "gruffydd", "guto"),
        ("welsh", "angharad", "hari"),
        ("welsh", "llywelyn", "llew"),
        ("irish", "padraig", "paddy"),
        ("irish", "fionnuala", "nuala"),
        ("scottish", "alasdair", "ali"),
        ("polish", "aleksandra", "ola"),
        ("polish", "malgorzata", "gosia"),
        ("polish", "katarzyna", "kasia"),
        ("polish", "jakub", "kuba"),
        ("polish", "wojciech", "wojtek"),
        ("polish", "jan", "john"),
        ("romanian", "alexandru", "sandu"),
        ("ukrainian", "volodymyr", "vova"),
        ("west african", "oluwaseun", "seun"),
        ("west african", "oluwatobiloba", "tobi"),
        ("west african", "olufunmilayo", "funmi"),
        ("west african", "adewale", "wale"),
        ("west african", "chukwuemeka", "emeka"),
        ("west african", "kwabena", "kobby"),
        ("portuguese", "joaquim", "quim"),
        ("english", "elizabeth", "libby"),
        ("english", "william", "bill"),
        ("english", "margaret", "peggy"),
        ("english", "theodore", "teddy"),
        ("english", "alexandra", "lexi"),
    ],
)
def test_short_forms_work_both_ways(origin: str, full: str, short: str) -> None:
    assert short in related(full), origin
    assert full in related(short), origin
    assert likeness(full, short) is likeness(short, full) is Likeness.SHORT_FORM


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("muhammad", "maxamed"),
        ("mehmet", "mohammed"),
        ("aisha", "caasha"),
        ("sian", "shan"),
        ("llewellyn", "clewelin"),
        ("siobhan", "shivawn"),
        ("sadhbh", "sive"),
        ("eilidh", "ailey"),
        ("wojciech", "voychek"),
        ("andrzej", "andjay"),
        ("oluwaseun", "oluwashayun"),
        ("gueye", "gaye"),
        ("nguyen", "nwin"),
        ("zhang", "cheung"),
        ("mukherjee", "mukhopadhyay"),
        ("colquhoun", "cahoon"),
        ("recep", "rejep"),
        ("goncalves", "gonsalves"),
    ],
)
def test_spellings_are_closer_than_short_forms(one: str, other: str) -> None:
    assert related(one)[other] is related(other)[one] is Relation.SPELLING
    assert likeness(one, other) is Likeness.SPELLING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # One ancestor, two names: a Yusuf is registered, called and asked for as Yusuf, and every
        # search for one would draw in thousands who are Joseph.
        ("yusuf", "joseph"),
        ("maryam", "mary"),
        ("ibrahim", "abraham"),
        ("musa", "moses"),
        ("gosia", "maggie"),
        ("liz", "beth"),
        ("sian", "sion"),
        ("muhammad", "ahmad"),
        ("hassan", "hussain"),
        ("amina", "amira"),
        ("martin", "martina"),
        ("deep", "harry"),
        ("abdul", "aziz"),
        ("ola", "ala"),
    ],
)
def test_two_names_are_not_one(one: str, other: str) -> None:
    assert other not in related(one)
    assert one not in related(other)


def test_a_name_is_not_related_to_itself() -> None:
    for token in ("muhammad", "mo", "william", "sian"):
        assert token not in related(token)
    assert not related("qqqq")


def test_no_name_stands_for_a_crowd() -> None:
    """Every related name is looked up on each search: their number is the work of one."""
    words = {word for _, group in GROUPS for word in (*group.spellings, *group.shorts)}
    assert max(len(related(word)) for word in words) <= MOST_RELATED


def test_the_table_holds_several_hundred_groups_in_order() -> None:
    assert len(GROUPS) >= 500
    assert [origin for origin, _ in GROUPS] == sorted(origin for origin, _ in GROUPS)
    for (origin, one), (next_origin, other) in pairwise(GROUPS):
        assert origin != next_origin or one.spellings < other.spellings, other


def test_every_group_says_something_once() -> None:
    for _, group in GROUPS:
        words = [*group.spellings, *group.shorts]
        assert group.spellings
        assert len(words) == len(set(words)) >= 2, group
        assert all(re.fullmatch("[a-z]{2,20}", word) for word in words), group
    heads = Counter(group.spellings[0] for _, group in GROUPS)
    assert [head for head, times in heads.items() if times > 1] == []


def test_no_group_is_part_of_another() -> None:
    holding: dict[str, list[Group]] = {}
    for _, group in GROUPS:
        for word in (*group.spellings, *group.shorts):
            holding.setdefault(word, []).append(group)
    for _, group in GROUPS:
        words = {*group.spellings, *group.shorts}
        larger = [other for other in holding[group.spellings[0]] if other is not group]
        assert not any(words <= {*one.spellings, *one.shorts} for one in larger), group


def test_the_table_is_written_for_people() -> None:
    text = files("portal.matching").joinpath("nicknames_own.toml").read_text(encoding="utf-8")
    assert all(len(line) <= 100 for line in text.splitlines())
