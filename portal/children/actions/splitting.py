"""A record that is about two children, split by the data steward (decisions/0038).

It is reached from what a practitioner said of it, never by its name or number; and whoever answers
reads the same sentence whatever became of the record meanwhile.
"""

import base64
import json
import uuid

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.access.reasons import Reason
from portal.children import joining, queries, splitting, vault
from portal.children.models import ChildMerge, ChildRecord, Correction
from portal.children.queries import SidesSheet, SplitSheet
from portal.children.rules import Choice, CorrectionKind
from portal.children.splitting import Wish, wish_in, written
from portal.children.visibility import Job, everything, one
from portal.core.db import db, random_id
from portal.core.errors import Conflict, NotFound
from portal.core.keys import KeyProblem, Keys, seal, unseal

_CHANGED = _l("The record has changed since you looked at it. Look at it again, and choose again.")


def open_split(*, correction_id: uuid.UUID, by: Identity) -> SplitSheet:
    """Show what each number of a record says: a look, with its line. Raises NotFound where nobody
    has said, and still says, that the record may be about two children."""
    child = one(_reported(correction_id), by=by)
    _note(Event.SPLIT_OPENED, child.id, by=by)
    return queries.split_sheet(joining.tables_of(child))


def open_split_sides(
    *, correction_id: uuid.UUID, numbers: list[str], contacts: list[str], by: Identity
) -> tuple[SidesSheet, str]:
    """Show what both records would hold, and return a word by which this person may let it happen;
    a look, with its line. numbers and contacts are as split_sheet names them.

    Raises NotFound as open_split does, Conflict when the record does not hold what was chosen.
    """
    child = one(_reported(correction_id), by=by)
    whole = joining.tables_of(child)
    choice = Choice(queries.numbers_named(whole, numbers), frozenset(contacts))
    if len(choice.numbers) != len(set(numbers)) or not choice.fits(whole):
        raise Conflict(_CHANGED)
    wish = Wish(child.id, random_id(), choice)
    _note(Event.SPLIT_OPENED, child.id, by=by)
    return queries.sides_sheet(splitting.sides_of(whole, wish)), _sealed(wish, by)


def split_record(*, word: str, by: Identity) -> None:
    """Make two records of one, as open_split_sides has shown it. The same again does nothing.

    Of a record that was hidden meanwhile, or is kept apart from another, nothing is done in the
    index; it reads the same, and a shield officer is told. Raises Conflict when the record has
    changed, or the word is not this person's; NotFound where there is no such record any more.
    """
    vault.enter()
    wish = _opened(word, by)
    if _is_done(wish.new_id):
        return
    held = vault.record_of(wish.child_id)
    row = _locked(wish.child_id)
    is_apart = bool(vault.kept_apart_among({wish.child_id}))
    if held is None and row is None:
        raise NotFound
    whole = splitting.sealed_tables(held) if held else joining.tables_of(row)  # type: ignore[arg-type]
    if not wish.choice.fits(whole):
        raise Conflict(_CHANGED)
    if held or is_apart or row is None:
        vault.keep_wish(wish.new_id, written(wish) | {"is_told": False})
    else:
        splitting.split_open(row, wish, by=by)
        # As much is written of a record in the open as of one in the vault.
        vault.stir()
    _note(Event.RECORD_SPLIT, wish.child_id, wish.new_id, by=by)


def split_hidden_record(*, new_id: uuid.UUID, by: Identity) -> None:
    """Make two hidden records of a hidden one, as a data steward wished; for the shield officers,
    whose room writes the line. Raises NotFound where nobody wished it or the child is not hidden,
    Conflict when the record has changed."""
    vault.enter()
    content = vault.wish_of(new_id)
    held = vault.record_of(uuid.UUID(content["child_id"])) if content else None
    if content is None or held is None:
        raise NotFound
    wish = wish_in(content)
    if not wish.choice.fits(splitting.sealed_tables(held)):
        raise Conflict(_CHANGED)
    splitting.split_hidden(wish, by=by)
    details = {"child": wish.child_id, "new": new_id}
    record_all([Entry(event=Event.SHIELD_HIDDEN, subject_kind="shield", details=details)], by=by)


def _reported(correction_id: uuid.UUID) -> uuid.UUID:
    row = db.session.get(Correction, correction_id)
    if row is None or row.settled_at or not CorrectionKind(row.kind).may_mean_two:
        raise NotFound
    return row.child_id


def _locked(child_id: uuid.UUID) -> ChildRecord | None:
    wanted = everything(Job.REVIEW).where(ChildRecord.lifecycle == "active")
    return db.session.scalar(wanted.where(ChildRecord.id == child_id).with_for_update())


def _is_done(new_id: uuid.UUID) -> bool:
    made = select(ChildMerge.id).where(ChildMerge.gone_id == new_id)
    return db.session.scalar(made) is not None or vault.wish_of(new_id) is not None


def _note(event: Event, *ids: uuid.UUID, by: Identity) -> None:
    """One line for each child."""
    reason = Reason.DATA_QUALITY.value
    lines = [
        Entry(event=event, subject_kind="child", subject_id=one_id, reason=reason) for one_id in ids
    ]
    record_all(lines, by=by)


def _sealed(wish: Wish, by: Identity) -> str:
    keys: Keys = current_app.extensions["portal_keys"]
    sealed = seal(keys.identifier, json.dumps(written(wish)), place=_place(by))
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(word: str, by: Identity) -> Wish:
    keys: Keys = current_app.extensions["portal_keys"]
    try:
        sealed = base64.urlsafe_b64decode(word.encode())
        return wish_in(json.loads(unseal(keys.identifier, sealed, place=_place(by))))
    except (KeyProblem, ValueError):
        raise Conflict(_CHANGED) from None


def _place(by: Identity) -> str:
    """Nobody else, and no other session, can use what was shown to one."""
    return f"split|{by.account_id}|{by.session_mark}"
