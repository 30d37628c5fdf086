"""Sending the search form."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.access.models import AccessEvent
from portal.core.db import db
from portal.sandbox import numbers
from portal.search.models import Search
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, address_of_results, boxes, log_lines, main_part, send

SignIn = Callable[[str], Editor]
STORY = CHILDREN.story


def test_a_search_leads_to_an_address_that_says_nothing(sign_in: SignIn) -> None:
    address = address_of_results(sign_in("health_visitor"), about(STORY))
    assert re.fullmatch(r"/searches/[0-9a-f-]{36}", address)


def test_a_search_leaves_one_line_that_tells_what_was_typed(portal: Flask, sign_in: SignIn) -> None:
    address = address_of_results(sign_in("health_visitor"), about(STORY, reason="moved_here"))
    lines = log_lines(portal, "child:searched")
    assert len(lines) == 1
    line = lines[0]
    assert line["reason"] == "moved_here"
    assert str(line["search_id"]) == address.rpartition("/")[2]
    assert line["details"]["typed"]["family_name"] == "Prendergast"
    assert line["details"]["typed"]["born"] == STORY.date_of_birth.isoformat()
    assert line["details"]["outcome"] == "few"
    assert line["details"]["count"] >= 1


def test_what_was_typed_stands_nowhere_in_the_open(portal: Flask, sign_in: SignIn) -> None:
    note = "Zebrafinch at the door"
    typed = boxes("Quorlinda", "Vexmoor", "4 7 2019", reason="other", note=note)
    address_of_results(sign_in("health_visitor"), typed)
    with portal.app_context():
        for table in ("search", "access_event", "stated_reason"):
            rows = db.session.execute(text(f"SELECT * FROM {table}")).all()
            held = b"".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in rows for value in row
            )  # fmt: skip
            for word in (b"Quorlinda", b"Vexmoor", b"Zebrafinch"):
                assert word not in held, table
    assert log_lines(portal, "child:searched")[0]["details"]["note"] == note


@pytest.mark.parametrize(
    ("typed", "message", "anchor"),
    [
        (boxes(), "Enter a record number, or both names", "given_name"),
        (boxes("Ada", "Lovell"), "Enter one more fact", "date_of_birth-day"),
        (boxes("Ada", "Lovell", gender="female"), "Enter one more fact", "date_of_birth-day"),
        (boxes("Ada", "", "- - 2019"), "Enter a family name", "family_name"),
        (boxes("", "Lovell", age="5"), "Enter a given name", "given_name"),
        (boxes("Ada", "Lovell", "31 2 2019"), "must be a real date", "date_of_birth-day"),
        (boxes("Ada", "Lovell", "4 7 19"), "Year must include 4 numbers", "date_of_birth-year"),
        (boxes("Ada", "Lovell", "4 - 2019"), "must include a month", "date_of_birth-month"),
        (boxes("Ada", "Lovell", "4 7 2999"), "must be today or in the past", "date_of_birth-day"),
        (boxes("Ada", "Lovell", "- - 2999"), "must be today or in the past", "date_of_birth-year"),
        (boxes("Ada", "Lovell", "- - 0000"), "Date of birth", "date_of_birth-year"),
        (boxes("Ada", "Lovell", age="five"), "Age must be a number", "age"),
        (boxes("Ada", "Lovell", age="-1"), "Age must be a number", "age"),
        (boxes("Ada", "Lovell", age="26"), "Age must be a number", "age"),
        (boxes("Ada", "Lovell", postcode="nonsense"), "Enter a full UK postcode", "postcode"),
        (boxes("A*", "Lovell", age="5"), "without signs like * or ?", "given_name"),
        (boxes("Ada", "%", age="5"), "without signs like * or ?", "family_name"),
        (boxes("A" * 121, "Lovell", age="5"), "120 characters or fewer", "given_name"),
        (boxes(record_number="12"), "Check the number", "record_number"),
        (boxes("Ada", "Lovell", age="5", gender="none"), "Choose one of the answers", "gender"),
        (boxes("Ada", "Lovell", age="5", reason=""), "Choose why you are searching", "reason"),
        (boxes("Ada", "Lovell", age="5", reason="fun"), "Choose one of the answers", "reason"),
        (boxes("Ada", "Lovell", age="5", reason="other"), "Say why you are searching", "note"),
        (boxes("Ada", "Lovell", age="5", reason="other", note="n" * 201), "200 characters", "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_once_and_what_was_typed_is_kept(
    portal: Flask, sign_in: SignIn, typed: dict[str, str], message: str, anchor: str
) -> None:
    answer = send(sign_in("health_visitor"), typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count('class="govuk-error-summary"') == 1
    summary = re.search(r'govuk-error-summary__list">.*?</ul>', page, re.DOTALL)
    assert summary
    assert message in summary[0]
    assert f'href="#{anchor}"' in summary[0]
    assert f'id="{anchor}"' in page
    for name, value in typed.items():
        if value and name not in {"reason", "gender"}:
            assert f'value="{value}"' in page, name
    assert "<title>Error: " in page
    assert log_lines(portal, "child:searched") == []


def test_one_name_and_a_whole_date_of_birth_are_enough(sign_in: SignIn) -> None:
    assert send(sign_in("teacher"), boxes("Parwana", "", "1 1 2013")).status_code == 303
    assert send(sign_in("teacher"), boxes("", "Parwana", "1 1 2013")).status_code == 303


@pytest.mark.parametrize(
    ("key", "number", "message"),
    [
        ("teacher", numbers.nhs(101), "Only people who work in health"),
        ("social_worker", numbers.nhs(101), "Only people who work in health"),
        ("health_visitor", STORY.upn, "Only people who work in education"),
    ],
)
def test_others_numbers_are_for_their_sector(
    sign_in: SignIn, key: str, number: str, message: str
) -> None:
    answer = send(sign_in(key), boxes(record_number=number))
    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("key", "number"), [("health_visitor", STORY.nhs_number), ("teacher", STORY.upn)]
)
def test_a_number_of_ones_own_sector_finds_its_child(
    sign_in: SignIn, key: str, number: str
) -> None:
    browser = sign_in(key)
    page = browser.get(address_of_results(browser, boxes(record_number=number)))
    assert "Prendergast" in page.get_data(as_text=True)


def test_a_note_is_kept_for_other_reasons_only(portal: Flask, sign_in: SignIn) -> None:
    address_of_results(sign_in("teacher"), about(STORY, note="a slip of the keyboard"))
    assert log_lines(portal, "child:searched")[0]["details"]["note"] == ""


@pytest.mark.parametrize("key", ["helpdesk", "auditor", "untrained", "unaccredited"])
def test_those_who_may_not_are_refused(portal: Flask, sign_in: SignIn, key: str) -> None:
    assert send(sign_in(key), about(STORY)).status_code == 403
    assert [line["details"]["door"] for line in log_lines(portal, "door:refused")] == [
        "search.run_search"
    ]
    with portal.app_context():
        assert db.session.scalar(select(Search.id)) is None


def test_a_post_without_token_is_refused(portal: Flask, sign_in: SignIn) -> None:
    answer = sign_in("health_visitor").post("/search", data=about(STORY), token=False)
    assert answer.status_code == 400
    assert log_lines(portal, "child:searched") == []


NASTY = ["\0", "Ada\0Lovell", "\ud800", "\u202eevil", "\x1b[31m"]
SHOWN = [
    "<script>alert(1)</script>",
    '"><img src=x>',
    "=HYPERLINK(1)",
    "{{config}}",
    "'; DROP TABLE child;--",
]


@pytest.mark.parametrize("word", NASTY)
def test_signs_that_cannot_be_shown_are_a_message(sign_in: SignIn, word: str) -> None:
    raw = {
        name: value.encode("utf-8", "surrogatepass")
        for name, value in boxes(word, "B", age="5").items()
    }
    assert send(sign_in("health_visitor"), raw).status_code in {303, 422}  # type: ignore[arg-type]


@pytest.mark.parametrize("word", SHOWN)
def test_markup_and_formulas_are_shown_harmlessly(sign_in: SignIn, word: str) -> None:
    browser = sign_in("health_visitor")
    answer = browser.get(address_of_results(browser, boxes(word, "Lovell", age="5")))
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "SECRET_KEY" not in page
    assert "No child found" in page


def test_parts_may_be_missing_doubled_or_files(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    assert browser.post("/search", data={}).status_code == 422
    doubled = {
        "given_name": ["Ada", "Eve"],
        "family_name": "Lovell",
        "age": "5",
        "reason": "referral",
    }
    assert browser.post("/search", data=doubled).status_code == 422
    filed = {**boxes("", "Lovell", age="5"), "given_name": (io.BytesIO(b"x"), "x.txt")}
    assert browser.post("/search", data=filed).status_code == 422
    assert browser.post("/search", json=boxes("Ada", "Lovell", age="5")).status_code == 422


def test_a_body_of_ten_megabytes_is_refused(sign_in: SignIn) -> None:
    answer = send(sign_in("health_visitor"), about(STORY, note="x" * 10_000_000))
    assert answer.status_code == 413


def test_when_the_log_refuses_nothing_is_kept_and_nothing_shown(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    with portal.app_context():
        before = db.session.scalars(select(AccessEvent.line)).all()
    break_log(portal)
    answer = send(browser, about(STORY))
    assert answer.status_code == 500
    assert "Prendergast" not in main_part(answer.get_data(as_text=True))
    with portal.app_context():
        assert db.session.scalar(select(Search.id)) is None
        assert db.session.scalars(select(AccessEvent.line)).all() == before


def test_htmx_is_led_to_the_results(sign_in: SignIn) -> None:
    browser = sign_in("health_visitor")
    asked = {"HX-Request": "true", "HX-Target": "main-content"}
    sent = browser.post("/search", data=about(STORY), headers=asked)
    assert sent.status_code == 303
    shown = browser.get(sent.headers["Location"], headers=asked)
    assert shown.headers["HX-Push-Url"] == sent.headers["Location"]
    assert shown.get_data(as_text=True).lstrip().startswith("<title>")
    wrong = browser.post("/search", data=boxes(), headers=asked)
    assert wrong.status_code == 422
    assert wrong.get_data(as_text=True).lstrip().startswith("<title>Error: ")
