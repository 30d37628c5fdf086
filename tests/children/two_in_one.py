"""A record into which two sources put two children."""

import re
import uuid
from typing import Any

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.children import actions
from portal.children.models import ChildMerge, Correction
from portal.children.rules import OWN_WORD, AddressDraft, CarerDraft, Kind, Relation
from portal.core.db import db
from portal.directory.models import Organisation
from tests.children.looking import read, say_why
from tests.children.reporting import FEED
from tests.children.test_merging import draft, merge, work
from tests.editor import Editor

HOMES = [AddressDraft(address=f"{n} Mill Lane", postcode="QH1 1AA") for n in range(4)]
NUMBER = r'name="numbers"[^>]*value="([0-9a-f]+)"[^<]*>\s*<label[^>]*>\s*([a-z-]+)'
COUNCIL = {"family_name": "Brackenbury", "given_names": "Odile"}


def of_two(session: Session, **more: Any) -> uuid.UUID:
    """A record into which two sources put two girls; each tells of her home, carer and contact,
    and a practitioner of one."""
    places = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(3)).all()
    carer = CarerDraft(name="Ada Quill", relation=Relation.HAS_CARE)
    words = {"addresses": HOMES[:1], "carers": (carer,)}
    school = draft("school-records", "S1", family_name="Quillfeather", **words)
    council = draft("council", "C1", addresses=HOMES[1:2], **COUNCIL, **more)
    ids = [actions.put_children(drafts=[one], by=FEED)[0][0] for one in (school, council)]
    told = [work(ids[0], places[0], source="school-records"),
            work(ids[1], places[1], source="council"),
            work(ids[0], places[2], source=OWN_WORD, kind=Kind.HEALTH_VISITING)]  # fmt: skip
    actions.put_involvements(drafts=told, by=FEED)
    merge(*ids)
    # Whatever joined them, it left nothing that can be undone.
    session.execute(delete(ChildMerge))
    return ids[0]


def report(app: Flask, teacher: Editor, child_id: uuid.UUID) -> str:
    """Let a practitioner say that a record is about two children; return the address at which the
    data steward splits it."""
    say_why(teacher, child_id)
    sent = teacher.post(f"/children/{child_id}/dispute", data={"kind": "two_children"})
    assert sent.status_code == 303
    with app.app_context():
        wanted = select(Correction.id).where(Correction.child_id == child_id)
        found = db.session.scalars(wanted.order_by(Correction.reported_at.desc())).first()
    return f"/feeds/splits/{found}"


def a_record_of_two(app: Flask) -> uuid.UUID:
    """Put such a record into the town."""
    with app.app_context():
        child_id = of_two(db.session())
        db.session.commit()
        return child_id


def chosen(browser: Editor, address: str, *sources: str) -> dict[str, str | list[str]]:
    """Choose on the page what these sources reported; return what is sent."""
    page = read(browser.get(address))
    boxes = re.findall(NUMBER, page)
    return {"numbers": [word for word, source in boxes if source in sources]}


def word_for(browser: Editor, address: str, *sources: str) -> str:
    """Look at both records as they would be; return the word that lets it happen."""
    page = read(browser.post(address, data=chosen(browser, address, *sources)))
    (word,) = re.findall(r'name="word" value="([^"]+)"', page)
    return str(word)
