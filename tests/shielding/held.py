"""What the guard of feeds held back, as the shield officer works through it in a browser."""

import re

from werkzeug.test import TestResponse

from tests.editor import Editor

_LINK = re.compile(r'href="(/quarantine/[0-9a-f-]{36})"')
_SEEN = re.compile(r'name="seen"[^>]*value="([0-9a-f]{64})"')


def addresses(officer: Editor) -> list[str]:
    """Return the addresses of what the work list shows."""
    return _LINK.findall(officer.get("/quarantine").get_data(as_text=True))


def seen_in(text: str) -> str:
    """Return what a page says it showed; nothing once it is decided."""
    return next(iter(_SEEN.findall(text)), "")


def judge(officer: Editor, address: str, decision: str) -> TestResponse:
    """Look at a row that was held back, and decide by what there is to see."""
    seen = seen_in(officer.get(address).get_data(as_text=True))
    return officer.post(address, data={"decision": decision, "seen": seen})
