"""Splitting a record that is about two children, and making it one again: which row belongs where.

Rows are packed (plain values by column). Whatever a source said goes with its number; what people
typed in stays, unless it is chosen (decisions/0038).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.children.rules.drafts import OWN_KEEPING
from portal.children.rules.parting import (
    CONTACT,
    CORRECTION,
    FACTS,
    Packed,
    Parted,
    Tables,
    allowed,
    by_key,
    follow_contacts,
)

Number = tuple[str, str]
# Of one table: True when these rows are all that a number's source said in its last word.
IsLastWord = Callable[[str, list[Packed], Packed], bool]
CHILD, NUMBERS, _NAMES, _OWN_WORDS = "child", "child_source", "child_name", "local_correction"
_ORIGIN = ("source", "source_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is another child's: numbers of sources, and contacts that no number decides about, by
    their ids as 32 hex digits."""

    numbers: frozenset[Number]
    contacts: frozenset[str]

    def fits(self, whole: Tables) -> bool:
        """True when a record holds all that was chosen, and would keep a number."""
        known = {number_of(row) for row in whole[NUMBERS]}
        free = {id_of(row) for row in undecided(whole)}
        return bool(self.numbers) and self.numbers < known and self.contacts <= free


def number_of(row: Packed) -> Number:
    """A number of a source: the source's name, and the number."""
    return row["source"], row["source_id"]


def id_of(row: Packed) -> str:
    """The id of a row, 32 hex digits."""
    return str(row["id"][1])


def undecided(whole: Tables) -> list[Packed]:
    """Return the contacts of which no number says whose they are: typed in by people, or told by a
    source that knows the child under several numbers, or under none."""
    sources = [row["source"] for row in whole[NUMBERS]]
    return [row for row in whole[CONTACT] if sources.count(row["source"]) != 1]


def split(whole: Tables, choice: Choice, new: Packed, *, is_last_word: IsLastWord) -> Parted:
    """Say what each of two records holds, their own rows among it. new is what the other one has of
    its own: id, record number, moments."""
    goes = [row for row in whole[NUMBERS] if number_of(row) in choice.numbers]
    stays = [row for row in whole[NUMBERS] if row not in goes]
    cut = _Cut(goes, stays, choice.contacts, is_last_word)
    ids = whole[CHILD][0]["id"], new["id"]
    kept: dict[str, list[Packed]] = {}
    gone: dict[str, list[Packed]] = {}
    for table, rows in whole.items():
        theirs = [row for row in rows if cut.takes(table, row, rows)]
        gone[table] = [row | {"child_id": new["id"]} for row in theirs]
        kept[table] = [row for row in rows if row not in theirs]
    follow_contacts(kept, gone, ids)
    for side, own in zip((kept, gone), _own_rows(whole[CHILD][0], goes, stays), strict=True):
        side[CHILD] = [own]
        side[_NAMES] = [row for row in side[_NAMES] if not _is_own_name(row, own)]
    gone[CHILD][0] |= new
    _correct(kept)
    return Parted(kept, gone)


def reunited(whole: Tables, left: Parted, now: Parted) -> dict[str, list[Packed]]:
    """Make one record of two that were split. whole is the record before, left what splitting made
    of it: a row that nobody has touched since is as it was, all others are as they are now."""
    own = whole[CHILD][0]
    found: dict[str, list[Packed]] = {CHILD: [_own_again(own, left, now)]}
    for table, rows in whole.items():
        if table == CHILD:
            continue
        before = by_key(rows)
        then = by_key([*left.kept[table], *left.gone[table]])
        present = by_key([*now.kept[table], *now.gone[table]])
        back = [
            before[key] if row == then.get(key) else row | {"child_id": own["id"]}
            for key, row in present.items()
        ]
        # A name that was kept from before, and was nobody's other name while they were two.
        dropped = [before[key] for key in before.keys() - then.keys()]
        found[table] = allowed(table, back + dropped)
    return found


@dataclass(frozen=True, slots=True)
class _Cut:
    goes: list[Packed]
    stays: list[Packed]
    contacts: frozenset[str]
    is_last_word: IsLastWord

    def takes(self, table: str, row: Packed, rows: list[Packed]) -> bool:
        """True for a row that goes with the chosen numbers."""
        if table in (CHILD, CORRECTION, _OWN_WORDS):
            return False
        if table == NUMBERS:
            return row in self.goes
        if table == _NAMES and row["source"] == OWN_KEEPING:
            return _bears(self.goes, row) and not _bears(self.stays, row)
        theirs, ours = (_of(side, row["source"]) for side in (self.goes, self.stays))
        if table == CONTACT:
            return bool(theirs and not ours) or id_of(row) in self.contacts
        return bool(theirs) and not (ours and self._may_stay(table, rows, theirs, ours))

    def _may_stay(
        self, table: str, rows: list[Packed], theirs: list[Packed], ours: list[Packed]
    ) -> bool:
        """Of a source with numbers on both sides only the marks of its last words can tell."""
        said = _of(rows, theirs[0]["source"])
        is_theirs = any(self.is_last_word(table, said, number) for number in theirs)
        return not is_theirs or any(self.is_last_word(table, said, number) for number in ours)


def _of(rows: Iterable[Packed], source: str) -> list[Packed]:
    return [row for row in rows if row["source"] == source]


def _correct(side: dict[str, list[Packed]]) -> None:
    """Who the index team says that a child is stands before what sources say."""
    (own,) = side[CHILD]
    corrected = []
    for row in side.get(_OWN_WORDS, []):
        before = own[row["fact"]]
        is_day = isinstance(before, list)
        own = own | {row["fact"]: [before[0], row["value"]] if is_day else row["value"]}
        corrected.append(row | {"under": before[1] if is_day else before})
    side[CHILD] = [own]
    if corrected:
        side[_OWN_WORDS] = corrected


def _bears(numbers: Iterable[Packed], name: Packed) -> bool:
    """True when one of these numbers is of a child of this name."""
    return any(
        row["family_name"].casefold() == name["family_name"].casefold()
        and name["given_names"].casefold() in ("", row["given_names"].casefold())
        for row in numbers
    )


def _is_own_name(row: Packed, own: Packed) -> bool:
    """True for a name kept from before by which the child is called now."""
    words = ("given_names", "family_name")
    return row["source"] == OWN_KEEPING and all(row[word] == own[word] for word in words)


def _own_rows(own: Packed, goes: list[Packed], stays: list[Packed]) -> tuple[Packed, Packed]:
    """Who stays is who it was, unless only a number that goes said so; who goes is who its sources
    say. Each begins with a number of its own."""
    ours = own
    if _tells(goes, own) and not _tells(stays, own):
        ours = own | _facts_in(_latest(stays))
    theirs = own | _facts_in(_latest(goes))
    if number_of(own) in map(number_of, goes):
        return ours | _origin_in(min(stays, key=_spoken)), theirs
    return ours, theirs | _origin_in(min(goes, key=_spoken))


def _own_again(own: Packed, left: Parted, now: Parted) -> Packed:
    """Who a record is that is one again: who it was, or who a source has said since, the latest."""
    ours, theirs = now.kept[CHILD][0], now.gone[CHILD][0]
    # Not under a number that its source uses for somebody else by now.
    is_still_known = number_of(own) in map(number_of, [*now.kept[NUMBERS], *now.gone[NUMBERS]])
    found = ours | (_origin_in(own) if is_still_known else {})
    if _are_alike(ours, left.kept[CHILD][0]):
        found |= _facts_in(own) | {"authority_id": own["authority_id"]}
    elif theirs["source_on"][1] <= ours["source_on"][1]:
        return found
    return found if _are_alike(theirs, left.gone[CHILD][0]) else found | _facts_in(theirs)


def _tells(numbers: Iterable[Packed], own: Packed) -> bool:
    return any(_are_alike(row, own) for row in numbers)


def _are_alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[word] == other[word] for word in FACTS)


def _facts_in(row: Packed) -> Packed:
    return {word: row[word] for word in (*FACTS, "source_on")}


def _origin_in(row: Packed) -> Packed:
    return {word: row[word] for word in _ORIGIN}


def _latest(numbers: list[Packed]) -> Packed:
    return max(numbers, key=_spoken)


def _spoken(row: Packed) -> tuple[str, Number]:
    return row["source_on"][1], number_of(row)
