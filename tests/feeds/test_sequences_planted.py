"""The proof of sequences can fail: a mistake is planted for each thing that must hold, and the
machine, narrowed to the verbs where it shows, finds that very thing broken.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from math import inf
from typing import Any

import pytest

from portal.children import joining, placing, splitting
from portal.children.models import ChildAddress, Involvement
from portal.children.placing import Placement
from portal.children.vault import guard, moving, quarantine
from portal.matching import place
from tests.databases import let_go
from tests.feeds.sequences.index import Index
from tests.feeds.sequences.machine import Sequences
from tests.feeds.test_sequences import look_for

Plant = Callable[[pytest.MonkeyPatch], None]
MOST = 15


@dataclass(frozen=True)
class Planted:
    """A mistake, the verbs in which it shows, and what must be found broken."""

    plant: Plant
    verbs: tuple[str, ...]
    broken: str


def near_rows_pass(patch: pytest.MonkeyPatch) -> None:
    """The guard holds back nothing but what bears a number of somebody hidden."""
    # The package has a function of that name.
    patch.setattr(import_module("portal.children.vault.probe"), "_RESEMBLES", inf)


def held_rows_are_dropped(patch: pytest.MonkeyPatch) -> None:
    """What is held back is kept nowhere."""
    patch.setattr(quarantine, "keep", lambda row: None)


def likely_is_the_same(patch: pytest.MonkeyPatch) -> None:
    """Of those who are likely the next is taken, without a person."""
    whole = place
    patch.setattr(Placement, "joins", property(lambda self: self.near))
    patch.setattr(
        placing, "place", lambda row, known, register: whole(row, list(known)[1:], register)
    )


def lifting_loses_contacts(patch: pytest.MonkeyPatch) -> None:
    """Contacts do not come back with a lift."""
    whole = moving._insert
    patch.setattr(
        moving, "_insert", lambda model, rows: None if model is Involvement else whole(model, rows)
    )


def undoing_loses_addresses(patch: pytest.MonkeyPatch) -> None:
    """Addresses do not come back when a merge is undone."""
    table = ChildAddress.__tablename__
    whole = joining.insert_beside
    patch.setattr(joining, "insert_beside", lambda tables: whole({**tables, table: []}))


def the_parted_are_joined(patch: pytest.MonkeyPatch) -> None:
    """What was split is made one record again at once."""
    whole = splitting.split_open

    def split_open(child: Any, wish: Any, **words: Any) -> None:
        whole(child, wish, **words)
        both = joining.row_of(wish.child_id), joining.row_of(wish.new_id)
        joining.join(*both, review_id=None, **words)

    patch.setattr(splitting, "split_open", split_open)


def former_names_lead_on(patch: pytest.MonkeyPatch) -> None:
    """The old name that a source links with the new one is kept."""
    patch.setattr(guard, "without_names", lambda draft, apart: draft)


def joining_is_not_indexed(patch: pytest.MonkeyPatch) -> None:
    """The name index does not follow a merge."""
    patch.setattr(joining, "index", lambda *ids: None)


PLANTED = (
    Planted(near_rows_pass, ("hide", "send_who_is_hidden"), "nobody_hidden_is_seen"),
    Planted(held_rows_are_dropped, ("hide", "send_who_is_hidden"), "no_row_is_lost"),
    Planted(likely_is_the_same, ("send", "upload"), "no_two_children_are_one"),
    Planted(lifting_loses_contacts, ("hide", "lift"), "every_contact_stands_once"),
    Planted(undoing_loses_addresses, ("review", "undo"), "_undo"),
    Planted(the_parted_are_joined, ("split",), "the_parted_stay_apart"),
    Planted(
        former_names_lead_on,
        ("new_identity", "send_who_has_another_identity"),
        "nothing_joins_old_and_new",
    ),
    Planted(joining_is_not_indexed, ("review",), "all_is_well_kept"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = Index(tmp_path_factory.mktemp("planted") / "index", None)
    yield made
    let_go(made.app)


@pytest.mark.parametrize("one", PLANTED, ids=lambda one: one.plant.__name__)
def test_it_is_found(index: Index, one: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    one.plant(monkeypatch)
    with pytest.raises(AssertionError) as found:
        look_for(narrowed(one.verbs), index, examples=MOST, steps=6)
    assert one.broken in {entry.name for entry in found.traceback}


def narrowed(verbs: tuple[str, ...]) -> type[Sequences]:
    """The machine with these verbs alone; they may still do what the others do."""
    names = {one.function.__name__ for one in Sequences.setup_state().rules}
    assert names.issuperset(verbs)
    others = {name: plain(getattr(Sequences, name)) for name in names.difference(verbs)}
    return type("Narrowed", (Sequences,), others)


def plain(verb: Callable[..., None]) -> Callable[..., None]:
    """The same, and no rule."""
    return lambda self, *words, **more: verb(self, *words, **more)
