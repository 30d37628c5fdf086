"""Which old facts lead to a record: what a search by the names of a hidden child still finds."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.access.identity import Identity
from portal.children import vault
from portal.children.queries.searching import find
from portal.children.rules import Criteria, Scheme
from portal.children.vault.identity import RECORD_NUMBER, Document
from portal.matching import SENTENCES
from portal.matching.dates import year_window


class Fact(StrEnum):
    """What is typed beside both names, of which the search page needs one."""

    DAY = "day"
    YEAR = "year"
    GENDER = "gender"
    POSTCODE = "postcode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A name and a fact by which a record is offered, and why in words for gettext."""

    name: str
    fact: Fact
    because: tuple[str, ...]


def leads_to(child_id: uuid.UUID, *, hidden_id: uuid.UUID, by: Identity) -> tuple[Lead, ...]:
    """Return the names of a hidden child, former ones too, by which a search offers this record;
    each with the first fact that is enough for it, numbers typed as well.

    For shield officers alone, and for a record that has another identity.
    """
    document = vault.identity_of(hidden_id)
    if document is None:
        return ()
    found = (_lead(child_id, document, *name, by) for name in _names(document))
    return tuple(lead for lead in found if lead is not None)


def _lead(
    child_id: uuid.UUID, document: Document, given: str, family: str, by: Identity
) -> Lead | None:
    for fact, more in _facts(document):
        typed = Criteria(given_name=given, family_name=family, **_numbers(document), **more)
        for hit in find(typed, by).hits:
            if hit.child_id == child_id:
                because = tuple(SENTENCES[kind] for kind in hit.evidence)
                return Lead(name=f"{given} {family}".strip(), fact=fact, because=because)
    return None


def _names(document: Document) -> list[tuple[str, str]]:
    given, family = document["given_names"], document["family_name"]
    former = [(first or given, last or family) for first, last in document["former"]]
    return list(dict.fromkeys([(given, family), *former]))


def _facts(document: Document) -> Iterator[tuple[Fact, dict[str, Any]]]:
    """What may be typed, in the order in which it tells most."""
    born = dt.date.fromisoformat(document["born"])
    yield Fact.DAY, {"birth": born}
    yield Fact.DAY, {"birth": born, "gender": document["gender"]}
    yield Fact.YEAR, {"birth": year_window(born.year)}
    yield Fact.YEAR, {"birth": year_window(born.year), "gender": document["gender"]}
    for postcode in document["postcodes"]:
        yield Fact.POSTCODE, {"postcode": postcode}
    yield Fact.GENDER, {"gender": document["gender"]}


def _numbers(document: Document) -> dict[str, Any]:
    numbers = {
        Scheme(word): value for word, value in document["numbers"].items() if word != RECORD_NUMBER
    }
    return {"numbers": numbers, "record_number": document["numbers"].get(RECORD_NUMBER, "")}
