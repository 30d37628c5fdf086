"""How many lines of the access log reach the disk in a second, alone and side by side.

Before: every commit syncs for itself while it holds the database, and writers poll (the engine that
commands outside an application still use). After: the application's own engine. Both write the same
lines through the same code to the same installation, in turns, within one run.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal import create_app
from portal.access.identity import operator
from portal.access.log import Entry, Event, record_all
from portal.core.config import Config, load_config
from portal.core.db import db, make_engine
from portal.core.keys import Keys
from portal.lifecycle.serving import let_go

CROWDS = (1, 4, 16)
SECONDS = 2.0
ROUNDS = 3


def measure(
    config: Config, *, crowds: tuple[int, ...] = CROWDS, seconds: float = SECONDS
) -> dict[str, Any]:
    """Return lines a second for so many threads, before and after, and their ratio.

    Medians of three rounds in which before and after take turns. It writes into the access log of
    the installation: use one made for measuring.
    """
    config = replace(config, threads=max(crowds))
    app = create_app(config)
    keys: Keys = app.extensions["portal_keys"]
    before = make_engine(config, keys.database)
    try:
        with app.app_context():
            after = db.engine
        counts = {n: _compare(app, before, after, n, seconds) for n in crowds}
    finally:
        before.dispose()
        let_go(app)
    kind = "sqlcipher" if config.is_embedded else "postgresql"
    return {"database": kind, "unit": "durable log lines per second", "threads": counts}


def _compare(
    app: Flask, before: Engine, after: Engine, threads: int, seconds: float
) -> dict[str, float]:
    found: dict[str, list[float]] = {"before": [], "after": []}
    for _ in range(ROUNDS):
        for name, engine in (("before", before), ("after", after)):
            found[name].append(_lines_a_second(app, engine, threads, seconds))
    first, then = (statistics.median(found[name]) for name in ("before", "after"))
    return {"before": round(first), "after": round(then), "ratio": round(then / first, 2)}


def _lines_a_second(app: Flask, engine: Engine, threads: int, seconds: float) -> float:
    ready, over = threading.Barrier(threads + 1), threading.Event()

    def write() -> int:
        lines = 0
        with app.app_context():
            _line(engine)
            ready.wait()
            while not over.is_set():
                _line(engine)
                lines += 1
        return lines

    with ThreadPoolExecutor(threads) as pool:
        written = [pool.submit(write) for _ in range(threads)]
        ready.wait()
        began = time.perf_counter()
        over.wait(seconds)
        over.set()
        lines = sum(one.result() for one in written)
        return lines / (time.perf_counter() - began)


def _line(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        record_all([Entry(event=Event.LOG_READ)], by=operator("bench"), session=session)


def main(show: Callable[[str], None] = print) -> None:
    """python -m tests.benchmarks.durability FOLDER …: measure these installations."""
    for folder in sys.argv[1:]:
        show(str(measure(load_config(Path(folder).resolve()))))


if __name__ == "__main__":
    main()
