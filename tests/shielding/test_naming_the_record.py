"""After a search the team names the record that a request for contact is about."""

from flask import Flask

from tests.cast import CHILDREN
from tests.editor import Editor
from tests.search.asking import about, id_of, log_lines, results
from tests.shielding.asking import (
    LIST,
    SignIn,
    ask_about_child,
    ask_after_search,
    call_backs_of,
    kept,
    looked_at,
    pass_on,
    request_of,
    text_of,
)


def test_after_a_search_the_team_names_the_record(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_after_search(sign_in("health_visitor"), about(CHILDREN.story))
    steward, address = sign_in("data_steward"), f"{LIST}/{request_of(receipt)}"
    assert 'name="practitioner"' not in steward.get(address).get_data(as_text=True)
    looked_at(portal, steward)
    results(steward, about(CHILDREN.story))
    number = record_number(steward, portal)
    named = steward.post(f"{address}/record", data={"number": number.replace("-", " ").lower()})
    assert (named.status_code, named.headers["Location"]) == (303, address)
    assert "Kaitlyn Rose Prendergast" in text_of(steward, address)
    assert pass_on(portal, steward, receipt, to="social_worker").status_code == 303
    other = sign_in("social_worker")
    assert "Kaitlyn Rose Prendergast" in text_of(other, call_backs_of(other)[0])
    (line,) = log_lines(portal, "contact_request:record_named")
    assert line["subject_id"] == id_of(portal, CHILDREN.story)


def record_number(browser: Editor, portal: Flask) -> str:
    """Return the number that stands on the record of the child of the story."""
    words = text_of(browser, f"/children/{id_of(portal, CHILDREN.story)}")
    return words.partition("Record number")[2].split()[0]


def test_a_record_that_is_not_open_reads_like_one_that_is_not_there(
    portal: Flask, sign_in: SignIn
) -> None:
    browser = sign_in("health_visitor")
    looked_at(portal, browser)
    number = record_number(browser, portal)
    receipt = ask_after_search(browser)
    steward, address = sign_in("data_steward"), f"{LIST}/{request_of(receipt)}"
    said = "Enter the number of a record that you have open now"
    for typed in (number, "0000-0000-0000", "nonsense"):
        answer = steward.post(f"{address}/record", data={"number": typed})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
    empty = steward.post(f"{address}/record", data={}).get_data(as_text=True)
    assert "Enter the record number" in empty
    assert kept(portal)[0].about_child_id is None


def test_a_request_from_a_record_is_about_that_record(portal: Flask, sign_in: SignIn) -> None:
    receipt = ask_about_child(portal, sign_in("health_visitor"))
    steward = sign_in("data_steward")
    looked_at(portal, steward)
    number = record_number(steward, portal)
    address = f"{LIST}/{request_of(receipt)}/record"
    assert steward.post(address, data={"number": number}).status_code == 409
