"""The rules that guard the templates: nothing in them runs, and each is somebody's."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house import TEMPLATES, name, sources

RUNS = (
    r"\|\s*safe\b", r"\bhx-on", r"js:", r"\sstyle\s*=", r"<script[^>]*>[^<\s]",
    r"hx-trigger=\"[^\"]*\[", r"https?://", r"\bon(click|load|change)=",
)  # fmt: skip


def templates() -> list[Path]:
    """Return every template."""
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_hold_nothing_that_runs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern in RUNS:
        assert not re.search(pattern, text), f"{name(path)} holds {pattern}"


def test_every_piece_is_included_and_every_page_has_a_view(application: Flask) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in templates()}
    everything = "\n".join(texts.values())
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    for path in texts:
        short = path.relative_to(TEMPLATES).as_posix()
        if path.name.startswith("_"):
            assert short in everything or short in code, f"{short} is not used"
        elif not short.startswith("_frame/"):
            assert f'"{short}"' in code, f"{short} is rendered by nobody"
