"""Pairs of records that must never be joined, as sheets: an old identity and the new one."""

import datetime as dt
import uuid
from dataclasses import dataclass

from portal.access.identity import Identity
from portal.accounts import queries as accounts
from portal.children import vault
from portal.children.rules import NameSheet
from portal.children.vault import Shelf
from portal.core import clock
from portal.core.errors import NotFound
from portal.shielding.queries.documents import MOST, closed, moment
from portal.shielding.queries.people import child_of
from portal.shielding.rules.documents import Content, DocumentKind
from portal.shielding.rules.shields import LiftFault, TaskOutcome, fault_of_lift, liftable_from

PAIRS = "pairs"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """Two records of one child that must never be joined. fault says why this reader may not
    confirm its end now."""

    id: uuid.UUID
    old: NameSheet | None
    new: NameSheet | None
    made_at: dt.datetime
    proposer: str
    liftable_from: dt.datetime | None
    fault: LiftFault | None


def marks_of_pair(content: Content) -> list[str]:
    """Return the words under which a pair is found: by either child, or as one of all."""
    return [PAIRS, vault.pair_mark(content["old"]), vault.pair_mark(content["new"])]


def pair(pair_id: uuid.UUID) -> Content:
    """Return the document of a pair. Raises NotFound."""
    content = vault.content_of(Shelf.PAIR, pair_id)
    if content is None:
        raise NotFound
    return content


def new_identities(child_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the new identities from which this record is kept apart."""
    found = vault.marked(Shelf.PAIR, [vault.pair_mark(child_id)])
    return [uuid.UUID(content["new"]) for _, content in found if content["old"] == str(child_id)]


def same_records(child_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the further records that were found to be about a hidden child, and hidden too."""
    same = [one for _, one in closed(DocumentKind.TASK) if one["outcome"] == TaskOutcome.SAME]
    found = [one["child_id"] for one in same if one["beside"] == str(child_id)]
    found += [one["beside"] for one in same if one["child_id"] == str(child_id)]
    return [uuid.UUID(one) for one in dict.fromkeys(found)]


def pair_lines(by: Identity) -> tuple[PairLine, ...]:
    """Return every pair, the newest first."""
    found = vault.marked(Shelf.PAIR, [PAIRS], most=MOST)
    lines = [_line(*one, by) for one in found]
    return tuple(sorted(lines, key=lambda line: line.made_at, reverse=True))


def _line(pair_id: uuid.UUID, content: Content, by: Identity) -> PairLine:
    lift = content["lift"]
    proposer = uuid.UUID(lift["by"]) if lift else None
    proposal = (lift["by"], moment(lift["at"])) if lift else None
    return PairLine(
        id=pair_id,
        old=child_of(uuid.UUID(content["old"]), by),
        new=child_of(uuid.UUID(content["new"]), by),
        made_at=moment(content["made_at"]),
        proposer=accounts.names_of([proposer]).get(proposer, "") if proposer else "",
        liftable_from=liftable_from(proposal[1]) if proposal else None,
        fault=fault_of_lift(proposal, str(by.account_id), clock.now()),
    )
