"""The parts of docs/benchmarks.md, each made from the findings alone."""

from collections.abc import Iterable, Iterator, Sequence

from tests.benchmarks.accuracy import Group, Share, difference, recall, recall_by
from tests.benchmarks.findings import FebrlFinding, OurFinding, Run
from tests.benchmarks.peers.trigrams import IN_ORDER, RANKED
from tests.benchmarks.servers import SETTINGS

GROUPS: tuple[Group, ...] = ("supplied", "kind", "origin")


def title(run: Run) -> str:
    """Return what was searched and how."""
    return (
        f"{run.children.size:,} children, {len(run.asked):,} queries of the {run.stream} stream, "
        f"seed {run.children.seed}"
    )


def heading(run: Run) -> str:
    """Return the head of the file."""
    return (
        "# Benchmarks\n\n"
        f"Written by `make bench-search SIZE={run.children.size}` on {run.on:%-d %B %Y}; nobody "
        f"edits it by hand. {title(run)}."
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    ruled = ["---"] + ["---:"] * (len(columns) - 1)
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ruled, *rows))


def every(run: Run) -> Iterator[str]:
    """Yield every section that there is something to say in."""
    for text in (_ratios(run), _web(run), _recall(run), _paired(run), _febrl(run), _groups(run)):
        if text:
            yield text


def _ratios(run: Run) -> str:
    """Ours against the union at p95, growth, and the worst input."""
    said = []
    union = next((peer for peer in run.peers if peer.name == RANKED), None)
    for ours in run.ours:
        times = ours.times
        if times and union:
            said.append(
                f"- {ours.name}: p95 of the union is {union.times.p95 / times.look.p95:,.1f} times "
                f"that of search and rows, {union.times.p95 / times.run.p95:,.1f} times that of "
                f"the search, {union.times.p95 / times.find.p95:,.1f} times that of the index alone"
            )
        if times and ours.smaller:
            fewer, before = ours.smaller
            said.append(
                f"- {ours.name}: from {fewer:,} to {run.children.size:,} children p95 grows "
                f"{times.run.p95 / before.run.p95:.2f} times (search), "
                f"{times.look.p95 / before.look.p95:.2f} times (search and rows)"
            )
        if ours.worst:
            said.append(
                f"- {ours.name}: the worst of {ours.worst.count} inputs that mean harm takes "
                f"{ours.worst.most:,.1f} ms (p95 {ours.worst.p95:,.1f})"
            )
    return "\n".join(["## Ratios within this run\n", *said]) if said else ""


def _web(run: Run) -> str:
    rows = []
    for ours in run.ours:
        for one in ours.web.throughput if ours.web else ():
            wrong = ", ".join(f"{count} × {what}" for what, count in one.wrong.items())
            rows.append(
                [
                    f"{ours.name}, {one.threads} browsers",
                    "with" if one.by_script else "without", f"{one.bare:,.0f}",
                    f"{one.requests:,.0f}", f"{one.ratio:.2f}", f"{one.search.count:,}",
                    f"{one.search.p50:,.1f}", f"{one.search.p95:,.1f}", wrong or "0",
                ]
            )  # fmt: skip
    if not rows:
        return ""
    columns = ("server", "script", "bare page /s", "search requests /s", "ratio", "searches",
               "p50 ms", "p95 ms", "wrong answers")  # fmt: skip
    memory = [
        f"- {ours.name}: the server held {ours.web.memory_first / 1e6:,.0f} MB after start, "
        f"{ours.web.memory_last / 1e6:,.0f} MB after all searches"
        for ours in run.ours
        if ours.web
    ]
    return "\n\n".join(["## Over HTTP, signed in and logged", table(columns, rows),
                        "A search is two requests (the form sent, the results fetched) and at "
                        "most seven lines in the log; with script the results are the inside of "
                        "the page only. The bare page is whole and asks nothing of the database. "
                        "One server process, browsers on the same machine.",
                        "\n".join(memory)])  # fmt: skip


def _recall(run: Run) -> str:
    rows = []
    for ours in (one for one in run.ours if one.answers):
        ranks, shown = recall(ours.ranks(run.asked)), recall(ours.shown(run.asked))
        rows.append(
            [
                ours.name, _share(ranks.at_1), _share(ranks.at_5), _share(shown.at_5),
                f"{ours.share('too_many'):.4f}", f"{ours.share('none'):.4f}",
            ]
        )  # fmt: skip
    columns = ("ours", "recall@1", "recall@5", "shown", "too many", "none")
    told = "Shown: the right child stands on the page; too many: a question is asked instead."
    return f"## Accuracy (95 % intervals)\n\n{table(columns, rows)}\n\n{told}" if rows else ""


def _paired(run: Run) -> str:
    """Ours less each peer, on the queries that both were asked."""
    ours = next((one for one in run.ours if one.answers), None)
    if ours is None or not run.peers:
        return ""
    rows = []
    for peer in run.peers:
        theirs = peer.ranks(run.asked)
        found = difference(ours.ranks(run.asked)[: len(theirs)], theirs)
        rows.append(
            [
                peer.name, f"{found.n:,}", f"{found.only_first}", f"{found.only_second}",
                f"{found.value:+.4f}", f"{found.low:+.4f} to {found.high:+.4f}", f"{found.p:.2g}",
            ]
        )  # fmt: skip
    columns = ("recall@5, ours less", "n", "only ours", "only theirs", "difference", "95 %", "p")
    return f"## Paired, same queries\n\n{table(columns, rows)}"


def _febrl(run: Run) -> str:
    if not run.febrl:
        return ""
    rows = [_febrl_row(one) for one in run.febrl]
    columns = ("FEBRL 4: supplied", "n", "ours @1", "ours @5", "trigrams ranked @5",
               "trigrams native @5", "ours less native, 95 %")  # fmt: skip
    return f"## Data that nobody here wrote\n\n{table(columns, rows)}"


def _febrl_row(one: FebrlFinding) -> list[str]:
    ours = recall(one.ours)
    native = one.peers[IN_ORDER]
    found = difference(one.ours, native)
    return [
        one.supplied, f"{len(one.ours):,}", f"{ours.at_1.value:.4f}", _share(ours.at_5),
        f"{recall(one.peers[RANKED]).at_5.value:.4f}", f"{recall(native).at_5.value:.4f}",
        f"{found.value:+.4f} ({found.low:+.4f} to {found.high:+.4f})",
    ]  # fmt: skip


def _groups(run: Run) -> str:
    ours = next((one for one in run.ours if one.answers), None)
    if ours is None:
        return ""
    return "\n\n".join(f"## Recall by {group}\n\n{_by(group, run, ours)}" for group in GROUPS)


def _by(group: Group, run: Run, ours: OurFinding) -> str:
    ranked = recall_by(group, run.asked, ours.ranks(run.asked))
    shown = recall_by(group, run.asked, ours.shown(run.asked))
    union = next((peer for peer in run.peers if peer.name == RANKED), None)
    theirs = union.ranks(run.asked) if union else []
    beside = recall_by(group, run.asked[: len(theirs)], theirs)
    rows = [
        [
            word, f"{found.at_5.n:,}", f"{found.at_1.value:.3f}", _share(found.at_5, 3),
            f"{shown[word].at_5.value:.3f}",
            f"{beside[word].at_5.value:.3f}" if word in beside else "",
        ]
        for word, found in ranked.items()
    ]  # fmt: skip
    return table((group, "n", "@1", "@5 (95 %)", "shown", "trigram union @5"), rows)


def conditions(run: Run) -> str:
    """Return machine, versions, settings and what each figure means."""
    facts = "\n".join(f"- {name}: {fact}" for name, fact in run.machine.items())
    server = ", ".join(f"{name} = {value}" for name, value in SETTINGS.items() if value)
    peers = "\n".join(f"- {peer.name}: {peer.settings}." for peer in run.peers)
    caches = next((one.times.caches for one in run.ours if one.times), 0)
    return f"""## Conditions

{facts}
- Load of the machine (one minute): {run.load_before:.2f} before, {run.load_after:.2f} after
- PostgreSQL, for us and for the peer alike: {server}; all else as initdb leaves it
- Ours on SQLite: encrypted, 8 KiB pages, as the portal opens it

Ours is the portal's own search action in one thread, as a practitioner of the cast: the budgets,
the index, what is kept of the search, its line in the access log, the commit; "search and rows"
adds the showing of the children with a line for each and its commit. Before every search {caches}
caches of what is remembered of names are emptied; twenty searches that are not among the queries
warm the statements up. Every query is timed once as a search and once in the index alone, half of
all queries apart; no best of several. MB and build: the whole database of ours with records and
log, and the building of the name index alone; of a peer all that it keeps, and all its writing.

{peers}

The peers write no log and check no rights; the first five of the queries warm them up, and are then
timed among the others. The children are invented (`tests/benchmarks/children.py`), and so are the
errors (`tests/benchmarks/queries.py`), which share no table with the engine; but both were written
in one project. Real names and real errors were not to be had.
"""


def _share(share: Share, digits: int = 4) -> str:
    low, high = share.interval
    return f"{share.value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
