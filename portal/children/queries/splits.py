"""A record by its numbers of sources, and the two that it may become."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from portal.children import vault
from portal.children.joining import Tables
from portal.children.models import Involvement
from portal.children.queries.beside import Told, as_it_was, contacts_told, facts_beside, told_by
from portal.children.rules import Fact
from portal.children.rules.parting import FACTS, Packed, Parted
from portal.children.rules.splitting import CHILD, NUMBERS, Number, id_of, number_of, undecided
from portal.children.splitting import sealed_tables, sides_of, wish_in
from portal.children.vault.packing import unpacked
from portal.core.keys import Keys, mark

_LETTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSays:
    """What one number of a source says of a child. word names the number on the page; place says
    which of several of its source it is, 0 where the source has one."""

    word: str
    source: str
    place: int
    name: str
    born: dt.date
    facts: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeContact:
    """A contact of which no number says whose it is."""

    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSheet:
    """A record by its numbers; numbers is empty where there is one only, and nothing to choose."""

    numbers: tuple[NumberSays, ...]
    contacts: tuple[FreeContact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SidesSheet:
    """What both records would hold: first the one that keeps its number."""

    number: str
    facts: tuple[Fact, ...]


def split_sheet(whole: Tables) -> SplitSheet:
    """Return a record as the page shows it on which numbers are chosen."""
    rows = sorted(whole[NUMBERS], key=number_of)
    if len(rows) < 2:
        return SplitSheet(numbers=(), contacts=())
    free = sorted(undecided(whole), key=id_of)
    return SplitSheet(
        numbers=tuple(_says(whole, row, rows) for row in rows),
        contacts=tuple(FreeContact(word=id_of(row), text=_contact(row)) for row in free),
    )


def sides_sheet(sides: Parted) -> SidesSheet:
    """Return two records side by side that are not there yet."""
    number = sides.kept[CHILD][0]["record_number"]
    return SidesSheet(number=number, facts=facts_beside(*map(as_it_was, (sides.kept, sides.gone))))


def sides_of_hidden(new_id: str) -> SidesSheet | None:
    """Return what two records would hold that a data steward would make of a hidden one; None when
    it is not hidden, or has changed. For shield officers alone."""
    content = vault.wish_of(uuid.UUID(new_id))
    wish = wish_in(content) if content else None
    held = vault.record_of(wish.child_id) if wish else None
    if wish is None or held is None:
        return None
    whole = sealed_tables(held)
    return sides_sheet(sides_of(whole, wish)) if wish.choice.fits(whole) else None


def numbers_named(whole: Tables, words: Iterable[str]) -> frozenset[Number]:
    """Return the numbers that a page named by these words."""
    named = set(words)
    return frozenset(number_of(row) for row in whole[NUMBERS] if _word(row) in named)


def _says(whole: Tables, row: Packed, rows: list[Packed]) -> NumberSays:
    source = row["source"]
    same = [one for one in rows if one["source"] == source]
    own = whole[CHILD][0] | {word: row[word] for word in (*FACTS, "source", "source_on")}
    theirs = {table: [one for one in held if one.get("source") == source]
              for table, held in whole.items()}  # fmt: skip
    told = told_by(*as_it_was(theirs | {CHILD: [own]}))
    return NumberSays(
        word=_word(row),
        source=source,
        place=same.index(row) + 1 if len(same) > 1 else 0,
        name=f"{row['given_names']} {row['family_name']}".strip(),
        born=dt.date.fromisoformat(row["date_of_birth"][1]),
        facts=tuple(fact for fact in told if fact.values),
    )


def _contact(row: Packed) -> str:
    (told,) = contacts_told([Involvement(**unpacked(Involvement, row))])
    return told.text


def _word(row: Packed) -> str:
    """A word for a number: the number itself may be one that only its sector may read."""
    keys: Keys = current_app.extensions["portal_keys"]
    return mark(keys.identifier, f"split|{row['source']}|{row['source_id']}")[:_LETTERS]
