"""Doors of the data steward: a record that is about two children, split into two."""

import uuid
from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children import actions
from portal.children.queries import NumberSays, SplitSheet
from portal.children.rules import AGREEMENTS
from portal.core.forms import ask_again
from portal.core.pages import day, page
from portal.feeds import room
from portal.feeds.forms import SplitConsentForm, SplitForm

ASK = "feeds/split.html"


@room.get("/feeds/splits/<uuid:correction_id>", requires=Permission.REVIEW_DECIDE)
def split(correction_id: uuid.UUID) -> Response:
    """Show what each number of a record says, and ask which are another child's."""
    sheet = actions.open_split(correction_id=correction_id, by=current_identity())
    return page(ASK, form=_about(SplitForm(), sheet), **_words(sheet, correction_id))


@room.post("/feeds/splits/<uuid:correction_id>", requires=Permission.REVIEW_DECIDE)
def split_sides(correction_id: uuid.UUID) -> Response:
    """Show both records as they would be, and ask whether it is right so."""
    by, form = current_identity(), SplitForm()
    sheet = actions.open_split(correction_id=correction_id, by=by)
    if not _about(form, sheet).validate():
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


def _about(form: SplitForm, sheet: SplitSheet) -> SplitForm:
    numbers = [(one.word, _label(one)) for one in sheet.numbers]
    return form.about(numbers, [(one.word, one.text) for one in sheet.contacts])


def _label(one: NumberSays) -> str:
    """How a page names one number of a source."""
    who = _("%(name)s, born %(born)s", name=one.name, born=day(one.born))
    if one.place:
        words = {"source": one.source, "place": one.place, "who": who}
        return str(_("%(source)s, report %(place)d: %(who)s", **words))
    return str(_("%(source)s: %(who)s", source=one.source, who=who))


def _words(sheet: SplitSheet, correction_id: uuid.UUID) -> dict[str, Any]:
    labels = {one.word: _label(one) for one in sheet.numbers}
    return {"sheet": sheet, "correction_id": correction_id, "labels": labels}
