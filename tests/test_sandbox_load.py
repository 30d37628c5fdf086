"""Filling an index with the invented town, and printing how its people sign in."""

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal import create_app
from portal.access.log import Event, start_chain
from portal.access.models import AccessEvent, PortalState
from portal.access.state import State, begin_state, current_state, is_sandbox
from portal.accounts.models import Account, AccountRole
from portal.accounts.rules.factors import is_passphrase, matching_step, step_of
from portal.children import finding
from portal.children.models import (
    Carer,
    ChildAddress,
    ChildIdentifier,
    ChildName,
    ChildRecord,
    Involvement,
)
from portal.children.vault import ledger
from portal.core import clock
from portal.core.config import Config
from portal.core.db import Base, db
from portal.core.keys import create_keys
from portal.directory.models import Authority, Organisation, Practitioner
from portal.lifecycle.schema import migrate
from portal.sandbox import Town, town
from portal.sandbox.cli import NotSandbox, code, people, sandbox_cli, story
from portal.sandbox.load import NotEmpty, load
from tests.cast import CAST, CHILDREN, ON, whole_town
from tests.conftest import CHILDREN as HOW_MANY


@pytest.fixture
def harrowmere() -> Town:
    return whole_town(HOW_MANY)


@pytest.fixture
def new_index(tmp_path: Path) -> Iterator[Flask]:
    """An encrypted index with tables and a log, and nothing in it."""
    config = Config(instance=tmp_path, public_url="http://127.0.0.1:8000")
    keys = create_keys(config.key_path)
    ledger.begin(config, keys)
    migrate(config, keys)
    app = create_app(config)
    with app.app_context():
        start_chain(db.session, keys.log)
        db.session.commit()
        yield app
        db.session.rollback()
        db.engine.dispose()


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def not_a_sandbox() -> None:
    db.session.execute(update(PortalState).values(is_sandbox=False))


def account(email: str) -> Account:
    return db.session.scalars(select(Account).where(Account.email == email)).one()


def test_all_of_the_town_is_in_the_index(session: Session, harrowmere: Town) -> None:
    children = harrowmere.children
    assert count(ChildRecord) == len(children)
    assert count(ChildName) == sum(len(child.former_names) for child in children)
    assert count(ChildAddress) == sum(len(child.addresses) for child in children)
    assert count(Carer) == sum(len(child.carers) for child in children)
    assert count(Involvement) == sum(len(child.involvements) for child in children)
    assert count(ChildIdentifier) == sum(
        bool(child.nhs_number) + bool(child.upn) for child in children
    )
    assert count(Organisation) == len(harrowmere.organisations)
    assert count(Practitioner) == len(harrowmere.practitioners)
    assert count(Authority) == len(harrowmere.authorities)
    assert finding.check(session) == []


def test_contacts_of_the_story_child_are_those_of_the_cast(session: Session) -> None:
    contacts = session.execute(
        select(Involvement, Organisation, Practitioner)
        .join(ChildRecord, ChildRecord.id == Involvement.child_id)
        .join(Organisation, Organisation.id == Involvement.organisation_id)
        .outerjoin(Practitioner, Practitioner.id == Involvement.practitioner_id)
        .where(ChildRecord.source_id == CHILDREN.story.key)
    ).all()
    found = {one.kind: (place, person, one.is_lead) for one, place, person in contacts}
    assert set(found) == {"school", "gp_practice", "health_visiting", "social_work"}
    assert found["gp_practice"][1] is None
    assert found["gp_practice"][0].phone
    place, person, is_lead = found["social_work"]
    assert (person.work_email, is_lead) == (CAST.social_worker.email, True)
    assert place.code == CAST.social_worker.organisation_code


def test_the_sandbox_is_open_and_marked_and_its_filling_logged(session: Session) -> None:
    assert is_sandbox()
    assert current_state() is State.LIVE
    told = select(func.count()).where(AccessEvent.event == Event.PORTAL_FILLED.value)
    assert session.scalar(told) == 1


@pytest.mark.parametrize("key", ["health_visitor", "untrained", "unvetted_helpdesk"])
def test_accounts_of_the_cast(session: Session, key: str) -> None:
    member = getattr(CAST, key)
    kept = account(member.email)
    assert is_passphrase(kept.passphrase_hash, member.passphrase)
    assert not is_passphrase(kept.passphrase_hash, CAST.auditor.passphrase)
    assert member.passphrase not in kept.passphrase_hash
    assert member.totp_secret.encode() not in (kept.sealed_factor or b"")
    assert (kept.trained_until, kept.vetted_until) == (member.trained_until, member.vetted_until)
    roles = session.scalars(select(AccountRole.role).where(AccountRole.account_id == kept.id))
    assert tuple(roles) == member.roles
    assert (kept.practitioner_id is not None) == ("practitioner" in member.roles)
    assert kept.sponsor_id == account(CAST.authoriser.email).id


def test_a_second_town_is_refused_and_changes_nothing(session: Session, harrowmere: Town) -> None:
    before = count(ChildRecord), count(Account)
    with pytest.raises(NotEmpty):
        load(harrowmere)
    assert (count(ChildRecord), count(Account)) == before


def test_an_index_for_real_people_is_refused(new_index: Flask) -> None:
    begin_state(is_sandbox=False)
    with pytest.raises(NotEmpty):
        load(town(on=ON, children=0))
    assert count(Account) == 0
    assert not is_sandbox()


def test_town_without_children(new_index: Flask) -> None:
    load(town(on=ON, children=0))
    assert count(ChildRecord) == 0
    assert count(Account) == len(people())
    assert count(Practitioner) > 40


def test_authorities_that_are_there_stay(new_index: Flask) -> None:
    db.session.add(Authority(gss_code="E99000001", name="Harrowmere", kind="unitary_authority"))
    load(town(on=ON, children=14))
    assert count(Authority) == 2
    assert count(ChildRecord) == 14


def test_whole_town_is_filled_in_seconds(new_index: Flask) -> None:
    began = time.process_time()
    load(whole_town())
    db.session.commit()
    assert time.process_time() - began < 15
    assert count(ChildRecord) == 2000


def test_people_can_be_told_apart(session: Session) -> None:
    found = people()
    assert [one["title"] for one in found if one["role"] == "practitioner"][:3] == [
        "Health visitor",
        "Social worker",
        "Designated safeguarding lead",
    ]
    roles = {one["role"] for one in found if one["standing"] == "good"}
    assert roles == {
        "practitioner",
        "helpdesk",
        "authoriser",
        "data_steward",
        "shield_officer",
        "auditor",
    }
    for one in found:
        assert is_passphrase(account(one["email"]).passphrase_hash, one["passphrase"])


def test_code_of_the_moment(session: Session) -> None:
    given = code(CAST.health_visitor.email.upper())
    step = matching_step(CAST.health_visitor.totp_secret, given, clock.now())
    assert step is not None
    assert code(CAST.social_worker.email) != given


def test_code_that_was_used_is_followed_by_the_next(session: Session) -> None:
    used = step_of(clock.now())
    account(CAST.teacher.email).factor_last_step = used
    session.commit()
    given = code(CAST.teacher.email)
    assert matching_step(CAST.teacher.totp_secret, given, clock.now()) == used + 1


def test_code_waits_when_the_next_was_used_too(
    session: Session, clock_at: Callable[[dt.datetime], None]
) -> None:
    almost = clock.now().replace(second=29, microsecond=400_000)
    clock_at(almost)
    used = step_of(clock.now()) + 1
    account(CAST.teacher.email).factor_last_step = used
    session.commit()
    given = code(CAST.teacher.email)
    assert matching_step(CAST.teacher.totp_secret, given, clock.now()) == used + 1


def test_story_says_what_to_type(session: Session) -> None:
    birth = CHILDREN.story.date_of_birth
    assert f"born {birth.month} {birth.day} {birth.year}:" in story()
    assert CHILDREN.story.name in story()


@pytest.mark.parametrize("ask", [people, story, lambda: code(CAST.teacher.email)])
def test_nothing_is_printed_for_real_people(session: Session, ask: Callable[[], object]) -> None:
    not_a_sandbox()
    with pytest.raises(NotSandbox):
        ask()


def test_code_of_nobody(session: Session) -> None:
    with pytest.raises(click.ClickException):
        code("nobody@harrowmere.example.org")


def test_commands(portal: Flask) -> None:
    runner = portal.test_cli_runner()
    listed = runner.invoke(sandbox_cli, ["people", "--json"])
    assert listed.exit_code == 0
    assert json.loads(listed.output)[0]["email"] == CAST.health_visitor.email
    told = runner.invoke(sandbox_cli, ["people"])
    assert CAST.health_visitor.passphrase in told.output
    assert "training lapsed" in told.output
    printed = runner.invoke(sandbox_cli, ["code", CAST.helpdesk.email])
    assert printed.exit_code == 0
    assert printed.output.strip().isdigit()
    unknown = runner.invoke(sandbox_cli, ["code", "nobody@example.org"])
    assert (unknown.exit_code, unknown.output.count("\n")) == (1, 1)


def test_commands_refuse_real_people(portal: Flask) -> None:
    with portal.app_context():
        not_a_sandbox()
        db.session.commit()
    runner = portal.test_cli_runner()
    for words in (["people"], ["people", "--json"], ["code", CAST.helpdesk.email]):
        refused = runner.invoke(sandbox_cli, words)
        assert refused.exit_code == 1
        assert "not a sandbox" in refused.output
        assert CAST.helpdesk.passphrase not in refused.output
