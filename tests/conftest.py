"""What every test may ask for: an installation on both databases, and people who sign in to it."""

import datetime as dt
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from portal import create_app
from portal.core.db import db
from portal.core.keys import create_keys
from tests import browsing, signing_in
from tests.compiled import Address, Compiled
from tests.databases import Cluster, EncryptedFile, ServerDatabase, Stage, cluster, let_go
from tests.editor import Editor, watch_templates

CHILDREN = 200
LONGEST = "tests/shielding/test_two_worlds.py"
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
Flask.url_rule_class = Address
# As the portal's own processes do. None of the many applications of one process of tests is kept.
gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: of several processes none is left alone with one at the end."""
    items.sort(key=lambda one: not one.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A real PostgreSQL server."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="session", params=["sqlcipher", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """An installation filled with the invented town, on each database in turn."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlcipher":
        made: Stage = EncryptedFile(folder)
    else:
        made = ServerDatabase(folder, request.getfixturevalue("postgresql"))
    signing_in.fill(made.config, children=CHILDREN)
    made.keep()
    return made


@pytest.fixture(scope="session")
def application(stage: Stage) -> Iterator[Flask]:
    """The application of that installation, made once."""
    app = create_app(stage.config)
    app.config["TESTING"] = True
    app.config["RATELIMIT_ENABLED"] = False
    app.test_client_class = Editor
    Editor.forbidden_in_addresses = signing_in.names_of_children()
    watch_templates(app)
    yield app
    let_go(app)


@pytest.fixture
def portal(stage: Stage, application: Flask) -> Flask:
    """The application with its town as it was at the beginning."""
    stage.put_back(application)
    return application


@pytest.fixture
def client(portal: Flask) -> Editor:
    """A browser in which nobody is signed in."""
    made = portal.test_client()
    assert isinstance(made, Editor)
    return made


@pytest.fixture
def sign_in(portal: Flask) -> Callable[[str], Editor]:
    """sign_in("health_visitor") gives a browser in which that member of the cast is signed in."""
    return lambda key: signing_in.browser_of(portal, key)


@pytest.fixture
def session(portal: Flask) -> Iterator[Session]:
    """An open session inside an application context; what it does not commit is gone."""
    with portal.app_context():
        yield db.session()
        db.session.rollback()


@pytest.fixture
def clock_at() -> Iterator[Callable[[dt.datetime], None]]:
    """clock_at(moment) moves the clock of the whole process there."""
    travels: list[time_machine.travel] = []

    def move(moment: dt.datetime) -> None:
        travel = time_machine.travel(moment, tick=True)
        travel.start()
        travels.append(travel)

    yield move
    for travel in reversed(travels):
        travel.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    with browsing.chromium() as running:
        yield running


@pytest.fixture
def live(portal: Flask) -> Iterator[str]:
    """The address of a real server of the installation."""
    with browsing.serving(portal) as address:
        yield address


@pytest.fixture
def browser_page(chromium: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """browser_page(script=False, narrow=True) opens a window of a browser nobody used before."""
    opened: list[Page] = []

    def make(*, script: bool = True, narrow: bool = False) -> Page:
        opened.append(browsing.new_page(chromium, live, script=script, narrow=narrow))
        return opened[-1]

    yield make
    for page in opened:
        page.context.close()


@pytest.fixture
def empty_instance(tmp_path: Path) -> Path:
    """A folder with a key file and nothing else."""
    create_keys(tmp_path / "portal.keys")
    return tmp_path
