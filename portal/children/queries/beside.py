"""What records say, each value with who said it and of which day: one, or two side by side."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    ChildSource,
    Involvement,
    LocalCorrection,
)
from portal.children.rules import (
    ABOUT,
    ADDRESS_KINDS,
    GENDERS,
    OWN_CORRECTION,
    SCHEMES,
    AddressKind,
    Fact,
    Gender,
    Kind,
    OwnFact,
    Scheme,
    Value,
    Values,
)
from portal.children.vault.packing import Packed, unpacked
from portal.children.visibility import place_shown
from portal.core.db import db
from portal.core.pages import day
from portal.directory.models import Organisation, Practitioner

MOST_CONTACTS = 20
SHOWN: tuple[Any, ...] = (
    ChildName, ChildAddress, Carer, ChildIdentifier, Involvement, ChildSource, LocalCorrection,
)  # fmt: skip
Beside = Mapping[Any, Sequence[Any]]
Side = tuple[ChildRecord, Beside]


def as_it_was(tables: Mapping[str, list[Packed]]) -> Side:
    """Return packed rows as rows in no session, with all of them that is shown."""

    def rows(model: Any) -> list[Any]:
        return [model(**unpacked(model, one)) for one in tables.get(model.__tablename__, [])]

    return rows(ChildRecord)[0], {model: rows(model) for model in SHOWN}


def beside(child: ChildRecord) -> Beside:
    """Return what stands beside a child in the open."""
    return {
        model: db.session.scalars(
            select(model).where(model.child_id == child.id).order_by(*model.__table__.primary_key)
        ).all()
        for model in SHOWN
    }


def facts_beside(one: Side, other: Side) -> tuple[Fact, ...]:
    """What two records say, fact by fact; what neither knows is left out."""
    told = zip(told_by(*one), told_by(*other), strict=True)
    every = (Fact(ours.label, ours.values, theirs.values) for ours, theirs in told)
    return tuple(fact for fact in every if fact.one or fact.other)


class Told(NamedTuple):
    """One line of a record: what it is about, and what is known."""

    label: LazyString
    values: Values


def told_by(child: ChildRecord, beside: Beside) -> list[Told]:
    """Return what one record says, fact by fact, what is not known among it."""
    own = partial(_own, child, beside)
    return [
        Told(_l("Given names"), own(OwnFact.GIVEN_NAMES, child.given_names)),
        Told(_l("Family name"), own(OwnFact.FAMILY_NAME, child.family_name)),
        Told(_l("Former names"), _values(beside[ChildName], _former)),
        Told(_l("Date of birth"), own(OwnFact.DATE_OF_BIRTH, day(child.date_of_birth))),
        Told(_l("Gender"), own(OwnFact.GENDER, str(GENDERS[Gender(child.gender)]))),
        Told(_l("Address"), _values(beside[ChildAddress], _address)),
        Told(_l("Parents and carers"), _values(beside[Carer], _carer)),
        Told(_l("Numbers"), _values(beside[ChildIdentifier], _number)),
        Told(_l("Contacts"), contacts_told(beside[Involvement])),
    ]


def _own(child: ChildRecord, beside: Beside, fact: OwnFact, text: str) -> Values:
    """A fact of the child's own row: who said it, and when."""
    if not text:
        return ()
    for made in beside[LocalCorrection]:
        if made.fact == fact.value:
            return (Value(text, OWN_CORRECTION, made.made_at.date()),)
    stands = getattr(child, fact)
    said = [row for row in beside[ChildSource] if getattr(row, fact) == stands]
    latest = max(said, key=lambda row: (row.source_on, row.source), default=child)
    return (Value(text, latest.source, latest.source_on),)


def _values(rows: Sequence[Any], told: Callable[[Any], tuple[str, str]]) -> Values:
    found = []
    for row in rows:
        text, compared = told(row)
        found.append(Value(text, row.source, row.source_on, compared))
    return tuple(sorted(found, key=lambda value: value.text))


def _former(row: ChildName) -> tuple[str, str]:
    return f"{row.given_names} {row.family_name}".strip(), ""


def _address(row: ChildAddress) -> tuple[str, str]:
    place = ", ".join(word for word in (row.address, row.postcode) if word)
    kind = ADDRESS_KINDS[AddressKind(row.kind)]
    return (f"{kind}: {place}" if place else str(kind)), f"{place or row.kind}"


def _carer(row: Carer) -> tuple[str, str]:
    return ", ".join(word for word in (row.name, row.phone) if word), ""


def _number(row: ChildIdentifier) -> tuple[str, str]:
    """Which number is known, and whether it is the same: never the number, which is for the sector
    that issued it."""
    return _("%(scheme)s is known", scheme=SCHEMES[Scheme(row.scheme)]), row.value_mark


def contacts_told(rows: Sequence[Involvement]) -> Values:
    """Return who works with a child, at most twenty of them."""
    latest = sorted(rows, key=lambda row: row.source_on, reverse=True)[:MOST_CONTACTS]
    places = _by_id(Organisation, {row.organisation_id for row in latest})
    people = _by_id(Practitioner, {row.practitioner_id for row in latest})
    found = []
    for row in latest:
        place = place_shown(places[row.organisation_id], people.get(row.practitioner_id))
        found.append(Value(f"{ABOUT[Kind(row.kind)].label}, {place}", row.source, row.source_on))
    return tuple(sorted(found, key=lambda value: value.text))


def _by_id(model: Any, ids: set[Any]) -> dict[Any, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
