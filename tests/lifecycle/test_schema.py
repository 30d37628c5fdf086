"""The numbered steps and the models agree, on both databases; a step harms no row."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from portal import create_app
from portal.core.config import Config
from portal.core.db import Base, make_engine
from portal.core.keys import create_keys
from portal.lifecycle import schema
from tests.lifecycle.conftest import Site
from tests.lifecycle.operating import Installation

AddStep = Callable[[str], None]
URL = "http://127.0.0.1:8000"


@pytest.fixture
def blank(site: Site, tmp_path: Path) -> Iterator[Engine]:
    """An empty database and nothing more."""
    engine = engine_at(site, tmp_path / "blank")
    yield engine
    engine.dispose()


def engine_at(site: Site, folder: Path) -> Engine:
    """Make an empty database of this kind."""
    folder.mkdir()
    config = Config(instance=folder, public_url=URL, database=site.empty(folder).database)
    keys = create_keys(config.key_path)
    config.database_file.touch(mode=0o600)
    create_app(config)  # Brings every table of every room.
    return make_engine(config, keys.database)


def plain(found: object) -> str:
    """Write down what was found so that it can be compared, SQL in it as text."""
    return json.dumps(found, default=str, sort_keys=True)


def shape(connection: Connection) -> dict[str, object]:
    """Return everything that defines the tables, in an order of its own."""
    seen = inspect(connection)
    told: dict[str, object] = {}
    for name in set(seen.get_table_names()) - {"alembic_version"}:
        told[name] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in seen.get_columns(name)},
            "key": seen.get_pk_constraint(name),
            "links": sorted(map(plain, seen.get_foreign_keys(name))),
            "unique": sorted(map(plain, seen.get_unique_constraints(name))),
            "indexes": sorted(map(plain, seen.get_indexes(name))),
            "checks": sorted(
                (str(c["name"]), " ".join(c["sqltext"].split()))
                for c in seen.get_check_constraints(name)
            ),
        }
    return told


def test_the_steps_make_what_the_models_say(blank: Engine, site: Site, tmp_path: Path) -> None:
    schema.migrate_engine(blank)
    other = engine_at(site, tmp_path / "other")
    Base.metadata.create_all(other)
    try:
        with blank.connect() as migrated, other.connect() as modelled:
            assert shape(migrated) == shape(modelled)
            context = MigrationContext.configure(migrated, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
    finally:
        other.dispose()


def test_there_and_back_and_there_again(blank: Engine) -> None:
    schema.migrate_engine(blank)
    with blank.connect() as connection:
        first = shape(connection)
    schema.migrate_engine(blank)
    assert schema.schema_version(blank) == schema.head()
    back(blank, "base")
    assert schema.schema_version(blank) == ""
    with blank.connect() as connection:
        assert shape(connection) == {}
    schema.migrate_engine(blank)
    with blank.connect() as connection:
        assert shape(connection) == first


def back(engine: Engine, to: str) -> None:
    """Undo steps."""
    steps = schema.scripts()
    with engine.connect() as connection:
        steps.attributes["connection"] = connection
        command.downgrade(steps, to)


def test_the_steps_are_numbered_in_a_row_and_head_names_the_last() -> None:
    steps = [
        step.revision for step in ScriptDirectory.from_config(schema.scripts()).walk_revisions()
    ]
    assert sorted(steps) == [f"{number:04d}" for number in range(1, len(steps) + 1)]
    assert schema.head() == max(steps)
    files = sorted(path.name[:4] for path in (schema.FOLDER / "versions").glob("0*.py"))
    assert files == sorted(steps)


STEP = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "{new}", "{old}", None, None

def upgrade():
    with op.batch_alter_table("organisation", recreate="auto") as batch:
        batch.add_column(sa.Column("nickname", sa.String(20)))
    {more}
"""
REBUILD = """is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("account", recreate="always" if is_sqlite else "never"):
        pass"""


@pytest.fixture
def add_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddStep:
    """Add one more step to a copy of ours, and let the program use that."""
    folder = tmp_path / "steps"
    shutil.copytree(schema.FOLDER, folder)
    old = schema.head()
    new = f"{int(old) + 1:04d}"

    def add(more: str) -> None:
        (folder / schema.HEAD).write_text(new)
        words = STEP.format(new=new, old=old, more=more)
        (folder / "versions" / f"{new}_trial.py").write_text(words)
        monkeypatch.setattr(schema, "FOLDER", folder)

    return add


def test_rebuilding_a_parent_keeps_its_children(
    installation: Installation, add_step: AddStep
) -> None:
    """With foreign keys on, SQLite would delete the rows that point to the rebuilt table."""
    before = {name: installation.number(name) for name in ("account", "account_role")}
    add_step(REBUILD)
    engine = installation.engine()
    schema.migrate_engine(engine)
    engine.dispose()
    assert {name: installation.number(name) for name in before} == before
    assert min(before.values()) > 0
    assert installation.sql("SELECT nickname FROM organisation") == [(None,)]


def test_a_step_that_fails_leaves_no_trace(installation: Installation, add_step: AddStep) -> None:
    add_step('op.execute("INSERT INTO nowhere VALUES (1)")')
    engine = installation.engine()
    before = shape_of(engine)
    with pytest.raises(SQLAlchemyError):
        schema.migrate_engine(engine)
    engine.dispose()
    assert shape_of(engine) == before
    assert schema.schema_version(engine) != schema.head()
    engine.dispose()


def test_a_step_that_makes_orphans_is_refused(
    installation: Installation, add_step: AddStep
) -> None:
    add_step('op.execute("UPDATE account SET organisation_id = id")')
    engine = installation.engine()
    with pytest.raises((RuntimeError, SQLAlchemyError)):
        schema.migrate_engine(engine)
    engine.dispose()
    assert installation.sql(
        "SELECT count(*) FROM account JOIN organisation ON organisation.id = organisation_id"
    ) == [(1,)]


def shape_of(engine: Engine) -> dict[str, object]:
    """Return the shape of what an engine leads to."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        return shape(connection)
