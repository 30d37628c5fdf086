"""Pupils of a file of a school: the child first, then that the school is involved."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from portal.access.identity import Identity
from portal.children import actions as children
from portal.children.queries import Finder, Hearing
from portal.children.rules import Change, InvolvementDraft, Kind, is_sensitive, kind_of
from portal.core.errors import Conflict
from portal.directory import queries as places
from portal.directory.queries import OrganisationSheet
from portal.directory.rules import Flaw
from portal.feeds.rules import Decision, PupilFacts, Verdict, told_of
from portal.matching import Rung

_NAMED = "establishment_number"
# What an organisation is called says which of these its pupils' involvement is.
_KINDS = {Kind.SCHOOL, Kind.EARLY_YEARS, Kind.COLLEGE}


def put_pupils(
    *,
    facts: Sequence[PupilFacts],
    heard: Hearing,
    authority_id: uuid.UUID | None,
    by: Identity,
    finder: Finder | None = None,
) -> list[Verdict]:
    """Add or change pupils of one source; return what became of each, in order.

    A pupil is taken whole: where the school cannot be found nothing is said of the child either. A
    child that the guard holds back has an id like any other, under which the guard holds back the
    involvement too; both answers are those of an index without hidden children (decision 0018).
    """
    schools = places.schools_by_establishment({fact.school.organisation_code for fact in facts})
    flaws = [_flaw(schools.get(fact.school.organisation_code)) for fact in facts]
    fit = [fact for fact, flaw in zip(facts, flaws, strict=True) if flaw is None]
    verdicts = iter(_put(fit, schools, heard, authority_id, finder, by) if fit else [])
    return [next(verdicts) if flaw is None else Verdict(Decision.SET_ASIDE, flaw) for flaw in flaws]


def _flaw(school: OrganisationSheet | None) -> Flaw | None:
    if school is None:
        return Flaw("no_organisation", _NAMED)
    if is_sensitive(school.name) or is_sensitive(school.kind):
        return Flaw("sensitive", _NAMED)
    return None


def _put(
    facts: Sequence[PupilFacts],
    schools: dict[str, OrganisationSheet],
    heard: Hearing,
    authority_id: uuid.UUID | None,
    finder: Finder | None,
    by: Identity,
) -> list[Verdict]:
    drafts = [replace(fact.child, authority_id=authority_id, source_on=heard.on) for fact in facts]
    rungs: dict[str, Rung] = {}
    of_children = children.put_children(
        drafts=drafts, by=by, rungs=rungs, heard=heard, finder=finder
    )
    at_school = [
        _draft(fact, heard, child_id, schools[fact.school.organisation_code])
        for fact, (child_id, _) in zip(facts, of_children, strict=True)
    ]
    of_schools = children.put_involvements(drafts=at_school, by=by, heard=heard)
    return [
        Verdict(_both(child, school), told=told_of(rungs.get(draft.source_id)))
        for draft, (_, child), (_, school) in zip(drafts, of_children, of_schools, strict=True)
    ]


def _draft(
    fact: PupilFacts, heard: Hearing, child_id: uuid.UUID, school: OrganisationSheet
) -> InvolvementDraft:
    called = kind_of(school.kind.replace("_", " "))
    return InvolvementDraft(
        child_id=child_id,
        organisation_id=school.id,
        kind=called if called in _KINDS else Kind.SCHOOL,
        started_on=fact.school.started_on,
        ended_on=fact.school.ended_on,
        source=heard.source,
        source_on=heard.on,
        child_source_id=fact.child.source_id,
    )


def _both(child: Change, school: Change) -> Decision:
    """One word for a pupil. Raises Conflict when half of it was refused: then neither may stay."""
    if school is Change.REFUSED:
        raise Conflict
    if child is Change.UNCHANGED and school is not Change.UNCHANGED:
        return Decision.CHANGED
    return Decision(child.value)
