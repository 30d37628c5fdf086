"""What both copies are asked, about one child and about nobody."""

import csv
import functools
import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from portal.children.queries import Portrait
from portal.feeds.rules import COLUMNS, FileKind
from portal.lifecycle.verifying.people import (
    AUDITOR,
    AUTHORISER,
    HELPDESK,
    PRACTITIONER,
    STEWARD,
    TEACHER,
    Subject,
)
from portal.lifecycle.verifying.world import World, in_memory, linked, location, offered

Boxes = dict[str, str]
ID = "[0-9a-f-]{36}"
REQUEST = rf"/contact-requests/{ID}"
# No source can have sent anything under this name: the copies alone know it.
NEW_SOURCE, NEW_ID = "verifying", "V1"
FAR_POSTCODE = "ZE1 0AA"
FIELDS = ("nhs_number", "upn")
ANOTHER_NAME = "Verrinder"


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask of a copy, and in words what it is: it names nobody."""

    words: str
    ask: Callable[[World], None]
    asker: str = ""


# The last of all: every table is counted, and the doctor looks.
EVERYTHING = Question("everything that is left behind", World.examine)


def about_nobody() -> Iterator[Question]:
    """Yield what is asked of the portal as a whole."""
    forget = ("search", "forget", "--rehearse")
    yield Question("what would be forgotten", lambda world: world.run(*forget))
    for path in ("/corrections", "/contact-requests", "/feeds", "/feeds/quality", "/"):
        yield _page(STEWARD, path)
    for who, path in ((HELPDESK, "/accounts"), (AUTHORISER, "/access-reviews"), (AUDITOR, "/log")):
        yield _page(who, path)
    for path in ("/", "/search", "/contact-requests/mine", "/readyz"):
        yield _page(PRACTITIONER, path)


def about(subject: Subject) -> Iterator[Question]:
    """Yield every question about one child."""
    one = subject.portrait
    for way, boxes in _searches(one).items():
        yield Question(
            f"a search by {way}, for {subject.kind}", _search(PRACTITIONER, boxes), PRACTITIONER
        )
    for who in (PRACTITIONER, TEACHER):
        for scheme, number in one.numbers.items():
            boxes = _boxes(record_number=number)
            words = f"a search by {scheme.replace('_', ' ')}, for {subject.kind}"
            yield Question(words, _search(who, boxes), who)
    known = _searches(one)[BY_DAY]
    words = f"a search by {BY_DAY}, for {subject.kind}"
    yield Question(words, _search(STEWARD, known), STEWARD)
    yield from _on_the_record(subject)
    words = f"asking to be put in touch after a search, for {subject.kind}"
    yield Question(words, functools.partial(_ask_after_search, known), PRACTITIONER)
    yield Question("the index team's newest request for contact", _broker, STEWARD)
    find = functools.partial(_find_account, f"{one.given_names} {one.family_name}")
    yield Question(f"looking for an account of {subject.kind}", find, HELPDESK)
    yield from _rows(subject)
    yield _page(AUDITOR, "/log")


BY_DAY = "name and day of birth"


def _searches(one: Portrait) -> dict[str, Boxes]:
    """The ways of searching for a child by what is known of it, rightly and wrongly."""
    given, family = one.given_names.split(" ")[0], one.family_name
    day = {
        "date_of_birth-day": str(one.born.day), "date_of_birth-month": str(one.born.month),
        "date_of_birth-year": str(one.born.year),
    }  # fmt: skip
    year = {"date_of_birth-year": str(one.born.year)}
    named = {"given_name": given, "family_name": family}
    found = {
        BY_DAY: _boxes(**named, **day),
        "a misspelt name": _boxes(
            given_name=_misspelt(given), family_name=_misspelt(family), **day
        ),
        "names exchanged": _boxes(given_name=family, family_name=given, **day),
        "name and year": _boxes(**named, **year),
        "a wrong postcode": _boxes(**named, postcode=FAR_POSTCODE),
        "the day of birth alone": _boxes(given_name=given, **day),
    }
    if one.former:
        found["a former name"] = _boxes(given_name=given, family_name=one.former, **day)
    if one.postcode:
        found["the right postcode"] = _boxes(**named, postcode=one.postcode)
    if one.record_number:
        found["record number"] = _boxes(record_number=one.record_number)
    return found


def _boxes(**typed: str) -> Boxes:
    return {"reason": "referral", **typed}


def _misspelt(name: str) -> str:
    """Two letters in the middle the other way round."""
    half = len(name) // 2
    return name[: half - 1] + name[half : half + 1] + name[half - 1 : half] + name[half + 1 :]


def _page(who: str, path: str) -> Question:
    return Question(f"{path} as a {who}", lambda world: _get(world, who, path), who)


def _get(world: World, who: str, path: str) -> None:
    world.get(who, path)


def _search(who: str, boxes: Boxes) -> Callable[[World], None]:
    def ask(world: World) -> None:
        results = location(world.post(who, "/search", **boxes))
        if results:
            world.get(who, results)

    return ask


def _on_the_record(subject: Subject) -> Iterator[Question]:
    """Opening a record by an id that somebody knows, and asking to be put in touch from it."""
    address = f"/children/{subject.portrait.child_id}"

    def open_it(who: str, world: World) -> None:
        world.get(who, address)
        world.post(who, f"{address}/reason", reason="assessment")
        world.get(who, address)

    for who in (PRACTITIONER, STEWARD):
        words = f"opening the record of {subject.kind} as a {who}"
        yield Question(words, functools.partial(open_it, who), who)
    words = f"asking to be put in touch from the record of {subject.kind}"
    yield Question(words, lambda world: _ask(world, f"{address}/contact-request"), PRACTITIONER)


def _ask_after_search(boxes: Boxes, world: World) -> None:
    results = location(world.post(PRACTITIONER, "/search", **boxes))
    world.get(PRACTITIONER, results)
    _ask(world, f"{results}/contact-request")


def _ask(world: World, address: str) -> None:
    ring_back = offered(world.get(PRACTITIONER, address), "ring_back")
    receipt = location(world.post(PRACTITIONER, address, kind="speak", ring_back=ring_back))
    if receipt:
        world.get(PRACTITIONER, receipt)
    world.get(PRACTITIONER, "/contact-requests/mine")


def _broker(world: World) -> None:
    newest = linked(world.get(STEWARD, "/contact-requests"), REQUEST)
    if newest:
        world.get(STEWARD, newest)


def _find_account(name: str, world: World) -> None:
    world.post(HELPDESK, "/accounts", text=name)


def _rows(subject: Subject) -> Iterator[Question]:
    """The rehearsal of rows about the child: from a source that never named it, and from its own.

    What its own source is told must be what it is told of a child of the index. So the emptied
    copy, which knows nothing of the child, is asked about another child of that source instead.
    """
    if not hasattr(os, "memfd_create"):
        return
    one, twin = subject.portrait, subject.twin
    row = _row(one, NEW_ID)
    words = f"the rehearsal of a row about {subject.kind}"
    yield Question(words, functools.partial(_rehearse, NEW_SOURCE, row, row))
    if twin:
        changed = {"family_name": ANOTHER_NAME, "nhs_number": "", "upn": ""}
        rows = [_row(each, each.source_id, **changed) for each in (one, twin)]
        words = f"the rehearsal of the next row of its own source about {subject.kind}"
        yield Question(words, functools.partial(_rehearse, one.source, rows[0], rows[1]))


def _row(one: Portrait, source_id: str, **other: str) -> Mapping[str, str]:
    numbers = {name: one.numbers.get(name, "") for name in FIELDS}
    return {
        "source_id": source_id, "given_names": one.given_names, "family_name": one.family_name,
        "date_of_birth": one.born.isoformat(), "gender": one.gender, "postcode": one.postcode,
        **numbers, **other,
    }  # fmt: skip


def _rehearse(
    source: str, whole: Mapping[str, str], emptied: Mapping[str, str], world: World
) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[FileKind.CHILDREN], restval="")
    writer.writeheader()
    writer.writerow(whole if world.is_whole else emptied)
    kind = FileKind.CHILDREN.value
    with in_memory(text.getvalue()) as path:
        world.run("feeds", "import", "--rehearse", "--source", source, "--kind", kind, path)
