"""The navigation marks the section that a page belongs to, and no other."""

import re

from flask import Flask

from tests.children.looking import SignIn, read
from tests.house import TEMPLATES

MARKED = re.compile(r'<a[^>]*href="([^"]+)"[^>]*aria-current="(page|true)"')
# Who is where; what is marked, and whether it is this page or only its section.
WHERE: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {
    "teacher": [
        ("/search", [("/search", "page")]),
        ("/shield-requests/mine", [("/contact-requests/mine", "true")]),
        ("/account", []),
    ],
    "data_steward": [
        ("/feeds", [("/feeds", "page")]),
        ("/feeds/register", [("/feeds", "true")]),
        ("/feeds/quality", [("/feeds/quality", "page")]),
        ("/feeds/merges", [("/feeds/review", "true")]),
    ],
    "shield_officer": [
        ("/shields", [("/shields", "page")]),
        ("/quarantine", [("/shields", "true")]),
        ("/feeds/proposals", [("/shields", "true")]),
    ],
}


def test_the_section_of_a_page_is_marked(portal: Flask, sign_in: SignIn) -> None:
    for who, pages in WHERE.items():
        browser = sign_in(who)
        for address, marked in pages:
            assert MARKED.findall(read(browser.get(address))) == marked, (who, address)


def test_a_section_names_addresses_that_there_are(application: Flask) -> None:
    text = (TEMPLATES / "_frame" / "_nav.html").read_text(encoding="utf-8")
    rules = [f"{rule.rule}/" for rule in application.url_map.iter_rules()]
    places = re.findall(r'"(/[^"]+)"', text)
    assert places
    assert [one for one in places if not any(rule.startswith(f"{one}/") for rule in rules)] == []
