"""How alike two tokens are, over names of many origins, and what must stay different."""

from itertools import chain, zip_longest

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.matching.likeness import Likeness, closest, closest_of, likeness
from portal.matching.nicknames import Relation, related
from portal.matching.sounds import sounds

TOKENS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("smith", "smith", Likeness.SAME),
        ("smith", "smyth", Likeness.SOUND),
        ("smith", "smitn", Likeness.ONE_ERROR),
        ("thompson", "tompsn", Likeness.SOUND),
        ("benjamin", "benkanin", Likeness.TWO_ERRORS),
        ("elizabeth", "libby", Likeness.SHORT_FORM),
        ("william", "bill", Likeness.SHORT_FORM),
        ("sian", "shan", Likeness.SPELLING),
        ("dafydd", "dai", Likeness.SHORT_FORM),
        ("gruffydd", "guto", Likeness.SHORT_FORM),
        ("siobhan", "shevaun", Likeness.SPELLING),
        ("chowdhury", "choudhary", Likeness.SPELLING),
        ("muhammad", "mo", Likeness.SHORT_FORM),
        ("mohamud", "mo", Likeness.SHORT_FORM),
        ("muhammad", "maxamed", Likeness.SPELLING),
        ("hussain", "husayn", Likeness.SPELLING),
        ("krzysztof", "krzys", Likeness.SHORT_FORM),
        ("wojciech", "voytek", Likeness.SHORT_FORM),
        ("kowalski", "kowalska", Likeness.SPELLING),
        ("nowicki", "nowicka", Likeness.SPELLING),
        ("ivanov", "ivanova", Likeness.SPELLING),
        ("cabdi", "abdi", Likeness.SPELLING),
        ("warsame", "warsaame", Likeness.SPELLING),
        ("oluwaseun", "seun", Likeness.SHORT_FORM),
        ("chukwuemeka", "emeka", Likeness.SHORT_FORM),
        ("diallo", "jallow", Likeness.SPELLING),
        ("j", "john", Likeness.INITIAL),
        ("j", "amina", Likeness.DIFFERENT),
        ("amina", "khadija", Likeness.DIFFERENT),
        ("oliver", "olivia", Likeness.TWO_ERRORS),
        ("jack", "harry", Likeness.DIFFERENT),
        ("khan", "ali", Likeness.DIFFERENT),
        ("martin", "martina", Likeness.ONE_ERROR),
    ],
)
def test_kinds(one: str, other: str, kind: Likeness) -> None:
    assert likeness(one, other) is kind


@given(TOKENS, TOKENS)
def test_the_order_does_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) is likeness(other, one)


@given(TOKENS)
def test_a_token_is_the_same_as_itself(token: str) -> None:
    assert likeness(token, token) is Likeness.SAME


def test_short_forms_work_both_ways() -> None:
    assert related("muhammad")["mo"] is Relation.SHORT_FORM
    assert related("mo")["muhammad"] is Relation.SHORT_FORM
    assert "elizabeth" in related("beth")
    assert "beth" in related("elizabeth")
    assert not related("qqqq")


def test_a_name_is_not_related_to_itself() -> None:
    for token in ("muhammad", "mo", "william", "sian"):
        assert token not in related(token)


@given(TOKENS, st.dictionaries(TOKENS, st.integers(0, 4), max_size=8))
def test_many_are_judged_as_one_by_one(one: str, others: dict[str, int]) -> None:
    others = {word: shared for word, shared in others.items() if word != one}
    each = {word: closest(one, word, shared=shared) for word, shared in others.items()}
    found = {word: kind for word, kind in each.items() if kind is not Likeness.DIFFERENT}
    assert closest_of(one, others) == found


def test_many_names_are_judged_as_one_by_one() -> None:
    names = ["kowalska", "kowalsky", "martina", "marten", "smyth", "smit", "jo", "benkanin"]
    for one in ("kowalski", "martin", "smith", "j", "benjamin"):
        others = dict.fromkeys(names, 3)
        each = {word: closest(one, word, shared=3) for word in names}
        assert closest_of(one, others) == {
            word: kind for word, kind in each.items() if kind is not Likeness.DIFFERENT
        }


# Words of one sound, in all manners of writing it: far apart in letters as often as not.
SPOKEN = st.tuples(
    *(st.sampled_from(some) for some in (["k", "c", "q", "ck"], ["t", "d", "th"], ["r", "rh"]))
).flatmap(
    lambda said: st.lists(st.sampled_from(["", "a", "ee", "iou"]), min_size=4, max_size=4).map(
        lambda vowels: "".join(chain(*zip_longest(vowels, said, fillvalue="")))
    )
)


@given(SPOKEN, SPOKEN)
def test_whom_the_letters_rule_out_no_sound_would_bring_together(one: str, other: str) -> None:
    assume(one != other)
    heard = max(map(len, sounds(one) & sounds(other)), default=0)
    relation = min(related(one).get(other, 9), related(other).get(one, 9))
    assert likeness(one, other) is closest(one, other, shared=heard, relation=relation)
