"""Uploading in a real browser. One database is enough: the pages are the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.feeds.pausing import known
from tests.journeys.walking import heading, let_in, press
from tests.shielding.test_in_browser import faults_of

TOO_LARGE = "The file is larger than 8 MB"


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    portal: Flask, browser_page: Callable[..., Page], tmp_path: Path
) -> None:
    source_id, page = known(portal, tmp_path), browser_page(narrow=True)
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 8_500_000)
    let_in(page, portal, "data_steward")
    for address, word in (
        ("/feeds/register", "Upload a register"), (f"/feeds/{source_id}/upload", "Upload a file"),
    ):  # fmt: skip
        page.goto(address)
        expect(page.locator("h1")).to_contain_text(word)
        expect(page.get_by_text(TOO_LARGE)).to_be_hidden()
        assert not faults_of(page, iter([address]), with_axe=True)
        page.set_input_files("input[name=file]", large)
        press(page, "Upload the file")
        expect(page.get_by_text(TOO_LARGE)).to_be_visible()
        assert page.url.endswith(address)


@pytest.mark.parametrize("stage", ["sqlcipher"], indirect=True)
def test_a_register_without_script(
    portal: Flask, browser_page: Callable[..., Page], tmp_path: Path
) -> None:
    page, file = browser_page(script=False), tmp_path / "authorities.csv"
    file.write_text("gss_code,name,type\nE99000077,Trialshire,county\n", encoding="utf-8")
    let_in(page, portal, "data_steward")
    page.goto("/feeds")
    page.get_by_role("link", name="Upload a register").click()
    expect(page.get_by_text(TOO_LARGE)).to_be_hidden()
    page.check("input[name=kind][value=authorities]")
    page.set_input_files("input[name=file]", file)
    page.check("input[name=act][value=take]")
    press(page, "Upload the file")
    heading(page, "Uploaded file of registers")
    expect(page.get_by_text("Waits to be taken in")).to_be_visible()
