"""Every field in both directions: what it takes and refuses, and that it keeps what was typed."""

import datetime as dt
import unicodedata
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.core import clock
from portal.core.choices import Radios, option
from portal.core.fields import Needed
from portal.core.forms import PortalForm
from tests.core.conftest import Everything

Sent = Callable[..., Everything]
DATE = ("born-day", "born-month", "born-year")


def date(day: str, month: str, year: str) -> dict[str, str]:
    return dict(zip(DATE, (day, month, year), strict=True))


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("name", "  Siân   ap Rhys ", "Siân ap Rhys"),
        ("name", "Sia\u0302n", "Siân"),
        ("name", "Ann\tLee", "Ann Lee"),
        ("name", "\ufeffAnn\u200b", "Ann"),
        ("name", "\u200eAnn\u200f", "Ann"),
        ("name", "=1+1", "=1+1"),
        ("name", "<b>Ann</b>", "<b>Ann</b>"),
        ("name", "x" * 40, "x" * 40),
        ("note", "one\r\ntwo", "one\ntwo"),
        ("note", "", ""),
        ("email", " Jo.Green@Harbour.Example.org", "Jo.Green@harbour.example.org"),
        ("email", "jo@council.local", "jo@council.local"),
        ("email", "", None),
        ("phone", "0117 496 0012 ext 12", "0117 496 0012 ext 12"),
        ("phone", "101", "101"),
        ("phone", "+44 (0)1632 960001", "+44 (0)1632 960001"),
        ("phone", "  ", None),
        ("postcode", "cf103nq", "CF10 3NQ"),
        ("postcode", "EC1A-1BB", "EC1A 1BB"),
        ("postcode", "", None),
        ("secret", "  two blanks  ", "  two blanks  "),
        ("secret", "e\u0301", "é"),
        ("code", "123 456", "123456"),
        ("code", "", None),
        ("kind", "other", "other"),
        ("area", "north", "north"),
        ("area", "", None),
        ("agreed", "y", True),
        ("days", ["tue", "mon", "tue"], ["tue", "mon"]),
    ],
)
def test_takes(sent: Sent, name: str, typed: Any, value: Any) -> None:
    form = sent({name: typed})
    assert form.errors == {}
    assert form[name].data == value


@pytest.mark.parametrize("typed", ["9990000018", "999 000 0018", "999-000-0018"])
def test_takes_an_nhs_number_in_any_spacing(sent: Sent, typed: str) -> None:
    form = sent({"nhs_number": typed})
    assert form.errors == {}
    assert form.nhs_number.data == "9990000018"


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("name", "", "Enter a name"),
        ("name", " \t ", "Enter a name"),
        ("name", "x" * 41, "Name must be 40 characters or fewer"),
        ("name", "A\0nn", "Take out characters"),
        ("name", "Ann\nLee", "Take out characters"),
        ("name", "Ann\u202eeeL", "Take out characters"),
        ("name", "\x1b[31mAnn", "Take out characters"),
        ("name", "Ann\uffff", "Take out characters"),
        ("name", ["Ann", "Lee"], "Give one answer only"),
        ("note", "x" * 201, "Enter no more than 200 characters"),
        ("note", "a\0b", "Take out characters"),
        ("email", "jo", "Enter an email address in the correct format"),
        ("email", "jo@x.test", "Enter an email address in the correct format"),
        ("email", "jo@other.local", "Enter an email address in the correct format"),
        ("email", "@council.local", "Enter an email address in the correct format"),
        ("phone", "hello", "Enter a telephone number"),
        ("phone", "1", "Enter a telephone number"),
        ("phone", "1" * 30, "Enter a telephone number"),
        ("postcode", "CF10", "Enter a full UK postcode"),
        ("postcode", "ＣＦ10 3NQ", "Enter a full UK postcode"),
        ("nhs_number", "9990000019", "one of its numbers is wrong"),
        ("nhs_number", "123", "NHS number must be 10 numbers"),
        ("nhs_number", "９９９００００018", "NHS number must be 10 numbers"),
        ("secret", "x" * 65, "Enter no more than 64 characters"),
        ("secret", "a\0b", "Take out characters"),
        ("code", "12345", "The code must be 6 numbers"),
        ("code", "１２３４５６", "The code must be 6 numbers"),
        ("kind", "three", "Choose one of the answers shown"),
        ("kind", ["one", "other"], "Give one answer only"),
        ("kind", "", "Choose a kind"),
        ("area", "south", "Choose one of the answers shown"),
        ("days", ["mon", "fri"], "Choose from the answers shown"),
        ("agreed", "maybe", "Choose from the answers shown"),
        ("agreed", ["y", "y"], "Give one answer only"),
    ],
)
def test_refuses(sent: Sent, name: str, typed: Any, message: str) -> None:
    form = sent({name: typed})
    assert list(form.errors) == [name]
    assert message in form[name].errors[0]


@pytest.mark.parametrize(
    ("name", "typed"),
    [("name", "y" * 50), ("email", "jo at home"), ("phone", "ring me"), ("postcode", "CF1O")],
)
def test_keeps_what_was_typed(browser: FlaskClient, name: str, typed: str) -> None:
    answer = browser.post("/form", data={name: typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.get_data(as_text=True)


def test_never_shows_a_secret_again(browser: FlaskClient) -> None:
    answer = browser.post("/form", data={"secret": "correct horse", "code": "123456"})
    assert answer.status_code == 422
    assert "correct horse" not in answer.get_data(as_text=True)


def test_markup_in_a_name_is_only_text(browser: FlaskClient) -> None:
    typed = "<script>alert(1)</script>" * 3
    text = browser.post("/form", data={"name": typed}).get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (("27", "3", "2015"), dt.date(2015, 3, 27)),
        (("27", "03", " 2015 "), dt.date(2015, 3, 27)),
        (("29", "2", "2016"), dt.date(2016, 2, 29)),
        (("1", "Sept", "2015"), dt.date(2015, 9, 1)),
        (("1", "january", "2015"), dt.date(2015, 1, 1)),
        (("1", "Mawrth", "2015"), dt.date(2015, 3, 1)),
        (("", "", ""), None),
    ],
)
def test_a_date_that_is_one(sent: Sent, parts: tuple[str, str, str], value: Any) -> None:
    form = sent(date(*parts))
    assert form.errors == {}
    assert form.born.data == value


@pytest.mark.parametrize(
    ("parts", "message", "anchor"),
    [
        (("", "3", "2015"), "Date of birth must include a day", "born-day"),
        (("27", "", "2015"), "Date of birth must include a month", "born-month"),
        (("27", "3", ""), "Date of birth must include a year", "born-year"),
        (("", "", "2015"), "Date of birth must include a day and month", "born-day"),
        (("27", "", ""), "Date of birth must include a month and year", "born-month"),
        (("", "3", ""), "Date of birth must include a day and year", "born-day"),
        (("27", "3", "15"), "Year must include 4 numbers", "born-year"),
        (("30", "2", "2015"), "Date of birth must be a real date", "born-day"),
        (("29", "2", "2015"), "Date of birth must be a real date", "born-day"),
        (("27", "13", "2015"), "Date of birth must be a real date", "born-day"),
        (("27", "Floreal", "2015"), "Date of birth must be a real date", "born-day"),
        (("1_0", "3", "2015"), "Date of birth must be a real date", "born-day"),
        (("27", "3", "0000"), "Date of birth must be a real date", "born-day"),
        (("27", "3", "２０１５"), "Year must include 4 numbers", "born-year"),
        (("2\0", "3", "2015"), "Take out characters", "born-day"),
        (("1", "1", "9999"), "Date of birth must be today or in the past", "born-day"),
    ],
)
def test_a_date_that_is_none(
    sent: Sent, parts: tuple[str, str, str], message: str, anchor: str
) -> None:
    form = sent(date(*parts))
    assert message in form.born.errors[0]
    assert form.born.data is None
    assert form.error_list() == [{"text": form.born.errors[0], "href": f"#{anchor}"}]


def test_today_is_in_the_past_and_tomorrow_is_not(sent: Sent) -> None:
    today = clock.today()
    for day, is_right in ((today, True), (today + dt.timedelta(days=1), False)):
        form = sent(date(str(day.day), str(day.month), str(day.year)))
        assert (form.errors == {}) is is_right


def test_only_the_wrong_box_of_a_date_is_marked(browser: FlaskClient) -> None:
    text = browser.post("/form", data=date("27", "", "2015")).get_data(as_text=True)
    boxes = [line for line in text.splitlines() if 'name="born-' in line]
    assert ["govuk-input--error" in box for box in boxes] == [False, True, False]
    assert 'value="27"' in boxes[0]


def test_a_date_with_two_days_is_refused(sent: Sent) -> None:
    form = sent({**date("1", "2", "2015"), "born-day": ["1", "2"]})
    assert form.born.errors == ["Give one answer only"]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 12, 31)))
@settings(deadline=None, max_examples=60)
def test_every_date_comes_back(trial_app: Flask, day: dt.date) -> None:
    body = MultiDict(date(str(day.day), str(day.month), str(day.year)))
    with trial_app.test_request_context("/form", method="POST", data=body):
        assert Everything().born.data == day
    with trial_app.test_request_context("/form"):
        assert Everything(born=day).born.typed["month"] == str(day.month)


TEXT = st.text(st.characters(), max_size=80)


@given(TEXT, st.lists(TEXT, max_size=3), TEXT)
@settings(deadline=None, max_examples=150)
def test_no_text_is_a_failure(trial_app: Flask, one: str, many: list[str], part: str) -> None:
    """Whatever is posted, lone surrogates included, gives a value or a message, and a page."""
    body: MultiDict[str, str] = MultiDict()
    for name in ("name", "note", "email", "phone", "postcode", "nhs_number", "secret", "code"):
        body.add(name, one)
    for name in ("kind", "area", "agreed", "days", "name"):
        body.setlist(name, many)
    body.update(date(part, one, part))
    with trial_app.test_request_context("/form", method="POST"):
        form = Everything(formdata=body)
        valid = form.validate()
        assert valid is not bool(form.errors)
        drawn = "".join(str(field()) for field in form)
        drawn.encode("utf-8")
        assert "\0" not in drawn
        if not form.name.errors:
            assert form.name.data == unicodedata.normalize("NFC", str(form.name.data))


@given(st.text(st.characters(categories=["L", "M", "N", "P", "Zs"]), max_size=12))
@settings(deadline=None, max_examples=100)
def test_names_in_every_script_are_taken(trial_app: Flask, name: str) -> None:
    body = MultiDict({"name": f"X{name}", "kind": "one"})
    with trial_app.test_request_context("/form", method="POST", data=body):
        form = Everything()
        assert form.validate(), form.errors
        assert str(form.name.data).split() == str(form.name.data).split(" ")


def test_a_file_in_place_of_text_is_not_text(browser: FlaskClient) -> None:
    body = {"name": (BytesIO(b"Ann"), "ann.txt"), "kind": "one", "born-day": (BytesIO(b"1"), "x")}
    answer = browser.post("/form", data=body, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Enter a name" in answer.get_data(as_text=True)


@pytest.mark.parametrize("body", [b'{"name": ["a"], "kind": {}}', b"[1, 2]", b"{", b"null"])
def test_json_is_not_a_form(browser: FlaskClient, body: bytes) -> None:
    answer = browser.post("/form", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_choices_may_be_given_later(trial_app: Flask) -> None:
    class Late(PortalForm):
        kind = Radios("Kind", [Needed()], coerce=int)

    for typed, errors in (("7", []), ("8", ["Choose one of the answers shown"])):
        with trial_app.test_request_context("/", method="POST", data={"kind": typed}):
            form = Late()
            form.kind.choices = [option("7", "Seven")]
            assert form.validate() is not bool(errors)
            assert list(form.kind.errors) == errors


def test_nothing_says_required_and_no_hint_is_empty(browser: FlaskClient) -> None:
    text = browser.get("/form").get_data(as_text=True)
    assert "required" not in text
    assert 'id="days-hint"' not in text
    assert 'id="kind-item-hint"' in text
    assert 'aria-describedby="kind-hint"' not in text
