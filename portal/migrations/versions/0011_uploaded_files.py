"""Files are uploaded, sealed in parts, and a run says how many rows its file has."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "kind_known": "kind IN ('practitioners', 'children', 'involvements', 'ctf')",
    "state_known": "state IN ('waiting', 'taken', 'refused', 'withdrawn')",
    "ended_state": "(state = 'waiting') = (ended_at IS NULL)",
}


def upgrade() -> None:
    op.add_column("feed_run", sa.Column("total", sa.Integer(), nullable=True))
    op.create_table(
        "feed_upload",
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
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_upload_feed_id_feed")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feed_run.id"], name=op.f("fk_feed_upload_run_id_feed_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_upload")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_feed_upload_{name}"))
            for name, condition in CHECKS.items()
        ),
    )
    op.create_index(op.f("ix_feed_upload_feed_id"), "feed_upload", ["feed_id"])
    op.create_table(
        "feed_upload_part",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["feed_upload.id"],
            name=op.f("fk_feed_upload_part_upload_id_feed_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_feed_upload_part")),
    )


def downgrade() -> None:
    op.drop_table("feed_upload_part")
    op.drop_table("feed_upload")
    op.drop_column("feed_run", "total")
