"""Results when more children match than a person could tell apart."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask

from portal.access.identity import operator
from portal.children.actions import create_children
from portal.children.rules import ChildDraft, Gender
from portal.core.db import db
from tests.editor import Editor
from tests.search.asking import boxes, candidates, log_lines, main_part, results

SignIn = Callable[[str], Editor]
TODAY = dt.datetime.now(dt.UTC).date()
YEAR = TODAY.year - 8


def fill_in(app: Flask, *, given: list[str], days: list[dt.date], gender: Gender) -> None:
    """Add children of one family name who are hard to tell apart."""
    with app.app_context():
        drafts = [
            ChildDraft(
                source="test", source_id=f"T{number}", source_on=TODAY, given_names=name,
                family_name="Trevanion", date_of_birth=day, gender=gender,
            )
            for number, (name, day) in enumerate(zip(given, days, strict=True))
        ]  # fmt: skip
        create_children(drafts=drafts, by=operator("test"))
        db.session.commit()


@pytest.fixture
def namesakes(portal: Flask) -> None:
    """Eight girls called Rosenwyn Trevanion, born in one year on different days."""
    days = [dt.date(YEAR, month, 3 * month) for month in range(1, 9)]
    fill_in(portal, given=["Rosenwyn"] * 8, days=days, gender=Gender.FEMALE)


@pytest.mark.usefixtures("namesakes")
def test_none_is_shown_and_one_question_is_asked(portal: Flask, sign_in: SignIn) -> None:
    page = results(
        sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"- - {YEAR}", gender="female")
    )
    words = main_part(page)
    assert "Too many children match" in words
    assert "The date of birth would separate these children best" in words
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
def test_the_answer_separates_them(sign_in: SignIn) -> None:
    page = results(sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"9 3 {YEAR}"))
    assert f"9 March {YEAR}" in candidates(page)[0]


def test_no_count_is_told(portal: Flask, sign_in: SignIn) -> None:
    days = [dt.date(YEAR, 5, 5)] * 9
    fill_in(portal, given=["Rosenwyn"] * 9, days=days, gender=Gender.FEMALE)
    words = main_part(results(sign_in("teacher"), boxes("Rosenwyn", "Trevanion", f"5 5 {YEAR}")))
    assert "Too many children match" in words
    assert "9" not in words.split("Given name")[0]
