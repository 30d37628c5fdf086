"""Feeds and hidden children: nothing of them reaches the index, and the receipts say nothing."""

import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import hide_child
from portal.core.db import db
from portal.feeds.rules import FileKind
from tests.children.reporting import FEED
from tests.feeds.filing import child, counts, feed, holdings, involvement, put, write

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
GRADES = list(vault.Grade)


def hide(number: int, grade: vault.Grade, source: str = "mosaic") -> uuid.UUID:
    """Hide a child that a source reported."""
    child_id = queries.child_ids(source, [f"K{number}"])[f"K{number}"]
    hide_child(child_id=child_id, grade=grade, by=FEED)
    db.session.commit()
    return child_id


@pytest.mark.parametrize("grade", GRADES)
def test_an_update_of_a_hidden_child_is_held_back_and_answered(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    put(town, tmp_path, CHILDREN, child(1), child(2))
    put(town, tmp_path, INVOLVEMENTS, involvement(1))
    hide(1, grade)
    before = holdings("mosaic") + holdings("index")
    new = child(1, family_name="Nowak", address="9 Weavers Close", postcode="QH2 2BB")
    assert put(town, tmp_path, CHILDREN, child(1), child(2)) == (2, 0, 0, 2, 0)
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 1, 1, 0)
    assert put(town, tmp_path, CHILDREN, new, child(2)) == (2, 0, 0, 2, 0)
    assert put(town, tmp_path, CHILDREN, child(1), child(2)) == (2, 0, 1, 1, 0)
    assert put(town, tmp_path, INVOLVEMENTS, involvement(1)) == (1, 0, 0, 1, 0)
    ended = involvement(1, ended_on="2025-06-30")
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 1, 0, 0)
    assert put(town, tmp_path, INVOLVEMENTS, ended) == (1, 0, 0, 1, 0)
    again = involvement(1, started_on="2025-09-01")
    assert put(town, tmp_path, INVOLVEMENTS, ended, again) == (2, 1, 0, 1, 0)
    early = involvement(1, started_on="2010-01-01")
    assert put(town, tmp_path, INVOLVEMENTS, early) == (1, 0, 0, 0, 1)
    session.rollback()
    assert holdings("mosaic") + holdings("index") == before


@pytest.mark.parametrize("grade", GRADES)
def test_the_same_child_from_another_source_is_told_to_be_added(
    town: Flask, tmp_path: Path, session: Session, grade: vault.Grade
) -> None:
    put(town, tmp_path, CHILDREN, child(1))
    hide(1, grade)
    other = child(7, given_names="Ada", date_of_birth="2014-02-02", nhs_number="", upn="")
    file = write(tmp_path / "other.csv", CHILDREN, [other])
    assert counts(feed(town, file, CHILDREN, source="emis")) == (1, 1, 0, 0, 0)
    assert counts(feed(town, file, CHILDREN, source="emis")) == (1, 0, 0, 1, 0)
    contacts = write(tmp_path / "contacts.csv", INVOLVEMENTS, [involvement(7), involvement(8)])
    assert counts(feed(town, contacts, INVOLVEMENTS, source="emis")) == (2, 1, 0, 0, 1)
    assert counts(feed(town, contacts, INVOLVEMENTS, source="emis")) == (2, 0, 0, 1, 1)
    session.rollback()
    assert not holdings("emis")
