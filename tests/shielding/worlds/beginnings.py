"""How a world begins: the same town, then the one fact that tells it from the other world.

Both worlds hide a child, so that counts, sizes and the length of the log agree. The world without
the child hides one about whom nobody ever asks; the log before the beginning, which tells that this
other child was brought in, lies behind more lines than an auditor's page shows.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import time_machine
from sqlalchemy import func, select

from portal import create_app
from portal.access.identity import operator
from portal.access.log import Entry, Event, record_all, start_chain
from portal.access.models import AccessEvent
from portal.accounts.models import Account
from portal.children import vault
from portal.children.actions import hide_child
from portal.children.models import ChildRecord
from portal.children.rules import Basis, ConfidedSheet, SensitiveKind
from portal.children.vault import Grade, ledger
from portal.core.config import Config, write_config
from portal.core.db import db, random_id
from portal.core.keys import create_keys
from portal.directory.models import Authority, Organisation, Practitioner
from portal.lifecycle.schema import migrate
from portal.sandbox import Child
from portal.sandbox.children import write_children
from portal.sandbox.load import load
from tests.databases import let_go
from tests.shielding.worlds.chance import chance_from
from tests.shielding.worlds.setting import (
    MADE_ON,
    asked,
    bare,
    emails,
    harrowmere,
    id_of,
    number_of,
    unasked,
)

Beginning = Callable[[], None]
LINES_BEFORE = 1_000
BY = operator("setup")


def make(config: Config, settings: dict[str, Any], beginning: Beginning) -> None:
    """Make an installation with the town, and let it begin."""
    with time_machine.travel(MADE_ON, tick=False), chance_from("town"):
        write_config(config.instance, settings)
        keys = create_keys(config.key_path)
        ledger.begin(config, keys)
        migrate(config, keys)
        app = create_app(config)
        with app.app_context():
            start_chain(db.session, keys.log)
            load(harrowmere())
            beginning()
            _pad_log()
            db.session.commit()
        let_go(app)


def nothing() -> None:
    """The town, and nobody hidden."""


def without() -> None:
    """The child never was in the index; another, about whom nobody asks, is hidden from it."""
    _hide(_put(unasked(), "the other"), Grade.ABSENT)


def absent() -> None:
    """The child is hidden, and absent."""
    _hide(_put(asked(), "the child"), Grade.ABSENT)


def present() -> None:
    """The child is there for everybody."""
    _put(asked(), "the child")


def without_contacts() -> None:
    """The child is there, and nothing but name, date and gender was ever known of it."""
    _put(bare(), "the child")
    without()


def masked() -> None:
    """The child's whereabouts and contacts are hidden."""
    _hide(_put(asked(), "the child"), Grade.MASKED)


def confided() -> None:
    """Both children are there; a sensitive service recorded in confidence that it knows the one."""
    _put_both()
    _confide(asked(), id_of("the child"))


def confided_of_another() -> None:
    """The same, but the service knows the child about whom nobody asks."""
    _put_both()
    _confide(unasked(), id_of("the other"))


def _put_both() -> None:
    _put(asked(), "the child")
    _put(replace(unasked(), key="K9100"), "the other")


def _confide(child: Child, child_id: uuid.UUID) -> None:
    """As the police officer, who does nothing else in the worlds, would have recorded it."""
    recorder = db.session.scalars(
        select(Account).where(Account.email == emails()["police_officer"])
    ).one()
    sheet = ConfidedSheet(
        id=random_id(), child_id=child_id, given_names=child.given_names,
        family_name=child.family_name, date_of_birth=child.date_of_birth,
        kind=SensitiveKind.MENTAL_HEALTH, basis=Basis.PARENTAL_CONSENT,
        started_on=MADE_ON.date(), recorded_at=MADE_ON,
    )  # fmt: skip
    vault.confide(
        sheet, practitioner_id=recorder.practitioner_id,
        organisation_id=recorder.organisation_id, recorded_by=recorder.id,
    )  # fmt: skip


def _hide(child_id: uuid.UUID, grade: Grade) -> None:
    hide_child(child_id=child_id, grade=grade, by=BY)


def _put(child: Child, chance: str) -> uuid.UUID:
    """Bring a child in as the town's other children, with chance of its own."""
    with chance_from(chance):
        write_children(
            replace(harrowmere(), children=(child,)), authorities=_ids(Authority.gss_code),
            places=_ids(Organisation.code), people=_ids(Practitioner.work_email), by=BY,
        )  # fmt: skip
    row = db.session.get_one(ChildRecord, id_of(chance))
    assert row.record_number == number_of(chance)
    return row.id


def _ids(word: Any) -> dict[str, uuid.UUID]:
    rows = db.session.execute(select(word, word.class_.id))
    return {row[0]: row[1] for row in rows}


def _pad_log() -> None:
    """Let every log be equally long, and fill what an auditor's page shows."""
    there = db.session.scalar(select(func.count()).select_from(AccessEvent)) or 0
    assert there < LINES_BEFORE - 60, there
    record_all([Entry(event=Event.LOG_VERIFIED)] * (LINES_BEFORE - there), by=BY)
