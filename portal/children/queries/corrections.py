"""Which corrections wait."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask_babel import LazyString
from sqlalchemy import Select, func, or_, select

from portal.accounts import queries as accounts
from portal.children import correcting
from portal.children.models import ChildRecord, Correction, Involvement
from portal.children.rules import (
    CORRECTION_KINDS,
    GENDERS,
    OWN_CORRECTION,
    OWN_FACTS,
    CorrectionKind,
    Gender,
    OwnFact,
    Said,
    Settlement,
    Value,
    facts_said,
    gives_away,
    is_same,
    read_fact,
)
from portal.children.visibility import place_shown, sensitive_kind_of
from portal.core.db import db
from portal.core.pages import day
from portal.directory import queries as directory
from portal.directory.models import Organisation, Practitioner
from portal.directory.rules import Fact

CORRECTIONS_SHOWN, SETTLED_SHOWN = 100, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that is said of a fact: as it is kept, as people read it, and who says it."""

    value: str
    text: str
    told: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionSheet:
    """What may be wrong; no word of which child. organisation is empty when it is about the child's
    own details, reporter when nobody said it but sources differ, of fact.

    practitioner_id is whose work it is about; on its own page it leads to the entry that may be put
    right, and to none that tells of a sensitive service.

    Only on its own page, while it waits: facts is what stands of the child, choices what is said.
    """

    id: uuid.UUID
    kind: CorrectionKind
    label: LazyString
    fact: LazyString | None
    organisation: str
    practitioner_id: uuid.UUID | None
    contact_ended_on: dt.date | None
    reporter: str
    reported_at: dt.datetime
    outcome: Settlement | None
    settled_at: dt.datetime | None
    facts: Mapping[OwnFact, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    @property
    def is_about_sources(self) -> bool:
        """True when sources differ, False for what somebody said."""
        return self.kind is CorrectionKind.SOURCES_DIFFER

    @property
    def offered(self) -> list[tuple[str, str]]:
        """What may be chosen: as it is kept, and as people read it."""
        return [(one.value, one.text) for one in self.choices]

    @property
    def shown_facts(self) -> list[tuple[LazyString, str]]:
        """What stands of the child, as people read it."""
        return [(OWN_FACTS[fact], shown_fact(fact, text)) for fact, text in self.facts.items()]


def open_corrections() -> list[CorrectionSheet]:
    """Return the corrections that wait, the oldest first, at most a hundred."""
    wanted = _corrections().where(Correction.settled_at.is_(None))
    ordered = wanted.order_by(Correction.reported_at, Correction.id)
    return _sheets(ordered.limit(CORRECTIONS_SHOWN))


def reversible_corrections() -> list[CorrectionSheet]:
    """Return what the index team's own word settled last, the latest first, at most fifty."""
    words = [one.value for one in Settlement if one.is_reversible]
    wanted = _corrections().where(Correction.outcome.in_(words))
    ordered = wanted.order_by(Correction.settled_at.desc(), Correction.id)
    return _sheets(ordered.limit(SETTLED_SHOWN))


def next_waiting(correction_id: uuid.UUID) -> uuid.UUID | None:
    """Return what waits after this one; None when nothing does. Whoever leaves one for later comes
    to it again through the list."""
    this = select(Correction.reported_at).where(Correction.id == correction_id).scalar_subquery()
    later = or_(
        Correction.reported_at > this,
        (Correction.reported_at == this) & (Correction.id > correction_id),
    )
    waiting = select(Correction.id).where(Correction.settled_at.is_(None), later)
    return db.session.scalar(waiting.order_by(Correction.reported_at, Correction.id).limit(1))


def with_details(sheet: CorrectionSheet, child: ChildRecord) -> CorrectionSheet:
    """Return it with who the child is by now, and with what sources say where they differ."""
    about = db.session.get_one(Correction, sheet.id).fact
    choices = said_of(child.id, OwnFact(about)) if about else ()
    return replace(sheet, facts=facts_said(child), choices=choices)


def said_of(child_id: uuid.UUID, fact: OwnFact) -> tuple[Choice, ...]:
    """Return what is said of a fact, by sources in their last words and by the index team."""
    words = [one for one in correcting.words_about([child_id])[child_id] if one.fact is fact]
    standing = correcting.standing_of([child_id])[child_id].get(fact)
    if standing is not None:
        made_on = standing.made_at.date()
        own = Said(fact=fact, text=standing.value, source=OWN_CORRECTION, on=made_on)
        words.append(own)
    groups: list[list[Said]] = []
    for word in words:
        same = next((one for one in groups if is_same(one[0].text, word.text)), None)
        if same is None:
            groups.append([word])
        else:
            same.append(word)
    return tuple(_choice(fact, group) for group in groups if group[0].text)


def shown_fact(fact: OwnFact, text: str) -> str:
    """Return a fact as people read it."""
    if fact is OwnFact.GENDER:
        return str(GENDERS[Gender(text)])
    value = read_fact(fact, text)
    return day(value) if isinstance(value, dt.date) else value


def _choice(fact: OwnFact, words: list[Said]) -> Choice:
    text = shown_fact(fact, words[0].text)
    told = tuple(Value(text, one.source, one.on) for one in words)
    return Choice(value=words[0].text, text=text, told=told)


def count_of_open_corrections() -> int:
    """Return how many corrections wait."""
    open_ones = select(func.count()).where(Correction.settled_at.is_(None))
    return db.session.scalar(open_ones.select_from(Correction)) or 0


def correction(correction_id: uuid.UUID) -> CorrectionSheet | None:
    """Return one correction, also a settled one."""
    found = next(iter(_sheets(_corrections().where(Correction.id == correction_id))), None)
    return replace(found, practitioner_id=_entry_of(found)) if found else None


def _corrections() -> Select[Correction, Involvement, Organisation, Practitioner]:
    return (
        select(Correction, Involvement, Organisation, Practitioner)
        .outerjoin(Involvement, Involvement.id == Correction.involvement_id)
        .outerjoin(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
    )


def _sheets(
    wanted: Select[Correction, Involvement, Organisation, Practitioner],
) -> list[CorrectionSheet]:
    rows = db.session.execute(wanted).all()
    names = accounts.names_of({row.reported_by for row, _, _, _ in rows if row.reported_by})
    return [
        CorrectionSheet(
            id=row.id,
            kind=CorrectionKind(row.kind),
            label=CORRECTION_KINDS[CorrectionKind(row.kind)],
            fact=OWN_FACTS[OwnFact(row.fact)] if row.fact else None,
            organisation=place_shown(place, person) if place else "",
            practitioner_id=_person_shown(place, person),
            contact_ended_on=work.ended_on if work else None,
            reporter=names.get(row.reported_by, "") if row.reported_by else "",
            reported_at=row.reported_at,
            outcome=Settlement(row.outcome) if row.outcome else None,
            settled_at=row.settled_at,
        )
        for row, work, place, person in rows
    ]


def _person_shown(place: Organisation | None, person: Practitioner | None) -> uuid.UUID | None:
    is_shown = place and person and not sensitive_kind_of(place, person)
    return person.id if is_shown and person else None


def _entry_of(sheet: CorrectionSheet) -> uuid.UUID | None:
    """Whose details may be wrong: nobody where any word of the entry gives a sensitive service
    away, for its page shows them all."""
    person_id = sheet.practitioner_id if sheet.kind.is_about_details else None
    person = directory.practitioner(person_id) if person_id else None
    if person is None or sensitive_kind_of(person.organisation, person):
        return None
    words = directory.words_of([person.id]).get(person.id, [])
    titles = [word.value for word in words if word.fact is Fact.ROLE_TITLE]
    ids = {uuid.UUID(word.value) for word in words if word.fact is Fact.ORGANISATION}
    places = directory.organisations(ids).values()
    is_told = gives_away(*titles) or any(sensitive_kind_of(place, None) for place in places)
    return None if is_told else person.id
