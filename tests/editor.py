"""The test client as an editor: it reads every page that any test fetches.

Well-formed HTML, one h1, a title, unique ids, a token in every form, no-store, no name of the cast
in an address, and no database row handed to a template.
"""

import re
from re import Match
from typing import Any
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element

from flask import Flask, session, template_rendered
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from tinyhtml5.parser import HTMLParser
from werkzeug.test import TestResponse

from portal.core.db import Base
from tests.databases import URL

HTML = "{http://www.w3.org/1999/xhtml}"
_TOKEN = re.compile(r'<(?:[^<>"]|"[^"]*")*>|[^<]+|<')
_VALUE = re.compile(r'(?<! id)(?<! name)(?<! method)="([^"]*)"')
_SIGN = re.compile(r"&[#\w]*;?|[^\w\s.,:;/?=()+%#-]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_good: set[str] = set()


class Editor(FlaskClient):
    """A browser that complains. Posts carry the form token unless token=False is said."""

    forbidden_in_addresses: frozenset[str] = frozenset()

    def open(self, *args: Any, token: bool = True, **options: Any) -> TestResponse:
        """Fetch a page and read it."""
        options.setdefault("base_url", URL)
        if options.get("method") == "POST" and token:
            headers = dict(options.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self.form_token())
            headers.setdefault("Origin", URL)
            options["headers"] = headers
        answer = super().open(*args, **options)
        self._read(answer)
        return answer

    def form_token(self) -> str:
        """Return a token that fits this client's cookie, as a page would hold it."""
        with self.session_transaction(base_url=URL) as cookie:
            kept = dict(cookie)
        with self.application.test_request_context(base_url=URL):
            session.update(kept)
            made: str = generate_csrf()
            fresh = dict(session)
        with self.session_transaction(base_url=URL) as cookie:
            cookie.update(fresh)
        return made

    def _read(self, answer: TestResponse) -> None:
        check_address(answer.request.url, self.forbidden_in_addresses)
        check_address(answer.headers.get("Location", ""), self.forbidden_in_addresses)
        if answer.mimetype == "text/html" and answer.data:
            assert "no-store" in answer.headers.get("Cache-Control", ""), "a page may be cached"
            check_page(answer.get_data(as_text=True))


def check_address(address: str, forbidden: frozenset[str]) -> None:
    """No personal detail in an address."""
    plain = unquote_plus(address).lower()
    found = [word for word in forbidden if word in plain]
    assert not found, f"a name stands in an address: {address}"


def check_page(text: str) -> None:
    """Hold a page, or a piece of one, against the rules of the house; each shape of page once."""
    found = shape(text)
    if found not in _good:
        _check(text)
        _good.add(found)


def shape(text: str) -> str:
    """Return a page without what no rule asks about: words, and values of most attributes.

    Tags, names of attributes, ids, what a form says, and every sign that is no letter, digit or
    plain punctuation stay.
    """
    return _TOKEN.sub(_shape_of_token, text)


def _shape_of_token(token: Match[str]) -> str:
    found = token[0]
    if found[0] != "<":
        return ("a" if found.strip() else "") + "".join(_SIGN.findall(found))
    return _VALUE.sub(lambda value: f'="{"".join(_SIGN.findall(value[1]))}"', found)


def _check(text: str) -> None:
    parser = HTMLParser()
    is_page = text.lstrip().lower().startswith("<!doctype")
    tree = parser.parse(text) if is_page else parser.parse_fragment(text)
    faults = [(place, kind) for place, kind, _ in parser.errors]
    assert not faults, f"the HTML has faults: {faults[:3]}"
    if is_page:
        assert len(list(tree.iter(f"{HTML}h1"))) == 1, "a page needs one h1"
        title = next(tree.iter(f"{HTML}title"), None)
        assert title is not None, "a page needs a title"
        assert (title.text or "").strip(), "a page needs a title"
    _check_ids(tree)
    _check_forms(tree)


def _check_ids(tree: Element) -> None:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    doubled = {word for word in ids if ids.count(word) > 1}
    assert not doubled, f"ids stand twice: {doubled}"


def _check_forms(tree: Element) -> None:
    for form in tree.iter(f"{HTML}form"):
        if (form.get("method") or "get").lower() == "post":
            names = [field.get("name") for field in form.iter(f"{HTML}input")]
            assert "csrf_token" in names, f"no token in the form to {form.get('action')}"


def watch_templates(app: Flask) -> None:
    """Refuse a template context that holds a database row."""

    def check(_: Flask, template: Any, context: dict[str, Any], **__: Any) -> None:
        for name, value in context.items():
            held = value if isinstance(value, list | tuple) else [value]
            rows = [one for one in held if isinstance(one, Base)]
            assert not rows, f"{template.name} was handed a database row: {name}"

    template_rendered.connect(check, app, weak=False)
