"""`feeds find-duplicates`: what may be one child twice waits for a steward, once."""

import datetime as dt
import uuid
from typing import Any

from flask import Flask

from portal.children import actions
from portal.children.rules import ChildDraft, Gender, Scheme
from portal.core.db import db
from portal.sandbox import numbers
from tests.children.reporting import FEED, TODAY
from tests.feeds.filing import run
from tests.feeds.reviewing import reviews_in_index

BORN = dt.date(TODAY.year - 9, 5, 17)


def add(number: str, given: str, nhs: int | None = None, family: str = "Quillfeather") -> uuid.UUID:
    """Add a record as an importer without a ladder would have made it."""
    said: dict[Any, str] = {Scheme.NHS_NUMBER: numbers.nhs(nhs)} if nhs else {}
    draft = ChildDraft(
        source="mosaic", source_id=number, source_on=TODAY, given_names=given, family_name=family,
        date_of_birth=BORN, gender=Gender.FEMALE, numbers=said,
    )  # fmt: skip
    return actions.create_child(draft=draft, by=FEED)


def sought(app: Flask) -> None:
    result = run(app, "feeds", "find-duplicates")
    assert result.exit_code == 0, result.output
    assert "The whole index was searched." in result.output


def pairs(of: set[uuid.UUID]) -> list[set[uuid.UUID]]:
    found = ({row.one_id, row.other_id} for row in reviews_in_index())
    return [pair for pair in found if pair <= of]


def test_what_may_be_one_child_waits_once_and_twins_do_not(portal: Flask) -> None:
    with portal.app_context():
        one, again = add("K1", "Ottilie Mae"), add("K2", "Otilie Mae")
        twin = add("K3", "Genevieve")
        numbered, renamed = add("K4", "Amina", 70_001, "Zed"), add("K5", "Beatrice", 70_001, "Yew")
        db.session.commit()
    sought(portal)
    every = {one, again, twin, numbered, renamed}
    with portal.app_context():
        assert sorted(map(sorted, pairs(every))) == sorted(
            map(sorted, [{one, again}, {numbered, renamed}])
        )
        before = len(reviews_in_index())
    sought(portal)
    with portal.app_context():
        assert len(reviews_in_index()) == before
