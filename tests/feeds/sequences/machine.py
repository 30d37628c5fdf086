"""The state machine: sources, stewards and officers do what they do, in any order.

What a source must be told is known from its own words alone (truth.Told), so every receipt is held
to the number. A new verb is a rule here; what it may change of who is one child is told to joined,
and what of a hidden child may be seen after it to allowed.
"""

import sys
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from portal.children import actions, vault
from portal.children.queries.quarantined import quarantine_sheet
from portal.children.rules import ReviewAnswer
from portal.children.vault import Grade, guard, quarantine
from portal.feeds import actions as feeds
from portal.feeds.queries import waiting_from
from portal.feeds.rules import FileKind, PauseCause
from tests.feeds.filing import run
from tests.feeds.reviewing import settle
from tests.feeds.sequences import holds
from tests.feeds.sequences.doing import (
    STEWARD,
    done,
    merges_that_stand,
    pairs_that_wait,
    rows_that_wait,
)
from tests.feeds.sequences.index import (
    open_tables,
    people_in_records,
    places,
    work_with,
)
from tests.feeds.sequences.parting import NTH, OFFICER, Parting, people
from tests.feeds.sequences.truth import (
    BY_GIVEN,
    PEOPLE,
    SOURCES,
    Line,
    Telling,
)

CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
PLACES = (("X99001", "GP"), ("T-1", "school"))
ADOPTED = (Telling.ADOPTED, Telling.ADOPTED_LINKED)
sources = st.sampled_from(SOURCES)
lines = st.builds(
    Line, people, st.sampled_from([Telling.AS_BEFORE] * len(Telling) + list(Telling))
)  # fmt: skip


class Sequences(Parting):
    """Everything that can be done."""

    # What sources do. A full file (whoever is not in it is marked) would be one word more here.

    @rule(source=sources, rows=st.lists(lines, min_size=1, max_size=5), first=st.booleans())
    def send(self, source: str, rows: list[Line], first: bool) -> None:
        """A source sends some of its children in some order, some of them twice, some wrongly;
        perhaps it is rehearsed first."""
        cells = [one.cells() for one in rows]
        if first:
            self._rehearse(source, CHILDREN, cells)
        self._take(source, CHILDREN, cells)
        self.files.append((source, cells))

    @precondition(lambda self: self.hidden)
    @rule(source=sources, number=NTH, how=st.sampled_from(Telling),
          rightly=st.sampled_from([None, True, True, False]))  # fmt: skip
    def send_who_is_hidden(
        self, source: str, number: int, how: Telling, rightly: bool | None
    ) -> None:
        """A source says something new of somebody hidden; perhaps an officer decides it at once."""
        whom = sorted(self.hidden.values(), key=PEOPLE.index)
        self.send(source, [Line(PEOPLE.index(whom[number % len(whom)]), how)], False)
        with self.index.here():
            self.look_what_waits()
        if rightly is not None and self.waits["rows"]:
            self.decide(number, rightly, False)

    @precondition(lambda self: self.apart)
    @rule(source=sources, number=NTH, how=st.sampled_from(ADOPTED),
          rightly=st.sampled_from([None, True, True, False]))  # fmt: skip
    def send_who_has_another_identity(
        self, source: str, number: int, how: Telling, rightly: bool | None
    ) -> None:
        """A source tells of a new identity, perhaps with the old name; an officer decides it."""
        whom = sorted((one.person for one in self.apart.values()), key=PEOPLE.index)
        self.send(source, [Line(PEOPLE.index(whom[number % len(whom)]), how)], False)
        with self.index.here():
            self.look_what_waits()
        if rightly is not None and self.waits["rows"]:
            self.decide(number, rightly, False)

    @rule(number=NTH, reverse=st.booleans())
    def send_an_older_file(self, number: int, reverse: bool) -> None:
        """A file that was sent before comes again, perhaps in another order."""
        source, rows = self.files[number % len(self.files)]
        self._take(source, CHILDREN, rows[::-1] if reverse else rows)

    @rule(source=sources, rows=st.lists(lines, min_size=1, max_size=3))
    def upload(self, source: str, rows: list[Line]) -> None:
        """The steward uploads a file, and cron takes it in."""
        self._take(source, CHILDREN, [one.cells() for one in rows], self._uploaded)

    @rule(source=sources, whom=st.sets(people, min_size=1), place=st.sampled_from(PLACES),
          ended=st.booleans(), adopted=st.booleans())  # fmt: skip
    def tell_of_work(
        self, source: str, whom: set[int], place: tuple[str, str], ended: bool, adopted: bool
    ) -> None:
        """A source tells who works with some children, of whom it may never have spoken."""
        numbers = [(source, f"{'A' if adopted else 'K'}{who}") for who in sorted(whom)]
        rows = [
            work_with(number, *place, "2025-06-30" if ended else "")
            for _, number in self._with_a_record_of_their_own(numbers)
        ]
        if rows:
            self._take(source, INVOLVEMENTS, rows)

    @rule(source=sources)
    def pause(self, source: str) -> None:
        """A source is paused: its files wait until two people let it go on."""
        sheet = self._source(source)
        if sheet is not None:
            with self.index.here(keeps=True):
                feeds.pause_feed(feed_id=sheet.id, cause=PauseCause.WRONG_ROWS, by=STEWARD)
            self._reach("paused")

    @rule(source=sources)
    def resume(self, source: str) -> None:
        """A dry run, a proposal, and the word of an officer, while nothing waits."""
        sheet = self._source(source)
        if sheet is None or sheet.pause is None or not self._last_words(source):
            return
        self._rehearse(source, CHILDREN, self._last_words(source))
        with self.index.here(keeps=True):
            feeds.propose_resume(feed_id=sheet.id, by=STEWARD)
        with self.index.here(keeps=True):
            waits = bool(waiting_from(source))
            assert done(lambda: feeds.confirm_resume(feed_id=sheet.id, by=OFFICER)) is not waits
        self._reach("resuming refused" if waits else "resumed")

    # What people decide; what parts records is in parting.py.

    @rule(who=people, grade=st.sampled_from(Grade))
    def hide(self, who: int, grade: Grade) -> None:
        """An officer hides the child of a source, or changes how far."""
        with self.index.here(keeps=True):
            place = places()[("mosaic", f"K{who}")][0]
            if not (place.is_open or place.is_sealed) or place.child_id in self.apart:
                return
            actions.hide_child(child_id=place.child_id, grade=grade, by=OFFICER)
        self._reach(f"hidden: {grade.value}")
        self._look_who_is_hidden(seen_anew={place.child_id})

    @precondition(lambda self: self.hidden)
    @rule(number=NTH)
    def lift(self, number: int) -> None:
        """A shield is lifted, and what was held back comes in."""
        # Whose can be lifted first, or chance may lift none.
        found = sorted(self.hidden.keys() - self.apart) or sorted(self.hidden)
        child_id = found[number % len(found)]
        if self._is_never_lifted(child_id):
            return
        with self.index.here(keeps=True):
            actions.unhide_child(child_id=child_id, by=OFFICER)
        self._reach("lifted")
        self._look_who_is_hidden(seen_anew=set(self.hidden))

    @precondition(lambda self: self.waits["rows"])
    @rule(number=NTH, rightly=st.sampled_from([True, True, True, False]), leave=st.booleans())
    def decide(self, number: int, rightly: bool, leave: bool) -> None:
        """An officer decides what was held back: rightly, wrongly, or not at all."""
        with self.index.here(keeps=True):
            waiting = rows_that_wait()
            sheet = quarantine_sheet(waiting[number % len(waiting)].key)
            found = quarantine.one(sheet.key)
            assert found is not None
            row = guard.belonging(found)
            hidden = self.hidden[row.hidden_id]
            said = BY_GIVEN[row.draft.given_names] if row.draft else hidden
            # Who got a new identity is another child by every number that came with it.
            is_renewed = row.hidden_id in self.apart and row.source_id.startswith("A")
            is_same = said == hidden and not is_renewed
            verb: Callable[..., object] = actions.take_as_same
            if leave:
                verb = actions.leave_quarantined
            elif (is_same is not rightly) and sheet.may_be_another:
                verb = actions.take_as_another
            if not done(lambda: verb(key=sheet.key, seen=sheet.seen, by=OFFICER)):
                assert vault.is_kept_apart(row.hidden_id)
                self._reach("refused: never one with another identity")
                return
        self._reach(f"decided: {verb.__name__}")
        if verb == actions.take_as_another:
            # What a person let out is out.
            self.allowed[said] = self._marks(said)
        elif not leave:
            self.joined.add(frozenset({said.given, hidden.given}))
        self._look_who_is_hidden(seen_anew=set())

    @precondition(lambda self: self.waits["pairs"])
    @rule(number=NTH, answer=st.sampled_from(["rightly", "rightly", "wrongly", "set aside"]),
          takes_back=st.booleans())  # fmt: skip
    def review(self, number: int, answer: str, takes_back: bool) -> None:
        """The steward answers a pair that waits, and perhaps takes it back at once."""
        with self.index.here(keeps=True):
            waiting = pairs_that_wait()
            pair = waiting[number % len(waiting)]
            people = people_in_records()
            one, other = (people.get(it, set()) for it in (pair.one_id, pair.other_id))
            is_same = bool(one & other) is (answer == "rightly")
            said = ReviewAnswer.SAME if is_same else ReviewAnswer.DIFFERENT
            said = ReviewAnswer.SET_ASIDE if answer == "set aside" else said
            before = open_tables(self.index)
            settle(pair.id, said, by=STEWARD)
        self._reach(f"answered: {said.value}")
        self.untouched = None
        if said is ReviewAnswer.SAME:
            self.joined.add(frozenset(person.given for person in one | other))
            self._remember_merge(before)
            if takes_back and self.untouched is not None:
                self._undo(self.untouched)

    @precondition(lambda self: self.waits["merges"])
    @rule(number=NTH)
    def undo(self, number: int) -> None:
        """A merge is undone: both are as they were, with what came since."""
        with self.index.here():
            rows = merges_that_stand()
            merge_id = rows[number % len(rows)].id
        self._undo(merge_id)

    @rule()
    def find_duplicates(self) -> None:
        """The whole index is searched for duplicates."""
        assert run(self.index.app, "feeds", "find-duplicates").exit_code == 0

    # What must hold after every step.

    @invariant()
    def holds(self) -> None:
        """All of it."""
        with self.index.here():
            holds.no_row_is_lost(self.told)
            holds.every_contact_stands_once(self.index, self.told)
            holds.no_two_children_are_one(self.joined)
            holds.the_parted_stay_apart(self.told, self.parted)
            holds.nothing_joins_old_and_new(self.index, self.told, self.apart)
            holds.nobody_hidden_is_seen(self.index, self.allowed)
            holds.all_is_well_kept(self.index)
            self.look_what_waits()

    def teardown(self) -> None:
        """Whatever has happened, each source is told that its last words are nothing new."""
        # While something that failed is on its way out, the rest says nothing.
        for source in SOURCES if sys.exc_info()[0] is None else ():
            self._rehearse(source, CHILDREN, self._last_words(source))
            self._rehearse(source, INVOLVEMENTS, self._last_work(source))
