"""Whatever sources send, in whatever order, whatever people decide between: nobody hidden becomes
visible, no two children are one, no row is lost, and undoing restores.

EXAMPLES says how many sequences are tried instead (make test-sequences).
"""

import os
import uuid
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import or_, select

from portal.children import actions
from portal.children.models import ChildReview
from portal.children.rules import ReviewAnswer
from portal.children.vault import Grade
from portal.core.db import db
from tests.databases import let_go
from tests.feeds.reviewing import settle
from tests.feeds.sequences.doing import STEWARD, merges_that_stand, pairs_that_wait
from tests.feeds.sequences.index import Index, places
from tests.feeds.sequences.machine import Sequences
from tests.feeds.sequences.parting import OFFICER
from tests.feeds.sequences.truth import Telling

EXAMPLES = int(os.environ.get("EXAMPLES", "0"))
# What chance must not leave out.
WANTED = ("children imported", "children uploaded", "hidden: absent", "hidden: masked", "lifted",
          "new identity", "split", "split of a hidden record", "undone: merge",
          "undone: split")  # fmt: skip


def look_for(
    machine: type[Sequences], index: Index, *, examples: int, steps: int, seen: bool = True
) -> None:
    """Let a machine look for something that does not hold: for the same thing each time (seen), or
    for new ones, and then it shortens what it finds, where each replay is an example more."""
    machine.index, machine.reached = index, Counter()
    phases = [Phase.generate] if seen else [Phase.generate, Phase.shrink]
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        derandomize=seen, phases=phases, print_blob=False, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with patch("portal.core.db.secrets", index.ids):
        run_state_machine_as_test(machine, settings=chosen)


def drive(index: Index, *, examples: int, steps: int) -> Counter[str]:
    """Let the whole machine look; return how often it did what."""
    try:
        many = EXAMPLES or examples
        look_for(Sequences, index, examples=many, steps=steps, seen=not EXAMPLES)
    finally:
        print(*sorted(Sequences.reached.items()), sep="\n")
        let_go(index.app)
    return Sequences.reached


def test_in_an_encrypted_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = Index(tmp_path_factory.mktemp("sequences") / "index", None)
    reached = drive(index, examples=9, steps=14)
    # Of few examples chance may leave out some: what is planted shows that each is reached.
    assert [word for word in WANTED if EXAMPLES and not reached[word]] == []


def test_a_number_goes_into_the_open_beside_another_hidden_child(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An officer has found whose the number is; who is lifted resembles one who stays hidden."""
    Sequences.index = Index(tmp_path_factory.mktemp("sequences") / "index", None)
    told = Sequences()
    told.holds()
    told.split(number=0, hides=Grade.ABSENT, takes_back=False)
    assert len(told.hidden) == 2
    told.send_who_is_hidden("school-records", 0, Telling.ADOPTED, True)
    told.holds()
    with told.index.here():
        place = next(here[0] for number, here in places().items() if number[1].startswith("A"))
    told.lift(sorted(told.hidden).index(place.child_id))
    told.holds()
    told.teardown()
    let_go(told.index.app)


def test_a_pair_of_somebody_hidden_stays_in_the_vault_when_a_merge_is_undone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The third was hidden after the merge; its pair is of the record it was of, and comes back."""
    index = Sequences.index = Index(tmp_path_factory.mktemp("sequences") / "index", None)
    told = Sequences()
    with index.here():
        asked = pairs_that_wait()[0]
        db.session.expunge(asked)
        third = places()["mosaic", "K0"][0].child_id
    for side in (asked.one_id, asked.other_id):
        one, other = sorted((side, third))
        values = {name: getattr(asked, name) for name in ("cause", "bits", "evidence", "opened_at")}
        pair = {"id": uuid.uuid4(), "one_id": one, "other_id": other, "source": "", **values}
        with index.here(keeps=True) as session:
            session.add(ChildReview(**pair))
            session.flush()
            settle(pair["id"], ReviewAnswer.DIFFERENT, by=STEWARD)
    with index.here():
        before = _pairs_of(third)
    assert len(before) == 2
    told.holds()
    with index.here(keeps=True):
        settle(asked.id, ReviewAnswer.SAME, by=STEWARD)
    with index.here(keeps=True):
        actions.hide_child(child_id=third, grade=Grade.MASKED, by=OFFICER)
        assert _pairs_of(third) == set()
    with index.here(keeps=True):
        actions.undo_merge(merge_id=merges_that_stand()[0].id, by=STEWARD)
        assert _pairs_of(third) == set()
    with index.here(keeps=True):
        actions.unhide_child(child_id=third, by=OFFICER)
        assert _pairs_of(third) <= before
        assert _pairs_of(third)
    let_go(index.app)


def _pairs_of(child_id: uuid.UUID) -> set[tuple[uuid.UUID, uuid.UUID, str | None]]:
    """The pairs of a child in the open, and what was said of each."""
    sides = or_(ChildReview.one_id == child_id, ChildReview.other_id == child_id)
    rows = db.session.scalars(select(ChildReview).where(sides))
    return {(row.one_id, row.other_id, row.outcome) for row in rows}
