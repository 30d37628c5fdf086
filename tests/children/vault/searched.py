"""Searches as they leave their row, and whom they would have met once they are looked up."""

from typing import Any

from portal.access.identity import operator
from portal.children import actions, queries, vault
from portal.children.rules import Criteria
from portal.core.db import db

OPERATOR = operator("a test of the vault")
MANY = 1_000


def search(**words: Any) -> None:
    """Leave what a search by these words leaves."""
    actions.watch_search(criteria=Criteria(**words), reason="referral", by=OPERATOR)
    db.session.commit()


def waiting() -> list[vault.LeftSearch]:
    """Return the searches that wait."""
    return vault.left_searches(db.session.connection(), most=MANY)


def met() -> list[vault.Met]:
    """Look up every search that waits, delete the rows, and return whom they would have met."""
    db.session.commit()
    found = queries.looked_up(most=MANY)
    ids = {one.search.id for one in found}
    assert vault.take_searches(ids) == ids
    db.session.commit()
    return [one.met for one in found if one.met]
