"""Registers are uploaded as files of people are."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PEOPLE = "kind IN ('practitioners', 'children', 'involvements', 'ctf')"
EVERY = "kind IN ('practitioners', 'children', 'involvements', 'ctf', 'ods', 'gias', 'authorities')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _allow(EVERY, before=PEOPLE)


def downgrade() -> None:
    op.execute(
        "DELETE FROM feed_upload_part WHERE upload_id IN "
        "(SELECT id FROM feed_upload WHERE kind IN ('ods', 'gias', 'authorities'))"
    )
    op.execute("DELETE FROM feed_upload WHERE kind IN ('ods', 'gias', 'authorities')")
    _allow(PEOPLE, before=EVERY)


def _allow(kinds: str, before: str) -> None:
    """Change which kinds an upload may have. SQLite copies the table, with its index and all
    checks; its parts stay, since foreign keys are off meanwhile (env.py)."""
    known = op.f("ck_feed_upload_kind_known")
    with op.batch_alter_table("feed_upload", copy_from=_feed_upload(before)) as batch:
        batch.drop_constraint(known, type_="check")
        batch.create_check_constraint(known, kinds)


def _feed_upload(kinds: str) -> sa.Table:
    return sa.Table(
        "feed_upload",
        sa.MetaData(),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("is_rehearsal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("by_map", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("accepts_drop", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_upload_feed_id_feed")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feed_run.id"], name=op.f("fk_feed_upload_run_id_feed_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_upload")),
        sa.CheckConstraint(kinds, name=op.f("ck_feed_upload_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'refused', 'withdrawn')",
            name=op.f("ck_feed_upload_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_feed_upload_ended_state")
        ),
        sa.Index(op.f("ix_feed_upload_feed_id"), "feed_id"),
    )
