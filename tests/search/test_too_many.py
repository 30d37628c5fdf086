"""Results when more children match than a person could tell apart."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from tests.editor import Editor
from tests.search.asking import boxes, candidates, log_lines, main_part, results
from tests.search.similar import YEAR, add_similar_children

SignIn = Callable[[str], Editor]


@pytest.fixture
def namesakes(portal: Flask) -> None:
    """Eight girls of one name, born in one year on different days."""
    add_similar_children(portal)


@pytest.mark.usefixtures("namesakes")
def test_none_is_shown_and_one_question_is_asked(portal: Flask, sign_in: SignIn) -> None:
    page = results(
        sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"- - {YEAR}", gender="female")
    )
    words = main_part(page)
    assert "Too many children match" in words
    assert "Ask for the whole date of birth" in words
    assert candidates(page) == []
    assert "/children/" not in page
    assert log_lines(portal, "child:offered") == []
    assert log_lines(portal, "child:searched")[0]["details"]["outcome"] == "too_many"


@pytest.mark.usefixtures("namesakes")
def test_the_form_is_there_as_it_was_filled(sign_in: SignIn) -> None:
    page = results(
        sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"- - {YEAR}", gender="female")
    )
    for value in ("Rosenwyn", "Trevanion", str(YEAR)):
        assert f'value="{value}"' in page
    assert 'action="/search"' in page
    assert "Ask to be put in touch" in page


@pytest.mark.usefixtures("namesakes")
def test_the_one_box_to_fill_stands_before_the_others(sign_in: SignIn) -> None:
    page = results(
        sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"- - {YEAR}", gender="female")
    )
    main, details = page.split("<main", 1)[1].split("<details", 1)
    assert 'name="date_of_birth-day"' in main
    assert 'name="given_name"' not in main
    assert 'name="date_of_birth-day"' not in details
    for name in ("given_name", "family_name", "age", "postcode", "record_number", "reason"):
        assert f'name="{name}"' in details


@pytest.mark.parametrize(
    ("more", "question", "box"),
    [
        ({}, "Ask for the home postcode", "postcode"),
        ({"postcode": "QH1 1AA"}, "Ask for a record number", "record_number"),
    ],
)
def test_when_nothing_that_is_shown_separates_them_something_else_is_asked(
    portal: Flask, sign_in: SignIn, more: dict[str, str], question: str, box: str
) -> None:
    add_similar_children(portal, [dt.date(YEAR, 5, 5)] * 9)
    page = results(sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"5 5 {YEAR}", **more))
    main = page.split("<main", 1)[1].split("<details", 1)[0]
    assert question in main
    assert f'name="{box}"' in main


@pytest.mark.usefixtures("namesakes")
def test_the_answer_separates_them(sign_in: SignIn) -> None:
    page = results(sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"9 3 {YEAR}"))
    assert f"9 March {YEAR}" in candidates(page)[0]


def test_no_count_is_told(portal: Flask, sign_in: SignIn) -> None:
    add_similar_children(portal, [dt.date(YEAR, 5, 5)] * 9)
    words = main_part(results(sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"5 5 {YEAR}")))
    assert "Too many children match" in words
    assert "9" not in words.split("Given name")[0]
