"""Searches as they leave their row, and what the shield officer is told of them."""

from typing import Any

from portal.access.identity import operator
from portal.children import actions, vault
from portal.children.rules import Criteria

OPERATOR = operator("a test of the vault")
MANY = 1_000


def search(**words: Any) -> None:
    """Leave what a search by these words leaves."""
    actions.watch_search(criteria=Criteria(**words), reason="referral", by=OPERATOR)


def alerts() -> list[vault.Alert]:
    """Look up every search that waits, and take the alerts."""
    actions.look_up_searches(most=MANY, by=OPERATOR)
    found, is_all = vault.take_alerts(most=MANY)
    assert is_all
    return found
