"""Pages that everybody may read, and the choice of language."""

import pytest

from tests.editor import Editor

PAGES = {
    "/help/accessibility": "Accessibility",
    "/help/cookies": "Cookies",
    "/help/what-is-held": "What this portal holds",
}


@pytest.mark.parametrize("path", PAGES)
def test_nobody_needs_to_sign_in(client: Editor, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<h1 class="govuk-heading-l">{PAGES[path]}</h1>' in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_they_take_no_posts(client: Editor, path: str) -> None:
    assert client.post(path).status_code == 405


def test_every_page_leads_to_them(client: Editor) -> None:
    footer = client.get("/help/cookies").text
    assert all(f'href="{path}"' in footer for path in PAGES)


def test_a_language_that_is_not_offered_is_refused(client: Editor) -> None:
    assert client.post("/language", data={"language": "tlh"}).status_code == 400


def test_english_can_be_chosen(client: Editor) -> None:
    answer = client.post("/language", data={"language": "en"})
    assert answer.status_code == 303
    assert "lang=en" in answer.headers["Set-Cookie"]
