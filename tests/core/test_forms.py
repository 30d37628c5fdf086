"""A form reads only what it declares and says all that is wrong at once, in order."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.core.conftest import Everything


def test_the_summary_has_one_line_per_field_in_the_order_of_the_page(browser: FlaskClient) -> None:
    body = {"postcode": "x", "born-day": "1", "email": "x"}
    text = browser.post("/form", data=body).get_data(as_text=True)
    summary = text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    anchors = re.findall(r'href="#([^"]+)"', summary)
    assert anchors == ["name", "born-month", "kind", "email", "postcode"]
    for anchor in anchors:
        assert f'id="{anchor}"' in text


def test_the_page_says_error_in_its_title_only_when_there_is_one(browser: FlaskClient) -> None:
    refused = browser.post("/form", data={}).get_data(as_text=True)
    assert "<title>Error: Everything – Harbour – ContactPoint</title>" in refused
    fresh = browser.get("/form").get_data(as_text=True)
    assert "<title>Everything – Harbour – ContactPoint</title>" in fresh
    assert "govuk-error-summary" not in fresh


def test_a_right_form_leads_on(browser: FlaskClient) -> None:
    answer = browser.post("/form", data={"name": "Ann", "kind": "one"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_unknown_parts_are_not_read(sent: Callable[..., Everything]) -> None:
    form = sent({"role": "auditor", "csrf_token": "x", "validate": "y"})
    assert form.errors == {}
    assert "role" not in form.data


def test_a_form_writes_to_no_object(trial_app: Flask) -> None:
    with trial_app.test_request_context("/"), pytest.raises(TypeError):
        Everything().populate_obj(object())


def test_an_action_may_add_what_it_found(sent: Callable[..., Any]) -> None:
    form = sent({})
    form.add_error("That name is taken", "name")
    form.add_error("The index is closed")
    assert form.error_list() == [
        {"text": "That name is taken", "href": "#name"},
        {"text": "The index is closed"},
    ]


def test_a_get_is_no_post(trial_app: Flask) -> None:
    with trial_app.test_request_context("/form?name=Ann&kind=one"):
        form = Everything()
        assert form.name.data is None
        assert not form.validate()


def test_an_empty_post_does_not_send_the_old_values(trial_app: Flask) -> None:
    with trial_app.test_request_context("/form", method="POST"):
        form = Everything(name="Ann", kind="one", agreed=True, days=["mon"])
        assert not form.validate()
        assert (form.name.data, form.kind.data, form.agreed.data, form.days.data) == (
            "",
            None,
            False,
            [],
        )
