"""An import takes short steps while somebody waits for the embedded database, else long ones."""

import fcntl
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core.config import Config
from portal.feeds.actions import importing
from portal.feeds.actions.deciding import decide_rows
from portal.feeds.rules import AT_ONCE, FileKind, next_size
from tests.feeds.filing import counts, feed, practitioner, write

ROWS = 700
# How long each step is said to have taken, on any machine.
TOOK = 0.2


@pytest.mark.parametrize("is_waited_for", [True, False])
def test_steps_are_short_while_somebody_waits(
    portal: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_waited_for: bool
) -> None:
    config: Config = portal.extensions["portal_config"]
    people = [practitioner(f"waits-{number}", name="Ada Trial") for number in range(ROWS)]
    file = write(tmp_path / "people.csv", FileKind.PRACTITIONERS, people)
    seen: list[bool] = []
    sizes: list[int] = []
    queue = os.open(config.instance, os.O_RDONLY)

    def beside_another(**said: Any) -> Any:
        sizes.append(len(said["rows"]))
        if is_waited_for:
            # As another program does that waits for this very transaction.
            fcntl.flock(queue, fcntl.LOCK_EX)
        return decide_rows(**said)

    def noting(size: int, seconds: float, *, is_waited_for: bool) -> int:
        fcntl.flock(queue, fcntl.LOCK_UN)
        seen.append(is_waited_for)
        return next_size(size, TOOK, is_waited_for=is_waited_for)

    monkeypatch.setattr(importing, "decide_rows", beside_another)
    monkeypatch.setattr(importing, "next_size", noting)
    result = feed(portal, file, FileKind.PRACTITIONERS)
    os.close(queue)
    assert counts(result) == (ROWS, ROWS, 0, 0, 0)
    waited = is_waited_for and config.is_embedded
    assert set(seen) == {waited}
    assert sizes[0] == AT_ONCE
    assert sizes[1:] == ([100, 50, 50] if waited else [200])
