"""Doors of the data steward: a record that is about two children, split into two."""

import uuid
from typing import Any

from flask import Response

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions
from portal.children.queries import SplitSheet
from portal.children.rules import AGREEMENTS
from portal.core.forms import ask_again
from portal.core.pages import page
from portal.feeds import room
from portal.feeds.forms import SplitConsentForm, SplitForm, number_label

ASK = "feeds/split.html"


@room.get("/feeds/splits/<uuid:correction_id>", requires=Permission.REVIEW_DECIDE)
def split(correction_id: uuid.UUID) -> Response:
    """Show what each number of a record says, and ask which are another child's."""
    sheet = actions.open_split(correction_id=correction_id, by=current_identity())
    return page(ASK, form=SplitForm().about(sheet), **_words(sheet, correction_id))


@room.post("/feeds/splits/<uuid:correction_id>", requires=Permission.REVIEW_DECIDE)
def split_sides(correction_id: uuid.UUID) -> Response:
    """Show both records as they would be, and ask whether it is right so."""
    by, form = current_identity(), SplitForm()
    sheet = actions.open_split(correction_id=correction_id, by=by)
    if not form.about(sheet).validate():
        return ask_again(ASK, form, **_words(sheet, correction_id))
    sides, word = actions.open_split_sides(
        correction_id=correction_id, numbers=form.numbers.data or [],
        contacts=form.contacts.data or [], by=by,
    )  # fmt: skip
    words: dict[str, Any] = {"sides": sides, "word": word, "agreements": AGREEMENTS}
    return page("feeds/split_sides.html", correction_id=correction_id, **words)


@room.post("/feeds/splits", requires=Permission.REVIEW_DECIDE)
def split_record() -> Response:
    """Make two records of one. One answer, whatever became of the record meanwhile."""
    form = SplitConsentForm()
    actions.split_record(word=form.read(), by=current_identity())
    return page("feeds/split_record.html")


def _words(sheet: SplitSheet, correction_id: uuid.UUID) -> dict[str, Any]:
    labels = {one.word: number_label(one) for one in sheet.numbers}
    return {"sheet": sheet, "correction_id": correction_id, "labels": labels}
