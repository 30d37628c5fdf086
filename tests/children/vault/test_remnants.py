"""Of a child who moves into the vault no word can be read any more with the key of the index."""

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from portal.access.identity import operator
from portal.access.room import in_steps
from portal.children import actions, vault
from portal.children.rules import (
    AddressDraft,
    CarerDraft,
    ChildDraft,
    FormerName,
    Gender,
    Relation,
    Scheme,
)
from portal.children.visibility import identifier_mark
from portal.core import clock
from portal.core.db import db
from portal.core.keys import load_keys
from portal.lifecycle.rewriting import rewrite
from tests.children.vault.pages import readable
from tests.databases import Stage

OPERATOR = operator("a test of the vault")
NUMBER = "9990000018"
# Words that nobody in the town has.
STUB = ("Xanthippe", "Quillfeather")
WHEREABOUTS = ("Zwartveld", "17 Plimsoll Terrace", "ZZ98 7QX", "Ermintrude Vockins", "07700 900987",
               "wonderfeed", "WF-77123")  # fmt: skip


def draft() -> ChildDraft:
    """Return a child all of whose words are its own."""
    today = clock.today()
    return ChildDraft(
        source=WHEREABOUTS[5],
        source_id=WHEREABOUTS[6],
        source_on=today,
        given_names=STUB[0],
        family_name=STUB[1],
        date_of_birth=dt.date(today.year - 7, 3, 5),
        gender=Gender.FEMALE,
        former_names=(FormerName(WHEREABOUTS[0]),),
        addresses=(AddressDraft(address=WHEREABOUTS[1], postcode=WHEREABOUTS[2]),),
        carers=(CarerDraft(name=WHEREABOUTS[3], relation=Relation.HAS_CARE, phone=WHEREABOUTS[4]),),
        numbers={Scheme.NHS_NUMBER: NUMBER},
    )


def everything_readable(stage: Stage, app: Flask, *, gaps: bool = False) -> bytes:
    """Return all that the key of the index opens: raw pages, or every value of every row."""
    if stage.name == "sqlcipher":
        key = load_keys(stage.config.key_path).database
        return readable(stage.config.database_file, key, gaps=gaps).lower()
    with app.app_context(), db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = [
            str(row[0])
            for name in names
            for row in connection.execute(text(f'SELECT t.*::text FROM "{name}" AS t'))
        ]
    return "\n".join(rows).encode().lower()


def found(content: bytes, words: Iterable[str]) -> set[str]:
    """Return the words that can be read, as written or folded as the name index keeps them."""
    return {
        word for word in words
        if word.lower().encode() in content or word.replace(" ", "").lower().encode() in content
    }  # fmt: skip


def commit(app: Flask, step: object) -> None:
    """Do a step as a command does it."""
    with app.app_context():
        in_steps(step)()  # type: ignore[arg-type]


@pytest.mark.parametrize("grade", list(vault.Grade))
def test_no_word_can_be_read_any_more(portal: Flask, stage: Stage, grade: vault.Grade) -> None:
    children: list[uuid.UUID] = []
    commit(portal, lambda: children.append(actions.create_child(draft=draft(), by=OPERATOR)))
    with portal.app_context():
        fingerprint = identifier_mark(Scheme.NHS_NUMBER, NUMBER)
    words = {*WHEREABOUTS, fingerprint}
    before = everything_readable(stage, portal)
    assert found(before, words | {*STUB}) == words | {*STUB}, "the control"
    commit(portal, lambda: actions.hide_child(child_id=children[0], grade=grade, by=OPERATOR))
    after = everything_readable(stage, portal)
    hidden = words | ({*STUB} if grade is vault.Grade.ABSENT else set())
    assert found(after, hidden) == set()
    if grade is vault.Grade.MASKED:
        assert found(after, STUB) == {*STUB}
    if stage.name == "sqlcipher":
        assert len(after) > len(before) * 0.9
        assert Path(f"{stage.config.database_file}-wal").stat().st_size == 0
    rewrite(stage.config, load_keys(stage.config.key_path))
    assert found(everything_readable(stage, portal, gaps=True), hidden) == set()
