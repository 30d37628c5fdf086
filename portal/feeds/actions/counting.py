"""Counting how well the index is filled, once a day: too dear for a page."""

from sqlalchemy import delete, insert

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children import queries as children
from portal.children.queries import Known
from portal.core import clock
from portal.core.db import db
from portal.feeds.models import QualityCount
from portal.feeds.rules.quality import median

A_YEAR = 365


def count_quality(*, by: Identity) -> None:
    """Count how well the index is filled today, in the place of what was counted today before."""
    today = clock.today()
    found = children.coverage(on=today)
    ages = [((today - day).days, number) for day, number in found.confirmed.items()]
    values = {
        "counted_on": today,
        "children": found.children,
        "with_address": found.known[Known.ADDRESS],
        "with_school": found.known[Known.SCHOOL],
        "with_gp": found.known[Known.GP],
        "with_nhs_number": found.known[Known.NHS_NUMBER],
        "with_upn": found.known[Known.UPN],
        "matched": found.known[Known.MATCHED],
        "involvements": sum(number for _, number in ages),
        "unconfirmed": sum(number for age, number in ages if age > A_YEAR),
        "median_days": median(ages),
    }
    db.session.execute(delete(QualityCount).where(QualityCount.counted_on == today))
    db.session.execute(insert(QualityCount).values(**values))
    record(Event.INDEX_COUNTED, by=by)
