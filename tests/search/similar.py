"""Children who are hard to tell apart."""

import datetime as dt
from collections.abc import Sequence

from flask import Flask

from portal.access.identity import operator
from portal.children.actions import create_children
from portal.children.rules import ChildDraft, Gender
from portal.core.db import db

TODAY = dt.datetime.now(dt.UTC).date()
YEAR = TODAY.year - 8
EIGHT_DAYS = tuple(dt.date(YEAR, month, 3 * month) for month in range(1, 9))


def add_similar_children(app: Flask, days: Sequence[dt.date] = EIGHT_DAYS) -> None:
    """Add girls called Rosenwyn Trevanion, born on these days of one year."""
    with app.app_context():
        drafts = [
            ChildDraft(
                source="test", source_id=f"T{number}", source_on=TODAY, given_names="Rosenwyn",
                family_name="Trevanion", date_of_birth=day, gender=Gender.FEMALE,
            )
            for number, day in enumerate(days)
        ]  # fmt: skip
        create_children(drafts=drafts, by=operator("test"))
        db.session.commit()
