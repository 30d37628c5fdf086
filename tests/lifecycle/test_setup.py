"""From an empty folder to a portal, once, twice, and after a kill."""

import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from portal.core.config import Config, load_config
from tests.lifecycle.operating import ANSWERS, KILL, SET_UP, Installation

LINK = re.compile(r"https://contactpoint\.harrowmere\.example\.org/enrol/([\w-]{43})\s")


def rows(installation: Installation) -> dict[str, int]:
    """Return how many rows the tables have that set-up fills."""
    tables = ("authority", "organisation", "account", "portal_state", "access_chain")
    return {table: installation.number(table) for table in tables}


def test_it_ends_with_a_link_and_the_next_command(empty: Installation) -> None:
    said = empty.right(*SET_UP)
    assert LINK.search(said)
    assert said.rstrip().endswith("python -m portal serve")
    assert rows(empty) == {
        "authority": 1, "organisation": 1, "account": 1, "portal_state": 1, "access_chain": 1,
    }  # fmt: skip
    assert empty.sql("SELECT role FROM account_role") == [("authoriser",)]
    assert empty.sql("SELECT kind FROM organisation") == [("index_team",)]
    assert empty.right("audit", "verify").endswith("lines, whole.\n")
    assert "bad" not in empty.right("doctor")


def test_files_are_for_the_owner_only_and_hold_no_answer_in_print(empty: Installation) -> None:
    said = empty.right(*SET_UP)
    files = [path for path in empty.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"portal.toml", "portal.keys"}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE(empty.folder.stat().st_mode) == 0o700
    for key in (empty.keys.database, empty.keys.log, empty.keys.cookie):
        assert key.hex() not in said


def test_the_link_is_kept_as_a_fingerprint_only(installation: Installation) -> None:
    said = installation.right("setup", "--admin-email", ANSWERS["--admin-email"])
    token = LINK.findall(said)[0]
    marks = [row[0] for row in installation.sql("SELECT token_mark FROM enrolment_link")]
    assert len(marks) == 2
    assert token not in marks
    assert len(installation.sql("SELECT 1 FROM enrolment_link WHERE revoked_at IS NULL")) == 1


def test_every_setting_is_explained_in_the_file(folder: Installation) -> None:
    folder.right(*SET_UP)
    text = (folder.folder / "portal.toml").read_text(encoding="utf-8")
    for name in Config.__dataclass_fields__:
        if name != "instance":
            assert re.search(rf"^# [A-Z][^\n]+\.?\n(# )?{name} = ", text, re.M), name
    every_line = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M)
    (folder.folder / "portal.toml").write_text(every_line, encoding="utf-8")
    assert load_config(folder.folder) == Config(
        instance=folder.folder, public_url=ANSWERS["--url"],
        authority_code=ANSWERS["--authority-code"], portal_name=ANSWERS["--authority-name"],
    )  # fmt: skip


def test_a_second_time_changes_nothing(installation: Installation) -> None:
    files = {path: path.read_bytes() for path in installation.folder.glob("portal.[tk]*")}
    before = rows(installation), installation.number("access_event")
    assert "set up already" in installation.right("setup")
    assert "set up already" in installation.right(*SET_UP[:-4], "--admin-name", "Other Person")
    assert (rows(installation), installation.number("access_event")) == before
    assert {path: path.read_bytes() for path in files} == files


def test_no_terminal_and_no_answers_is_wrongly_asked(folder: Installation) -> None:
    done = folder.run("setup", "--url", ANSWERS["--url"])
    assert done.returncode == 2
    assert "--admin-email" in done.stderr
    assert "--url" not in done.stderr.split("Missing:")[1]
    assert not folder.folder.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--authority-code", "Harrowmere"),
        ("--authority-code", "E0600099"),
        ("--authority-name", "<b>Harrowmere</b>"),
        ("--admin-email", "ada first"),
        ("--admin-name", "x" * 200),
    ],
)
def test_answers_that_cannot_be_used(folder: Installation, option: str, value: str) -> None:
    answers = [word for pair in ({**ANSWERS, option: value}).items() for word in pair]
    done = folder.run("setup", *answers)
    assert done.returncode == 2
    assert option in done.stderr
    assert value not in done.stderr
    assert not folder.folder.exists()


@pytest.mark.parametrize("url", ["http://contactpoint.example.org", "contactpoint", "https://"])
def test_an_unsafe_address_is_refused(folder: Installation, url: str) -> None:
    answers = [word for pair in ({**ANSWERS, "--url": url}).items() for word in pair]
    assert "public_url" in folder.refused("setup", *answers)
    assert not (folder.folder / "portal.toml").exists()


def test_settings_of_an_earlier_set_up_must_be_meant(folder: Installation) -> None:
    folder.right(*SET_UP)
    for name in ("portal.db", "portal.db-wal", "portal.db-shm"):
        (folder.folder / name).unlink(missing_ok=True)
    other = [*SET_UP[:-4], *SET_UP[-4:]]
    other[other.index("--url") + 1] = "https://elsewhere.example.org"
    assert "public_url is 'https://contactpoint" in folder.refused(*other)
    assert LINK.search(folder.right(*SET_UP))


def test_demo_and_real_stay_apart(installation: Installation, demo: Installation) -> None:
    before = rows(installation)
    assert "real installation" in installation.refused("setup", "--demo")
    assert rows(installation) == before
    children = demo.number("child")
    assert "invented town" in demo.refused(*SET_UP)
    assert demo.number("child") == children > 1000


def test_demo_is_complete_and_repeatable(demo: Installation) -> None:
    assert "there already" in demo.right("setup", "--demo")
    people = demo.right("sandbox", "people")
    assert "passphrase" not in people
    assert demo.right("sandbox", "code", demo.sql("SELECT min(email) FROM account")[0][0])
    assert "bad" not in demo.right("doctor")
    assert demo.sql("SELECT count(*) FROM portal_state WHERE is_sandbox") == [(1,)]


def test_empty_demo_has_people_and_places_but_no_child(empty: Installation) -> None:
    empty.right("setup", "--demo", "--empty", PORT="8123")
    assert empty.number("child") == 0
    assert empty.number("account") > 8
    assert empty.number("organisation") > 5
    assert empty.config.public_url == "http://127.0.0.1:8123"


def test_demo_asks_nothing_and_takes_no_answers(folder: Installation) -> None:
    assert folder.run("setup", "--demo", "--url", ANSWERS["--url"]).returncode == 2
    assert folder.run("setup", "--empty").returncode == 2
    assert not folder.folder.exists()


MOMENTS = {
    "settings not written": ("portal.lifecycle.beginning", "write_config"),
    "settings half written": ("os", "link"),
    "no keys": ("portal.lifecycle.beginning", "create_keys"),
    "no tables": ("portal.lifecycle.beginning", "migrate"),
    "no state": ("portal.lifecycle.actions", "begin_state"),
    "no account": ("portal.lifecycle.actions", "add_account"),
    "no link": ("portal.lifecycle.actions", "issue_link"),
    "not told": ("portal.lifecycle.commands.beginning", "_tell_link"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_run_again_it_completes(empty: Installation, moment: str) -> None:
    module, name = MOMENTS[moment]
    killed = empty.python("-c", KILL.format(module=module, name=name), *SET_UP)
    assert killed.returncode == -9
    assert LINK.search(empty.right(*SET_UP))
    assert rows(empty)["account"] == 1
    assert "whole" in empty.right("audit", "verify")
    assert not list(empty.folder.glob("*.new"))


def test_killed_between_two_steps_of_the_tables(empty: Installation) -> None:
    """The steps run in one transaction: there is no half of them."""
    code = KILL.format(module="alembic.op", name="execute")
    killed = empty.python("-c", code, *SET_UP)
    assert killed.returncode == -9
    assert LINK.search(empty.right(*SET_UP))


def test_a_demo_that_was_killed_completes(empty: Installation) -> None:
    code = KILL.format(module="portal.sandbox.load", name="write_children")
    killed = empty.python("-c", code, "setup", "--demo", "--empty")
    assert killed.returncode == -9
    assert "grace.adeyemi" in empty.right("setup", "--demo", "--empty")
    assert empty.number("portal_state") == 1


def test_a_missing_key_file_is_never_replaced(installation: Installation) -> None:
    path = installation.config.key_path
    kept = path.read_bytes()
    path.unlink()
    for words in (SET_UP, ["serve"], ["backup"], ["audit", "verify"]):
        assert "key file portal.keys is missing" in installation.refused(*words)
    assert not path.exists()
    path.touch(mode=0o600)
    path.write_bytes(kept)
    assert "whole" in installation.right("audit", "verify")


def test_an_older_index_is_not_upgraded_in_passing(installation: Installation) -> None:
    installation.sql("UPDATE alembic_version SET version_num = '0001'")
    assert "python -m portal upgrade" in installation.refused(*SET_UP)


def test_no_password_of_the_database_is_told(tmp_path: Path) -> None:
    address = make_url("postgresql://ann:verysecret@127.0.0.1:1/none")
    lost = Installation(tmp_path / "instance", address.render_as_string(hide_password=False))
    said = lost.refused(*SET_UP)
    assert "does not answer" in said
    assert "verysecret" not in said
