"""Choosing Welsh, and holding what a page shows against the catalogue."""

import html
import re

from werkzeug.test import TestResponse

from tests.databases import URL
from tests.editor import Editor

# Words that no Welsh sentence and no name of the invented town holds, and what the GOV.UK macros
# and scripts say when nobody tells them otherwise.
ENGLISH = re.compile(r"\b(you|your|this|who|what|which|was|were|not|are|and|has|have)\b", re.I)
DEFAULTS = {
    "Back", "Error", "Error:", "Hide", "Hide password", "Important", "Menu", "Next", "Pagination",
    "Previous", "Service information", "Show", "Show password", "Skip to main content", "Success",
    "There is a problem", "Warning", "Day", "Month", "Year", "Your password is visible",
    "Your password is hidden", "male", "female",
}  # fmt: skip


def shown(text: str) -> list[str]:
    """Every text of a page, and every attribute that is read out or shown."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
    named = re.findall(r'\b(?:aria-label|alt|title|placeholder|data-i18n[\w.-]*)="([^"]*)"', body)
    pieces = [*re.findall(r">([^<>]+)<", body), *named]
    return [" ".join(html.unescape(piece).split()) for piece in pieces if piece.strip()]


def in_welsh(browser: Editor) -> Editor:
    """Choose Welsh as a person does: with the button of a page."""
    came_from = {"Referer": f"{URL}/help/cookies"}
    answer = browser.post("/language", data={"language": "cy"}, headers=came_from)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/cookies")
    return browser


def check_welsh(answer: TestResponse, english: frozenset[str]) -> None:
    """Hold one page against the catalogue: nothing of it may be English."""
    assert '<html lang="cy"' in answer.text
    left = [one for one in shown(answer.text) if one in english or ENGLISH.search(one)]
    assert not left, f"{answer.request.path} says in English: {left}"


def links(text: str) -> list[str]:
    """The addresses of the portal's own pages that a page leads to, without jumps inside it."""
    found = re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)"', text)
    return [html.unescape(one) for one in dict.fromkeys(found) if not one.startswith("/static")]


def crawl(browser: Editor, start: list[str], english: frozenset[str], *, most: int = 40) -> int:
    """Read every page that can be reached by links; return how many there were."""
    waiting, seen = list(start), set[str]()
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = browser.get(address)
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer.headers["Location"])
            continue
        check_welsh(answer, english)
        waiting += links(answer.text)
    return len(seen)
