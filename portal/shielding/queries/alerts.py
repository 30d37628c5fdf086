"""What is read of alerts, as sheets."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import LazyString

from portal.access.identity import Identity
from portal.access.reasons import LOGGED
from portal.accounts import queries as accounts
from portal.children.rules import NameSheet
from portal.shielding.queries.documents import closed, document, moment, waiting
from portal.shielding.queries.people import NOBODY, Reach, children_of, reaches
from portal.shielding.rules.documents import Content, DocumentKind
from portal.shielding.rules.shields import AlertOutcome

SHOWN = 100
# What an alert says that no search left, and one whose search cannot be read.
OVERRIDE, UNREADABLE = "override", "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """A search that would have met an absent child, or (is_override) somebody who opened what may
    be hidden. children are those it met, the nearest first, None where a record has gone.

    outcome is None and settled_by empty while nobody has dealt with it.
    """

    id: uuid.UUID
    made_at: dt.datetime
    is_override: bool
    is_readable: bool
    searcher: Reach
    reason: LazyString | str
    children: tuple[NameSheet | None, ...]
    outcome: AlertOutcome | None
    settled_by: str
    settled_at: dt.datetime | None


def alert_lines(by: Identity) -> tuple[AlertLine, ...]:
    """Return the hundred newest alerts, the newest first, and every one that waits."""
    open_ones = waiting(DocumentKind.ALERT)
    settled = closed(DocumentKind.ALERT)[-SHOWN:]
    people = reaches(uuid.UUID(content["account"]) for _, content in [*open_ones, *settled])
    ids = {one for _, content in [*open_ones, *settled] for one in _met(content)}
    children = children_of(ids, by)
    lines = [_line(*one, people, children) for one in [*open_ones, *settled]]
    return tuple(sorted(lines, key=lambda line: line.made_at, reverse=True))


def alert_line(alert_id: uuid.UUID, by: Identity) -> AlertLine:
    """Return one alert. Raises NotFound."""
    content = document(DocumentKind.ALERT, alert_id)
    people = reaches([uuid.UUID(content["account"])])
    return _line(alert_id, content, people, children_of(_met(content), by))


def _met(content: Content) -> list[uuid.UUID]:
    if content.get("what") == UNREADABLE:
        return []
    return [uuid.UUID(one) for one in (content["child_id"], *content.get("others", ()))]


def _line(
    alert_id: uuid.UUID,
    content: Content,
    people: dict[uuid.UUID, Reach],
    children: dict[uuid.UUID, NameSheet],
) -> AlertLine:
    settlers = [uuid.UUID(one) for one in content["closed_by"]]
    names = accounts.names_of(settlers)
    return AlertLine(
        id=alert_id,
        made_at=moment(content["made_at"]),
        is_override=content.get("what") == OVERRIDE,
        is_readable=content.get("what") != UNREADABLE,
        searcher=people.get(uuid.UUID(content["account"]), NOBODY),
        reason=LOGGED.get(content["reason"], content["reason"]),
        children=tuple(children.get(one) for one in _met(content)),
        outcome=AlertOutcome(content["outcome"]) if content["outcome"] else None,
        settled_by=", ".join(names.values()),
        settled_at=moment(content["closed_at"]) if content["closed_at"] else None,
    )
