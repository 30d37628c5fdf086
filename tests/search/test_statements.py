"""How often the database is asked: eleven million children leave no room for what is not needed."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.access.identity import Identity
from portal.access.reasons import Reason
from portal.accounts.models import Account
from portal.accounts.queries.sessions import identity_for
from portal.children import queries as children
from portal.core import clock
from portal.core.db import db
from portal.directory.models import Organisation
from portal.search import actions
from portal.search.rules import Typed, criteria_of
from tests.cast import CHILDREN
from tests.search.breaking import spend
from tests.signing_in import member

TWIN = CHILDREN.twin_one
TYPED = Typed(
    given_name=TWIN.given_names, family_name=TWIN.family_name, born=TWIN.date_of_birth
)  # fmt: skip
NOBODY = Typed(given_name="Quorlinda", family_name="Vexmoor", born=TWIN.date_of_birth)
# The spending of the budgets, the search, its hits, three for the line of the log, and the row that
# is looked up later.
MOST_TO_RUN = 7
# The search, its children, their reason, the mark that they were shown, three for the log.
MOST_TO_LOOK = 7


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def teacher(portal: Flask) -> Iterator[Identity]:
    """Somebody who searches, inside a request."""
    with portal.test_request_context("/search", method="POST"):
        account, organisation = db.session.execute(
            select(Account, Organisation)
            .join(Organisation, Organisation.id == Account.organisation_id)
            .where(Account.email == member("teacher").email)
        ).one()
        yield replace(identity_for(account, organisation), session_mark="m" * 16)
        db.session.rollback()


def search(typed: Typed, by: Identity) -> uuid.UUID:
    """Search as the page does."""
    return actions.run(typed=typed, kept={}, reason=Reason.REFERRAL, by=by)


@pytest.mark.parametrize(("typed", "spared"), [(TYPED, 0), (NOBODY, 1)])
def test_a_search_sends_few_statements_besides_those_of_the_index(
    teacher: Identity, typed: Typed, spared: int
) -> None:
    search(typed, teacher)
    with counted() as of_index:
        children.find(criteria_of(typed, on=clock.today()), teacher)
    with counted() as of_all:
        search(typed, teacher)
    assert 0 < len(of_index) < len(of_all) <= len(of_index) + MOST_TO_RUN - spared


@pytest.mark.parametrize("typed", [TYPED, NOBODY])
def test_no_search_looks_into_the_vault(teacher: Identity, typed: Typed) -> None:
    """Whom it would have met cannot show in its time when it does not know it."""
    with counted() as sent:
        actions.look_at_results(search_id=search(typed, teacher), by=teacher)
    of_vault = [one for one in sent if "vault_" in one]
    assert len(of_vault) == 1
    assert of_vault[0].startswith("INSERT INTO vault_search")


def test_a_flood_is_turned_away_before_the_index_is_asked(portal: Flask, teacher: Identity) -> None:
    search(TYPED, teacher)
    db.session.commit()
    spend(portal)
    with counted() as sent, pytest.raises(actions.BudgetSpent):
        search(TYPED, teacher)
    asked = [one for one in sent if not one.startswith("BEGIN")]
    assert "INTO search_budget" in asked[0]
    assert "name_" not in " ".join(sent)


def test_results_send_few_statements_and_fewer_when_shown_again(teacher: Identity) -> None:
    search_id = search(TYPED, teacher)
    with counted() as first:
        sheet = actions.look_at_results(search_id=search_id, by=teacher)
    with counted() as again:
        actions.look_at_results(search_id=search_id, by=teacher)
    assert len(sheet.candidates) >= 2
    assert len(first) <= MOST_TO_LOOK
    assert len(again) <= MOST_TO_LOOK - 2


def test_an_empty_result_is_read_with_one_statement(teacher: Identity) -> None:
    search_id = search(NOBODY, teacher)
    with counted() as sent:
        actions.look_at_results(search_id=search_id, by=teacher)
    assert len(sent) == 1
