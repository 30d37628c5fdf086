"""The shield guard: what of a feed must not reach the index, and what its source is told.

A row whose number belongs to a hidden child, or that resembles one, is kept in quarantine. The
answer is the one an index without hidden children would give: added, changed or unchanged.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from portal.children.models import ChildSource, Involvement
from portal.children.rules import Change, ChildDraft
from portal.children.vault import identity, moving, quarantine, said, store, withheld
from portal.children.vault.identity import Document
from portal.children.vault.packing import Packed, packed, unpacked
from portal.children.vault.probe import NOBODY, Watchlist, described, hidden_by_source
from portal.children.vault.quarantine import Quarantined, Standing
from portal.children.vault.store import Shelf
from portal.core.db import random_id
from portal.matching import Candidate, Description, Veto, compare, describe

Answer = tuple[uuid.UUID, Change]


@dataclass(slots=True)
class Guarded:
    """What became of the rows of one source, by its numbers: those held back, with the answers to
    them, and those that may pass although they resemble somebody, since an officer has said that it
    is another child."""

    answers: dict[str, Answer] = field(default_factory=dict)
    held: dict[str, Quarantined] = field(default_factory=dict)
    passing: dict[str, Quarantined] = field(default_factory=dict)


def hold_back(drafts: Mapping[str, ChildDraft], known: Mapping[str, ChildSource]) -> Guarded:
    """Hold back what must not reach the index.

    drafts and known are by the numbers of one source; known are those of them that the index has.
    The caller entered the vault before it read them: nobody goes into hiding meanwhile.
    """
    guarded = Guarded()
    rows = quarantine.of_source(next(iter(drafts.values())).source, drafts)
    near = _near(drafts, rows)
    for word, draft in drafts.items():
        row = rows.get(word)
        if word not in near:
            if row is not None and word in known:
                guarded.passing[word] = row
        else:
            held, change = _hold(draft, row, near[word], known.get(word))
            guarded.answers[word], guarded.held[word] = (held.id, change), held
    return guarded


def belonging(row: Quarantined) -> Quarantined:
    """Return what is quarantined with the child it belongs to by now: the record under its number
    may have been hidden since."""
    if moving.grade_of(row.id) is not None:
        row.hidden_id, row.is_open = row.id, False
    return row


def held_beside(rows: Mapping[str, Quarantined]) -> dict[str, list[Candidate]]:
    """Return what else is held back around the same hidden children and would be a record of its
    own in an ordinary index, and the whole of a masked child, as the ladder compares it. An absent
    child is compared with nothing: the index without it is what nobody may tell from this one."""
    hidden = {row.hidden_id for row in rows.values()}
    known = store.contents_of(Shelf.IDENTITY, hidden)
    masked = {one: known[one] for one in known if known[one]["grade"] == identity.Grade.MASKED}
    near = {one: quarantine.about(one) for one in hidden}
    found: dict[str, list[Candidate]] = {}
    for word, row in rows.items():
        others = [one for one in near[row.hidden_id] if one.key != row.key and one.is_held]
        found[word] = [
            Candidate(one.id.hex, described(one.draft), vetoes=_vetoes(one.source == row.source))
            for one in others
            if one.draft and one.is_new
        ]
        if row.hidden_id in masked:
            found[word].append(_masked(masked[row.hidden_id], row, others))
    return found


def _masked(document: Document, row: Quarantined, others: Iterable[Quarantined]) -> Candidate:
    """A masked child, whom an ordinary index would know under the numbers held as joined, too."""
    joined = (one.source for one in others if not (one.is_new or one.is_open))
    is_bound = row.source in chain(joined, (name for name, _ in document["sources"]))
    described_as = identity.description_of(document)
    return Candidate(row.hidden_id.hex, described_as, vetoes=_vetoes(is_bound))


def _vetoes(is_bound: bool) -> frozenset[Veto]:
    return frozenset({Veto.OTHER_SOURCE_ID} if is_bound else ())


def count_as_joined(row: Quarantined) -> None:
    """Remember that an ordinary index would have no more children by this row."""
    row.is_new = False
    quarantine.keep(row)


def without_names(draft: ChildDraft, apart: Collection[uuid.UUID]) -> ChildDraft:
    """Return the draft without former names that lead to hidden children it is kept apart from."""
    theirs = [
        describe(family_name=name)
        for document in store.contents_of(Shelf.IDENTITY, apart).values()
        for name in (document["family_name"], *(family for _, family in document["former"]))
    ]
    kept = (one for one in draft.former_names if not _leads_to(one.family_name, theirs))
    return replace(draft, former_names=tuple(kept))


def _leads_to(name: str, theirs: Iterable[Description]) -> bool:
    """True when a search by one of these names would meet this one, however it is written."""
    asked = describe(family_name=name)
    return any(compare(one, asked).score > 0 for one in theirs)


def bears_number_of(draft: ChildDraft, hidden_id: uuid.UUID) -> bool:
    """True when a source gives a number that is the hidden child's: nobody else has it."""
    document = moving.identity_of(hidden_id) or {"numbers": {}}
    numbers = {scheme.value: value for scheme, value in draft.numbers.items() if value}
    return bool(numbers.items() & document["numbers"].items())


def remember(row: Quarantined, draft: ChildDraft) -> None:
    """Remember what a source says that may pass, if it is anything new."""
    if said.is_news(draft, row.said):
        row.draft, row.said = _merged(draft, row.draft), said.marks_of(draft, row.said)
        quarantine.keep(row)


def _near(
    drafts: Mapping[str, ChildDraft], rows: Mapping[str, Quarantined]
) -> dict[str, uuid.UUID]:
    """The hidden children that these rows are about or come near, and those quarantined before."""
    near: dict[str, uuid.UUID] = {}
    watchlist = Watchlist()
    for word, draft in drafts.items():
        row = rows.get(word)
        found = watchlist.met_by(draft, apart=row.apart if row else NOBODY)
        if found is None and row is not None and row.is_held:
            found = row.hidden_id
        if found is not None:
            near[word] = found
    return near


def _hold(
    draft: ChildDraft,
    row: Quarantined | None,
    hidden_id: uuid.UUID,
    known: ChildSource | None,
) -> tuple[Quarantined, Change]:
    """Keep what a source says of one child; answer as the index would."""
    is_first = row is None
    row = row or _first(draft, hidden_id, known)
    before = _last_word(draft, row, known)
    change = _change_of(draft, before)
    is_told_already = change is Change.UNCHANGED and row.is_held
    if is_told_already and not (is_first and known is not None):
        return row, change
    row.draft, row.hidden_id = _merged(draft, row.draft), hidden_id
    row.said = said.marks_of(draft, said.SILENCE if before is None else before)
    row.standing, row.is_open = Standing.WAITING, known is not None
    if known is not None:
        # It may have joined another record when it was let in.
        row.id = known.child_id
    quarantine.keep(row)
    return row, change


def _first(draft: ChildDraft, hidden_id: uuid.UUID, known: ChildSource | None) -> Quarantined:
    """What is kept of a number that was never quarantined before."""
    is_own = (draft.source, draft.source_id) in _own_numbers(hidden_id)
    return Quarantined(
        id=known.child_id if known else hidden_id if is_own else random_id(),
        source=draft.source,
        source_id=draft.source_id,
        hidden_id=hidden_id,
        is_new=not is_own and known is None,
    )


def _own_numbers(hidden_id: uuid.UUID) -> dict[tuple[str, str], str]:
    """The numbers under which sources reported a hidden child to the index, each with the marks of
    what was said last."""
    tables = moving.record_of(hidden_id)
    return {
        (row["source"], row["source_id"]): row["said"]
        for row in (moving.numbers_in(tables) if tables else ())
    }


def is_bound(row: Quarantined) -> bool:
    """True when the hidden child is known under the number of the row, told so or found so."""
    return (row.source, row.source_id) in _own_numbers(row.hidden_id)


def _last_word(draft: ChildDraft, row: Quarantined, known: ChildSource | None) -> str | None:
    """The marks of what a source said last under this number; None when it never spoke."""
    if row.draft is not None:
        return row.said
    if known is not None:
        return known.said
    return _own_numbers(row.id).get((draft.source, draft.source_id))


def _change_of(draft: ChildDraft, before: str | None) -> Change:
    """What an ordinary index would answer: it compares with what the source said before."""
    if before is None:
        return Change.ADDED
    return Change.CHANGED if said.is_news(draft, before) else Change.UNCHANGED


def _merged(draft: ChildDraft, before: ChildDraft | None) -> ChildDraft:
    """What a source says; of carers it may say nothing, and then means what it said before."""
    if draft.carers is None and before is not None:
        return replace(draft, carers=before.carers)
    return draft


def ids_of(source: str, source_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the ids under which a source's numbers are known although the index lacks them."""
    rows = quarantine.of_source(source, source_ids)
    held = {word: row.id for word, row in rows.items() if row.is_held}
    return hidden_by_source(source, source_ids) | held


def holding(source: str, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Quarantined]:
    """Return those of these children of a source whose involvements must not reach the index. The
    caller has entered the vault."""
    rows = quarantine.of_children(ids)
    held = {one: row for one, row in rows.items() if row.is_held}
    for hidden_id in store.contents_of(Shelf.IDENTITY, [one for one in ids if one not in held]):
        numbers = sorted(_own_numbers(hidden_id), key=lambda one: (one[0] != source, one))
        told, source_id = next(iter(numbers), ("", ""))
        held[hidden_id] = Quarantined(
            id=hidden_id, source=told, source_id=source_id, hidden_id=hidden_id
        )
    return held


def involvements_of(row: Quarantined, in_index: Iterable[Involvement]) -> list[Involvement]:
    """Return what an ordinary index would hold of a child's involvements, in no session."""
    return [
        Involvement(**unpacked(Involvement, values)) for values in _known(row, in_index).values()
    ]


def keep_involvements(
    row: Quarantined, in_index: Collection[Involvement], after: Iterable[Involvement]
) -> None:
    """Keep what sources have now said of a child's involvements, if it is anything new."""
    before = _known(row, in_index)
    values = {one.id.hex: packed(one) for one in after}
    news = {key: one for key, one in values.items() if before.get(key) != one}
    if news:
        row.involvements |= news
        row.standing = Standing.WAITING
        _show_to_their_own(row.id, news.values())
        seen = _seen(row, in_index)
        row.beside |= {key: seen.get(key, {}) for key in news}
        quarantine.keep(row)


def _show_to_their_own(child_id: uuid.UUID, news: Iterable[Packed]) -> None:
    """Whoever a row names reads it on the record as they would on any: else the page would stand
    still beside a receipt that says "changed", and tell them that the child is hidden."""
    if moving.identity_of(child_id) is None:
        return
    for values in news:
        involvement = Involvement(**unpacked(Involvement, values))
        if involvement.practitioner_id is not None:
            withheld.withhold(involvement)


def _known(row: Quarantined, in_index: Iterable[Involvement]) -> dict[str, Packed]:
    return withheld.with_held(_seen(row, in_index), row.involvements, row.beside)


def _seen(row: Quarantined, in_index: Iterable[Involvement]) -> dict[str, Packed]:
    """What people see and change of a child's involvements: in the index, or as their own."""
    record = moving.record_of(row.id)
    rows = [*(packed(one) for one in in_index), *(record["involvement"] if record else [])]
    return {unpacked(Involvement, one)["id"].hex: one for one in rows}
