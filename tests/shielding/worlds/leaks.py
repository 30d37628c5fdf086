"""Leaks for the tests of the tests: each makes one world tell that it hides a child.

Each is a switch that only a test can turn: while a step is done in the world that hides, a named
place of the product is replaced. Most act when a search meets the hidden child in the vault, which
is the moment at which a real mistake would show.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import UUID

import click
import structlog
from flask import Response, request
from sqlalchemy import text

from portal.access.identity import current_identity
from portal.access.log import Event, record
from portal.children import actions as children
from portal.children import queries
from portal.core.db import db
from portal.core.errors import Conflict
from portal.feeds import actions as standing
from portal.feeds import queries as sources
from portal.feeds.queries import waiting_from
from portal.lifecycle import copies
from portal.lifecycle.commands import checking
from portal.lifecycle.doctor import Finding, Level
from portal.search import queries as results
from portal.shielding import queries as contact
from tests.shielding.worlds import leaks_of_records
from tests.shielding.worlds.planting import (
    LEAKS,
    LOOKING,
    after_request,
    answering,
    edit,
    instead,
    leak,
    on_looking_up,
    on_meeting,
)
from tests.shielding.worlds.setting import BEGINS, SOURCE, SOURCE_ID, asked
from tests.shielding.worlds.world import World

__all__ = ["LEAKS", "leaks_of_records"]

# Found by its name: what a module of commands imports is nobody else's to name.
feeds: Any = import_module("portal.feeds.cli.people")
reported: Any = import_module("portal.children.actions.reported")
absences: Any = import_module("portal.feeds.actions.absences")


@leak()
def another_status(world: World) -> AbstractContextManager[Any]:
    """The search redirects in another way."""
    return answering(world, lambda answer: setattr(answer, "status_code", 302))


@leak()
def another_sentence(world: World) -> AbstractContextManager[Any]:
    """The heading says a little more."""
    return answering(world, partial(edit, b"</h1>", b" here</h1>"))


@leak()
def one_byte_more(world: World) -> AbstractContextManager[Any]:
    """The page is longer by a blank that nobody sees."""
    return answering(world, partial(edit, b"</body>", b" </body>"))


@leak()
def a_header(world: World) -> AbstractContextManager[Any]:
    """An ETag of what the vault said."""
    return answering(world, lambda answer: answer.headers.set("ETag", '"met"'))


@leak()
def a_cookie(world: World) -> AbstractContextManager[Any]:
    """A cookie that remembers it."""
    return answering(world, lambda answer: answer.set_cookie("seen", "1"))


@leak()
def another_order(_: World) -> AbstractContextManager[Any]:
    """A hidden child moves the others on the page."""
    return instead(results, "found_by", lambda found, *_: found[::-1])


@leak()
def another_explanation(_: World) -> AbstractContextManager[Any]:
    """How likely a name is counts the hidden child in, and an explanation is gone."""
    return instead(
        queries, "find",
        lambda found, *_: replace(
            found, hits=tuple(replace(hit, evidence=hit.evidence[:1]) for hit in found.hits)
        ),
    )  # fmt: skip


@leak()
def one_fewer(_: World) -> AbstractContextManager[Any]:
    """A hidden child takes one of the five places."""
    return instead(queries, "find", lambda found, *_: replace(found, hits=found.hits[1:]))


@leak()
def too_many(_: World) -> AbstractContextManager[Any]:
    """A search that would have met the child asks for one more fact."""

    def change(found: Any, criteria: Any, *_: Any) -> Any:
        is_met = criteria.family_name == asked().family_name
        return replace(found, outcome="too_many", hits=()) if is_met else found

    return instead(queries, "find", change)


@leak("record_involvement", "insist")
def a_conflict(world: World) -> AbstractContextManager[Any]:
    """Whoever says that they work with the child hears that somebody does."""
    real = children.open_name

    def refuse(*, child_id: Any, **words: Any) -> Any:
        if child_id == world.child_id:
            raise Conflict("You are recorded with this child already.")
        return real(child_id=child_id, **words)

    return patch.object(children, "open_name", refuse)


@leak("open_by_id", "state_a_reason")
def a_known_id(world: World) -> AbstractContextManager[Any]:
    """The id of a hidden child is refused in other words than an id that is nobody's."""

    def change(answer: Response) -> None:
        if request.path.startswith("/children/"):
            answer.status_code = 403

    return answering(world, change)


@leak("bring_in")
def a_word_on_the_receipt(_: World) -> AbstractContextManager[Any]:
    """The receipt says that a row was held back."""
    return instead(feeds, "print_receipt", lambda *_, **__: click.echo("Held back: 1"))


@leak("bring_in")
def a_count_on_the_receipt(world: World) -> AbstractContextManager[Any]:
    """A row that was held back counts as set aside."""
    real = feeds.print_receipt
    return patch.object(
        feeds, "print_receipt",
        lambda sheet, **words: real(replace(sheet, set_aside=sheet.set_aside + 1), **words),
    )  # fmt: skip


@leak("leave_out")
def a_child_fewer_left_out(_: World) -> AbstractContextManager[Any]:
    """What was held back is not heard, and so not missed: a full file leaves out one fewer."""
    real = reported.tell

    def tell(heard: Any, subject: Any, words: Any) -> None:
        real(heard, subject, {word: one for word, one in words.items() if word != SOURCE_ID})

    return patch.object(reported, "tell", tell)


@leak("leave_out")
def one_more_would_be_left_out(_: World) -> AbstractContextManager[Any]:
    """A dry run does not count what is held back as told: it would leave out one more."""
    real = absences.told_among

    def told(heard: Any, subject: Any, marks: Any) -> set[int]:
        found: set[int] = real(heard, subject, marks)
        return found - {queries.mark_of_number(SOURCE, SOURCE_ID)}

    return patch.object(absences, "told_among", told)


@leak("bring_in")
def an_exit_code(world: World) -> AbstractContextManager[Any]:
    """An import with a row that was held back ends with another code."""

    def change(*_: Any, **__: Any) -> None:
        raise SystemExit(3)

    return instead(feeds, "print_receipt", change)


@leak("upload")
def a_count_on_the_run_page(_: World) -> AbstractContextManager[Any]:
    """A row that was held back counts as set aside on the page of its import."""
    real = sources.run_details

    def count(run_id: UUID) -> Any:
        found: Any = real(run_id)
        receipt = replace(found.receipt, set_aside=found.receipt.set_aside + 1)
        return replace(found, receipt=receipt)

    return patch.object(sources, "run_details", count)


@leak("propose_to_resume")
def a_refused_resume(_: World) -> AbstractContextManager[Any]:
    """Whoever proposes to resume a source hears that something of it waits in quarantine."""
    real = standing.propose_resume

    def refuse(**words: Any) -> bool:
        if waiting_from(SOURCE):
            raise Conflict("Something of this source still waits for a decision.")
        return bool(real(**words))

    return patch.object(standing, "propose_resume", refuse)


@leak("look_at_quality")
def a_child_more_in_the_count(_: World) -> AbstractContextManager[Any]:
    """Who counts how well the index is filled counts hidden children too."""

    def count(found: queries.Coverage, **_: Any) -> queries.Coverage:
        return replace(found, children=found.children + 1)

    return instead(queries, "coverage", count)


@leak("split_a_record")
def a_number_of_a_source(_: World) -> AbstractContextManager[Any]:
    """Whoever looks at a record by its numbers sees one that the vault holds as well."""
    words: dict[str, Any] = {
        "word": "0",
        "source": SOURCE,
        "place": 0,
        "name": "Somebody",
        "facts": (),
    }
    held = queries.NumberSays(**words, born=BEGINS.date())
    return instead(children, "open_split", lambda sheet, **_: replace(sheet, numbers=(held,)))


@leak("look_after")
def a_line_of_doctor(world: World) -> AbstractContextManager[Any]:
    """Doctor counts what is hidden."""
    finding = Finding(level=Level.OK, name="vault", sentence="1 child is hidden.")
    return instead(checking, "examine", lambda found, *_: [*found, finding])


@leak()
def a_line_of_the_log(world: World) -> AbstractContextManager[Any]:
    """Every search that meets a hidden child leaves a line more."""
    return on_meeting(lambda: record(Event.DOOR_REFUSED, by=current_identity()))


@leak()
def a_line_of_the_process(world: World) -> AbstractContextManager[Any]:
    """The process writes into its own log that the vault had something."""
    return on_meeting(lambda: structlog.get_logger().warning("vault", state="met"))


@leak()
def a_dearer_search(world: World) -> AbstractContextManager[Any]:
    """A search that meets the child costs two."""
    return on_meeting(lambda: db.session.execute(text("UPDATE search_budget SET used = used + 1")))


@leak()
def a_second_row(world: World) -> AbstractContextManager[Any]:
    """A search that meets leaves two rows: whoever reads the database counts them."""
    column = "id, made_at, sealed"
    twice = f"INSERT INTO vault_search ({column}) SELECT {{}}, made_at, sealed FROM vault_search"
    return on_meeting(lambda: db.session.execute(text(twice.format("randomblob(16)"))))


@leak(*LOOKING, "look_up")
def a_count_of_alerts(world: World) -> AbstractContextManager[Any]:
    """Looking searches up prints that one of them had met somebody."""
    return on_looking_up(lambda: click.echo("Alerts: 1."))


@leak(*LOOKING, "look_up")
def a_row_for_an_alert(world: World) -> AbstractContextManager[Any]:
    """What had met somebody leaves a row behind when it is looked up."""
    kept = "INSERT INTO vault_search (id, made_at, sealed) VALUES (randomblob(16), 0, 'x')"
    return on_looking_up(lambda: db.session.execute(text(kept)))


@leak()
def a_word_in_the_vocabulary(world: World) -> AbstractContextManager[Any]:
    """The name index still knows the hidden child's name."""
    name = asked().family_name.lower()
    more = "UPDATE name_token SET token = :name WHERE id = (SELECT max(id) FROM name_token)"
    return on_meeting(lambda: db.session.execute(text(more), {"name": name}))


@leak()
def a_longer_database(world: World) -> AbstractContextManager[Any]:
    """The database grows by what is kept about the meeting."""
    made = "CREATE TABLE IF NOT EXISTS met AS SELECT zeroblob(400000) AS kept"
    return on_meeting(lambda: db.session.execute(text(made)))


@leak("look_after")
def a_longer_back_up(world: World) -> AbstractContextManager[Any]:
    """A back-up is longer by what it says of the hidden child."""

    def lengthen(copy: Any, *_: Any, **__: Any) -> Any:
        with copy.path.open("ab") as file:
            file.write(bytes(100_000))
        return copy

    return instead(copies, "make_copy", lengthen)


@leak()
def a_file(world: World) -> AbstractContextManager[Any]:
    """A file of alerts that is there only when there was one."""
    return on_meeting(lambda: (world.folder / "alerts.leak").write_bytes(b"1"))


@leak("ask_after_search", "settle_request")
def a_shorter_queue(world: World) -> AbstractContextManager[Any]:
    """A request about the hidden child is not on the index team's list."""
    return instead(contact, "lines_for", lambda lines, *_: lines[1:])


@leak("put_details_right", "say_the_name_is_wrong")
def a_shorter_list_of_corrections(_: World) -> AbstractContextManager[Any]:
    """What may be wrong with somebody waits no longer, and the count tells it."""
    return instead(queries, "count_of_open_corrections", lambda count, *_: max(0, count - 1))


@leak("fetch")
def a_number_for_monitors(world: World) -> AbstractContextManager[Any]:
    """What a monitor reads counts the hidden."""

    def change(answer: Response) -> Response:
        if request.path in {"/healthz", "/readyz"}:
            edit(b"}", b',"hidden":1}', answer)
        return answer

    return after_request(world, change)
