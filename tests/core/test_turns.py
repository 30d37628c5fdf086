"""Writers of one program: in order, at once, and never for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.core.turns import NoTurn, Turn
from tests.waiting import PATIENCE, until

MANY = 6


def test_first_come_first_served() -> None:
    turn, served = Turn(seconds=PATIENCE), []

    def write(number: int) -> None:
        turn.take()
        served.append(number)
        turn.pass_on()

    turn.take()
    assert not turn.is_wanted()
    with ThreadPoolExecutor(MANY) as pool:
        waiting = []
        for number in range(MANY):
            waiting.append(pool.submit(write, number))
            until(lambda: len(turn._waiting) == len(waiting))
        assert served == []
        assert turn.is_wanted()
        turn.pass_on()
        for one in waiting:
            one.result()
    assert served == list(range(MANY))
    turn.take()
    turn.pass_on()


def test_nobody_slips_in_between() -> None:
    turn, inside, most = Turn(seconds=PATIENCE), 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(200):
            turn.take()
            inside += 1
            most = max(most, inside)
            inside -= 1
            turn.pass_on()

    with ThreadPoolExecutor(MANY) as pool:
        for one in [pool.submit(write) for _ in range(MANY)]:
            one.result()
    assert (inside, most) == (0, 1)


def test_who_waits_too_long_is_told_and_forgotten() -> None:
    turn = Turn(seconds=0.01)
    turn.take()
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(NoTurn):
            pool.submit(turn.take).result()
        turn.pass_on()
        pool.submit(turn.take).result()


def test_a_thread_does_not_wait_for_itself() -> None:
    turn = Turn(seconds=PATIENCE)
    turn.take()
    with pytest.raises(NoTurn, match="this thread"):
        turn.take()
    turn.pass_on()
    turn.take()
    assert threading.get_ident() == turn._writer
