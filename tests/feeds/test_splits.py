"""/feeds/splits: a record that is about two children becomes two, and one again."""

import re
from collections.abc import Callable

from flask import Flask

from portal.children import actions, vault
from portal.core.db import db
from tests.access.writing import break_log
from tests.cast import CHILDREN
from tests.children.looking import NOBODY, id_of, lines, plain, read
from tests.children.reporting import FEED
from tests.children.two_in_one import a_record_of_two, chosen, report, word_for
from tests.editor import Editor
from tests.feeds.reviewing import reviews_in_index

SignIn = Callable[[str], Editor]
SAVED, ONE_NUMBER = "Your answer is saved.", "came under one number of one source"


def test_from_a_report_to_two_records_and_back(portal: Flask, sign_in: SignIn) -> None:
    child_id = a_record_of_two(portal)
    address = report(portal, sign_in("teacher"), child_id)
    steward = sign_in("data_steward")
    correction = address.rpartition("/")[2]
    assert address in read(steward.get(f"/corrections/{correction}"))
    page = plain(read(steward.get(address)))
    for told in ("council: Odile Brackenbury", "school-records: Ottilie Quillfeather", "Ada Quill"):
        assert told in page
    sent = steward.post(address, data={})
    assert sent.status_code == 422
    assert "leave one at least" in sent.get_data(as_text=True)
    every = chosen(steward, address, "council", "school-records")
    assert steward.post(address, data=every).status_code == 422
    word = word_for(steward, address, "council")
    assert is_one(portal)
    for _ in range(2):
        assert SAVED in plain(read(steward.post("/feeds/splits", data={"word": word})))
    made = lines(portal, "split:made")
    new_id = next(line.subject_id for line in made if line.subject_id != child_id)
    assert len(made) == 2
    assert {line.reason for line in made} == {"data_quality"}
    with portal.app_context():
        assert len(reviews_in_index()) == 1
    assert ONE_NUMBER in plain(read(steward.get(address)))
    listed = read(steward.get("/feeds/merges"))
    assert "One record split into two" in listed
    assert "Brackenbury" not in listed
    (path,) = set(re.findall(r"/feeds/merges/[0-9a-f-]{36}", listed))
    assert "Odile" in plain(read(steward.get(path)))
    assert {line.subject_id for line in lines(portal, "split:opened")} == {child_id, new_id}
    assert steward.post(f"{path}/undo").status_code == 303
    assert len(lines(portal, "split:undone")) == 2
    assert is_one(portal)


def is_one(app: Flask) -> bool:
    with app.app_context():
        return not reviews_in_index()


def test_a_stub_reads_like_any_child_of_one_number(portal: Flask, sign_in: SignIn) -> None:
    child_id = a_record_of_two(portal)
    teacher, steward = sign_in("teacher"), sign_in("data_steward")
    other = id_of(portal, CHILDREN.former_name)
    address, ordinary = (report(portal, teacher, one) for one in (child_id, other))
    with portal.app_context():
        actions.hide_child(child_id=child_id, grade=vault.Grade.MASKED, by=FEED)
        db.session.commit()
    pages = [plain(read(steward.get(one))) for one in (address, ordinary)]
    assert pages[0] == pages[1]
    assert ONE_NUMBER in pages[0]
    sent = [steward.post(one, data={"numbers": ["0f" * 10]}) for one in (address, ordinary)]
    assert [one.status_code for one in sent] == [422, 422]
    assert plain(sent[0].get_data(as_text=True)) == plain(sent[1].get_data(as_text=True))


def test_nobody_gets_there_but_by_a_report_that_waits(portal: Flask, sign_in: SignIn) -> None:
    child_id = a_record_of_two(portal)
    address = report(portal, sign_in("teacher"), child_id)
    for who in ("teacher", "shield_officer", "auditor"):
        browser = sign_in(who)
        for answer in (browser.get(address), browser.post(address), browser.post("/feeds/splits")):
            assert answer.status_code == 403
    steward = sign_in("data_steward")
    for nobody in (NOBODY, child_id):
        assert steward.get(f"/feeds/splits/{nobody}").status_code == 404
    word = word_for(steward, address, "council")
    for other in (word[:-8] + "AAAAAAA=", "", "no word", "é"):
        assert steward.post("/feeds/splits", data={"word": other}).status_code == 409
    # Another session of the same person saw nothing.
    again = sign_in("data_steward")
    assert again.post("/feeds/splits", data={"word": word}).status_code == 409
    correction = address.rpartition("/")[2]
    steward.post(f"/corrections/{correction}", data={"outcome": "not_wrong"})
    assert steward.get(address).status_code == 404
    assert lines(portal, "split:made") == []


def test_a_record_that_changed_meanwhile_is_looked_at_again(portal: Flask, sign_in: SignIn) -> None:
    child_id = a_record_of_two(portal)
    address = report(portal, sign_in("teacher"), child_id)
    steward = sign_in("data_steward")
    first, second = (word_for(steward, address, "council") for _ in range(2))
    assert SAVED in plain(read(steward.post("/feeds/splits", data={"word": first})))
    sent = steward.post("/feeds/splits", data={"word": second})
    assert (sent.status_code, "has changed" in plain(sent.get_data(as_text=True))) == (409, True)


def test_without_a_line_nothing_is_split(portal: Flask, sign_in: SignIn) -> None:
    child_id = a_record_of_two(portal)
    address = report(portal, sign_in("teacher"), child_id)
    steward = sign_in("data_steward")
    word = word_for(steward, address, "council")
    break_log(portal)
    assert steward.post("/feeds/splits", data={"word": word}).status_code == 500
    assert is_one(portal)
