"""Exit codes mean something: 0 done, 1 not done and why, 2 wrongly asked. Never a trace."""

import pytest

from portal.__main__ import verbs
from portal.lifecycle.queries import program_version
from tests.lifecycle.operating import Installation

OWN = ["setup", "serve", "doctor", "upgrade", "backup", "restore", "doors", "version"]
ROOMS = ["directory", "feeds", "accounts", "audit", "lifecycle", "sandbox"]


def test_help_and_version_need_no_installation(folder: Installation) -> None:
    said = folder.right("--help")
    for word in (*OWN, *ROOMS):
        assert f"\n  {word}" in said
    assert folder.right("version").strip() == program_version()
    assert "verify" in folder.right("audit", "--help")
    assert "import" in folder.right("directory", "--help")
    assert not folder.folder.exists()


def test_every_command_says_what_it_does() -> None:
    for command in verbs.commands.values():
        assert command.get_short_help_str()
        for option in command.params:
            assert option.name


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["--nonsense"],
        ["doctor", "--nonsense"],
        ["restore"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "http"],
        ["audit", "nonsense"],
        ["feeds", "import"],
        ["sandbox", "code"],
    ],
)
def test_wrongly_asked_is_two(folder: Installation, words: list[str]) -> None:
    done = folder.run(*words)
    assert done.returncode == 2, done.stderr
    assert "Usage:" in done.stderr
    assert not folder.folder.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["serve"],
        ["upgrade"],
        ["backup"],
        ["restore", "--check", "nothing.backup"],
        ["doors"],
        ["audit", "verify"],
        ["lifecycle", "stop"],
        ["sandbox", "people"],
    ],
)
def test_where_nothing_is_yet_the_remedy_is_set_up(folder: Installation, words: list[str]) -> None:
    assert "python -m portal setup" in folder.refused(*words)
    assert not folder.folder.exists()


def test_doors_names_each_door_and_who_may(installation: Installation) -> None:
    said = installation.right("doors")
    assert "GET   /log" in said
    line = next(line for line in said.splitlines() if line.startswith("GET   /log "))
    assert line.endswith("log:read: auditor")
    assert "anyone: a monitor must learn" in said


def test_audit_verify_names_the_first_bad_line(installation: Installation) -> None:
    said = installation.right("audit", "verify")
    assert said.endswith("lines, whole.\n")
    if installation.database:
        installation.sql("ALTER TABLE access_event DISABLE TRIGGER USER")
    else:
        installation.sql("DROP TRIGGER access_event_no_removal")
    installation.sql("DELETE FROM access_event WHERE line = 2")
    assert "Line 2 was deleted" in installation.refused("audit", "verify")
    assert installation.sql(
        "SELECT outcome FROM access_event WHERE event = 'log:verified' ORDER BY line"
    ) == [("0",), ("8",)]


def test_stopped_and_resumed(installation: Installation) -> None:
    installation.right("lifecycle", "stop")
    assert installation.sql("SELECT state FROM portal_state") == [("stopped",)]
    assert "whole" in installation.right("audit", "verify")
    installation.right("lifecycle", "resume")
    assert installation.sql("SELECT state FROM portal_state") == [("preparing",)]
    assert installation.sql(
        "SELECT roles FROM access_event WHERE event = 'portal:state_changed' ORDER BY line"
    ) == [("operator lifecycle stop",), ("operator lifecycle resume",)]


def test_people_of_the_sandbox_are_told_on_a_sandbox_only(installation: Installation) -> None:
    assert "not a sandbox" in installation.refused("sandbox", "people", "--json")
    assert "not a sandbox" in installation.refused("sandbox", "code", "a@example.org")


def test_a_log_that_takes_no_line_is_told_without_a_trace(installation: Installation) -> None:
    installation.sql("UPDATE access_chain SET mac = 'broken'")
    assert "python -m portal audit verify" in installation.refused("lifecycle", "stop")
    assert installation.sql("SELECT state FROM portal_state") == [("preparing",)]


def test_a_row_that_is_refused_is_not_quoted(installation: Installation) -> None:
    installation.sql(
        "CREATE UNIQUE INDEX one_each ON access_event (roles) WHERE event = 'portal:state_changed'"
    )
    installation.right("lifecycle", "stop")
    installation.right("lifecycle", "resume")
    said = installation.refused("lifecycle", "stop")
    assert "The database refused a row" in said
    assert "operator lifecycle stop" not in said
    assert installation.sql("SELECT state FROM portal_state") == [("preparing",)]
