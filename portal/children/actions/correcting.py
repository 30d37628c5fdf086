"""Putting a child's own facts right: only from what waits in the steward's queue (decisions/0037).

What is written, and what is read afterwards, is the same for the stub of a masked child.
"""

import datetime as dt
import uuid
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.access.reasons import Reason
from portal.children import correcting, finding, queries, vault
from portal.children.actions.corrections import end_correction
from portal.children.models import ChildRecord, Correction
from portal.children.rules import (
    CHILD_FAULTS,
    OWN_CORRECTION,
    ChildDraft,
    CorrectionKind,
    Gender,
    OwnFact,
    Settlement,
    facts_said,
    fault_of_child,
    tidy_name,
)
from portal.children.visibility import one
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Conflict, Invalid, NotFound

_NAMES = (OwnFact.GIVEN_NAMES, OwnFact.FAMILY_NAME)


def correct_details(
    *, correction_id: uuid.UUID, details: Mapping[OwnFact, str], by: Identity
) -> tuple[OwnFact, LazyString] | None:
    """Let what the index team says of a child stand before every source, and settle the report
    that led to it. Returns the fact that keeps it from being done and why, None when it is done;
    the same again changes nothing.

    Raises NotFound, and Conflict when the report ended otherwise.
    """
    vault.enter()
    row = correcting.locked_correction(correction_id)
    told = {fact: tidy_name(text) if fact in _NAMES else text for fact, text in details.items()}
    if _stands_already(row, told, by):
        return None
    child = _child(row, CorrectionKind.WRONG_NAME_OR_BIRTH, by)
    before = facts_said(child)
    values = {fact: text for fact, text in told.items() if text != before[fact]}
    if not values:
        return OwnFact.GIVEN_NAMES, _l("Change what is wrong, or say below how it ended")
    fault = fault_of_child(_draft(before | values), clock.today())
    if fault is not None:
        return CHILD_FAULTS[fault]
    _put_right(child, values, row, by)
    return None


def settle_difference(*, correction_id: uuid.UUID, value: str | None, by: Identity) -> None:
    """Say which of the things that sources say of a fact is right, None: both may stand, until one
    of them says something else. The same again changes nothing.

    Raises NotFound, Invalid for what nobody says, and Conflict when it ended otherwise.
    """
    vault.enter()
    row = correcting.locked_correction(correction_id)
    if value is None and row.outcome == Settlement.MAY_STAND.value:
        return
    fact = OwnFact(row.fact) if row.fact else None
    if fact is not None and value is not None and _stands_already(row, {fact: value}, by):
        return
    child = _child(row, CorrectionKind.SOURCES_DIFFER, by)
    if fact is None or value is None:
        end_correction(row=row, outcome=Settlement.MAY_STAND, by=by)
        return
    if value not in {choice.value for choice in queries.said_of(child.id, fact)}:
        raise Invalid(_l("Choose one of the answers shown."))
    _put_right(child, {fact: value}, row, by)


def reopen_correction(*, correction_id: uuid.UUID, by: Identity) -> None:
    """Take back how something ended: it waits again, and what sources say stands again where the
    index team had said something else. Nothing happens to one that waits.

    Raises NotFound, and Conflict for what was not settled by the index team's own word.
    """
    vault.enter()
    row = correcting.locked_correction(correction_id)
    if row.outcome is None:
        return
    if not Settlement(row.outcome).is_reversible:
        raise Conflict(_l("This cannot be taken back."))
    child = one(row.child_id, by=by, to_change=True)
    own = {OwnFact(row.fact)} if row.fact else set()
    # What waits again stands in the place of what was asked of the same fact since.
    correcting.answer_questions(child.id, own)
    under = vault.take_back_sealed(child.id, row.id)
    if under is None:
        under = correcting.take_back(child.id, row.id)
        correcting.ask_anew(child.id, under.keys() - own)
    correcting.set_facts(child, under)
    _index(child)
    row.outcome = row.settled_by = row.settled_at = None
    _note(Event.CORRECTION_REOPENED, row, by)


def _stands_already(row: Correction, told: Mapping[OwnFact, str], by: Identity) -> bool:
    """True when this is how it was put right, and the same is said once more."""
    if row.outcome != Settlement.CORRECTED.value:
        return False
    said = facts_said(one(row.child_id, by=by))
    return all(said[fact] == text for fact, text in told.items())


def _child(row: Correction, kind: CorrectionKind, by: Identity) -> ChildRecord:
    """The child that something of this kind is about, while it waits."""
    if row.kind != kind.value:
        raise NotFound
    if row.outcome is not None:
        raise Conflict(_l("Somebody else has settled this already."))
    return one(row.child_id, by=by, to_change=True)


def _put_right(
    child: ChildRecord, values: Mapping[OwnFact, str], row: Correction, by: Identity
) -> None:
    before = facts_said(child)
    new = [
        correcting.correction(
            child.id, fact, text, under=before[fact], for_id=row.id, made_by=by.account_id
        )
        for fact, text in values.items()
    ]
    # What shows is written first: of chance, too, the vault takes nothing away from it.
    correcting.set_facts(child, values)
    correcting.keep_name(child, (before[OwnFact.GIVEN_NAMES], before[OwnFact.FAMILY_NAME]))
    if not vault.correct_sealed(child.id, new):
        standing = correcting.standing_of([child.id])[child.id]
        db.session.add_all(correcting.put_over(standing, new))
    end_correction(row=row, outcome=Settlement.CORRECTED, by=by)
    correcting.answer_questions(child.id, values.keys())
    correcting.weigh({child.id: ()})
    _index(child)
    _note(Event.CHILD_CORRECTED, row, by, facts=" ".join(sorted(values)))


def _draft(facts: Mapping[OwnFact, str]) -> ChildDraft:
    born = dt.date.fromisoformat(facts[OwnFact.DATE_OF_BIRTH])
    return ChildDraft(
        source=OWN_CORRECTION, source_id="", source_on=clock.today(),
        given_names=facts[OwnFact.GIVEN_NAMES], family_name=facts[OwnFact.FAMILY_NAME],
        date_of_birth=born, gender=Gender(facts[OwnFact.GENDER]),
    )  # fmt: skip


def _index(child: ChildRecord) -> None:
    db.session.flush()
    finding.index_children(db.session(), finding.entries_of(db.session(), [child]))


def _note(event: Event, row: Correction, by: Identity, **more: str) -> None:
    record(
        event, by=by, subject_kind="child", subject_id=row.child_id,
        reason=Reason.DATA_QUALITY.value, details={"correction": row.id, **more},
    )  # fmt: skip
