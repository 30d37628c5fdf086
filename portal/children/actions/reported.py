"""What sources say of children: one or many at a time, with the name index in one transaction.

A source replaces what it said before; what another source said of addresses, carers and work stays.
Of the child's own row, and of a number of another body, the newest change stands.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.access.identity import Identity
from portal.access.log import Entry, Event, record_all
from portal.children import queries, vault
from portal.children.actions.reviews import open_reviews
from portal.children.applying import Word, add_children, apply_words, check_drafts, locked
from portal.children.models import ChildSource
from portal.children.placing import Finder, Placement, once_each, placements
from portal.children.rules import Change, ChildDraft, ReviewCause, Subject, Suspicion
from portal.children.telling import Hearing, tell, told_later
from portal.children.vault import Shelf, guard
from portal.children.vault.guard import Answer
from portal.children.vault.quarantine import Quarantined
from portal.children.vault.reuse import let_go
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.matching import Rung, Veto

AT_ONCE = 200


def create_child(*, draft: ChildDraft, by: Identity) -> uuid.UUID:
    """Add one child; return its id. Raises Invalid for a draft that cannot be kept."""
    return create_children(drafts=[draft], by=by)[0]


def create_children(*, drafts: Sequence[ChildDraft], by: Identity) -> list[uuid.UUID]:
    """Add children no source has reported yet; return their ids in order. Not for feeds: no guard
    looks at them.

    Raises Invalid when one cannot be kept (rules.fault_of_child says why).
    """
    check_drafts(drafts)
    ids = add_children(drafts)
    _record(Event.CHILD_IMPORTED, ids, drafts, by)
    return ids


def change_child(*, child_id: uuid.UUID, draft: ChildDraft, by: Identity) -> Change:
    """Let a source say anew what it knows of a child; unchanged when it says the same. Not for
    feeds: no guard looks at it.

    Raises NotFound, and Invalid for a draft that cannot be kept or whose number is another child's.
    """
    check_drafts([draft])
    if not locked([child_id]):
        raise NotFound
    number = db.session.get(ChildSource, (draft.source, draft.source_id))
    if number is not None and number.child_id != child_id:
        raise Invalid(_l("The source knows another child under this number."))
    (change,) = apply_words([Word(child_id, draft, draft, number)])
    if change is Change.UNCHANGED:
        return change
    _record(Event.CHILD_CHANGED, [child_id], [draft], by)
    return Change.CHANGED


def let_in(
    *, child_id: uuid.UUID, said: ChildDraft, applied: ChildDraft, by: Identity
) -> uuid.UUID:
    """Apply what the guard held back and an officer lets into the index, and return whom it is
    about: the child who is known under the number, one whom it joins as any row would, or a new one
    of this id. The source was answered, and the line written, when it came. applied is what of its
    word may reach the index.
    """
    number = db.session.get(ChildSource, (said.source, said.source_id))
    if number is not None:
        apply_words([Word(number.child_id, said, applied, number)])
        return number.child_id
    found = placements({applied.source_id: applied})[applied.source_id]
    joined = _open({applied.source_id: found.joins} if found.joins else {})
    for known_id in joined.values():
        apply_words([Word(known_id, said, applied, None)])
        return known_id
    add_children([applied], [child_id], said=[said])
    _suspect([(child_id, found, applied)], by)
    return child_id


def put_children(
    *,
    drafts: Sequence[ChildDraft],
    by: Identity,
    rungs: dict[str, Rung] | None = None,
    heard: Hearing | None = None,
    finder: Finder | None = None,
) -> list[Answer]:
    """Add or change children of one source, known by its own ids; return id and change in order.

    The one way in for feeds: what is about a hidden child, or resembles one, goes to quarantine and
    gets the same answer (decisions/0018). Of two drafts of one child the later stands; one of an
    earlier day than the source's last word changes nothing. rungs is told how first words were
    placed, held back or not, by the source's numbers: for counts. heard is the file, where there
    is one; finder stands for the name index. Raises Invalid for what is no child.
    """
    placed = {} if rungs is None else rungs
    check_drafts(drafts)
    latest = {draft.source_id: draft for draft in drafts}
    words = list(latest)
    done: dict[str, Answer] = {}
    for start in range(0, len(words), AT_ONCE):
        some = {word: latest[word] for word in words[start : start + AT_ONCE]}
        heard = heard or Hearing(drafts[0].source, drafts[0].source_on)
        vault.enter()
        outdated = _outdated(some, heard)
        fresh = {word: draft for word, draft in some.items() if word not in outdated}
        done |= outdated | (_put(fresh, placed, finder, by) if fresh else {})
        tell(heard, Subject.CHILD, {word: word for word in fresh})
    return [done[draft.source_id] for draft in drafts]


def _outdated(drafts: Mapping[str, ChildDraft], heard: Hearing) -> dict[str, Answer]:
    """The answers to what the source has said anew since the day that this file speaks of."""
    later = told_later(heard, Subject.CHILD, list(drafts))
    ids = queries.child_ids(heard.source, later) if later else {}
    return {word: (child_id, Change.UNCHANGED) for word, child_id in ids.items()}


def _put(
    drafts: Mapping[str, ChildDraft], rungs: dict[str, Rung], finder: Finder | None, by: Identity
) -> dict[str, Answer]:
    """Let the guard look at every row first, then join, add and change what may pass.

    What a source is told hangs on its own words alone: of the first under a number that it was
    added, whether the child was new to the index or not (decisions/0033). The vault is entered.
    """
    known = _known(drafts)
    reused = let_go(drafts, known)
    known = {word: number for word, number in known.items() if word not in reused}
    guarded = guard.hold_back(drafts, known)
    done = dict(guarded.answers)
    fresh = _fresh({word: one for word, one in drafts.items() if word not in known}, done)
    held = {word: row for word, row in guarded.held.items() if word in fresh}
    found = placements(fresh, guard.held_beside(held), is_alone=not reused, finder=finder)
    told = once_each(found)
    rungs |= {word: one.placed.rung for word, one in told.items() if word not in reused}
    done |= _put_first(fresh, held, told | _free(found, held), by)
    done |= {word: (done[word][0], Change.CHANGED) for word in reused}
    _doubt({word: (was, done[word][0]) for word, was in reused.items()}, drafts, guarded, by)
    words = [_allowed(known[word], draft, guarded.passing.get(word))
             for word, draft in drafts.items() if word in known and word not in done]  # fmt: skip
    for one, change in zip(words, apply_words(words), strict=True):
        done[one.said.source_id] = one.child_id, change
    for word, row in guarded.passing.items():
        guard.remember(row, drafts[word])
    _record_done(drafts, done, by)
    return done


def _free(found: Mapping[str, Placement], held: Mapping[str, Quarantined]) -> dict[str, Placement]:
    """What may pass, placed as if nothing had been held back: what is stands in nobody's way."""
    return once_each({word: one for word, one in found.items() if word not in held})


def _fresh(
    drafts: Mapping[str, ChildDraft], answers: Mapping[str, Answer]
) -> dict[str, ChildDraft]:
    """The first words under their numbers, held back or not."""
    return {
        word: draft
        for word, draft in drafts.items()
        if word not in answers or answers[word][1] is Change.ADDED
    }


def _put_first(
    drafts: Mapping[str, ChildDraft],
    held: Mapping[str, Quarantined],
    found: Mapping[str, Placement],
    by: Identity,
) -> dict[str, Answer]:
    """Join or add the children of whom a source never spoke under these numbers. A row that the
    guard holds is placed like any other; it only tells how many children an ordinary index would
    have."""
    for word, row in held.items():
        if found[word].joins:
            guard.count_as_joined(row)
    free = {word: draft for word, draft in drafts.items() if word not in held}
    joined = _open({word: child_id for word in free if (child_id := found[word].joins)})
    apply_words([Word(child_id, free[word], free[word], None) for word, child_id in joined.items()])
    new = {word: draft for word, draft in free.items() if word not in joined}
    ids = dict(zip(new, add_children(list(new.values())), strict=True))
    _suspect([(ids[word], found[word], draft) for word, draft in new.items()], by)
    return {word: (child_id, Change.ADDED) for word, child_id in (joined | ids).items()}


def _open(joined: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    """Those who are not hidden: nothing is ever added to what stays in the index of one who is."""
    hidden = vault.contents_of(Shelf.IDENTITY, joined.values()) if joined else {}
    return {word: child_id for word, child_id in joined.items() if child_id not in hidden}


def _suspect(added: Iterable[tuple[uuid.UUID, Placement, ChildDraft]], by: Identity) -> None:
    """Ask the data steward of new children who may be in the index already."""
    pairs = [
        Suspicion(
            one_id=child_id, other_id=found.near, cause=ReviewCause.POSSIBLE,
            bits=found.placed.bits, evidence=found.evidence, source=draft.source,
        )
        for child_id, found, draft in added
        if found.near is not None
    ]  # fmt: skip
    open_reviews(pairs=pairs, by=by)


def _doubt(
    reused: Mapping[str, tuple[uuid.UUID | None, uuid.UUID]],
    drafts: Mapping[str, ChildDraft],
    guarded: guard.Guarded,
    by: Identity,
) -> None:
    """Ask whether numbers that a source uses for somebody else mean the same child after all."""
    pairs = [
        Suspicion(
            one_id=before, other_id=now, cause=ReviewCause.ANOTHER_PERSON, bits=0.0,
            evidence=(Veto.ANOTHER_PERSON.value,), source=drafts[word].source,
        )
        for word, (before, now) in reused.items()
        if before is not None and word not in guarded.answers
    ]  # fmt: skip
    open_reviews(pairs=pairs, by=by)


def _allowed(number: ChildSource, draft: ChildDraft, row: Quarantined | None) -> Word:
    """What a source says under a number that it used before, without the names that lead to
    somebody hidden whom an officer has told apart."""
    applied = guard.without_names(draft, row.apart) if row else draft
    return Word(number.child_id, draft, applied, number)


def _known(drafts: Mapping[str, ChildDraft]) -> dict[str, ChildSource]:
    """The numbers of a source under which the index knows a child. The vault is entered: nobody
    goes into hiding, and no two are joined, meanwhile."""
    source = next(iter(drafts.values())).source
    wanted = select(ChildSource).where(
        ChildSource.source == source, ChildSource.source_id.in_(list(drafts))
    )
    found = db.session.scalars(wanted.execution_options(populate_existing=True))
    return {number.source_id: number for number in found}


def _record_done(
    drafts: Mapping[str, ChildDraft], done: Mapping[str, Answer], by: Identity
) -> None:
    """The same lines in the same order, whether a row was applied or held back."""
    added = [(word, done[word][0]) for word in drafts if done[word][1] is Change.ADDED]
    changed = [(word, done[word][0]) for word in drafts if done[word][1] is Change.CHANGED]
    changed.sort(key=lambda one: one[1].hex)
    for event, some in ((Event.CHILD_IMPORTED, added), (Event.CHILD_CHANGED, changed)):
        _record(event, [child_id for _, child_id in some], [drafts[word] for word, _ in some], by)


def _record(
    event: Event, ids: Sequence[uuid.UUID], drafts: Sequence[ChildDraft], by: Identity
) -> None:
    record_all(
        [
            Entry(
                event=event, subject_kind="child", subject_id=child_id,
                details={"source": draft.source, "source_id": draft.source_id},
            )
            for child_id, draft in zip(ids, drafts, strict=True)
        ],
        by=by,
    )  # fmt: skip
