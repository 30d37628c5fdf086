"""A portal is prepared before it goes live: it stays so until all is in order."""

import re

from tests.lifecycle.operating import Installation

STATE = "SELECT state FROM portal_state"
CLEARED = "UPDATE portal_state SET cleared_at = CURRENT_TIMESTAMP, cleared_by = :who"


def test_a_new_portal_is_prepared_and_stays_so_after_a_stop(installation: Installation) -> None:
    assert installation.sql(STATE) == [("preparing",)]
    assert "lifecycle go-live" in installation.right("doctor")
    installation.right("lifecycle", "stop")
    assert "it is stopped" in installation.refused("lifecycle", "go-live")
    assert "not live yet" in installation.right("lifecycle", "resume")
    assert installation.sql(STATE) == [("preparing",)]


def test_an_empty_index_without_a_second_person_stays_closed(installation: Installation) -> None:
    said = installation.refused("lifecycle", "go-live")
    assert re.search(r"^no +Enough children", said, re.M)
    assert re.search(r"^yes +Every import", said, re.M)
    assert re.search(r"^no +A shield officer", said, re.M)
    assert installation.sql(STATE) == [("preparing",)]
    assert installation.number("quality_count") == 1
    assert "whole" in installation.right("audit", "verify")
