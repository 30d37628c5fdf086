"""What goes wrong in the world: a budget of searches is used up."""

from flask import Flask
from sqlalchemy import select

from portal.core.db import db
from portal.search.models import SearchBudget
from portal.search.rules import Holder, Span


def spend(
    app: Flask, holder: Holder = Holder.PERSON, span: Span = Span.HOUR, *, left: int = 0
) -> None:
    """Use up the budget of the one person, team or organisation that searched so far."""
    limit = getattr(app.extensions["portal_config"], f"{holder}_searches_per_{span}")
    with app.app_context():
        held = db.session.scalars(
            select(SearchBudget).where(
                SearchBudget.holder_kind == holder, SearchBudget.span == span
            )
        ).one()
        held.used = limit - left
        db.session.commit()
