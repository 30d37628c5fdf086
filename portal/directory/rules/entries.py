"""Which word stands of a practitioner of whom several speak (decisions/0055)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.directory.rules.exchanged import is_another

# Who puts an entry right; no source may bear a name with a blank in it.
INDEX_TEAM = "index team"


class Fact(StrEnum):
    """A fact of a practitioner's entry, by its column. No source says that somebody has left."""

    NAME = "name"
    ROLE_TITLE = "role_title"
    ORGANISATION = "organisation_id"
    WORK_PHONE = "work_phone"
    TEAM_PHONE = "team_phone"
    LEFT_ON = "left_on"


FACTS: dict[Fact, LazyString] = {
    Fact.NAME: _l("Name"),
    Fact.ROLE_TITLE: _l("Role"),
    Fact.ORGANISATION: _l("Organisation"),
    Fact.WORK_PHONE: _l("Work phone"),
    Fact.TEAM_PHONE: _l("Team phone"),
    Fact.LEFT_ON: _l("Has left since"),
}
# A post is called by many names, and none of them keeps anybody from being reached.
TO_REACH = (Fact.NAME, Fact.ORGANISATION, Fact.WORK_PHONE, Fact.TEAM_PHONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody says of one fact, in one text: since the file of which day, when that file came
    in, and of which day they last said so. Only the index team says that there is none ("")."""

    fact: Fact
    value: str
    source: str
    since_on: dt.date
    told_at: dt.datetime
    told_on: dt.date


def written_fact(value: object) -> str:
    """Return a value of an entry as one text, empty for none."""
    return str(value or "")


def read_fact(fact: Fact, text: str) -> uuid.UUID | dt.date | str | None:
    """Return a text as the entry holds it. Raises ValueError for one that is no such value."""
    if fact is Fact.ORGANISATION:
        return uuid.UUID(text)
    if fact is Fact.LEFT_ON:
        return dt.date.fromisoformat(text) if text else None
    return text


def heard(
    before: Iterable[Word], said: Mapping[Fact, str], *, source: str, on: dt.date, at: dt.datetime
) -> list[Word] | None:
    """Return the words of a source after it said this of a day; None where it had spoken of a later
    one. What it leaves empty it goes on saying; what it only says again is no news."""
    own = {word.fact: word for word in before if word.source == source}
    if any(word.told_on > on for word in own.values()):
        return None
    words = dict(own)
    for fact, value in said.items():
        again = own.get(fact)
        if again is not None and again.value == value:
            words[fact] = replace(again, told_on=on)
        elif value:
            words[fact] = Word(
                fact=fact, value=value, source=source, since_on=on, told_at=at, told_on=on
            )
    return list(words.values())


def standing(words: Iterable[Word]) -> dict[Fact, str]:
    """Return what stands of each fact: the word of the index team, else the newest of any source:
    whose file speaks of the latest day, and of those the one that came in last."""
    best: dict[Fact, Word] = {}
    for word in words:
        if word.fact not in best or _rank(word) > _rank(best[word.fact]):
            best[word.fact] = word
    return {fact: word.value for fact, word in best.items()}


def ended_by(before: Iterable[Word], own: Iterable[Word], *, has_left: bool) -> set[Fact]:
    """Return of which facts the word of the index team ends with what a source now says (own): of
    all, where the address was handed on to somebody else; of where they work and that they left,
    where the source moves whoever had left. Only what it changes tells that, never its first word.
    """
    now = {word.fact: word for word in own}
    then = {
        word.fact: word.value
        for word in before
        if word.fact in now and word.source == now[word.fact].source
    }
    if Fact.NAME in then and is_another(now[Fact.NAME].value, then[Fact.NAME]):
        return set(Fact)
    is_moved = then.get(Fact.ORGANISATION) not in {None, now[Fact.ORGANISATION].value}
    return {Fact.ORGANISATION, Fact.LEFT_ON} if has_left and is_moved else set()


def agreed(words: Iterable[Word]) -> set[Fact]:
    """Return the facts of which every source says what the index team says, to the letter: it may
    have put capitals right."""
    every = list(words)
    own = {word.fact: word.value for word in every if word.source == INDEX_TEAM}
    told: dict[Fact, set[str]] = {}
    for word in every:
        if word.source != INDEX_TEAM:
            told.setdefault(word.fact, set()).add(word.value)
    return {fact for fact, value in own.items() if told.get(fact) == {value}}


def differing(words: Iterable[Word]) -> set[Fact]:
    """Return the facts that keep somebody from being reached, of which sources say different
    things: unlike the index team where it has spoken and they spoke later, else unlike each other.
    """
    every = [word for word in words if word.fact in TO_REACH]
    own = {word.fact: word for word in every if word.source == INDEX_TEAM}
    found = set()
    for word in every:
        ruled = own.get(word.fact)
        if ruled is not None:
            is_newer = word.told_at > ruled.told_at
            is_unlike = is_newer and word.value.casefold() != ruled.value.casefold()
        else:
            is_unlike = any(
                other.fact is word.fact and other.value.casefold() != word.value.casefold()
                for other in every
            )
        if is_unlike:
            found.add(word.fact)
    return found


def _rank(word: Word) -> tuple[bool, dt.date, dt.datetime]:
    return word.source == INDEX_TEAM, word.since_on, word.told_at
