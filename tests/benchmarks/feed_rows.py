"""Rows of a feed about invented children: of some who are in the index, and of some who are not.

No row bears an identity number, and every child a row is about belongs to one stream only: what
thresholds are chosen on is not what they are reported on.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.matching import Description, describe
from tests.benchmarks import misspelling_facts as facts
from tests.benchmarks import misspelling_names as names
from tests.benchmarks.children import FIRST_BIRTH, BenchChild, generate
from tests.benchmarks.homes import as_written, home_of
from tests.benchmarks.misspelling import Stream, stream_of
from tests.benchmarks.misspelling_names import Draft, Moment
from tests.benchmarks.queries import Error

LATEST = dt.date(2025, 8, 31)
# Of a hundred rows so many say the first of several given names only, give another postcode of the
# town or none, leave the gender out or give the other one.
FIRST_NAME_ONLY, MOVED, NO_POSTCODE, NO_GENDER, OTHER_GENDER = 0.4, 0.1, 0.02, 0.02, 0.003
# Three of four rows carry no error beside that, as in performance.md's feed; one in twenty has two.
NO_ERROR, ONE_ERROR = 0.75, 0.95
ERRORS: dict[Error, int] = {
    names.slip_once: 30, names.hear: 20, names.shorten: 14, names.accents: 6, names.middle: 4,
    names.swap: 2, names.half_missing: 4, names.halves_joined: 2, names.particle: 3,
    names.former: 4, facts.day_and_month: 4, facts.one_digit: 6, facts.one_sign: 3,
}  # fmt: skip


ERRORS_MADE, NEW_CHILD = ("no error", "one error", "two errors"), "new child"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row as it is compared; `truth` is the source id of the child it is about, empty where that
    child is not in the index; `kind` says in words what is particular to it."""

    description: Description
    truth: str
    kind: str


def described(child: BenchChild) -> Description:
    """What the index says of a child."""
    return describe(
        given_names=child.given_names, family_name=child.family_name,
        former_family_names=[child.former_family_name] if child.former_family_name else [],
        birth=child.date_of_birth, gender=child.gender, postcodes=[child.postcode],
        addresses=[child.address or home_of(child.family_name, child.postcode)],
    )  # fmt: skip


def of_stream(children: Sequence[BenchChild], stream: Stream) -> list[BenchChild]:
    """Return those children whom the rows of a stream may be about."""
    return [child for child in children if stream_of(child.source_id) is stream]


def ordinary(
    children: Sequence[BenchChild], stream: Stream, rng: random.Random
) -> Iterator[FeedRow]:
    """Yield a row about each of these children, who are in the index, as another source says it."""
    for child in children:
        draft, errors, home = drafted(child, (stream, rng))
        yield FeedRow(_said(child, draft, home, rng), child.source_id, ERRORS_MADE[errors])


def newcomers(
    size: int, seed: int, count: int, stream: Stream, rng: random.Random
) -> Iterator[FeedRow]:
    """Yield rows about children who are not in the index but live where its children do."""
    for child in generate(size, seed):
        if not count:
            return
        if stream_of(child.source_id) is stream:
            count -= 1
            draft, _, home = drafted(child, (stream, rng))
            yield FeedRow(_said(child, draft, home, rng), "", NEW_CHILD)


def drafted(child: BenchChild, moment: Moment) -> tuple[Draft, int, str]:
    """What is said of names, birth and postcode, how many errors it has, and where the child lives
    by it: whoever moved has another address, a slip in the postcode leaves it as it was."""
    rng = moment[1]
    given = child.given_names
    if child.origin != "chinese" and rng.random() < FIRST_NAME_ONLY:
        given = given.split(" ")[0]
    birth = child.date_of_birth
    draft = Draft(child, given, child.family_name, birth, birth.year, child.postcode, LATEST)
    if rng.random() < MOVED:
        draft = facts.moved(draft, moment) or draft
    home = home_of(child.family_name, draft.postcode)
    chance = rng.random()
    wanted = 0 if chance < NO_ERROR else 1 if chance < ONE_ERROR else 2
    for _ in range(wanted):
        draft = _with_error(draft, moment)
    return draft, wanted, home


def _with_error(draft: Draft, moment: Moment) -> Draft:
    """One error more, of those that can happen to this child; a slip can happen to most."""
    for _ in range(20):
        error = moment[1].choices(list(ERRORS), list(ERRORS.values()))[0]
        made = error(draft, moment)
        if made and made != draft:
            return made
    return replace(draft, postcode="")


def _said(child: BenchChild, draft: Draft, home: str, rng: random.Random) -> Description:
    gender = child.gender
    if rng.random() < OTHER_GENDER:
        gender = "male" if gender == "female" else "female"
    return describe(
        given_names=draft.given, family_name=draft.family, birth=max(draft.birth, FIRST_BIRTH),
        gender="" if rng.random() < NO_GENDER else gender,
        postcodes=[] if rng.random() < NO_POSTCODE else [draft.postcode],
        addresses=[as_written(home, random.Random(f"address {child.source_id}"))],
    )  # fmt: skip
