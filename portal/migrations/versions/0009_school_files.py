"""Files of schools: how they name a school, and a kind of run of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = "kind IN ('practitioners', 'children', 'involvements', 'ctf')"
KINDS_BEFORE = "kind IN ('practitioners', 'children', 'involvements')"
COUNTS = ("read_through", "received", "added", "changed", "unchanged", "set_aside")


def upgrade() -> None:
    op.add_column("organisation", sa.Column("establishment_number", sa.String(7), nullable=True))
    op.create_index(
        op.f("ix_organisation_establishment_number"), "organisation", ["establishment_number"]
    )
    _allow(KINDS, KINDS_BEFORE)


def downgrade() -> None:
    runs = sa.table("feed_run", sa.column("id", sa.Uuid()), sa.column("kind", sa.String()))
    arrivals = sa.table("arrival", sa.column("run_id", sa.Uuid()))
    of_schools = sa.select(runs.c.id).where(runs.c.kind == "ctf")
    op.execute(sa.delete(arrivals).where(arrivals.c.run_id.in_(of_schools)))
    op.execute(sa.delete(runs).where(runs.c.kind == "ctf"))
    _allow(KINDS_BEFORE, KINDS)
    op.drop_index(op.f("ix_organisation_establishment_number"), "organisation")
    op.drop_column("organisation", "establishment_number")


def _allow(kinds: str, before: str) -> None:
    """Change which kinds a run may have. SQLite copies the table, with its index and all checks;
    rows of arrival stay, since foreign keys are off meanwhile (env.py)."""
    known = op.f("ck_feed_run_kind_known")
    with op.batch_alter_table("feed_run", copy_from=_feed_run(before)) as batch:
        batch.drop_constraint(known, type_="check")
        batch.create_check_constraint(known, kinds)


def _feed_run(kinds: str) -> sa.Table:
    moment = sa.DateTime(timezone=True)
    return sa.Table(
        "feed_run",
        sa.MetaData(),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("receipt", sa.String(length=14), nullable=False),
        sa.Column("file_mark", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(kinds, name=op.f("ck_feed_run_kind_known")),
        sa.CheckConstraint(
            "state IN ('staging', 'deciding', 'finished', 'abandoned')",
            name=op.f("ck_feed_run_state_known"),
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_run_feed_id_feed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_run")),
        sa.UniqueConstraint("receipt", name=op.f("uq_feed_run_receipt")),
        sa.Index(op.f("ix_feed_run_feed_id"), "feed_id"),
    )
