"""A wrong number, told by a practitioner, put right by the steward, and read by the practitioner.
One database is enough: the pages are the same."""

import os
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.directory.queries import practitioner_by_email
from tests.cast import CAST, CHILDREN
from tests.children.looking import id_of, involvement_of, say_why
from tests.directory.test_practitioners import NEW, OTHER, WHO, SignIn, tell
from tests.journeys.walking import heading, let_in
from tests.shielding.test_in_browser import faults_of

Opener = Callable[..., Page]


def shot(page: Page, word: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{word}.png", full_page=True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("narrow", [True, False], ids=["narrow", "wide"])
@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_a_wrong_number_is_put_right(
    portal: Flask, browser_page: Opener, sign_in: SignIn, script: bool, narrow: bool
) -> None:
    teacher, child_id = sign_in("teacher"), id_of(portal, CHILDREN.story)
    say_why(teacher, child_id)
    contact = involvement_of(portal, CHILDREN.story, who="social_worker")
    dispute = f"/children/{child_id}/involvements/{contact}/dispute"
    teacher.post(dispute, data={"kind": "wrong_phone"})
    tell(portal, "hr", phone=OTHER)
    page = browser_page(script=script, narrow=narrow)
    let_in(page, portal, "data_steward")
    page.goto("/corrections")
    page.get_by_role("link", name="The phone number is wrong").click()
    page.get_by_role("link", name="See what the directory says of this person").click()
    heading(page, WHO.name)
    shot(page, f"entry-{script}-{narrow}")
    assert not faults_of(page, iter(["an entry"]), with_axe=script)
    page.fill("#work_phone", "call me")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.locator("#work_phone")).to_have_value("call me")
    page.fill("#work_phone", NEW)
    tell(portal, "hr", phone="01632 960999")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The entry has changed since you looked").first).to_be_visible()
    expect(page.locator("#work_phone")).to_have_value(NEW)
    shot(page, f"changed-{script}-{narrow}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What you wrote is saved.")).to_be_visible()
    assert not faults_of(page, iter(["an entry put right"]), with_axe=script)
    shot(page, f"saved-{script}-{narrow}")
    page.get_by_role("link", name="Back to the correction").click()
    page.get_by_label("Put right").check()
    page.get_by_role("button", name="Keep how it ended").click()
    expect(page.get_by_text("Your answer is saved.")).to_be_visible()
    assert NEW in teacher.get(f"/children/{child_id}").text


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_of_whom_sources_differ_and_who_is_looked_for(portal: Flask, browser_page: Opener) -> None:
    with portal.app_context():
        other = practitioner_by_email(CAST.teacher.email)
    assert other is not None
    tell(portal, "hr", phone=OTHER, organisation_code=other.organisation.code)
    page = browser_page(narrow=True)
    let_in(page, portal, "data_steward")
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Practitioners").first.click()
    heading(page, "Practitioners")
    shot(page, "list")
    assert not faults_of(page, iter(["the list"]), with_axe=True)
    page.fill("#email", "nobody@example.org")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("Nobody in the directory has this address").first).to_be_visible()
    page.fill("#email", WHO.email)
    page.get_by_role("button", name="Find").click()
    heading(page, WHO.name)
    assert WHO.email not in page.url
    expect(page.get_by_role("radio", name=other.organisation.name)).to_be_checked()
    assert not faults_of(page, iter(["with a choice"]), with_axe=True)
    shot(page, "choice")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="the index team").first).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("What sources say stands again.")).to_be_visible()
    page.goto("/practitioners")
    expect(page.get_by_role("link", name=WHO.name)).to_be_visible()
