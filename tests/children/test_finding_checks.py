"""What the name index may have wrong is named, and mended by building it anew."""

from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import delete, insert, update

from portal.children.finding import (
    Problem,
    check,
    rebuild,
)
from portal.children.finding.repair import Trouble
from portal.children.finding.tables import DAY, ENTRY, PAIR, POSTCODE, TOKEN, TOKEN_KEY
from portal.children.models import ChildAddress, ChildRecord
from tests.children.index_town import BORN, Town


def test_a_sound_index_has_no_problem(index: Town) -> None:
    index.child("Amina", "Hussain-Khan", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    index.child("Zainab", "")
    assert check(index.session) == []


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (delete(PAIR), Trouble.NARROW),
        (delete(DAY), Trouble.NARROW),
        (delete(POSTCODE), Trouble.NARROW),
        (delete(TOKEN_KEY), Trouble.VOCABULARY),
        (update(TOKEN).values(frequency=7), Trouble.VOCABULARY),
        (delete(ENTRY), Trouble.MISSING),
        (update(ChildRecord).values(family_name="Thornton"), Trouble.OUTDATED),
        (update(ChildAddress).values(postcode="SA1 8EN"), Trouble.OUTDATED),
        (update(ChildRecord).values(lifecycle="archived"), Trouble.STRAY),
        (insert(TOKEN).values(token="nobody", initial="n", frequency=0), Trouble.VOCABULARY),
        (insert(PAIR).values(pair=1, birth_day=1, entry_id=999_999), Trouble.NARROW),
    ],
)
def test_what_is_wrong_is_named_and_mended(index: Town, harm: Any, trouble: Trouble) -> None:
    index.child("Amina", "Hussain", postcodes=("LS1 4AP",))
    index.session.execute(harm)
    index.session.expire_all()
    assert trouble in {problem.trouble for problem in check(index.session)}
    rebuild(index.session)
    assert check(index.session) == []


def test_problems_are_said_in_words_that_name_nobody() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        said = [str(Problem(trouble, number)) for trouble in Trouble for number in (1, 3)]
    assert said[:2] == ["1 child cannot be found by name", "3 children cannot be found by name"]
    assert len(set(said)) == 2 * len(Trouble)


def test_rebuilding_finds_everybody_again(index: Town) -> None:
    child = index.keep("Amina", "Hussain", former_family_names=("Ali",), postcodes=("LS1 4AP",))
    archived = index.keep("Omar", "Hussain")
    index.session.execute(
        update(ChildRecord).where(ChildRecord.id == archived.child_id).values(lifecycle="archived")
    )
    assert rebuild(index.session) == 1
    assert index.ids("Amina", "Ali", birth=BORN) == [child.child_id]
    assert index.ids("Omar", "Hussain", birth=BORN) == [child.child_id]
