"""An installation before and after something is hidden, and what those who broker contact read."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select, update

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.children.actions import hide_child, unhide_child
from portal.children.models import ChildRecord
from portal.children.rules import Basis, ConfidedSheet, SensitiveKind
from portal.children.vault import Grade
from portal.children.vault.sensitive import confide
from portal.core import clock
from portal.core.db import db, random_id
from portal.shielding.models import ContactRequest
from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import id_of
from tests.shielding.asking import LIST, practitioner_of, request_of

BY = operator("test")
STORY = CHILDREN.story


@dataclass(frozen=True)
class World:
    """An installation, and who works in it."""

    portal: Flask
    steward: Editor
    asker: Editor

    def hide(self, grade: Grade) -> None:
        """Hide the child of the story."""
        child_id = self.child_id
        with self.portal.app_context():
            hide_child(child_id=child_id, grade=grade, by=BY)
            db.session.commit()

    def unhide(self, child_id: uuid.UUID) -> None:
        """Put the child back."""
        with self.portal.app_context():
            unhide_child(child_id=child_id, by=BY)
            db.session.commit()

    def without(self, *statements: object) -> None:
        """Let something be gone."""
        with self.portal.app_context():
            for one in statements:
                db.session.execute(one)  # type: ignore[call-overload]
            db.session.commit()

    @property
    def child_id(self) -> uuid.UUID:
        """The child of the story while the index shows it."""
        return id_of(self.portal, STORY)

    def ordinary(self, receipt: str) -> list[str]:
        """All that the asker and the steward read of a request, without what changes anyway."""
        steward = [LIST, f"{LIST}/{request_of(receipt)}"]
        asker = ["/contact-requests/mine", receipt]
        return [*texts(self.steward, steward), *texts(self.asker, asker)]

    def lines(self, receipt: str) -> tuple[object, ...]:
        """The row of a request as it stands in the plain table."""
        columns = ContactRequest.__table__.columns
        wanted = select(*columns).where(ContactRequest.id == uuid.UUID(request_of(receipt)))
        with self.portal.app_context():
            return tuple(db.session.execute(wanted).one())

    def plain_log(self) -> list[str]:
        """The words of the log that an ordinary reader sees."""
        with self.portal.app_context():
            words = db.session.scalars(select(AccessEvent.event).order_by(AccessEvent.line))
            return [word for word in words if not word.startswith("shield:")]


def gone(child_id: uuid.UUID) -> object:
    """A child who left the index for another reason than a shield."""
    return update(ChildRecord).where(ChildRecord.id == child_id).values(lifecycle="archived")


def texts(browser: Editor, addresses: Iterable[str]) -> list[str]:
    """Return pages without the tokens of their forms."""
    pages = [browser.get(one).get_data(as_text=True) for one in addresses]
    return [re.sub(r"I[jm][0-9A-Za-z_-]{20,}\.[0-9A-Za-z_.-]+", "token", one) for one in pages]


def confided(portal: Flask, key: str, child_id: uuid.UUID) -> None:
    """Let a member of the cast work with a child in confidence."""
    sheet = ConfidedSheet(
        id=random_id(), child_id=child_id, given_names=STORY.given_names,
        family_name=STORY.family_name, date_of_birth=STORY.date_of_birth,
        kind=next(iter(SensitiveKind)), basis=next(iter(Basis)), started_on=clock.today(),
        recorded_at=clock.now(),
    )  # fmt: skip
    person = practitioner_of(portal, key)
    with portal.app_context():
        confide(sheet, practitioner_id=person, organisation_id=None, recorded_by=None)
        db.session.commit()
