"""…/involvements/in-confidence and /in-confidence: sensitive services, with consent, for nobody."""

import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.children import actions, vault
from portal.children.models import Involvement
from portal.children.rules import BASES, Basis
from portal.core import clock
from portal.core.db import db
from portal.sandbox import Child
from tests.access.writing import break_log
from tests.children.confiding import GROWN, SHELF, YESTERDAY, YOUNG, boxes, confide, kept, path_of
from tests.children.looking import (
    NOBODY,
    PIECE,
    SignIn,
    archive,
    id_of,
    lines,
    open_record,
    parts,
    plain,
    read,
    say_why,
    without_tokens,
)  # fmt: skip


@pytest.fixture
def same_minute(clock_at: Callable[[dt.datetime], None]) -> None:
    """The clock of a page stands at the beginning of a minute."""
    clock_at((clock.now() + dt.timedelta(minutes=1)).replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("child", "basis"),
    [(GROWN, "own_consent"), (YOUNG, "parental_consent"),
     (GROWN, "significant_harm"), (YOUNG, "significant_harm")],
    ids=["own consent", "parent's consent", "harm, grown", "harm, young"],
)  # fmt: skip
def test_is_recorded_with_consent_or_on_suspicion_of_harm(
    portal: Flask, sign_in: SignIn, child: Child, basis: str
) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, child)
    say_why(browser, child_id)
    page = read(browser.get(path_of(portal, child)))
    assert child.name in page
    assert all(str(label) in plain(page) for label in BASES.values())
    sent = browser.post(path_of(portal, child), data=boxes(basis))
    assert sent.headers["Location"] == f"/children/{child_id}?done=recorded"
    assert "Your involvement is recorded" in read(browser.get(sent.headers["Location"]))
    ((_, content),) = kept(portal)
    assert content["tier"] == "sensitive"
    assert (content["kind"], content["basis"]) == ("mental_health", basis)
    assert content["started_on"] == YESTERDAY.isoformat()
    assert content["child_id"] == child_id.hex
    assert content["recorded_by"]
    assert str(content["recorded_at"]).startswith(clock.today().isoformat())


@pytest.mark.parametrize(
    ("child", "typed", "message"),
    [
        (YOUNG, boxes("own_consent"), "somebody with parental responsibility must consent"),
        (GROWN, boxes("parental_consent"), "the young person alone decides"),
        (GROWN, {**boxes(), "basis": ""}, "Choose why this may be recorded"),
        (GROWN, {**boxes(), "basis": "they said so"}, "Choose one of the answers shown"),
        (GROWN, {**boxes(), "kind": ""}, "Choose what you do for this child"),
        (GROWN, boxes(kind="health_visiting"), "Choose one of the answers shown"),
        (GROWN, {"kind": "mental_health", "basis": "own_consent"}, "Enter the date when"),
        (GROWN, {**boxes(), **parts("started_on", dt.date(2999, 1, 1))}, "must be today or in"),
        (GROWN, {**boxes(), **parts("started_on", dt.date(1990, 1, 1))}, "before the child was"),
    ],
)
def test_is_not_recorded_without(
    portal: Flask, sign_in: SignIn, child: Child, typed: dict[str, str], message: str
) -> None:
    browser = sign_in("health_visitor")
    say_why(browser, id_of(portal, child))
    answer = browser.post(path_of(portal, child), data=typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert message in plain(page)
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    links = re.findall(r'href="#([\w-]+)"', summary)
    assert len(links) == summary.count("<li") > 0
    assert all(f'id="{link}"' in page for link in links)
    assert kept(portal) == []
    assert not lines(portal, "shield:sensitive_recorded")


def test_the_age_of_ones_own_consent_is_a_setting(
    portal: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("health_visitor")
    say_why(browser, id_of(portal, GROWN))
    config = dataclasses.replace(portal.extensions["portal_config"], own_consent_from_age=16)
    monkeypatch.setitem(portal.extensions, "portal_config", config)
    assert "From the age of 16" in plain(read(browser.get(path_of(portal, GROWN))))
    assert browser.post(path_of(portal, GROWN), data=boxes()).status_code == 422
    answer = browser.post(path_of(portal, GROWN), data=boxes("parental_consent"))
    assert answer.status_code == 303
    assert len(kept(portal)) == 1


@pytest.mark.usefixtures("same_minute")
def test_nothing_is_seen_of_it(portal: Flask, sign_in: SignIn) -> None:
    child_id = id_of(portal, GROWN)
    readers = ("health_visitor", "teacher", "social_worker", "shield_officer", "data_steward")
    before = {who: without_tokens(open_record(sign_in(who), child_id)) for who in readers}
    confide(portal, sign_in)
    for who in readers:
        assert without_tokens(open_record(sign_in(who), child_id)) == before[who], who
    with portal.app_context():
        rows = select(func.count()).select_from(Involvement)
        shown = db.session.scalar(rows.where(Involvement.child_id == child_id))
    assert shown == len(GROWN.involvements)


def test_only_whoever_recorded_it_finds_it_again(portal: Flask, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    listed = plain(read(browser.get("/in-confidence")))
    assert "Mental health" in listed
    assert GROWN.name not in listed
    assert f"born in {GROWN.date_of_birth.year}" in listed
    page = plain(read(browser.get(path)))
    assert GROWN.name in page
    assert "The young person consents" in page
    other = sign_in("social_worker")
    assert "You have recorded nothing in confidence" in plain(read(other.get("/in-confidence")))
    say_why(other, id_of(portal, GROWN))
    assert "What you have recorded already" not in read(other.get(path_of(portal, GROWN)))
    assert "What you have recorded already" in read(browser.get(path_of(portal, GROWN)))
    for answer in (other.get(path), other.post(f"{path}/withdraw")):
        assert answer.status_code == 404
    assert len(kept(portal)) == 1


def test_the_log_says_who_and_never_which_child(portal: Flask, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    browser.get("/in-confidence")
    browser.get(path)
    browser.post(f"{path}/withdraw")
    found = lines(
        portal, "shield:sensitive_recorded", "shield:sensitive_listed", "shield:sensitive_withdrawn"
    )
    document_id = uuid.UUID(path.rpartition("/")[2])
    assert [line.subject_id for line in found] == [document_id, None, document_id, document_id]
    assert [line.details for line in found] == [{}, {"count": 1}, {}, {}]
    assert {line.reason for line in found} == {""}
    assert not lines(portal, "involvement:recorded")
    child_id = id_of(portal, GROWN)
    with portal.app_context():
        said = select(AccessEvent.event).where(AccessEvent.account_id.is_not(None))
        about = db.session.scalars(said.where(AccessEvent.subject_id == child_id)).all()
    assert about == ["reason:stated"]


def test_withdrawn_is_gone(portal: Flask, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    sent = browser.post(f"{path}/withdraw")
    assert sent.headers["Location"] == "/in-confidence?done=withdrawn"
    page = plain(read(browser.get(sent.headers["Location"])))
    assert "It is deleted. Nothing of it is kept." in page
    assert "You have recorded nothing in confidence" in page
    assert kept(portal) == []
    assert browser.get(path).status_code == 404
    assert browser.post(f"{path}/withdraw").status_code == 404
    assert "What you have recorded already" not in read(browser.get(path_of(portal, GROWN)))


@pytest.mark.parametrize("fate", ["masked", "absent", "archived"])
def test_can_be_withdrawn_whatever_has_become_of_the_child(
    portal: Flask, sign_in: SignIn, fate: str
) -> None:
    browser, path = confide(portal, sign_in)
    before = without_tokens(read(browser.get("/in-confidence")))
    if fate == "archived":
        archive(portal, id_of(portal, GROWN))
    else:
        hide(portal, id_of(portal, GROWN), fate)
    assert without_tokens(read(browser.get("/in-confidence"))) == before
    assert GROWN.name in read(browser.get(path))
    assert browser.post(f"{path}/withdraw").status_code == 303
    with portal.app_context():
        assert not [one for _, one in vault.all_on(SHELF) if one["tier"] == "sensitive"]


def hide(app: Flask, child_id: uuid.UUID, grade: str) -> None:
    with app.app_context():
        actions.hide_child(child_id=child_id, grade=vault.Grade(grade), by=operator("tests"))
        db.session.commit()


def test_saying_it_again_replaces_what_was_said(portal: Flask, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    browser.post(path_of(portal, GROWN), data=boxes())
    assert len(lines(portal, "shield:sensitive_recorded")) == 1
    browser.post(path_of(portal, GROWN), data=boxes("significant_harm"))
    ((document_id, content),) = kept(portal)
    assert path.endswith(str(document_id))
    assert content["basis"] == Basis.SIGNIFICANT_HARM.value
    browser.post(path_of(portal, GROWN), data=boxes(kind="substance_misuse"))
    assert len(kept(portal)) == 2
    listed = plain(read(browser.get("/in-confidence")))
    assert listed.index("Substance misuse") < listed.index("Mental health")


def test_asks_for_a_reason_first(portal: Flask, sign_in: SignIn) -> None:
    browser, path = sign_in("health_visitor"), path_of(portal, GROWN)
    for answer in (browser.get(path), browser.post(path, data=boxes()), browser.post(path)):
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/children/{id_of(portal, GROWN)}/reason"
    assert kept(portal) == []


@pytest.mark.parametrize(
    "who", ["helpdesk", "data_steward", "shield_officer", "auditor", "untrained", "unaccredited"]
)
def test_refuses_the_wrong_person(portal: Flask, sign_in: SignIn, who: str) -> None:
    _, own = confide(portal, sign_in)
    browser, path = sign_in(who), path_of(portal, GROWN)
    assert browser.get(path).status_code == 403
    assert browser.post(path, data=boxes()).status_code == 403
    assert browser.get("/in-confidence").status_code == 403
    assert browser.get(own).status_code == 403
    assert browser.post(f"{own}/withdraw").status_code == 403
    assert len(kept(portal)) == 1


def test_a_child_that_is_not_there(portal: Flask, sign_in: SignIn) -> None:
    browser, child_id = sign_in("health_visitor"), id_of(portal, GROWN)
    archive(portal, child_id)
    for one in (child_id, NOBODY):
        say_why(browser, one)
        path = f"/children/{one}/involvements/in-confidence"
        assert browser.get(path).status_code == 404
        assert browser.post(path, data=boxes()).status_code == 404
    assert browser.get(f"/in-confidence/{NOBODY}").status_code == 404
    assert kept(portal) == []


def test_a_failing_log_undoes_the_act(portal: Flask, sign_in: SignIn) -> None:
    browser, path = confide(portal, sign_in)
    break_log(portal)
    assert browser.post(path_of(portal, GROWN), data=boxes("significant_harm")).status_code == 500
    assert browser.get("/in-confidence").status_code == 500
    assert browser.get(path).status_code == 500
    assert browser.post(f"{path}/withdraw").status_code == 500
    ((_, content),) = kept(portal)
    assert content["basis"] == "own_consent"


def test_gives_page_and_piece(portal: Flask, sign_in: SignIn) -> None:
    browser, own = confide(portal, sign_in)
    for path in (path_of(portal, GROWN), "/in-confidence", own):
        assert read(browser.get(path)).lstrip().startswith("<!DOCTYPE")
        assert read(browser.get(path, headers=PIECE)).lstrip().startswith("<title>")
    again = browser.post(path_of(portal, GROWN), headers=PIECE)
    assert again.status_code == 422
    assert again.get_data(as_text=True).lstrip().startswith("<title>Error: ")
    assert browser.get(f"{own}/withdraw").status_code == 405


def test_a_wrong_place_in_the_vault_is_nobodys(portal: Flask, session: Session) -> None:
    who = uuid.uuid4()
    assert vault.confided(NOBODY, who) is None
    vault.keep(SHELF, NOBODY, {"tier": "additional", "practitioner_id": who.hex})
    assert vault.confided(NOBODY, who) is None
    assert vault.confided(NOBODY, None) is None
