"""What becomes of some hundred rows: added, changed, unchanged, or set aside with a fault."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy.exc import DataError, IntegrityError

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children import queries as records
from portal.children.queries import Finder, Hearing
from portal.children.rules import (
    Change,
    ChildDraft,
    InvolvementDraft,
    fault_of_period,
    is_sensitive,
)
from portal.core import clock
from portal.core.config import Config
from portal.core.db import db
from portal.core.errors import PortalError
from portal.directory import actions as directory
from portal.directory import queries as places
from portal.directory.rules import Flaw, Outcome, PractitionerFacts
from portal.feeds.actions.pupils import put_pupils
from portal.feeds.rules import (
    Cells,
    Decision,
    FileKind,
    InvolvementFacts,
    Verdict,
    read_row,
    told_of,
)
from portal.matching import Rung

_SET_ASIDE = Decision.SET_ASIDE
# A file has some thousand titles and places, and many rows.
_tells_of_sensitive = lru_cache(4096)(is_sensitive)


def decide_rows(
    *,
    heard: Hearing,
    kind: FileKind,
    rows: Sequence[Cells | PractitionerFacts],
    by: Identity,
    finder: Finder | None = None,
) -> list[Verdict]:
    """Apply rows, practitioners as they were read, and say what became of each, in order. finder
    names the likely children in the place of the name index.

    Where the database refuses one of them, each is tried by itself and that one is set aside.
    """
    try:
        with db.session.begin_nested():
            return _decided(heard, kind, rows, finder, by)
    except (IntegrityError, DataError, PortalError):
        if len(rows) == 1:
            return [Verdict(_SET_ASIDE, Flaw("refused_by_index"))]
    return [
        verdict
        for row in rows
        for verdict in decide_rows(heard=heard, kind=kind, rows=[row], finder=finder, by=by)
    ]


def _decided(
    heard: Hearing,
    kind: FileKind,
    rows: Sequence[Cells | PractitionerFacts],
    finder: Finder | None,
    by: Identity,
) -> list[Verdict]:
    """Let the room that owns the facts apply those that can be read."""
    today = clock.today()
    facts: list[Any] = [
        row
        if isinstance(row, PractitionerFacts)
        else read_row(kind, row, source=heard.source, on=today)
        for row in rows
    ]
    if kind is FileKind.INVOLVEMENTS:
        facts = _drafts(heard, facts)
    fit = [fact for fact in facts if not isinstance(fact, Flaw)]
    verdicts = iter(_put(heard, kind, fit, finder, by) if fit else [])
    return [
        Verdict(_SET_ASIDE, fact) if isinstance(fact, Flaw) else next(verdicts) for fact in facts
    ]


def _put(
    heard: Hearing, kind: FileKind, facts: list[Any], finder: Finder | None, by: Identity
) -> list[Verdict]:
    """Hand the facts to the room that owns them."""
    if kind is FileKind.PRACTITIONERS:
        outcomes = directory.import_practitioners(
            facts=facts, source=heard.source, source_on=heard.on, by=by
        )
        return [_VERDICTS.get(one) or Verdict(Decision(one.value)) for one in outcomes]
    if kind is FileKind.CTF:
        ours = _own_authority()
        return put_pupils(facts=facts, heard=heard, authority_id=ours, by=by, finder=finder)
    if kind is FileKind.CHILDREN:
        ours = _own_authority()
        drafts = [replace(fact, authority_id=ours, source_on=heard.on) for fact in facts]
        return _put_children(drafts, heard, finder, by)
    done = children.put_involvements(drafts=facts, by=by, heard=heard)
    changes = [change for _, change in done]
    return [_VERDICTS.get(one) or Verdict(Decision(one.value)) for one in changes]


def _put_children(
    drafts: Sequence[ChildDraft], heard: Hearing, finder: Finder | None, by: Identity
) -> list[Verdict]:
    """Hand children over, and keep for the counts of a month how their rows were placed."""
    rungs: dict[str, Rung] = {}
    answers = children.put_children(drafts=drafts, by=by, rungs=rungs, heard=heard, finder=finder)
    return [
        Verdict(Decision(change.value), told=told_of(rungs.get(draft.source_id)))
        for draft, (_, change) in zip(drafts, answers, strict=True)
    ]


_VERDICTS: dict[Outcome | Change, Verdict] = {
    Outcome.NO_ORGANISATION: Verdict(_SET_ASIDE, Flaw("no_organisation", "organisation_code")),
    Change.REFUSED: Verdict(_SET_ASIDE, Flaw("sensitive", "organisation_code")),
}


def _own_authority() -> uuid.UUID | None:
    """The authority that runs this installation: children it reports are its responsibility."""
    config: Config = current_app.extensions["portal_config"]
    found = places.authority_by_code(config.authority_code) if config.authority_code else None
    return found.id if found else None


def _drafts(
    heard: Hearing, facts: Sequence[InvolvementFacts | Flaw]
) -> list[InvolvementDraft | Flaw]:
    """Find the child, the organisation and the person that each involvement names."""
    known = [fact for fact in facts if isinstance(fact, InvolvementFacts)]
    finder = _Finder(heard, known)
    return [fact if isinstance(fact, Flaw) else finder.draft(fact) for fact in facts]


class _Finder:
    """Everything that a batch of involvements names, fetched at once."""

    def __init__(self, heard: Hearing, facts: Sequence[InvolvementFacts]) -> None:
        self._heard = heard
        numbers = {fact.child_source_id for fact in facts}
        self._children = records.child_ids(heard.source, numbers)
        self._births = records.births_said(heard.source, numbers)
        self._places = places.organisations_by_code({fact.organisation_code for fact in facts})
        self._people = places.posts_by_email({fact.practitioner_email for fact in facts})
        self._sensitive_places = {
            code for code, place in self._places.items() if _tells_of_sensitive(place.name)
        }
        self._sensitive_people = {
            email for email, (_, title) in self._people.items() if _tells_of_sensitive(title)
        }

    def draft(self, fact: InvolvementFacts) -> InvolvementDraft | Flaw:
        """Put ids in the place of names, or say which name is not known."""
        child_id = self._children.get(fact.child_source_id)
        place = self._places.get(fact.organisation_code)
        person = self._people.get(fact.practitioner_email)
        if child_id is None:
            return Flaw("no_child", "child_source_id")
        if place is None:
            return Flaw("no_organisation", "organisation_code")
        if person is None and fact.practitioner_email:
            return Flaw("no_practitioner", "practitioner_email")
        if fact.organisation_code in self._sensitive_places:
            return Flaw("sensitive", "organisation_code")
        if fact.practitioner_email in self._sensitive_people:
            return Flaw("sensitive", "practitioner_email")
        today, born_on = clock.today(), self._births.get(fact.child_source_id)
        if fault_of_period(fact.started_on, fact.ended_on, today=today, born_on=born_on):
            return Flaw("starts_before_birth", "started_on")
        return InvolvementDraft(
            **{word: getattr(fact, word) for word in _AS_REPORTED},
            child_id=child_id,
            organisation_id=place.id,
            practitioner_id=person[0] if person else None,
            source=self._heard.source,
            source_on=self._heard.on,
            child_source_id=fact.child_source_id,
        )


_AS_REPORTED = (
    "kind", "tier", "started_on", "ended_on", "is_lead", "has_early_help_assessment",
)  # fmt: skip
