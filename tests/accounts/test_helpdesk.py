"""The help desk: finds, looks, checks, then unlocks or issues a link. No child, no passphrase."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select

from portal.access.identity import operator
from portal.access.log import Event
from portal.accounts.models import Account
from portal.accounts.rules import fold_name
from portal.accounts.rules.words import Check
from portal.core import clock
from portal.core.db import db
from portal.core.keys import unseal
from portal.directory.actions import import_practitioners
from portal.directory.models import Organisation, Practitioner
from portal.directory.rules import PractitionerFacts
from tests.accounts.acts import (
    WRONG,
    account_of,
    change,
    enter,
    give_passphrase,
    is_in,
    lines,
    steps,
)  # fmt: skip
from tests.cast import CAST
from tests.editor import Editor

WHO = CAST.teacher
ALL = [check.value for check in Check]
SignIn = Callable[[str], Editor]


@pytest.fixture
def clerk(sign_in: SignIn) -> Editor:
    """A browser in which the clerk is signed in."""
    return sign_in("helpdesk")


@pytest.fixture
def there(portal: Flask) -> str:
    """The address of the teacher's account."""
    return f"/accounts/{account_of(portal, WHO).id}"


def find(clerk: Editor, text: str) -> list[str]:
    """The names found."""
    answer = clerk.post("/accounts", data={"text": text})
    assert answer.status_code == 200
    return re.findall(r'href="/accounts/[0-9a-f-]{36}">([^<]+)<', answer.text)


def test_find_by_address_or_name(clerk: Editor) -> None:
    assert find(clerk, WHO.email.upper()) == [WHO.name]
    assert find(clerk, "owen pritchard") == [WHO.name]
    assert find(clerk, "PRITCHARD  owen") == [WHO.name]
    assert find(clerk, "pritch") == [WHO.name]
    assert find(clerk, "nobody at all") == []
    assert find(clerk, "%%%abc") == []


def test_accents_do_not_matter(clerk: Editor, portal: Flask) -> None:
    change(portal, WHO, name="Siân Łukasiewicz", name_key=fold_name("Siân Łukasiewicz"))
    assert find(clerk, "sian lukasiewicz") == ["Siân Łukasiewicz"]
    assert find(clerk, "SIÂN ŁUK") == ["Siân Łukasiewicz"]


def test_more_than_five_show_nobody(clerk: Editor, portal: Flask) -> None:
    with portal.app_context():
        place = db.session.scalars(select(Organisation.id).limit(1)).one()
        for n in range(6):
            db.session.execute(
                insert(Account).values(
                    email=f"jo{n}@example.org", name=f"Jo Quillfeather {n}",
                    organisation_id=place, created_at=clock.now(),
                )
            )  # fmt: skip
        db.session.commit()
    assert len(find(clerk, "Quillfeather 1")) == 1
    answer = clerk.post("/accounts", data={"text": "Quillfeather"})
    assert "More than five accounts fit" in answer.text
    assert "/accounts/" not in answer.text.split("What was found")[1].split("</main>")[0]


@pytest.mark.parametrize("text", ["", "  ", "ab", "%_%", "a\0bc", "x" * 300])
def test_too_little_or_impossible(clerk: Editor, text: str) -> None:
    assert clerk.post("/accounts", data={"text": text}).status_code == 422


def test_every_step_is_logged_and_told(clerk: Editor, portal: Flask, there: str) -> None:
    find(clerk, WHO.email)
    clerk.get(there)
    assert clerk.post(f"{there}/check", data={"checks": ALL}).status_code == 303
    assert clerk.post(f"{there}/reset").status_code == 200
    words = (Event.ACCOUNT_FOUND, Event.ACCOUNT_OPENED, Event.ACCOUNT_CHECKED, Event.ACCOUNT_LINKED)
    found = lines(portal, *words)
    assert [line.event for line in found] == [word.value for word in words]
    own, who = account_of(portal, WHO).id, account_of(portal, CAST.helpdesk).id
    assert {line.subject_id for line in found} == {own}
    assert {line.account_id for line in found} == {who}
    assert steps(portal, WHO) == ["found", "opened", "checked", "linked"]


def test_each_look_has_its_line_and_is_told_once_an_hour(
    clerk: Editor, portal: Flask, there: str
) -> None:
    for _ in range(3):
        clerk.get(there)
    assert len(lines(portal, Event.ACCOUNT_OPENED)) == 3
    assert steps(portal, WHO) == ["opened"]


def test_what_was_typed_is_sealed_in_the_log(clerk: Editor, portal: Flask) -> None:
    find(clerk, "Zebedee Nobody")
    (line,) = lines(portal, Event.ACCOUNT_FOUND)
    assert line.sealed is not None
    assert b"Zebedee" not in line.sealed
    key = portal.extensions["portal_keys"].log
    opened = unseal(key, line.sealed, place=f"access_event|sealed|{line.line}")
    assert "Zebedee Nobody" in opened


@pytest.mark.parametrize("days", [89, 91])
def test_the_clerk_reads_that_a_file_changed_the_number_lately(
    clerk: Editor, portal: Flask, there: str, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """Else a file would do to be called back: whoever sends it would get the enrolment link."""
    with portal.app_context():
        entry = db.session.scalars(
            select(Practitioner).where(Practitioner.work_email == WHO.email)
        ).one()
        facts = PractitionerFacts(
            email=WHO.email, name=entry.name, role_title=entry.role_title, phone="01632 960999",
            organisation_code=db.session.get_one(Organisation, entry.organisation_id).code,
        )  # fmt: skip
        source, today, now = entry.source, clock.today(), clock.now()
        assert "was changed on" not in clerk.get(there).text
        with monkeypatch.context() as then:
            then.setattr(clock, "now", lambda: now - dt.timedelta(days=days))
            import_practitioners(
                facts=[facts], source=source, source_on=today, by=operator("feeds import")
            )
            db.session.commit()
    page = clerk.get(there).text
    assert "01632 960999" in page
    assert ("What the directory says of this person was changed on" in page) is (days == 89)


def test_the_page_says_why_an_account_does_not_work(
    clerk: Editor, portal: Flask, client: Editor, there: str
) -> None:
    assert "It works." in clerk.get(there).text
    change(portal, WHO, trained_until=clock.today() - dt.timedelta(days=1), sealed_factor=None)
    for _ in range(5):
        give_passphrase(client, WHO.email, WRONG)
    page = clerk.get(there).text
    for words in ("Training is not in date", "No passphrase and second factor", "The lock lifts"):
        assert words in page
    assert "It works." not in page
    change(portal, WHO, status="suspended")
    assert "Suspended. Nobody can sign in" in clerk.get(there).text


def test_no_act_before_the_checklist(clerk: Editor, portal: Flask, there: str) -> None:
    page = clerk.get(there).text
    assert f"{there}/reset" not in page
    for act in ("reset", "unlock"):
        answer = clerk.post(f"{there}/{act}")
        assert answer.status_code == 409
        assert "checklist" in answer.text
    assert account_of(portal, WHO).passphrase_hash


@pytest.mark.parametrize("ticked", [[], ALL[:-1], ALL[1:], [*ALL, "more"], ["all"]])
def test_the_checklist_is_all_or_nothing(
    clerk: Editor, portal: Flask, there: str, ticked: list[str]
) -> None:
    answer = clerk.post(f"{there}/check", data={"checks": ticked})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert not lines(portal, Event.ACCOUNT_CHECKED)
    assert clerk.post(f"{there}/reset").status_code == 409


def test_a_check_holds_for_a_quarter_of_an_hour(
    clerk: Editor, there: str, clock_at: Callable[[dt.datetime], None]
) -> None:
    clerk.post(f"{there}/check", data={"checks": ALL})
    start = clock.now()
    clock_at(start + dt.timedelta(minutes=10))
    assert f"{there}/reset" in clerk.get(there).text
    clock_at(start + dt.timedelta(minutes=16))
    assert clerk.post(f"{there}/reset").status_code == 409


def test_a_check_holds_for_one_act_one_account_and_one_clerk(
    clerk: Editor, portal: Flask, there: str, sign_in: SignIn
) -> None:
    other = f"/accounts/{account_of(portal, CAST.social_worker).id}"
    clerk.post(f"{there}/check", data={"checks": ALL})
    assert clerk.post(f"{other}/reset").status_code == 409
    change(portal, CAST.unvetted_helpdesk, vetted_until=clock.today())
    assert sign_in("unvetted_helpdesk").post(f"{there}/reset").status_code == 409
    assert clerk.post(f"{there}/reset").status_code == 200
    assert clerk.post(f"{there}/reset").status_code == 409


def test_the_link_is_shown_once_and_opens_enrolment(
    clerk: Editor, portal: Flask, there: str, client: Editor, sign_in: SignIn
) -> None:
    owner = sign_in("teacher")
    clerk.post(f"{there}/check", data={"checks": ALL})
    answer = clerk.post(f"{there}/reset")
    link = re.search(r'data-testid="link">http://127.0.0.1:8000(/enrol/[\w-]{43})<', answer.text)
    assert link is not None
    assert WHO.email in answer.text
    assert "nowhere else" in answer.text
    assert link[1] not in clerk.get(there).text
    assert not is_in(owner), "every session ended"
    assert client.get(link[1]).location == "/enrol/passphrase"


def test_unlocking(clerk: Editor, client: Editor, portal: Flask, there: str) -> None:
    for _ in range(5):
        give_passphrase(client, WHO.email, WRONG)
    assert give_passphrase(client, WHO.email, WHO.passphrase).status_code == 429
    clerk.post(f"{there}/check", data={"checks": ALL})
    assert clerk.post(f"{there}/unlock").status_code == 303
    assert enter(client, WHO).location == "/account", "with the passphrase of before"
    assert len(lines(portal, Event.ACCOUNT_UNLOCKED)) == 1
    assert steps(portal, WHO)[-1] == "unlocked"


@pytest.mark.parametrize("key", ["helpdesk", "unvetted_helpdesk", "auditor"])
def test_not_ones_own_nor_a_clerk_nor_an_auditor(clerk: Editor, portal: Flask, key: str) -> None:
    own = account_of(portal, getattr(CAST, key))
    address = f"/accounts/{own.id}"
    page = clerk.get(address).text
    assert "You cannot unlock or reset this account" in page
    assert "checks" not in page
    for act in ("check", "reset", "unlock"):
        assert clerk.post(f"{address}/{act}", data={"checks": ALL}).status_code == 403
    assert account_of(portal, getattr(CAST, key)).passphrase_hash == own.passphrase_hash
    assert len(lines(portal, Event.DOOR_REFUSED)) == 3


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_what_is_suspended_is_not_the_help_desks_to_mend(
    clerk: Editor, portal: Flask, there: str, status: str
) -> None:
    clerk.post(f"{there}/check", data={"checks": ALL})
    change(portal, WHO, status=status)
    assert "suspended or closed" in clerk.get(there).text
    for act in ("check", "reset", "unlock"):
        assert clerk.post(f"{there}/{act}", data={"checks": ALL}).status_code == 409
    assert not lines(portal, Event.ACCOUNT_LINKED, Event.ACCOUNT_UNLOCKED)


def test_an_account_that_is_not_there(clerk: Editor) -> None:
    nowhere = f"/accounts/{uuid.uuid4()}"
    assert clerk.get(nowhere).status_code == 404
    for act in ("check", "reset", "unlock"):
        assert clerk.post(f"{nowhere}/{act}", data={"checks": ALL}).status_code == 404
    assert clerk.get("/accounts/1").status_code == 404


@pytest.mark.parametrize(
    "key", ["health_visitor", "authoriser", "data_steward", "shield_officer", "auditor",
            "unvetted_helpdesk"]
)  # fmt: skip
def test_nobody_else_works_here(sign_in: SignIn, there: str, key: str) -> None:
    browser = sign_in(key)
    assert browser.get("/accounts").status_code == 403
    assert browser.post("/accounts", data={"text": WHO.email}).status_code == 403
    assert browser.get(there).status_code == 403
    for act in ("check", "reset", "unlock"):
        assert browser.post(f"{there}/{act}", data={"checks": ALL}).status_code == 403


def test_the_help_desk_opens_no_child_page(clerk: Editor, portal: Flask) -> None:
    child = uuid.uuid4()
    for address in ("/search", f"/children/{child}", f"/children/{child}/reason",
                    f"/searches/{uuid.uuid4()}", "/corrections", "/contact-requests",
                    "/access-reviews", "/log"):  # fmt: skip
        assert clerk.get(address).status_code == 403, address
    assert clerk.post("/search", data={"family_name": "Prendergast"}).status_code == 403
    assert len(lines(portal, Event.DOOR_REFUSED)) == 9


def test_no_page_shows_or_takes_a_passphrase_of_somebody_else(clerk: Editor, there: str) -> None:
    page = clerk.get(there).text
    assert "password" not in page.lower().replace("passwords", "")
    assert WHO.totp_secret not in page
    assert "argon2" not in page


def test_forms_carry_the_token(clerk: Editor, there: str) -> None:
    assert clerk.post("/accounts", data={"text": WHO.email}, token=False).status_code == 400
    assert clerk.post(f"{there}/reset", token=False).status_code == 400


def test_pieces_for_htmx(clerk: Editor, there: str) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "main-content"}
    for answer in (
        clerk.get("/accounts", headers=htmx),
        clerk.get(there, headers=htmx),
        clerk.post("/accounts", data={"text": "pritchard"}, headers=htmx),
    ):
        assert "<html" not in answer.text
        assert "<title>" in answer.text
