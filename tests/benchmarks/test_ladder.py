"""The benchmark of the ladder, made small: its rows, its counting, its choosing, its report."""

import random
from dataclasses import replace
from functools import cache

from portal.matching import Rung, Thresholds, Veto, compare, describe
from portal.matching.ladder import FEWEST_CHILDREN, THRESHOLDS, Nearest
from portal.matching.weights import probability
from tests.benchmarks import febrl
from tests.benchmarks.children import generate
from tests.benchmarks.feed_rows import (
    ERRORS_MADE,
    NEW_CHILD,
    described,
    newcomers,
    of_stream,
    ordinary,
)
from tests.benchmarks.fitting import POSSIBLE, fitted, without_namesakes
from tests.benchmarks.kin import KINDS, SAME_NAME, kin
from tests.benchmarks.ladder_report import Findings, report
from tests.benchmarks.misspelling import Stream
from tests.benchmarks.numbered import numbered_rows
from tests.benchmarks.placing import (
    SUPPLIED,
    TAKEN_OUT,
    THERE,
    Outcome,
    Weighed,
    febrl_rows,
    invented_rows,
    outcome,
    tallies,
    together,
)
from tests.benchmarks.records import Records

CHILDREN = list(generate(3_000, 5))


@cache
def invented() -> list[Weighed]:
    """Rows about invented children, of whom 400 are new twins and siblings."""
    return invented_rows(3_000, 5, Stream.REPORTING, rows=300, kin_rows=400)


@cache
def numbered() -> list[Weighed]:
    """Rows that mostly bear a number."""
    return numbered_rows(3_000, 5, Stream.REPORTING, rows=300)


@cache
def of_febrl() -> list[Weighed]:
    """Some rows of the dataset that is reported on."""
    return febrl_rows(febrl.children(), febrl.queries(SUPPLIED)[:200])


def weighed(truth: str, score_of: str, rung: Rung = Rung.STRONG, *found: Veto) -> Weighed:
    """A row that came nearest to child a: surely, hardly."""
    names = {"sure": ("Amina", "Hussain", "LS1 4AP"), "hardly": ("Amina", "", "")}[score_of]
    one = describe(given_names=names[0], family_name=names[1], postcodes=[names[2]])
    compared = compare(one, replace(one, gender="female"), children=2)
    return Weighed(truth, "kind", Nearest("a", compared, rung, frozenset(found), None))


def test_every_outcome_is_told_from_the_others() -> None:
    lenient = Thresholds(0.9, 0.8, 1)
    assert outcome(weighed("a", "sure"), lenient) is Outcome.RIGHT
    assert outcome(weighed("b", "sure"), lenient) is Outcome.WRONG
    assert outcome(weighed("", "sure"), lenient) is Outcome.WRONG
    assert outcome(weighed("a", "sure", Rung.STRONG, Veto.RIVAL), lenient) is Outcome.REVIEW
    assert outcome(weighed("", "sure", Rung.STRONG, Veto.RIVAL), lenient) is Outcome.IN_VAIN
    strict = Thresholds(1.0, 0.9999, 1)
    assert outcome(weighed("a", "hardly"), strict) is Outcome.MISSED
    assert outcome(weighed("", "hardly"), strict) is Outcome.NEW
    assert outcome(Weighed("a", "kind", None), strict) is Outcome.MISSED


def test_recall_and_f1() -> None:
    lenient = Thresholds(0.9, 0.8, 1)
    rows = [weighed("a", "sure")] * 6 + [weighed("b", "sure")] * 2
    rows += [weighed("a", "sure", Rung.STRONG, Veto.RIVAL)] * 2
    tally = together([*rows, weighed("", "sure")], lenient)
    assert (tally.rows, tally.known, tally[Outcome.WRONG]) == (11, 10, 3)
    assert (tally.recall, tally.recall_with_review) == (0.6, 0.8)
    assert round(tally.f1(tally.recall), 6) == round(2 * (6 / 9) * 0.6 / (6 / 9 + 0.6), 6)


def test_rows_of_the_two_streams_are_about_other_children() -> None:
    tuning, reporting = (
        {one.source_id for one in of_stream(CHILDREN, stream)} for stream in Stream
    )
    assert tuning.isdisjoint(reporting)
    assert len(tuning | reporting) == 3_000


def test_ordinary_rows_are_damaged_and_about_children_who_are_known() -> None:
    rows = list(ordinary(CHILDREN, Stream.TUNING, random.Random(1)))
    assert [row.truth for row in rows] == [child.source_id for child in CHILDREN]
    kinds = [row.kind for row in rows]
    shares = [kinds.count(kind) / len(kinds) for kind in ERRORS_MADE]
    for share, least, most in zip(shares, (0.7, 0.15, 0.02), (0.8, 0.25, 0.08), strict=True):
        assert least < share < most
    assert all(not row.description.identifiers for row in rows)
    again = list(ordinary(CHILDREN, Stream.TUNING, random.Random(1)))
    assert rows == again


def test_new_children_are_not_those_of_the_index() -> None:
    rows = list(newcomers(3_000, 1_005, 50, Stream.TUNING, random.Random(1)))
    assert len(rows) == 50
    assert {(row.truth, row.kind) for row in rows} == {("", NEW_CHILD)}


def test_kin_share_the_family_and_the_place_and_not_the_name() -> None:
    made = list(kin(CHILDREN[:1_500], CHILDREN, random.Random(1)))
    assert {one.row.kind for one in made} == {*KINDS, SAME_NAME}
    for one in made:
        known = described(one.known[0])
        assert one.row.truth == ""
        assert one.row.description.family == known.family
        assert one.row.description.postcodes == known.postcodes
    named = [one for one in made if one.row.kind == "twin with a name alike"]
    assert all(one.row.description.given != described(one.known[0]).given for one in named)
    three = next(one for one in made if one.row.kind == "third of one birth")
    assert len({described(one).birth for one in three.known}) == 1 < len(three.known)


def test_records_are_found_as_the_index_finds_them_and_by_number() -> None:
    child = CHILDREN[7]
    records = Records(
        (one, replace(described(one), identifiers=frozenset({("upn", one.source_id)})))
        for one in CHILDREN
    )
    slip = child.family_name[:2] + "x" + child.family_name[3:]
    whole = describe(given_names=child.given_names, family_name=slip)
    for row in (
        whole,
        describe(family_name=child.family_name, birth=child.date_of_birth),
        describe(identifiers={"upn": child.source_id}),
    ):
        assert child.source_id in {one.key for one in records.candidates(row)}
        away = records.candidates(row, without=child.source_id)
        assert child.source_id not in {one.key for one in away}
    assert child.source_id in {one.key for one in records.candidates(whole)}
    assert records.register.children == 3_000
    assert records.register.frequency("nobodybearsthis") is None


def test_of_new_twins_and_siblings_none_is_joined() -> None:
    """Though the score alone would have joined most of them."""
    made = [one for one in invented() if one.kind in KINDS]
    near = [one.nearest for one in made if one.nearest]
    least = THRESHOLDS.strong
    assert len(made) > 350
    assert sum(probability(one.comparison.score, FEWEST_CHILDREN) >= least for one in near) > 150
    assert not [one for one in near if one.at(THRESHOLDS).rung.links]


def test_a_small_run_joins_no_new_child_and_finds_those_who_are_known() -> None:
    counted = tallies(invented(), THRESHOLDS)
    assert set(counted) <= {*ERRORS_MADE, NEW_CHILD, *KINDS, SAME_NAME}
    assert all(counted[kind][Outcome.WRONG] == 0 for kind in counted if kind != SAME_NAME)
    assert counted["no error"].recall > 0.8
    assert together(invented(), THRESHOLDS).recall_with_review > 0.97


def test_numbers_join_more_rows_and_no_wrong_ones() -> None:
    with_numbers, without = together(numbered(), THRESHOLDS), together(invented(), THRESHOLDS)
    assert with_numbers.recall > max(0.92, without.recall)
    assert with_numbers[Outcome.WRONG] == 0
    rungs = [one.nearest.sure for one in numbered() if one.nearest]
    assert 200 < rungs.count(Rung.IDENTIFIER) < 300


def test_a_person_of_febrl_who_was_taken_out_is_joined_to_nobody() -> None:
    counted = tallies(of_febrl(), THRESHOLDS)
    assert counted[TAKEN_OUT].rows == counted[THERE].rows == 200
    assert counted[TAKEN_OUT][Outcome.WRONG] == counted[THERE][Outcome.WRONG] == 0
    assert counted[THERE].recall_with_review > 0.9


def test_thresholds_are_chosen_against_wrong_joins_first() -> None:
    rows = without_namesakes([*invented(), *of_febrl()])
    assert SAME_NAME not in {one.kind for one in rows}
    chosen = fitted(rows)
    assert chosen.tally[Outcome.WRONG] == 0
    assert chosen.thresholds.strong >= 0.95 > POSSIBLE[-1] >= chosen.thresholds.possible
    assert fitted(list(reversed(rows))).thresholds == chosen.thresholds


def test_no_margin_is_chosen_that_joins_the_wrong_record() -> None:
    right, wrong = weighed("a", "sure"), weighed("b", "sure")
    assert right.nearest is not None
    at = [replace(one, nearest=replace(right.nearest, margin=margin))
          for one, margin in ((right, 3.5), (wrong, 2.5))]  # fmt: skip
    assert fitted([at[0]] * 9).thresholds.margin == 3.0
    assert fitted([*[right] * 9, at[1]]).thresholds.margin == 8.0
    chosen = fitted([*[at[0]] * 9, at[1]])
    assert (chosen.thresholds.margin, chosen.tally[Outcome.WRONG]) == (3.0, 0)


def test_the_report_says_what_was_found_and_what_was_not_reached() -> None:
    text = report(
        Findings(of_febrl(), of_febrl()[:40], invented(), numbered()), {"Processor": "one"}
    )
    assert "Written by `make bench-feeds` on " in text
    assert "- Goal: none joined wrongly. Found: **0**, reached." in text
    assert f"likelier than the next by {THRESHOLDS.margin:g} bits" in text
    assert "- Processor: one" in text
    assert text.count("no thresholds could join more.") == 2
    assert text.count("recall with review at least") == 3
    wrong = [replace(one, truth="nobody", kind="twin") for one in invented() if one.truth]
    twins = [replace(one, truth="") for one in wrong]
    bad = report(Findings(of_febrl(), of_febrl()[:40], [*invented(), *twins], numbered()), {})
    assert "- Goal: none joined. Found: **0 of" not in bad
    assert "NOT reached" in bad
