"""A decision about a row that was held back is about what the officer saw, and that alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.children import queries, vault
from portal.children.actions import (
    hide_child,
    leave_quarantined,
    put_children,
    take_as_another,
    take_as_same,
)
from portal.children.queries.quarantined import quarantine_lines
from portal.children.rules import CarerDraft, Relation
from portal.children.vault import quarantine
from portal.core.db import db
from portal.core.errors import Conflict
from portal.feeds.rules import FileKind
from tests.children.reporting import FEED
from tests.editor import Editor
from tests.feeds.filing import Cells, child, counts, feed, holdings, involvement, write
from tests.shielding.held import addresses, judge, seen_in

SignIn = Callable[[str], Editor]
Tell = Callable[..., tuple[int, ...]]
CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
ZOE = child(1, given_names="Zoë", family_name="Quillfeather", date_of_birth="2015-03-04")
BARE = {"nhs_number": "", "upn": ""}
# Somebody who resembles her, under a number of another source.
ALIKE = {
    **ZOE, **BARE, "source_id": "E9", "given_names": "Zoey", "family_name": "Brackenbury",
    "address": "3 Mill Row", "postcode": "QH1 1AB",
}  # fmt: skip
REFUGE = {"address": "7 Refuge Road", "postcode": "QH2 2BB"}


@pytest.fixture
def tell(portal: Flask, tmp_path: Path) -> Tell:
    """tell(row, source="emis") imports rows and returns the counts of the receipt."""

    def send(*rows: Cells, kind: FileKind = CHILDREN, source: str = "emis") -> tuple[int, ...]:
        result = feed(portal, write(tmp_path / "some.csv", kind, rows), kind, source=source)
        assert result.exit_code == 0, result.exception
        db.session.rollback()
        return counts(result)

    return send


@pytest.fixture
def officer(tell: Tell, sign_in: SignIn, session: Session) -> Editor:
    """Zoë is hidden; a shield officer is signed in."""
    tell(ZOE, source="mosaic")
    child_id = queries.child_ids("mosaic", ["K1"])["K1"]
    hide_child(child_id=child_id, grade=vault.Grade.ABSENT, by=FEED)
    db.session.commit()
    return sign_in("shield_officer")


def decide(officer: Editor, decision: str) -> int:
    """Decide the only row of the work list; return the status of the answer."""
    (address,) = addresses(officer)
    return judge(officer, address, decision).status_code


def in_index() -> str:
    """All that the index holds from the source, in one text."""
    held = str(holdings("emis"))
    db.session.rollback()
    return held


MERGED: dict[str, Cells] = {
    "who she is": {**ZOE, **REFUGE},
    "her names": {**ALIKE, **REFUGE, "given_names": "Zoë", "family_name": "Quillfeather"},
    "a name of hers": {**ALIKE, **REFUGE, "given_names": "Zoë"},
    "a former name of hers": {**ALIKE, **REFUGE, "former_family_names": "Quillfeather"},
    "her number": {**ALIKE, **REFUGE, "nhs_number": ZOE["nhs_number"]},
    "some number": {**ALIKE, **REFUGE, "nhs_number": child(77)["nhs_number"]},
    "her postcode": {**ALIKE, "postcode": ZOE["postcode"]},
}


@pytest.mark.parametrize("case", MERGED)
def test_another_child_is_held_again_once_the_source_says_more_than_was_judged(
    tell: Tell, officer: Editor, case: str
) -> None:
    assert tell(ALIKE) == (1, 1, 0, 0, 0)
    assert decide(officer, "another") == 303
    before = in_index()
    assert "3 Mill Row" in before
    merged = {**MERGED[case], "source_id": "E9"}
    assert tell(merged) == (1, 0, 1, 0, 0)
    assert tell(merged) == (1, 0, 0, 1, 0)
    assert in_index() == before
    assert [line.standing.value for line in quarantine_lines()] == ["waiting"]
    assert tell(ALIKE) == (1, 0, 1, 0, 0)
    assert tell(merged) == (1, 0, 1, 0, 0)
    assert decide(officer, "same") == 303
    assert not holdings("emis")


def test_another_child_goes_on_as_any_other(tell: Tell, officer: Editor) -> None:
    tell({**ALIKE, "nhs_number": child(77)["nhs_number"]})
    assert decide(officer, "another") == 303
    for changes in (
        {"nhs_number": child(77)["nhs_number"], **REFUGE},
        {"given_names": "ZOEY", "address": "4 Mill Row"},
        {"gender": "male"},
    ):
        assert tell({**ALIKE, **changes}) == (1, 0, 1, 0, 0)
        assert tell({**ALIKE, **changes}) == (1, 0, 0, 1, 0)
        assert quarantine_lines() == []
        db.session.rollback()


def test_whoever_bears_a_number_of_hers_is_not_let_in(tell: Tell, officer: Editor) -> None:
    tell({**ALIKE, "nhs_number": ZOE["nhs_number"]})
    (address,) = addresses(officer)
    page = officer.get(address).get_data(as_text=True)
    assert "The source gives a number of the hidden child." in page
    assert 'value="another"' not in page
    assert judge(officer, address, "another").status_code == 422
    assert in_index() == "[]"
    assert judge(officer, address, "left").status_code == 303
    assert tell(ALIKE) == (1, 0, 1, 0, 0)
    assert judge(officer, address, "another").status_code == 303
    assert "3 Mill Row" in in_index()


def test_whoever_resembles_two_hidden_children_waits_for_the_second_too(
    tell: Tell, officer: Editor
) -> None:
    twin = child(2, given_names="Zoya", family_name="Brackenbury", date_of_birth="2015-03-04")
    tell(twin, source="mosaic")
    child_id = queries.child_ids("mosaic", ["K2"])["K2"]
    hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=FEED)
    db.session.commit()
    tell(ALIKE)
    assert decide(officer, "another") == 303
    assert in_index() == "[]"
    assert decide(officer, "another") == 303
    assert "3 Mill Row" in in_index()
    assert tell(ALIKE) == (1, 0, 0, 1, 0)
    assert addresses(officer) == []


@pytest.mark.parametrize("decision", ["same", "another", "left"])
@pytest.mark.parametrize("kind", [CHILDREN, INVOLVEMENTS])
def test_nothing_is_decided_by_what_has_changed_since(
    tell: Tell, officer: Editor, decision: str, kind: FileKind
) -> None:
    tell(ALIKE)
    (address,) = addresses(officer)
    seen = seen_in(officer.get(address).get_data(as_text=True))
    if kind is CHILDREN:
        tell({**ALIKE, **REFUGE})
    else:
        tell({**involvement(1), "child_source_id": "E9"}, kind=INVOLVEMENTS)
    for typed in ({"seen": seen}, {}):
        answer = officer.post(address, data={"decision": decision, **typed})
        assert answer.status_code == 409
        text = answer.get_data(as_text=True)
        assert "There is something else to see since you looked." in text
        assert ("7 Refuge Road" if kind is CHILDREN else "until" and "from 1 January 2024") in text
        assert "checked" not in text
    assert in_index() == "[]"
    assert [line.standing.value for line in quarantine_lines()] == ["waiting"]
    db.session.rollback()
    fresh = seen_in(text)
    assert fresh != seen
    answer = officer.post(address, data={"decision": decision, "seen": fresh})
    assert answer.status_code == 303


@pytest.mark.parametrize("verb", [take_as_same, take_as_another, leave_quarantined])
def test_no_verb_takes_a_decision_by_what_has_changed_since(
    tell: Tell, officer: Editor, verb: Callable[..., object]
) -> None:
    tell(ALIKE)
    (before,) = quarantine.everything_held()
    seen = quarantine.fingerprint(before)
    db.session.rollback()
    tell({**ALIKE, **REFUGE})
    with pytest.raises(Conflict):
        verb(key=before.key, seen=seen, by=FEED)
    db.session.rollback()
    assert in_index() == "[]"
    assert [line.standing.value for line in quarantine_lines()] == ["waiting"]


def test_a_number_that_the_hidden_child_has_by_now_outweighs_what_was_judged(
    tell: Tell, officer: Editor
) -> None:
    number = child(77)["nhs_number"]
    tell({**ALIKE, "nhs_number": number})
    assert decide(officer, "another") == 303
    tell({**ZOE, "nhs_number": number}, source="mosaic")
    assert decide(officer, "same") == 303
    assert tell({**ALIKE, **REFUGE, "nhs_number": number}) == (1, 0, 1, 0, 0)
    assert "7 Refuge Road" not in in_index()


@pytest.mark.parametrize(
    "name", ["QUILLFEATHER", "Quillféather", "Quill-feather", "Quill Feather", "Quilfeather"]
)
def test_no_spelling_of_a_former_name_leads_to_the_hidden_child(
    tell: Tell, officer: Editor, name: str
) -> None:
    adopted = {**ALIKE, "given_names": "Zoë", "former_family_names": f"{name};Pettigrew"}
    tell(adopted)
    assert decide(officer, "another") == 303
    assert {row[3] for row in holdings("emis") if row[0] == "child_name"} == {"Pettigrew"}
    db.session.rollback()
    assert tell(adopted) == (1, 0, 0, 1, 0)
    assert tell({**adopted, "address": "4 Mill Row"}) == (1, 0, 1, 0, 0)
    assert {row[3] for row in holdings("emis") if row[0] == "child_name"} == {"Pettigrew"}


def test_what_would_be_taken_over_is_shown_before(tell: Tell, officer: Editor) -> None:
    tell(ALIKE)
    (row,) = quarantine.everything_held()
    assert row.draft is not None
    marek = CarerDraft(name="Marek Quist", relation=Relation.HAS_CARE, phone="01632 960987")
    put_children(drafts=[replace(row.draft, carers=(marek,))], by=FEED)
    db.session.commit()
    (address,) = addresses(officer)
    page = officer.get(address).get_data(as_text=True)
    for words in (
        "Marek Quist", "01632 960987", "3 Mill Row", "1 Tannery Lane",
        "are added to the sealed record", "Number E9 of emis belongs to the hidden child",
        "Nothing of this can be undone",
    ):  # fmt: skip
        assert words in page
    tell({**ZOE, **REFUGE}, source="mosaic")
    (own,) = set(addresses(officer)) - {address}
    assert "replaces what the sealed record has from it" in officer.get(own).get_data(as_text=True)
