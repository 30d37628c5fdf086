"""Asking both copies the same, until a difference or until so many questions were asked."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain, islice

from portal import create_app
from portal.access.room import in_steps
from portal.core import clock
from portal.core.config import Config
from portal.core.keys import Keys
from portal.lifecycle.serving import NotReady, let_go
from portal.lifecycle.verifying.comparing import Pairing, failure, first_difference
from portal.lifecycle.verifying.copying import two_copies
from portal.lifecycle.verifying.people import (
    ALL_KINDS,
    PRACTITIONER,
    Subject,
    askers,
    forget_own,
    subjects,
)
from portal.lifecycle.verifying.questions import EVERYTHING, Question, about, about_nobody
from portal.lifecycle.verifying.world import Signed, World, begin_sessions

NOBODY_ASKS = (
    "No practitioner in good standing can be asked for: nothing was verified. Is the portal "
    "stopped, or has all training, vetting or accreditation run out?"
)
# So many questions there are about one child, roughly and at least. A third of the children who are
# asked about are hidden where there are so many.
ABOUT_ONE, FEWEST = 20, 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many questions were asked and, in words without a name, the first that was answered
    otherwise and how; missing are kinds of people of whom nobody could ask."""

    probes: int
    question: str = ""
    difference: str = ""
    missing: tuple[str, ...] = ()


def verify(config: Config, keys: Keys, *, probes: int, progress: Callable[[int], None]) -> Verdict:
    """Ask so many questions of a copy of the index and of one whose vault is emptied.

    progress is told how many were asked. Stops at the first difference. Raises NotReady, and what
    making a copy raises.
    """
    with two_copies(config, keys, at=clock.now()) as copies, ExitStack() as stack:
        people, known = _cast(copies.whole, probes)
        for one in (copies.whole, copies.emptied):
            begin_sessions(one, keys, people)
        cookie_key = secrets.token_bytes(32)
        whole, emptied = (
            stack.enter_context(closing(World(one, keys, people, cookie_key, is_whole=is_whole)))
            for one, is_whole in ((copies.whole, True), (copies.emptied, False))
        )
        asked = chain(about_nobody(), chain.from_iterable(about(one) for one in known))
        able = islice((one for one in asked if one.asker in {"", *people}), probes - 1)
        verdict = _ask_all(chain(able, [EVERYTHING]), whole, emptied, progress)
    return replace(verdict, missing=tuple(one for one in ALL_KINDS if one not in people))


def _cast(config: Config, probes: int) -> tuple[dict[str, Signed], list[Subject]]:
    """Who asks, and about whom: more children than there will be questions for."""
    app = create_app(config)
    try:
        with app.app_context():
            people = askers()
            if PRACTITIONER not in people:
                raise NotReady(NOBODY_ASKS)
            in_steps(forget_own)(people.values())
            most_hidden = probes // ABOUT_ONE // 3 + 1
            return people, list(islice(subjects(most_hidden), probes // FEWEST + 1))
    finally:
        let_go(app)


def _ask_all(
    questions: Iterable[Question], whole: World, emptied: World, progress: Callable[[int], None]
) -> Verdict:
    """Ask one question after the other, each of both copies at one and the same moment."""
    pairing, number = Pairing(), 0
    for number, question in enumerate(questions, start=1):
        with clock.stopped():
            for world in (whole, emptied):
                world.seen = []
                question.ask(world)
                world.look_around(at_all=question is EVERYTHING)
        difference = first_difference(whole.seen, emptied.seen, pairing) or failure(whole.seen)
        if difference:
            return Verdict(number, question.words, difference)
        progress(number)
    return Verdict(number)
