from pathlib import Path

from tests.benchmarks.ranks import Band
from tests.benchmarks.report import lead_to_other_runs
from tests.benchmarks.shield import Times, Verdict, judge, measure, report


def test_three_worlds_are_asked_equally_often(tmp_path: Path) -> None:
    times = measure(tmp_path, trials=6, seed=1, warm_up=0)
    assert len(times.hidden) == len(times.absent) == len(times.absent_too) == 6
    assert min(times.hidden + times.absent + times.absent_too) > 0


def test_a_hidden_child_that_takes_longer_is_told() -> None:
    same = [0.010 + 0.00001 * (turn % 97) for turn in range(600)]
    slower = [seconds + 0.0003 for seconds in same]
    assert judge(Times(same, same, list(same))).tells_nothing
    assert not judge(Times(slower, same, list(same))).tells_nothing


def test_the_report_says_which_it_was() -> None:
    times = Times([0.01, 0.02], [0.01, 0.02], [0.01, 0.02])
    facts = {"Processor": "one"}
    good = report(times, Verdict(0.501, 0.499, Band(0.49, 0.51)), facts)
    assert "hidden against absent **0.5010**" in good
    assert "The first figure lies inside" in good
    assert "- Processor: one" in good
    bad = report(times, Verdict(0.6, 0.499, Band(0.49, 0.51)), facts)
    assert "does NOT lie" in bad


def test_the_report_above_leads_to_it_once(tmp_path: Path) -> None:
    above, below = tmp_path / "benchmarks.md", tmp_path / "shield" / "benchmarks.md"
    below.parent.mkdir()
    below.write_text("# T\n\nWritten by `make bench-shield` today.\n", encoding="utf-8")
    lead_to_other_runs(tmp_path)
    assert not above.exists()
    above.write_text("# Benchmarks\n\nWritten by `make bench-search`.\n", encoding="utf-8")
    for _ in range(2):
        lead_to_other_runs(tmp_path)
    text = above.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n\nWritten by `make bench-search`.\n\n## Other runs\n\n")
    assert text.endswith("- [shield](shield/benchmarks.md): `make bench-shield`\n")
    assert text.count("bench-shield") == 1
