"""docs/feeds/benchmarks.md, made from the findings alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.matching import VETO_SENTENCES, Thresholds, Veto
from portal.matching.ladder import FEWEST_CHILDREN, THRESHOLDS
from tests.benchmarks.accuracy import Share
from tests.benchmarks.feed_rows import ERRORS_MADE, NEW_CHILD
from tests.benchmarks.kin import SAME_NAME
from tests.benchmarks.numbered import MISTAKEN, NUMBERED
from tests.benchmarks.placing import (
    TAKEN_OUT,
    THERE,
    Outcome,
    Tally,
    Weighed,
    tallies,
    together,
)
from tests.benchmarks.sections import table

LIKELY = "likely, but not likely enough"
KNOWN_COLUMNS = (
    "rows", "n", "wrongly joined", "joined: recall", "F1", "with review: recall", "F1", "in vain",
)  # fmt: skip
NEW_COLUMNS = ("rows", "n", "wrongly joined", "put before a person", "new record")
# What the issue asks for.
FEBRL_RECALL, FEBRL_F1, ORDINARY_RECALL = 0.972, 0.992, 0.98
TEXT = """# Does the ladder join the right rows?

Written by `make bench-feeds` on {on:%-d %B %Y}; nobody edits it by hand.

A row is *joined* to a record without a person, or *put before* one, or becomes a new record. In
vain: put before a person with another record than that of the child, or though the child is new.

How the goals read. **Recall of rows joined**: of the rows about somebody who is in the index, the
share joined to the right record without a person. **Recall with review**: those added of which a
person is asked about the right record, and decides rightly; the rest are second records of one
child about which nobody was asked. The issue asks for a recall and does not say which of the two,
so both stand here. F1 counts wrong joins against either; a question in vain it does not count.
**What the law allows**: no twin or sibling is ever joined. So only a row is joined whose given name
is that of the record, word for word (one of the two may have more words), and which agrees in a
place or a second name as well. The most that this leaves to join stands below the goals; the rest
is for a person, however sure a score would be.

## FEBRL 4, data that nobody here wrote, without the identity number

{febrl}

{febrl_goals}

Two people of one family name and day with like given names are what twins are.
{allowed}
FEBRL 4 was looked at once before the later rules were written (a fourth fact, the words that
families share): the tables above are no proof on data never seen. No threshold was chosen on it,
nor was the way in which addresses are compared or candidates found.

Why a person is asked about the right record (one row may have several reasons):

{febrl_reasons}

The same on FEBRL 1 to 3, which thresholds were chosen on:

{tuning}

## A feed about invented children

{ordinary}

{ordinary_goals}

{ordinary_allowed}

Why a person is asked about the right record of an ordinary row (one row may have several reasons):

{reasons}

## The same feed, where most rows bear an NHS number

{numbered}

{numbered_goals}

Of a hundred records, and of a hundred rows, {share:.0f} bear a number; of a thousand such rows in
{mistaken:.0f} it is that of another child in the index. These two figures are assumptions.

## New twins and siblings, of whom none may be joined

{kin}

{kin_goals}

## Conditions

{facts}

FEBRL 4 has 5,000 people and one damaged record of each; compared are the two names, the date of
birth, the postcode and the address (not the identity number). Each record is placed twice: with
its person among the records, and with that person taken out, when whatever it is joined to is
wrong. Who has no date of birth is described without one.

The invented children, the errors and the kin come from `tests/benchmarks`; they share no table with
the engine, but both were written in one project. An ordinary row is what another source says of a
child of the index: with the first of several given names only (two in five), from another postcode
(one in ten) and then another address, and in one of four with an error or two. One row in ten bears
no address; the others write it as sources do (`tests/benchmarks/homes.py`: shortened, with the
town, without the flat, with a slip). A family has one address, and twins and siblings share it.
Beside seven of them stand three about children who are new. Only where it says so does a row bear
an identity number. What makes twins and siblings hard is drawn far more often than it happens: the
kinds stand in the table. One name given twice by chance in a family is counted apart: those are two
people of one description.

Candidates are the five that the portal's own name index names first, and who bears the row's
number; an address finds nobody, as in the index. (Reports of before asked no index: they took
whoever has the same day, postcode or pair of names.) The shares of names are those among the
records, steadied as the name index does it. Thresholds were chosen by
`python -m tests.benchmarks ladder-tuning` on FEBRL 1 to 3 and on other invented children with other
errors. The rows of this report took no part in that; about FEBRL 4 see above.
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows of one run as they were weighed."""

    febrl: Sequence[Weighed]
    tuning: Sequence[Weighed]
    invented: Sequence[Weighed]
    numbered: Sequence[Weighed]


def report(found: Findings, facts: Mapping[str, str]) -> str:
    """Return the whole of the report."""
    invented = tallies(found.invented, THRESHOLDS)
    febrl, numbered = tallies(found.febrl, THRESHOLDS), tallies(found.numbered, THRESHOLDS)
    there = [one for one in found.febrl if one.kind == THERE]
    ordinary = [one for one in found.invented if one.kind in ERRORS_MADE]
    kin = {kind: invented[kind] for kind in sorted(invented) if kind not in _NOT_KIN}
    all_kin = together((one for one in found.invented if one.kind in kin), THRESHOLDS)
    return TEXT.format(
        on=dt.datetime.now(dt.UTC),
        febrl=_both(febrl),
        allowed=_allowed(there),
        febrl_reasons=table(("reason", "rows"), _reasons(there)),
        tuning=_both(tallies(found.tuning, THRESHOLDS)),
        febrl_goals=_febrl_goals(febrl[THERE], febrl[TAKEN_OUT]),
        ordinary=_ordinary(invented),
        ordinary_goals=_ordinary_goals(invented),
        ordinary_allowed=_allowed(ordinary),
        reasons=table(("reason", "rows"), _reasons(ordinary)),
        numbered=_ordinary(numbered),
        numbered_goals=_ordinary_goals(numbered),
        share=NUMBERED * 100,
        mistaken=MISTAKEN * 1_000,
        kin=_new({**kin, "all of them": all_kin, SAME_NAME: invented.get(SAME_NAME, Tally())}),
        kin_goals=_kin_goals(all_kin),
        facts="\n".join(f"- {name}: {fact}" for name, fact in {**facts, **_ladder()}.items()),
    )


def _allowed(there: Sequence[Weighed]) -> str:
    """What a ladder that joins no twin could join at most, whatever its thresholds."""
    most = together(there, Thresholds(strong=0, possible=0, margin=0)).recall
    return (
        f"Of these rows {_named(there):.4f} agree in the given name, word for word, and "
        f"{most:.4f} in what\nelse it takes as well: no thresholds could join more."
    )


def _named(there: Sequence[Weighed]) -> float:
    """The share of rows whose nearest record is their person, by the given name too."""
    named = [
        one
        for one in there
        if one.nearest and one.nearest.key == one.truth and _OF_NAME.isdisjoint(one.nearest.vetoes)
    ]
    return len(named) / len(there) if there else 0.0


_OF_NAME = {
    Veto.OTHER_GIVEN_NAME, Veto.SIMILAR_GIVEN_NAME, Veto.NO_GIVEN_NAME, Veto.OTHER_GENDER,
}  # fmt: skip
_NOT_KIN = {*ERRORS_MADE, NEW_CHILD, SAME_NAME}


def _ladder() -> dict[str, str]:
    chosen = THRESHOLDS
    return {
        "Thresholds": f"strong from {chosen.strong}, possible from {chosen.possible}, likelier "
        f"than the next by {chosen.margin:g} bits; one of at least {FEWEST_CHILDREN:,} children",
    }


def _known(found: Mapping[str, Tally]) -> str:
    return table(
        KNOWN_COLUMNS,
        (
            [
                kind, f"{tally.rows:,}", f"{tally[Outcome.WRONG]:,}", f"{tally.recall:.4f}",
                f"{tally.f1(tally.recall):.4f}", f"{tally.recall_with_review:.4f}",
                f"{tally.f1(tally.recall_with_review):.4f}", f"{tally[Outcome.IN_VAIN]:,}",
            ]
            for kind, tally in found.items()
            if tally.known
        ),
    )  # fmt: skip


def _new(found: Mapping[str, Tally]) -> str:
    return table(
        NEW_COLUMNS,
        (
            [
                kind, f"{tally.rows:,}", f"{tally[Outcome.WRONG]:,}",
                f"{tally[Outcome.IN_VAIN]:,}", f"{tally[Outcome.NEW]:,}",
            ]
            for kind, tally in found.items()
        ),
    )  # fmt: skip


def _both(febrl: Mapping[str, Tally]) -> str:
    return _known(febrl) + "\n\n" + _new({TAKEN_OUT: febrl[TAKEN_OUT]})


def _febrl_goals(there: Tally, away: Tally) -> str:
    wrong = there[Outcome.WRONG] + away[Outcome.WRONG]
    f1 = there.f1(there.recall_with_review)
    return _goals(
        ("none joined wrongly", f"{wrong}", wrong == 0),
        (f"recall with review at least {FEBRL_RECALL}", f"{there.recall_with_review:.4f}",
         there.recall_with_review >= FEBRL_RECALL),
        (f"recall of rows joined at least {FEBRL_RECALL}", f"{there.recall:.4f}",
         there.recall >= FEBRL_RECALL),
        (f"F1 with review at least {FEBRL_F1}", f"{f1:.4f}", f1 >= FEBRL_F1),
    )  # fmt: skip


def _ordinary(found: Mapping[str, Tally]) -> str:
    rows = {kind: found[kind] for kind in ERRORS_MADE if kind in found}
    return (
        _known({**rows, "all of them": _sum(found)}) + "\n\n" + _new({NEW_CHILD: found[NEW_CHILD]})
    )


def _sum(found: Mapping[str, Tally]) -> Tally:
    """The ordinary rows together."""
    rows = [found[kind] for kind in ERRORS_MADE if kind in found]
    return Tally(sum((one.counts for one in rows), Counter()), sum(one.known for one in rows))


def _ordinary_goals(found: Mapping[str, Tally]) -> str:
    ordinary, new = _sum(found), found[NEW_CHILD]
    wrong = ordinary[Outcome.WRONG] + new[Outcome.WRONG]
    return _goals(
        ("none joined wrongly", f"{wrong}", wrong == 0),
        (f"recall with review at least {ORDINARY_RECALL}", f"{ordinary.recall_with_review:.4f}",
         ordinary.recall_with_review >= ORDINARY_RECALL),
        (f"recall of rows joined at least {ORDINARY_RECALL}", f"{ordinary.recall:.4f}",
         ordinary.recall >= ORDINARY_RECALL),
    )  # fmt: skip


def _kin_goals(kin: Tally) -> str:
    wrong, most = kin[Outcome.WRONG], Share(kin[Outcome.WRONG], kin.rows).interval[1]
    said = f"{wrong} of {kin.rows:,} (95 %: at most {most * 100_000:,.0f} in 100,000)"
    return _goals(("none joined", said, wrong == 0))


def _goals(*goals: tuple[str, str, bool]) -> str:
    return "\n".join(
        f"- Goal: {goal}. Found: **{found}**, {'reached' if reached else 'NOT reached'}."
        for goal, found, reached in goals
    )


def _reasons(weighed: Iterable[Weighed]) -> list[list[str]]:
    """Why a person is asked about a record that is the right one, the commonest first."""
    counted: Counter[str] = Counter()
    for one in weighed:
        placed = one.nearest.at(THRESHOLDS) if one.nearest else None
        if placed and placed.key == one.truth and not placed.rung.links:
            counted.update([VETO_SENTENCES[veto] for veto in placed.vetoes] or [LIKELY])
    return [[reason, f"{count:,}"] for reason, count in counted.most_common()]
