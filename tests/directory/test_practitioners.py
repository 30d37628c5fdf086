"""/practitioners: what sources say of practitioners, and putting an entry right."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access.identity import operator
from portal.children.models import Correction
from portal.core import clock
from portal.core.db import db
from portal.directory.actions import import_practitioners
from portal.directory.models import Organisation, Practitioner
from portal.directory.queries import PractitionerSheet, practitioner_by_email
from portal.directory.rules import PractitionerFacts
from tests.access.writing import break_log
from tests.cast import CAST, CHILDREN
from tests.children.looking import PIECE, id_of, involvement_of, lines, plain, read, say_why
from tests.children.test_corrections import said_wrong
from tests.editor import Editor

SignIn = Callable[[str], Editor]
WHO = CAST.social_worker
NEW, OTHER = "01632 960777", "01632 960888"


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.commit()


def entry(app: Flask) -> PractitionerSheet:
    with app.app_context():
        found = practitioner_by_email(WHO.email)
    assert found is not None
    return found


def tell(app: Flask, source: str, **said: str) -> None:
    """A source says this of the social worker."""
    with inside(app):
        row = db.session.scalars(
            select(Practitioner).where(Practitioner.work_email == WHO.email)
        ).one()
        place = db.session.get_one(Organisation, row.organisation_id)
        facts = {
            "organisation_code": place.code,
            "name": row.name,
            "role_title": row.role_title,
            "phone": row.work_phone,
            **said,
        }
        import_practitioners(
            facts=[PractitionerFacts(email=WHO.email, **facts)],
            source=source, source_on=clock.today(), by=operator("feeds import"),
        )  # fmt: skip


def boxes(page: str) -> dict[str, str]:
    """What the form on a page holds."""
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', page))
    names = ("name", "role_title", "work_phone", "team_phone", "seen")
    days = [f"left_on-{part}" for part in ("day", "month", "year")]
    return {name: found.get(name, "") for name in (*names, *days)}


@pytest.fixture
def there(portal: Flask) -> str:
    return f"/practitioners/{entry(portal).id}"


@pytest.fixture
def steward(sign_in: SignIn) -> Editor:
    return sign_in("data_steward")


def test_an_empty_list_says_what_it_is_for(portal: Flask, steward: Editor) -> None:
    page = plain(read(steward.get("/practitioners")))
    assert "Where sources say different things" in page
    (line,) = lines(portal, "practitioner:listed")
    assert line.details == {"count": 0}


def test_whom_sources_differ_in_is_listed(portal: Flask, steward: Editor, there: str) -> None:
    tell(portal, "hr", phone=NEW)
    page = read(steward.get("/practitioners"))
    assert there in page
    assert WHO.name in page
    assert "Work phone" in page
    shown = plain(read(steward.get(there)))
    assert NEW in shown
    assert "hr" in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "Enter the work email address"), ("nobody@example.org", "Nobody in the directory"),
     ("no address", "correct format")],
)  # fmt: skip
def test_an_address_that_leads_nowhere(steward: Editor, typed: str, says: str) -> None:
    answer = steward.post("/practitioners", data={"email": typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{typed}"' in answer.text or not typed


def test_an_address_leads_to_the_entry(steward: Editor, there: str) -> None:
    answer = steward.post("/practitioners", data={"email": WHO.email.upper()})
    assert (answer.status_code, answer.location) == (303, there)


def test_put_right_it_is_shown_on_the_record_and_the_next_file_changes_nothing(
    portal: Flask, sign_in: SignIn, steward: Editor, there: str
) -> None:
    before = entry(portal).work_phone
    typed = boxes(steward.get(there).text)
    assert typed["work_phone"] == before
    answer = steward.post(there, data={**typed, "work_phone": "01632960777"})
    assert (answer.status_code, answer.location) == (303, f"{there}?done=saved")
    assert "What you wrote is saved." in steward.get(answer.location).text
    assert entry(portal).work_phone == NEW
    tell(portal, "hr", phone=before)
    teacher, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(teacher, child_id)
    record = teacher.get(f"/children/{child_id}").text
    assert NEW in record
    (line,) = lines(portal, "practitioner:corrected")
    assert (line.subject_id, line.details) == (entry(portal).id, {"facts": ["work_phone"]})
    seen = {"seen": boxes(steward.get(there).text)["seen"]}
    assert steward.post(f"{there}/take-back", data=seen).status_code == 303
    assert entry(portal).work_phone == before
    assert len(lines(portal, "practitioner:correction_taken_back")) == 1


def test_who_has_left_is_reached_through_the_organisation(
    portal: Flask, sign_in: SignIn, steward: Editor, there: str
) -> None:
    sheet = entry(portal)
    typed = boxes(steward.get(there).text)
    left = {"left_on-day": "5", "left_on-month": "1", "left_on-year": "2026"}
    steward.post(there, data={**typed, **left})
    teacher, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(teacher, child_id)
    record = plain(read(teacher.get(f"/children/{child_id}")))
    assert WHO.email not in record
    assert sheet.organisation.email in record or sheet.organisation.phone[-6:] in record
    assert "5 January 2026" in record


@pytest.mark.parametrize(
    ("typed", "says"),
    [({"work_phone": "ring me"}, "Enter a telephone number"), ({"name": ""}, "Enter the name"),
     ({"role_title": "x" * 81}, "must be 80 characters or fewer"),
     ({"left_on-day": "1", "left_on-month": "1", "left_on-year": "2990"}, "past")],
)  # fmt: skip
def test_what_cannot_be_is_asked_again_with_what_was_typed(
    portal: Flask, steward: Editor, there: str, typed: dict[str, str], says: str
) -> None:
    before = entry(portal)
    whole = {**boxes(steward.get(there).text), "team_phone": OTHER, **typed}
    answer = steward.post(there, data=whole)
    assert answer.status_code == 422
    assert says in answer.text
    assert OTHER in answer.text
    assert entry(portal) == before


def test_what_changed_meanwhile_is_shown_and_nothing_typed_is_lost(
    portal: Flask, steward: Editor, there: str
) -> None:
    typed = {**boxes(steward.get(there).text), "team_phone": OTHER}
    tell(portal, "hr", phone=NEW)
    answer = steward.post(there, data=typed)
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.text
    again = boxes(answer.text)
    assert again["team_phone"] == OTHER
    assert again["seen"] != typed["seen"]
    assert entry(portal).team_phone != OTHER
    assert steward.post(there, data=again).status_code == 303
    assert entry(portal).team_phone == OTHER


def test_a_report_leads_to_the_entry_and_back(
    portal: Flask, sign_in: SignIn, steward: Editor, there: str
) -> None:
    teacher, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(teacher, child_id)
    contact = involvement_of(portal, CHILDREN.story, who="social_worker")
    dispute = f"/children/{child_id}/involvements/{contact}/dispute"
    for kind in ("never_involved", "wrong_phone"):
        teacher.post(dispute, data={"kind": kind})
    with portal.app_context():
        found = {row.kind: row.id for row in db.session.scalars(select(Correction))}
    assert "/practitioners/" not in steward.get(f"/corrections/{found['never_involved']}").text
    correction = f"/corrections/{found['wrong_phone']}"
    about = f"{there}?correction={found['wrong_phone']}"
    assert about in steward.get(correction).text
    page = steward.get(about).text
    assert correction in page
    answer = steward.post(about, data={**boxes(page), "work_phone": NEW})
    assert correction in steward.get(answer.location).text
    assert entry(portal).work_phone == NEW


def test_nobody_else_reads_or_writes_it(sign_in: SignIn, there: str) -> None:
    for key in ("teacher", "helpdesk", "auditor", "authoriser"):
        browser = sign_in(key)
        assert browser.get("/practitioners").status_code == 403
        assert browser.get(there).status_code == 403
        assert browser.post(there, data={"name": "Somebody Else"}).status_code == 403
        assert browser.post(f"{there}/take-back").status_code == 403


def test_nobody_is_not_found(steward: Editor) -> None:
    nowhere = f"/practitioners/{uuid.uuid4()}"
    assert steward.get(nowhere).status_code == 404
    typed = {"name": "Ada Birch", "role_title": "Nurse"}
    assert steward.post(nowhere, data=typed).status_code == 404
    assert steward.post(f"{nowhere}/take-back").status_code == 404


def test_with_script_it_is_the_piece(steward: Editor, there: str) -> None:
    for address in ("/practitioners", there):
        piece = steward.get(address, headers=PIECE).text
        assert "<html" not in piece
        assert "<h1" in piece


def test_without_its_line_nothing_is_shown_or_changed(
    portal: Flask, steward: Editor, there: str
) -> None:
    typed = {**boxes(steward.get(there).text), "team_phone": OTHER}
    before = entry(portal)
    break_log(portal)
    assert steward.get(there).status_code == 500
    assert steward.post(there, data=typed).status_code == 500
    assert entry(portal) == before


def test_where_sources_name_two_organisations_one_is_chosen(
    portal: Flask, steward: Editor, there: str
) -> None:
    before = entry(portal).organisation
    with portal.app_context():
        other = practitioner_by_email(CAST.teacher.email)
    assert other is not None
    typed = boxes(steward.get(there).text)
    assert "organisation_id" not in steward.get(there).text
    tell(portal, "hr", organisation_code=other.organisation.code)
    assert entry(portal).organisation.code == other.organisation.code
    assert there in steward.get("/practitioners").text
    page = steward.get(there).text
    assert f'value="{before.id}"' in page
    typed = boxes(page)
    for chosen in ("", str(uuid.uuid4())):
        assert steward.post(there, data={**typed, "organisation_id": chosen}).status_code == 422
    assert entry(portal).organisation.code == other.organisation.code
    answer = steward.post(there, data={**typed, "organisation_id": str(before.id)})
    assert answer.status_code == 303
    assert entry(portal).organisation.code == before.code
    tell(portal, "hr", organisation_code=other.organisation.code)
    assert entry(portal).organisation.code == before.code
    assert there not in steward.get("/practitioners").text


def test_what_was_not_shown_is_not_taken_back(portal: Flask, steward: Editor, there: str) -> None:
    steward.post(there, data={**boxes(steward.get(there).text), "team_phone": OTHER})
    shown = boxes(steward.get(there).text)
    steward.post(there, data={**shown, "work_phone": NEW})
    answer = steward.post(f"{there}/take-back", data={"seen": shown["seen"]})
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.text
    assert (entry(portal).work_phone, entry(portal).team_phone) == (NEW, OTHER)


def test_sent_twice_it_is_done_once(portal: Flask, steward: Editor, there: str) -> None:
    typed = {**boxes(steward.get(there).text), "team_phone": OTHER}
    assert [steward.post(there, data=typed).status_code for _ in range(2)] == [303, 303]
    assert len(lines(portal, "practitioner:corrected")) == 1


def test_no_report_leads_to_an_entry_that_tells_of_a_sensitive_service(
    portal: Flask, sign_in: SignIn, steward: Editor, there: str
) -> None:
    """Not by a word that does not stand either: the page behind the link shows them all."""
    correction = said_wrong(portal, sign_in("teacher"), "wrong_phone")
    assert there in steward.get(f"/corrections/{correction}").text
    for title in ("Sexual health nurse", "Social worker"):
        tell(portal, "hr", role_title=title)
    tell(portal, "emis", role_title="Sexual health nurse")
    tell(portal, "hr", role_title="Senior social worker")
    assert there not in steward.get(f"/corrections/{correction}").text
