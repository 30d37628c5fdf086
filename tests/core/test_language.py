"""Welsh is offered when its catalogue is there, and only then."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext
from markupsafe import escape

from portal.core import headers, pages
from portal.core.errors import init_errors
from portal.core.language import available, choose_language, init_language
from tests.core.conftest import make_app


@pytest.fixture
def bilingual(tmp_path: Path) -> Flask:
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="cy")
    catalogue.add("Page not found", "Heb ddod o hyd i'r dudalen")
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask("trial", template_folder=None)
    app.config.update(SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.jinja_loader = make_app().jinja_loader
    init_language(app, tmp_path)
    headers.init_headers(app)
    pages.init_pages(app)
    init_errors(app)
    app.add_url_rule("/", "accounts.home", lambda: pages.page("trial/home.html"))
    app.add_url_rule("/language", "help.choose_language", choose_language, methods=["POST"])
    return app


def test_only_whole_languages_are_available(tmp_path: Path) -> None:
    assert available(tmp_path) == {"en": "English"}


def test_welsh_is_chosen_and_kept(bilingual: Flask) -> None:
    client = bilingual.test_client()
    text = client.get("/").get_data(as_text=True)
    assert '<html lang="en"' in text
    assert "Cymraeg" in text
    headers = {"Referer": "http://localhost/?a=1"}
    answer = client.post("/language", data={"language": "cy"}, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?a=1")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    text = client.get("/none").get_data(as_text=True)
    assert '<html lang="cy"' in text
    assert "Heb ddod o hyd i&#39;r dudalen" in text


@pytest.mark.usefixtures("inside")
def test_a_lazy_text_is_escaped_like_any_other() -> None:
    assert escape(lazy_gettext("Ann & <b>")) == "Ann &amp; &lt;b&gt;"


@pytest.mark.parametrize("language", ["", "fr", "../en", "cy"])
def test_a_language_we_lack_is_refused(browser: FlaskClient, language: str) -> None:
    assert browser.post("/language", data={"language": language}).status_code == 400


def test_a_strange_cookie_means_english(browser: FlaskClient) -> None:
    browser.set_cookie("lang", "../../etc")
    assert '<html lang="en"' in browser.get("/").get_data(as_text=True)


def test_without_welsh_nothing_is_offered(browser: FlaskClient) -> None:
    assert "Cymraeg" not in browser.get("/").get_data(as_text=True)
