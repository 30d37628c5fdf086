"""A source can be paused, and resumed by two people after a clean dry run."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTS = ("received", "added", "changed", "unchanged", "set_aside")
CHECKS = {
    "cause_known": "cause IN ('precaution', 'wrong_rows', 'wrong_child', 'asked_by_source')",
    "ended_pair": "(ended_at IS NULL) = (ended_by IS NULL)",
    "rejected_pair": "(rejected_at IS NULL) = (rejected_by IS NULL)",
    "ended_proposed": "ended_at IS NULL OR proposed_at IS NOT NULL",
    "second_person": "ended_by <> proposed_by",
}


def upgrade() -> None:
    op.create_table(
        "feed_pause",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("paused_at", MOMENT, nullable=False),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
        sa.Column("rehearsal_id", sa.Uuid(), nullable=True),
        sa.Column("rehearsed_at", MOMENT, nullable=True),
        sa.Column("kind", sa.String(length=15), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in COUNTS),
        sa.Column("proposed_at", MOMENT, nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("rejected_at", MOMENT, nullable=True),
        sa.Column("rejected_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_pause_feed_id_feed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_pause")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_feed_pause_{name}"))
            for name, condition in CHECKS.items()
        ),
    )
    op.create_index(op.f("ix_feed_pause_feed_id"), "feed_pause", ["feed_id"])
    op.create_index(
        "uq_feed_pause_open", "feed_pause", ["feed_id"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("feed_pause")
