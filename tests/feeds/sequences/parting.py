"""What parts records, in the machine: one record becomes two, and an old identity is left for a new
one to which nothing may ever join it.
"""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from portal.access.permissions import Role
from portal.access.reasons import Reason
from portal.children import actions, vault
from portal.children.models import ChildSource, Correction
from portal.children.rules import CorrectionKind, Gender
from portal.children.vault import Grade, Shelf
from portal.core import clock
from portal.core.db import db, random_id
from portal.core.errors import Conflict
from portal.shielding.actions import begin_identity, grant_shield, propose_lift
from portal.shielding.actions.identities import OldNameLeads
from portal.shielding.actions.shield_requests import keep_request
from portal.shielding.queries.documents import in_force
from portal.shielding.queries.identities import new_identities
from portal.shielding.rules.shields import AskedFor, Beginning, Ground, LiftReason, latest_review
from tests.access.test_policy import GOOD
from tests.feeds.sequences.doing import STEWARD, Doing, person_of
from tests.feeds.sequences.holds import Renewed, Sides
from tests.feeds.sequences.index import open_tables, places
from tests.feeds.sequences.truth import PEOPLE, Number

OFFICER = replace(GOOD, account_id=uuid.UUID(int=4), roles=frozenset({Role.SHIELD_OFFICER}))
PRACTITIONER = replace(GOOD, roles=frozenset({Role.PRACTITIONER}))
NTH = st.integers(0, 3)
people = st.integers(0, len(PEOPLE) - 1)


class Parting(Doing):
    """Splits and new identities."""

    @rule(number=NTH, hides=st.sampled_from([None, None, None, *Grade]), takes_back=st.booleans())
    def split(self, number: int, hides: Grade | None, takes_back: bool) -> None:
        """A practitioner says that a record is about two children, and the steward splits it by its
        numbers: where it is about two, by whom they mean. Meanwhile it may have been hidden."""
        with self.index.here(keeps=True):
            whole = _of_several_numbers()
            if not whole:
                return
            child_id = sorted(whole)[number % len(whole)]
            goes = _another_childs(whole[child_id])
            word = _looked_at(child_id, whole[child_id], goes)
        stays = set(whole[child_id]) - goes
        if hides:
            self._split_hidden(child_id, hides, word)
        else:
            self._split_open(word, stays, goes)
            if takes_back and self.untouched is not None:
                self._undo(self.untouched)

    def _split_open(self, word: str, stays: set[Number], goes: set[Number]) -> None:
        self.untouched = None
        with self.index.here(keeps=True):
            before = open_tables(self.index)
            actions.split_record(word=word, by=STEWARD)
        self._remember_merge(before)
        if self.untouched is None:
            # It is kept apart from another: nothing of it may have changed.
            assert self._tables() == before
            return
        self._reach("split")
        sides: Sides = self._as_they_are(stays), self._as_they_are(goes)
        self.parted[self.untouched] = sides
        self._leave_out(stays, goes)

    def _split_hidden(self, child_id: uuid.UUID, grade: Grade, word: str) -> None:
        """Nothing of a split of whoever was hidden meanwhile is seen; an officer carries it out."""
        with self.index.here(keeps=True):
            actions.hide_child(child_id=child_id, grade=grade, by=OFFICER)
        self._look_who_is_hidden(seen_anew={child_id})
        before = self._tables()
        with self.index.here(keeps=True):
            known = dict(vault.wishes())
            actions.split_record(word=word, by=STEWARD)
            (new_id,) = dict(vault.wishes()).keys() - known.keys()
        assert self._tables() == before
        with self.index.here(keeps=True):
            numbers = {one: here[0].child_id for one, here in places().items()}
            actions.split_hidden_record(new_id=new_id, by=OFFICER)
            now = {one: here[0].child_id for one, here in places().items()}
        goes = {one for one, here in now.items() if here != numbers.get(one)}
        assert goes, "the officer has split it"
        self._reach("split of a hidden record")
        stays = {one for one, here in now.items() if here == child_id}
        # Once both are lifted it can be undone like any other.
        merge_id = self._kept_of(new_id)
        self.merges[merge_id] = {"before": before, "numbers": goes}
        self.parted[merge_id] = self._as_they_are(stays), self._as_they_are(goes)
        self._leave_out(stays, goes)
        self._look_who_is_hidden(seen_anew={child_id})

    def _kept_of(self, new_id: uuid.UUID) -> uuid.UUID:
        """The id under which the split of two hidden records can be undone."""
        with self.index.here():
            rows = [
                row for _, held in vault.all_on(Shelf.RECORD) for row in held.get("child_merge", [])
            ]
        (found,) = {row["id"][1] for row in rows if row["gone_id"] == ["id", new_id.hex]}
        return uuid.UUID(found)

    def _as_they_are(self, numbers: set[Number]) -> dict[Number, int]:
        return {one: self.told.hands[one] for one in numbers if one in self.told.said}

    def _leave_out(self, stays: set[Number], goes: set[Number]) -> None:
        """Of a source with numbers on both sides nobody promises whose work it told of."""
        both = {source for source, _ in stays} & {source for source, _ in goes}
        for number in (one for one in stays | goes if one[0] in both):
            self.unclear.add(number)
            self.told.work.pop(number, None)

    @rule(who=people, chosen=st.sampled_from(Beginning))
    def new_identity(self, who: int, chosen: Beginning) -> None:
        """An officer withholds all of a child and gives it a new identity: another family name, the
        same given name and day, which leads from one to the other sooner than anything else."""
        with self.index.here(keeps=True):
            place = places()[("mosaic", f"K{who}")][0]
            if not (place.is_open or place.is_sealed) or vault.is_kept_apart(place.child_id):
                return
            shield_id = _shielded(place.child_id)
            person = person_of(place.child_id)
            known = {one for one, here in places().items() if here[0].child_id == place.child_id}
        with self.index.here(keeps=True):
            words: dict[str, Any] = {
                "shield_id": shield_id, "given_names": person.given, "by": OFFICER,
                "family_name": person.later_family, "gender": Gender(person.gender),
                "date_of_birth": dt.date.fromisoformat(person.born),
            }  # fmt: skip
            try:
                begin_identity(**words)
            except OldNameLeads:
                begin_identity(**words, beginning=chosen)
            (new_id,) = new_identities(place.child_id)
        self.apart[place.child_id] = Renewed(
            new_id, person, self._as_they_are(known), frozenset(self.told.said)
        )
        self._reach("new identity")
        self._look_who_is_hidden(seen_anew={place.child_id, new_id})

    def _is_never_lifted(self, child_id: uuid.UUID) -> bool:
        """Whoever left an identity behind does not get it back while the pair stands."""
        if child_id not in self.apart:
            return False
        with self.index.here():
            found = in_force(child_id)
            assert found is not None
            with pytest.raises(Conflict):
                propose_lift(shield_id=found[0], reason=LiftReason.COURT, by=OFFICER)
        return True


Said = dict[Number, str]


def _of_several_numbers() -> dict[uuid.UUID, Said]:
    """The records in the open with several numbers, and the given name that each is used for."""
    found: dict[uuid.UUID, Said] = {}
    for one in db.session.scalars(select(ChildSource)):
        found.setdefault(one.child_id, {})[one.source, one.source_id] = one.given_names
    return {child_id: said for child_id, said in found.items() if len(said) > 1}


def _another_childs(said: Said) -> set[Number]:
    """The numbers that mean another child than the first one does; where none does, the last."""
    first = said[min(said)]
    return {one for one, given in said.items() if given != first} or {max(said)}


def _looked_at(child_id: uuid.UUID, said: Said, goes: set[Number]) -> str:
    """A report, and the steward's look at both sides; return the word that lets it happen."""
    about: dict[str, Any] = {"child_id": child_id, "by": PRACTITIONER}
    actions.state_reason(**about, reason=Reason.ASSESSMENT)
    actions.dispute_involvement(**about, involvement_id=None, kind=CorrectionKind.TWO_CHILDREN)
    db.session.flush()
    waits = select(Correction.id).where(
        Correction.child_id == child_id, Correction.settled_at.is_(None),
        Correction.kind == CorrectionKind.TWO_CHILDREN.value,
    )  # fmt: skip
    report = db.session.scalars(waits.limit(1)).one()
    sheet = actions.open_split(correction_id=report, by=STEWARD)
    words = [says.word for number, says in zip(sorted(said), sheet.numbers, strict=True)
             if number in goes]  # fmt: skip
    return actions.open_split_sides(
        correction_id=report, numbers=words, contacts=[], by=STEWARD
    )[1]  # fmt: skip


def _shielded(child_id: uuid.UUID) -> uuid.UUID:
    """Withhold all of a child, as an officer grants a request; return the id of the shield."""
    request_id, until = random_id(), latest_review(clock.today())
    keep_request(
        request_id=request_id, child_id=child_id, asked_for=AskedFor.OWN, ground=Ground.ADOPTION,
        wish=None, by=OFFICER,
    )  # fmt: skip
    return grant_shield(request_id=request_id, grade=Grade.ABSENT, review_on=until, by=OFFICER)
