"""What is read of a Common Transfer File (DfE, version 17 and later), and what a pupil of it means.

The leaves below are all that ever leaves the file. Attendance, assessments, special educational
needs, free meals, care, ethnicity and health have no place here (design.md, law 5).
"""

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.children.rules import CarerDraft, ChildDraft, Relation, fault_of_period
from portal.directory.rules import Flaw, plain, read_establishment, read_phone
from portal.feeds.rules.rows import read_child, read_involvement
from portal.feeds.rules.values import read_name
from portal.feeds.rules.words import COLUMNS, Cells, FileKind, InvolvementFacts

ROOT = "CTfile"
PUPIL = "CTFpupilData/Pupil"
OLDEST_VERSION = 17
MOST_CARERS = 20
_VERSION = "Header/CTFversion"
_SCHOOL = ("Header/SourceSchool/LEA", "Header/SourceSchool/Estab")
WRITTEN_AT = "Header/DateTime"
HEAD = frozenset({_VERSION, WRITTEN_AT, *_SCHOOL})
_NAMED = {
    "UPN": "upn", "Surname": "family_name", "DOB": "date_of_birth",
    "BasicDetails/FormerSurname": "former_family_names", "Address/PostCode": "postcode",
}  # fmt: skip
_GIVEN = ("Forename", "BasicDetails/MiddleNames")
# Up to version 22 the one, from 23 on the other.
_SEX = ("Sex", "Gender")
_CONTACTS, _CONTACT, _WAS_AT = "Contacts", "Contacts/Contact", "SchoolHistory/School"
_OF_CONTACT = ("Forename", "Surname", "Responsibility", "Phones/Phone/PhoneNo")
_OF_SCHOOL = ("LEA", "Estab", "EntryDate", "LeavingDate")
# Number and street in one; an address stands by itself or is wrapped once more, by its form.
_STREET = ("PAON", "Street")
_PLACES = ("SAON", "Locality", "Town", "PostTown", *(f"AddressLine{n}" for n in range(1, 6)))
_FORMS = ("Address/", "Address/BS7666Address/", "Address/AddressLines/")
GROUPS = frozenset({_CONTACTS, _CONTACT, _WAS_AT})
LEAVES = frozenset({
    *_NAMED, *_GIVEN, *_SEX,
    *(form + leaf for form in _FORMS for leaf in (*_STREET, *_PLACES)),
    *(f"{_CONTACT}/{leaf}" for leaf in _OF_CONTACT),
    *(f"{_WAS_AT}/{leaf}" for leaf in _OF_SCHOOL),
})  # fmt: skip
_GENDERS = {"F": "female", "M": "male"} | dict.fromkeys(("N", "O", "U", "0", "9"), "not_specified")
_OURS = {"source_id": "upn", "child_source_id": "upn", "organisation_code": "establishment_number"}
Leaves = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """A pupil: the child, and the school, by its establishment number in the place of a code."""

    child: ChildDraft
    school: InvolvementFacts


def fault_of_head(head: Mapping[str, str]) -> str:
    """Say what keeps a file from being used: no version, one before 17, or no school."""
    version = re.fullmatch(r"([0-9]{1,3})(?:\.[0-9]{1,3})?", head.get(_VERSION, ""))
    if version is None:
        return "ctf_head"
    if int(version[1]) < OLDEST_VERSION:
        return "ctf_version"
    return "" if _establishment(head, _SCHOOL) else "ctf_school"


def cells_of(head: Mapping[str, str], leaves: Sequence[tuple[str, str]]) -> tuple[list[str], str]:
    """Put the leaves of a pupil into the cells of a row; a fault where one stands twice.

    Of contacts only those with parental responsibility are kept; of schools the one that wrote the
    file, and of several times there the last.
    """
    own, groups = _grouped(leaves)
    if any(len(texts) > 1 for path, texts in own.items() if path != _CONTACTS):
        return [""] * len(COLUMNS[FileKind.CTF]), "element_twice"
    entered, left = _last_time(groups[_WAS_AT], _establishment(head, _SCHOOL))
    cells = {column: _first(own, path) for path, column in _NAMED.items()} | {
        "given_names": _joined(" ", (_first(own, path) for path in _GIVEN)),
        "gender": next((text for path in _SEX if (text := _first(own, path))), ""),
        "address": _address(own),
        "carers": _carers(groups[_CONTACT]) if _CONTACTS in own else "",
        "establishment_number": _establishment(head, _SCHOOL),
        "started_on": entered,
        "ended_on": left,
    }
    return [cells[column] for column in COLUMNS[FileKind.CTF]], ""


def read_pupil(cells: Cells, *, source: str, on: dt.date) -> PupilFacts | Flaw:
    """Read a row of a file of pupils. A pupil who will leave has not left."""
    gender = _GENDERS.get(plain(cells["gender"]).upper(), cells["gender"])
    nothing = dict.fromkeys(COLUMNS[FileKind.CHILDREN], "")
    number = plain(cells["upn"]).upper()
    said = nothing | dict(cells) | {"source_id": number, "upn": number, "gender": gender}
    child = read_child(said, source=source, on=on)
    if isinstance(child, Flaw):
        return _by_our_columns(child)
    carers = _read_carers(cells["carers"])
    if isinstance(carers, Flaw):
        return carers
    school = read_involvement(_at_school(cells, on), on=on)
    if isinstance(school, Flaw):
        return _by_our_columns(school)
    days = school.started_on, school.ended_on
    if fault_of_period(*days, today=on, born_on=child.date_of_birth):
        return Flaw("starts_before_birth", "started_on")
    return PupilFacts(replace(child, carers=carers), school)


def _grouped(
    leaves: Sequence[tuple[str, str]],
) -> tuple[Leaves, Mapping[str, Sequence[Leaves]]]:
    """What a pupil says once, by path, and each contact and school by the paths below it."""
    own: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, list[dict[str, list[str]]]] = defaultdict(list)
    for path, text in leaves:
        group = next((one for one in (_CONTACT, _WAS_AT) if path.startswith(one)), "")
        if path == group:
            groups[group].append(defaultdict(list))
        elif group:
            groups[group][-1][path.removeprefix(f"{group}/")].append(text)
        elif text or path == _CONTACTS:
            own[path].append(text)
    return own, groups


def _first(leaves: Leaves, path: str) -> str:
    return next(iter(leaves.get(path, ())), "")


def _joined(mark: str, texts: Iterable[str]) -> str:
    return mark.join(dict.fromkeys(text for text in texts if text))


def _establishment(leaves: Mapping[str, str], paths: tuple[str, str]) -> str:
    return read_establishment(*(leaves.get(path, "") for path in paths)) or ""


def _address(own: Leaves) -> str:
    """The lines of an address that say something new, from the smallest place to the largest."""
    found = {leaf: _first(own, form + leaf) for form in _FORMS for leaf in (*_STREET, *_PLACES)
             if _first(own, form + leaf)}  # fmt: skip
    first, *others = (found.get(place, "") for place in _PLACES)
    street = _joined(" ", (found.get(part, "") for part in _STREET))
    return _joined(", ", (first, street, *others))


def _carers(contacts: Sequence[Leaves]) -> str:
    """Name and telephone number of each contact with parental responsibility."""
    found = []
    for one in contacts:
        name = _joined(" ", (_first(one, "Forename"), _first(one, "Surname")))
        if name and _first(one, "Responsibility").lower() in {"true", "1"}:
            numbers = map(read_phone, one.get("Phones/Phone/PhoneNo", ()))
            found.append([name, next(filter(None, numbers), "")])
    return json.dumps(found, ensure_ascii=False)


def _read_carers(text: str) -> tuple[CarerDraft, ...] | Flaw | None:
    """The carers a file names; None when it says nothing of contacts."""
    if not text:
        return None
    found = json.loads(text)
    names = [read_name(name) for name, _ in found]
    if None in names or len(names) > MOST_CARERS:
        return Flaw("not_a_name", "carers")
    responsible = Relation.PARENTAL_RESPONSIBILITY
    return tuple(
        CarerDraft(name=name, relation=responsible, phone=phone)
        for name, (_, phone) in zip(names, found, strict=True)
        if name
    )


def _last_time(schools: Sequence[Leaves], number: str) -> tuple[str, str]:
    """When a pupil came to a school and left it, of several times the last; ISO days."""
    times = [
        (_first(one, "EntryDate"), _first(one, "LeavingDate"))
        for one in schools
        if read_establishment(_first(one, "LEA"), _first(one, "Estab")) == number
    ]
    return max(times, default=("", ""))


def _at_school(cells: Cells, on: dt.date) -> Cells:
    nothing = dict.fromkeys(COLUMNS[FileKind.INVOLVEMENTS], "")
    left = plain(cells["ended_on"])
    return nothing | {
        "child_source_id": cells["upn"],
        "organisation_code": cells["establishment_number"],
        "service": "school",
        "started_on": cells["started_on"],
        "ended_on": "" if _is_after(left, on) else left,
    }


def _is_after(text: str, day: dt.date) -> bool:
    """True for a later day; what is no day is told when the row is read."""
    try:
        return dt.date.fromisoformat(text) > day
    except ValueError:
        return False


def _by_our_columns(flaw: Flaw) -> Flaw:
    return Flaw(flaw.fault, _OURS.get(flaw.column, flaw.column))
