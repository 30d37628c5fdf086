"""Following the ledger: whoever was hidden after a back-up was made is hidden again.

One transaction for each line, and the head moves with it: whoever is killed goes on where it was.
The caller commits at each step.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select, tuple_

from portal.children.models import ChildSource
from portal.children.vault import (
    identity,
    ledger,
    ledger_file,
    ledger_head,
    moving,
    sensitive,
    store,
    watching,
    withheld,
)
from portal.children.vault.identity import Document, Grade
from portal.children.vault.ledger import Act, LedgerProblem
from portal.children.vault.ledger_file import Line
from portal.children.vault.ledger_head import Head
from portal.children.vault.ledger_standing import Fault, compared
from portal.children.vault.store import Shelf
from portal.core.db import db
from portal.core.errors import NotFound

Content = dict[str, Any]
Step = tuple[Line, Content]


def replay(*, vouched: bool = False) -> Iterator[None]:
    """Bring the database to the end of the ledger, a line at each step.

    Raises LedgerProblem when the ledger is missing, damaged, older than the database or another's;
    and, unless somebody has vouched for it, when the database does not say which is its own.
    """
    head = ledger_head.take_head(db.session())
    found = compared(head, *ledger.installation())
    can_follow = {Fault.NONE, Fault.AHEAD} | ({Fault.UNBOUND} if vouched else set())
    if found.fault not in can_follow:
        raise LedgerProblem(f"{found.sentence} {found.remedy}.")
    reached, following = _following(head.length)
    voided, doubtful = _voided(following), _first_in_doubt(following)
    for line, content in following[:doubtful]:
        if _is_after(reached):
            if content["act"] == Act.HIDE or line.number not in voided:
                _follow(content)
            ledger_head.move_head(head.moved_to(line))
            yield
        reached = line
    if _is_after(reached):
        _settle(reached, following[doubtful:])


def bearers() -> list[tuple[uuid.UUID, Document]]:
    """Return the records in the open that have a number of somebody hidden, each with who that is:
    joined to the child, or split from it, after the back-up was made. Beside an absent child a
    masked record is in the open too: its stub may bear the other's name."""
    documents = [document for _, document in store.all_on(Shelf.IDENTITY)]
    # Of two that a record was parted from the stricter word stands.
    documents.sort(key=lambda one: one["grade"] == Grade.ABSENT)
    return list({
        child_id: document
        for document in documents
        for child_id in (*_open_with(document), *_masked_with(document, documents))
    }.items())  # fmt: skip


def _open_with(document: Document) -> Iterator[uuid.UUID]:
    numbers = tuple_(ChildSource.source, ChildSource.source_id).in_(document["sources"])
    wanted = select(ChildSource.child_id).where(numbers).order_by(ChildSource.child_id)
    return (one for one in db.session.scalars(wanted).all() if moving.identity_of(one) is None)


def _masked_with(document: Document, documents: Sequence[Document]) -> Iterator[uuid.UUID]:
    if document["grade"] != Grade.ABSENT:
        return
    for other in documents:
        is_shared = any(one in document["sources"] for one in other["sources"])
        if other["grade"] == Grade.MASKED and is_shared:
            yield identity.child_of(other)


def _following(number: int) -> tuple[Line, list[Step]]:
    """The line of this number, and what follows it."""
    config, keys = ledger.installation()
    reached, following = Line(), []
    for line in ledger_file.lines(config.ledger_path, keys):
        if line.number == number:
            reached = line
        if line.number > number:
            following.append((line, ledger_file.content_of(line, keys)))
    return reached, following


def _voided(following: Sequence[Step]) -> set[int]:
    """Numbers of the lines that a later one takes back."""
    return {
        number
        for line, content in following
        if content["act"] == Act.VOID
        for number in range(content["from"], line.number)
    }


def _first_in_doubt(following: Sequence[Step]) -> int:
    """Where the lines of the last transaction begin: nothing after them says that they stand."""
    return next(
        (
            place
            for place, (_, content) in enumerate(following)
            if place + content.get("left", 0) + 1 >= len(following)
        ),
        len(following),
    )


def _is_after(line: Line) -> bool:
    """False when somebody else, who replays as well, has gone further."""
    return ledger_head.take_head(db.session()).length == line.number


def _settle(reached: Line, doubtful: Sequence[Step]) -> None:
    """Follow what is in doubt to the safe side, all of it at once, and be done."""
    for _, content in doubtful:
        if content["act"] == Act.HIDE:
            _follow(content)
    last = doubtful[-1][0] if doubtful else reached
    ledger_head.move_head(Head(last.number, last.hash))
    if any(content["act"] in {Act.LIFT, Act.ERASE} for _, content in doubtful):
        ledger.note_void(doubtful[0][0].number)


def _follow(content: Content) -> None:
    """Do again what a line says, without writing it to the ledger again."""
    act = content["act"]
    if act not in ledger.WORK:
        return
    child_id = uuid.UUID(content["child_id"])
    with ledger.unwritten():
        if act == Act.HIDE:
            _hide(child_id, Grade(content["grade"]), content["identity"])
        elif act == Act.LIFT:
            _lift(child_id)
        else:
            _erase(child_id)
    for paper in content.get("papers", []):
        shelf, document_id = Shelf(paper["shelf"]), uuid.UUID(paper["id"])
        store.keep(shelf, document_id, paper["content"], marks=paper["marks"])


def _hide(child_id: uuid.UUID, grade: Grade, document: Document) -> None:
    """A child whom the index does not know is guarded all the same, by what the ledger says."""
    with suppress(NotFound):
        moving.move_in(child_id, grade)
    known = moving.identity_of(child_id) or {}
    moving.keep_identity(_both(document, known) | {"grade": grade.value})


def _lift(child_id: uuid.UUID) -> None:
    try:
        moving.move_out(child_id)
    except NotFound:
        moving.forget_identity(child_id)


def _erase(child_id: uuid.UUID) -> None:
    """Of a child, or of what was recorded in confidence and withdrawn, nothing stays."""
    sensitive.take_back(child_id)
    with suppress(NotFound):
        moving.move_in(child_id, Grade.ABSENT)
    withheld.release(child_id)
    store.remove(Shelf.RECORD, child_id)
    watching.forget_sketches_of(child_id)
    moving.forget_identity(child_id)


def _both(told: Document, known: Document) -> Document:
    """Who the child is, as the ledger says; with all the names, places and numbers of both."""
    lists: dict[str, list[Any]] = {}
    for word in ledger_file.LISTS:
        # A document of before addresses were compared has none.
        said = told.get(word, [])
        lists[word] = said + [one for one in known.get(word, []) if one not in said]
    name = [known.get("given_names"), known.get("family_name")]
    if known and name != [told["given_names"], told["family_name"]]:
        lists["former"] = [*lists["former"], name]
    return told | lists | {"numbers": known.get("numbers", {}) | told["numbers"]}
