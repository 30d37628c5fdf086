"""Withdrawn consent: of what was recorded no byte is left, sealed or not."""

import uuid

from flask import Flask
from sqlalchemy import select

from portal.children import vault
from portal.children.vault.store import marked_slots
from portal.children.vault.tables import MARK, SLOT
from portal.core.db import db
from tests.children.confiding import GROWN, SHELF, boxes, confide, path_of
from tests.children.looking import SignIn, id_of
from tests.children.vault.following import commit, earlier_database, replay
from tests.children.vault.test_remnants import everything_readable
from tests.databases import Stage


def traces(app: Flask, child_id: uuid.UUID) -> dict[str, bytes]:
    """Return what lies in the vault of a child's involvement: a piece of its seal, its marks."""
    with app.app_context():
        (number,) = marked_slots(SHELF, [f"child|{child_id}"], most=2)
        sealed = db.session.scalars(select(SLOT.c.sealed).where(SLOT.c.number == number)).one()
        marks = db.session.scalars(select(MARK.c.mark).where(MARK.c.slot == number)).all()
    return {"seal": sealed[100:140], **{f"mark {i}": mark for i, mark in enumerate(marks)}}


def found(stage: Stage, app: Flask, wanted: dict[str, bytes]) -> set[str]:
    """Return which of these bytes can be read with the key of the index."""
    content = everything_readable(stage, app)
    return {
        word for word, held in wanted.items()
        if held.lower() in content or held.hex().encode() in content
    }  # fmt: skip


def test_no_byte_is_left(portal: Flask, stage: Stage, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    wanted = traces(portal, id_of(portal, GROWN))
    assert found(stage, portal, wanted) == set(wanted), "the control"
    assert browser.post(f"{path}/withdraw").status_code == 303
    assert found(stage, portal, wanted) == set()


def test_nor_of_what_was_said_before(portal: Flask, stage: Stage, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    before = traces(portal, id_of(portal, GROWN))
    assert browser.post(path_of(portal, GROWN), data=boxes("significant_harm")).status_code == 303
    after = traces(portal, id_of(portal, GROWN))
    assert after["seal"] != before["seal"]
    browser.post(f"{path}/withdraw")
    assert found(stage, portal, {**before, "later seal": after["seal"]}) == set()


def test_a_back_up_does_not_bring_it_back(portal: Flask, stage: Stage, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    document_id = uuid.UUID(path.rpartition("/")[2])
    with portal.app_context():
        content = vault.content_of(SHELF, document_id)
    assert content is not None
    assert browser.post(f"{path}/withdraw").status_code == 303
    earlier_database(stage, portal)
    commit(portal, lambda: vault.keep(SHELF, document_id, content, marks=["as it was"]))
    replay(portal)
    with portal.app_context():
        assert vault.content_of(SHELF, document_id) is None


def test_the_vault_is_as_large_as_before(portal: Flask, sign_in: SignIn) -> None:
    def slots() -> int:
        with portal.app_context():
            return len(db.session.scalars(select(SLOT.c.number)).all())

    before = slots()
    browser, path = confide(portal, sign_in)
    assert slots() == before
    browser.post(f"{path}/withdraw")
    assert slots() == before
    with portal.app_context():
        assert vault.all_on(SHELF) == []
