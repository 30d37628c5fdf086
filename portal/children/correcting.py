"""What the index team says of a child, before what sources say; and the question which of two
sources is right (decisions/0037). Works on the open index; vault/corrected.py on a sealed record.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from portal.children.models import ChildName, ChildRecord, ChildSource, Correction, LocalCorrection
from portal.children.rules import (
    LET_GO,
    OWN_KEEPING,
    CorrectionKind,
    OwnFact,
    Said,
    Settlement,
    facts_said,
    has_dissolved,
    is_disputed,
    is_settled,
    read_fact,
    said_since,
    written_fact,
)
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import NotFound

Standing = dict[OwnFact, LocalCorrection]


def locked_correction(correction_id: uuid.UUID) -> Correction:
    """Return something that may be wrong, locked. Raises NotFound."""
    row = db.session.scalar(
        select(Correction).where(Correction.id == correction_id).with_for_update()
    )
    if row is None:
        raise NotFound
    return row


def standing_of(ids: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, Standing]:
    """Return the local corrections of these children, by fact."""
    found: defaultdict[uuid.UUID, Standing] = defaultdict(dict)
    wanted = select(LocalCorrection).where(LocalCorrection.child_id.in_(list(ids)))
    for row in db.session.scalars(wanted.execution_options(populate_existing=True)):
        found[row.child_id][OwnFact(row.fact)] = row
    return found


def overrule(facts: dict[str, Any], standing: Standing) -> None:
    """Let what the index team says stand in the facts of a source, and note in the corrections
    what would stand without them."""
    for fact, correction in standing.items():
        correction.under = written_fact(facts[fact])
        facts[fact] = read_fact(fact, correction.value)


def correction(
    child_id: uuid.UUID, fact: OwnFact, value: str, *, under: str, for_id: uuid.UUID,
    made_by: uuid.UUID | None,
) -> LocalCorrection:  # fmt: skip
    """Return what the index team says of one fact, as a row in no session. for_id is what led to
    it, under what stood before it."""
    return LocalCorrection(
        id=random_id(), child_id=child_id, fact=fact.value, value=value, under=under,
        correction_id=for_id, made_by=made_by, made_at=clock.now(),
    )  # fmt: skip


def put_over(standing: Standing, new: Iterable[LocalCorrection]) -> list[LocalCorrection]:
    """Let new corrections stand in the place of older ones, which go on knowing what would stand
    without them; return those of facts that had none."""
    first = []
    for one in new:
        older = standing.get(OwnFact(one.fact))
        if older is None:
            first.append(one)
        else:
            older.value, older.correction_id = one.value, one.correction_id
            older.made_by, older.made_at = one.made_by, one.made_at
    return first


def take_back(child_id: uuid.UUID, for_id: uuid.UUID) -> dict[OwnFact, str]:
    """Let go of what the index team said because of one correction; return what stands again."""
    standing = standing_of([child_id])[child_id]
    gone = {fact: one for fact, one in standing.items() if one.correction_id == for_id}
    for one in gone.values():
        db.session.delete(one)
    return {fact: one.under for fact, one in gone.items()}


def words_about(ids: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, list[Said]]:
    """Return what sources say of these children in their last words."""
    found: defaultdict[uuid.UUID, list[Said]] = defaultdict(list)
    wanted = select(ChildSource).where(
        ChildSource.child_id.in_(list(ids)), ChildSource.said != LET_GO
    )
    ordered = wanted.order_by(ChildSource.source, ChildSource.source_id)
    for row in db.session.scalars(ordered.execution_options(populate_existing=True)):
        found[row.child_id] += said_by(row)
    return found


def said_by(row: ChildSource) -> list[Said]:
    """Return what the last word of a source says, fact by fact."""
    return [
        Said(fact=fact, text=text, source=row.source, on=row.source_on)
        for fact, text in facts_said(row).items()
    ]


def answer_questions(child_id: uuid.UUID, facts: Collection[OwnFact]) -> None:
    """Let go of what was asked of facts of which the index team has said what is right."""
    db.session.flush()
    waiting = Correction.child_id == child_id, Correction.settled_at.is_(None)
    db.session.execute(delete(Correction).where(*waiting, Correction.fact.in_(list(facts))))


def ask_anew(child_id: uuid.UUID, facts: Collection[OwnFact]) -> None:
    """Ask where sources differ in facts of which the index team says nothing any more; what was
    answered by "both may stand" is answered."""
    rows = db.session.scalars(
        select(Correction).where(Correction.child_id == child_id, Correction.fact.is_not(None))
    )
    weigh({child_id: said_since(words_about([child_id])[child_id], facts, answers_among(rows))})


def answers_among(rows: Iterable[Correction]) -> dict[OwnFact, dt.date]:
    """Return on which day it was last answered, of which facts, that both may stand."""
    found: dict[OwnFact, dt.date] = {}
    for one in rows:
        if one.outcome == Settlement.MAY_STAND and one.settled_at is not None:
            fact = OwnFact(str(one.fact))
            found[fact] = max(found.get(fact, dt.date.min), one.settled_at.date())
    return found


def weigh(heard: Mapping[uuid.UUID, Sequence[Said]]) -> None:
    """Look what sources have said anew of some children, and what they say by now: corrections
    with which all agree go, questions that have answered themselves go, answered ones too, new ones
    are asked. The name index is left alone: no value changes."""
    if not heard:
        return
    db.session.flush()
    words, standing = words_about(heard), standing_of(heard)
    questions = _questions(heard)
    for child_id, news in heard.items():
        ruled = _without_dissolved(standing[child_id], words[child_id])
        asked = _without_settled(questions[child_id], words[child_id], ruled)
        disputed = disputed_among(news, words[child_id], ruled)
        db.session.add_all(question(child_id, fact) for fact in disputed if fact not in asked)
    db.session.flush()


def disputed_among(
    news: Iterable[Said], words: Sequence[Said], ruled: Mapping[OwnFact, str]
) -> list[OwnFact]:
    """Return the facts of which the steward is to be asked, in their order."""
    found = {one.fact for one in news if is_disputed(one, words, ruled.get(one.fact))}
    return [fact for fact in OwnFact if fact in found]


def question(child_id: uuid.UUID, fact: OwnFact) -> Correction:
    """Return the question what is right, as a row in no session."""
    return Correction(
        id=random_id(), child_id=child_id, kind=CorrectionKind.SOURCES_DIFFER.value,
        fact=fact.value, reported_at=clock.now(),
    )  # fmt: skip


def set_facts(row: ChildRecord, values: Mapping[OwnFact, str]) -> None:
    """Write facts into a child's own row. A name that stands again is no former one any more."""
    for fact, text in values.items():
        setattr(row, fact, read_fact(fact, text))
    row.changed_at = clock.now()
    ours = ChildName.child_id == row.id, ChildName.source == OWN_KEEPING
    again = ChildName.family_name == row.family_name, ChildName.given_names == row.given_names
    db.session.execute(delete(ChildName).where(*ours, *again))


def keep_name(row: ChildRecord, before: tuple[str, str]) -> None:
    """Keep names that went from a child's own row: the child is found by them as well."""
    if before == (row.given_names, row.family_name):
        return
    known = ChildName.given_names == before[0], ChildName.family_name == before[1]
    held = select(ChildName.id).where(ChildName.child_id == row.id, *known)
    if db.session.scalars(held).first() is None:
        former = {"given_names": before[0], "family_name": before[1], "source": OWN_KEEPING}
        more = {"id": random_id(), "child_id": row.id, "source_on": clock.today()}
        db.session.execute(insert(ChildName), [{**former, **more}])


def _questions(ids: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, list[Correction]]:
    """The questions about these children, answered ones too: one of a child who goes into hiding is
    gone, so that any may go."""
    found: defaultdict[uuid.UUID, list[Correction]] = defaultdict(list)
    wanted = select(Correction).where(
        Correction.child_id.in_(list(ids)),
        Correction.fact.is_not(None),
    )
    for row in db.session.scalars(wanted.execution_options(populate_existing=True)):
        found[row.child_id].append(row)
    return found


def _without_dissolved(standing: Standing, words: Sequence[Said]) -> dict[OwnFact, str]:
    """Let go of the corrections with which every source agrees; return the others."""
    ruled = {}
    for fact, correction in standing.items():
        if has_dissolved(fact, words, correction.value):
            db.session.delete(correction)
        else:
            ruled[fact] = correction.value
    return ruled


def _without_settled(
    questions: Iterable[Correction], words: Sequence[Said], ruled: Mapping[OwnFact, str]
) -> set[OwnFact]:
    """Let go of the questions that have answered themselves, and of answered ones once the sources
    agree among themselves; return the facts of what waits."""
    asked = set()
    for row in questions:
        fact, waits = OwnFact(str(row.fact)), row.settled_at is None
        if is_settled(fact, words, ruled.get(fact) if waits else None):
            db.session.delete(row)
        elif waits:
            asked.add(fact)
    return asked
