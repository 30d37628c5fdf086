"""Parting two records that were made one: which row goes back to which of them.

Rows are packed (plain values by column). What nobody has touched since is as it was; what was
changed since keeps its present words and goes back to its side; what came since follows its source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Packed = dict[str, Any]
Tables = Mapping[str, list[Packed]]
Key = tuple[Any, ...]
IDENTIFIER, CONTACT, CORRECTION = "child_identifier", "involvement", "correction"
OWN_WORDS, NUMBERS = "local_correction", "child_source"
BIRTH = "date_of_birth"
LEADING = ("is_lead", "lead_ended_on")
FACTS = ("given_names", "family_name", BIRTH, "gender")
TOUCHED = (*FACTS, "changed_at")
_ONE_OF_EACH = {IDENTIFIER: "scheme", OWN_WORDS: "fact"}
# A source says these anew as a whole: what it has said since stands for all that it said before.
SAID_ANEW = frozenset({"child_name", "child_address", "carer", IDENTIFIER})


@dataclass(frozen=True, slots=True)
class Joined:
    """Both records as they were, packed, and the one they became."""

    kept: Tables
    gone: Tables
    after: Tables


@dataclass(frozen=True, slots=True)
class Parted:
    """What both records hold again, but for their own rows."""

    kept: dict[str, list[Packed]]
    gone: dict[str, list[Packed]]


def parted(joined: Joined, now: Tables, *, ids: tuple[Any, Any]) -> Parted:
    """Say what each of two records holds again. ids are theirs, packed: who stayed, who went."""
    kept: dict[str, list[Packed]] = {}
    gone: dict[str, list[Packed]] = {}
    for table, rows in now.items():
        sides = _parted_rows(table, joined, rows)
        for child_id, held, found in zip(ids, (kept, gone), sides, strict=True):
            held[table] = allowed(table, [row | {"child_id": child_id} for row in found])
    follow_contacts(kept, gone, ids)
    return Parted(kept, gone)


def own_rows(joined: Joined, sides: Parted, now: Packed) -> tuple[Packed, Packed]:
    """Return both children's own rows: who went is who sources say by now under its numbers; who
    stayed is who it is now, unless that was said of the one who went."""
    ours, theirs = joined.kept["child"][0], joined.gone["child"][0]
    told = [row for row in sides.gone[NUMBERS] if row not in joined.gone[NUMBERS]]
    told.sort(key=lambda row: str(row["source_on"]))
    after = joined.after["child"][0]
    ruled = {row["fact"] for side in (sides.kept, sides.gone) for row in side.get(OWN_WORDS, [])}
    free = [word for word in FACTS if word not in ruled]
    is_theirs = any(all(row[word] == now[word] for word in free) for row in told)
    # What joining itself made of a fact was the correction of who went.
    now = now | {word: ours[word] for word in TOUCHED if now[word] == after[word]}
    if is_theirs and any(ours[word] != now[word] for word in FACTS):
        now = now | {word: ours[word] for word in (*FACTS, "authority_id", "source_on")}
    if told:
        theirs = theirs | {word: told[-1][word] for word in (*FACTS, "source_on")}
    return _corrected(now, sides.kept), _corrected(theirs, sides.gone)


def _corrected(row: Packed, side: dict[str, list[Packed]]) -> Packed:
    """What the index team says of who it is stands before what sources have said since."""
    for one in side.get(OWN_WORDS, []):
        fact = one["fact"]
        before = row[fact][1] if isinstance(row[fact], list) else row[fact]
        if before != one["value"]:
            one["under"] = before
            row = row | {fact: ["day", one["value"]] if fact == BIRTH else one["value"]}
    return row


def sources_of(tables: Tables) -> set[str]:
    """The sources that report a record."""
    return {row["source"] for table in ("child", "child_source") for row in tables.get(table, [])}


def _parted_rows(
    table: str, joined: Joined, rows: list[Packed]
) -> tuple[list[Packed], list[Packed]]:
    before = joined.kept.get(table, []), joined.gone.get(table, [])
    after, present = by_key(joined.after.get(table, [])), by_key(rows)
    known = after.keys() | by_key([*before[0], *before[1]]).keys()
    came = [row for key, row in present.items() if key not in known]
    ours, theirs = sources_of(joined.kept), sources_of(joined.gone)
    to_gone = [row for row in came if row.get("source") in theirs - ours]
    new = [row for row in came if row not in to_gone], to_gone
    spoke = ({row.get("source") for row in side} for side in new)
    heard = (_Heard(table, ours & theirs, words) for words in spoke)
    kept, gone = (_back(rows, after, present, one) for rows, one in zip(before, heard, strict=True))
    return [*kept, *new[0]], [*gone, *new[1]]


@dataclass(frozen=True, slots=True)
class _Heard:
    """Of one table: the sources that reported both records, and those that spoke of one since."""

    table: str
    shared: set[str]
    spoke: set[Any]

    def stands(self, row: Packed, *, was_dropped: bool) -> bool:
        """True for a row that is not there now and comes back: joining had dropped it, or a source
        of both records replaced it when it spoke of the other one."""
        if self.table not in SAID_ANEW:
            return was_dropped
        return row["source"] not in self.spoke and (was_dropped or row["source"] in self.shared)


def _back(
    before: Iterable[Packed],
    after: Mapping[Key, Packed],
    present: Mapping[Key, Packed],
    heard: _Heard,
) -> list[Packed]:
    """The rows of one side: as they were, or with the words they have by now."""
    found = []
    for row in before:
        key = _key(row)
        if key in present:
            found.append(_by_now(row, after.get(key, {}), present[key]))
        elif heard.stands(row, was_dropped=key not in after):
            found.append(row)
    return found


def _by_now(row: Packed, after: Packed, present: Packed) -> Packed:
    """A row that nobody touched as it was, else with its present words; but who stood down as lead
    only because two became one leads again."""
    if present == after:
        return row
    stood = {word: row[word] for word in LEADING if word in row}
    is_untouched = all(present[word] == after.get(word) for word in stood)
    return present | stood if is_untouched else present


def follow_contacts(
    kept: dict[str, list[Packed]], gone: dict[str, list[Packed]], ids: tuple[Any, Any]
) -> None:
    """What is said to be wrong with a contact stands where the contact stands."""
    theirs = {tuple(row["id"]) for row in gone.get(CONTACT, [])}
    ours = {tuple(row["id"]) for row in kept.get(CONTACT, [])}
    every = kept.pop(CORRECTION, []) + gone.pop(CORRECTION, [])
    kept[CORRECTION], gone[CORRECTION] = [], []
    for row in every:
        about = tuple(row["involvement_id"] or row["child_id"])
        is_theirs = about in theirs or (about not in ours and row["child_id"] == ids[1])
        side, child_id = (gone, ids[1]) if is_theirs else (kept, ids[0])
        side[CORRECTION].append(row | {"child_id": child_id})


def allowed(table: str, rows: list[Packed]) -> list[Packed]:
    """What one child can hold: one number of a scheme, one correction of a fact, one lead. Of two
    the later word stands."""
    if table in _ONE_OF_EACH:
        return list({row[_ONE_OF_EACH[table]]: row for row in rows}.values())
    if table == CONTACT:
        leads = [row for row in rows if row["is_lead"] and row["ended_on"] is None]
        for row in sorted(leads, key=lambda one: str(one["changed_at"]))[:-1]:
            rows[rows.index(row)] = row | {"is_lead": False}
    return rows


def by_key(rows: Iterable[Packed]) -> dict[Key, Packed]:
    """Return rows by what names them."""
    return {_key(row): row for row in rows}


def _key(row: Packed) -> Key:
    """Numbers of sources have no id of their own: they are their own key."""
    return (tuple(row["id"]),) if "id" in row else (row["source"], row["source_id"])
