"""Several web processes: what one commits the others find at once, without a restart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from portal.children.actions import create_child
from portal.children.rules import ChildDraft, Gender
from portal.core.db import db
from tests.children import web_process
from tests.children.web_process import WebProcess
from tests.databases import Stage, let_go

BORN = date(2016, 3, 5)
DRAFT = ChildDraft(
    source="school-records",
    source_id="S1",
    source_on=date(2025, 9, 1),
    given_names="Ottilie",
    family_name="Quillfeather",
    date_of_birth=BORN,
    gender=Gender.FEMALE,
    numbers={},
)


@pytest.fixture
def other(stage: Stage, portal: Flask) -> Iterator[WebProcess]:
    """Another process that has searched before."""
    with web_process.web_process(stage.config) as running:
        assert running("find", "Ottilie", "Quillfeather", BORN) == []
        yield running
    let_go(portal)


def test_a_new_child_is_found_by_the_others_after_commit(portal: Flask, other: WebProcess) -> None:
    with portal.app_context():
        child_id = web_process.create(DRAFT)
        assert other("find", "Otilie", "Quilfeather", BORN) == [child_id]
        web_process.archive(child_id)
        assert other("find", "Ottilie", "Quillfeather", BORN) == []


def test_what_another_process_keeps_is_found_here(portal: Flask, other: WebProcess) -> None:
    def found(given_names: str, family_name: str) -> list[object]:
        with portal.app_context():
            return [*web_process.find(given_names, family_name, BORN)]

    assert found("Ottilie", "Quillfeather") == []
    child_id = other("create", DRAFT)
    assert found("Otilie", "Quilfeather") == [child_id]
    other("change", child_id, replace(DRAFT, family_name="Wolstenholme"))
    assert found("Ottilie", "Wolstenhome") == [child_id]
    other("archive", child_id)
    assert found("Ottilie", "Wolstenholme") == found("Ottilie", "Quillfeather") == []


def test_what_is_rolled_back_no_other_process_finds(portal: Flask, other: WebProcess) -> None:
    with portal.app_context():
        child_id = create_child(draft=DRAFT, by=web_process.FEED)
        assert web_process.find("Ottilie", "Quillfeather", BORN) == [child_id]
        db.session.rollback()
        assert other("find", "Ottilie", "Quillfeather", BORN) == []
