"""The benchmark of very many rows, made small."""

from tests.benchmarks.bulk import Found, day_of, day_only, report
from tests.benchmarks.linking import job, our_way
from tests.benchmarks.placing import Outcome


def test_our_way_joins_nobody_wrongly_and_the_report_says_so() -> None:
    work = job(2_000, 600, 3)
    assert (work.known.num_rows, work.rows.num_rows) == (2_000, 600)
    assert sum(map(bool, work.truth)) == 420
    ours = our_way(work)
    tally = ours.tallies["joined"]
    assert tally.rows == 600
    assert tally[Outcome.WRONG] == 0
    assert tally.recall_with_review > 0.99
    said = report(Found(work, ours, ours, 6.0), {"a": "b"}, "make bench-bulk")
    assert "600 rows against 2,000 children" in said
    assert "no slower than Splink. Found: **1.0 times its seconds**, reached" in said
    assert "at most 5 s. Found: **6.0 s**, NOT reached" in said


def test_a_day_is_taken_in_and_the_report_says_how_long_it_took() -> None:
    taken = day_of(1_500, rows=40)
    assert taken < 60
    said = day_only(1_500, 4.0, {"a": "b"}, "make bench-day")
    assert "among 1,500 children" in said
    assert "Found: **4.0 s**, reached" in said
