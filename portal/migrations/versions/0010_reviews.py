"""Pairs of records that may be one child wait for the data steward; what is joined can be parted."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "in_order": "one_id < other_id",
    "cause_known": "cause IN ('possible', 'duplicate', 'another_person')",
    "outcome_known": "outcome IN ('same', 'different')",
    "taken_pair": "(taken_by IS NULL) = (taken_at IS NULL)",
    "settled_pair": (
        "(settled_by IS NULL) = (settled_at IS NULL) AND (settled_at IS NULL) = (outcome IS NULL)"
    ),
}


def upgrade() -> None:
    op.create_table(
        "child_review",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=15), nullable=False),
        sa.Column("bits", sa.Double(), nullable=False),
        sa.Column("evidence", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("set_aside_until", MOMENT, nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [side], ["child.id"], name=op.f(f"fk_child_review_{side}_child"), ondelete="CASCADE"
            )
            for side in ("one_id", "other_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_review")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_child_review_one_id_other_id")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_child_review_{name}"))
            for name, condition in CHECKS.items()
        ),
    )
    op.create_index(op.f("ix_child_review_other_id"), "child_review", ["other_id"])
    op.create_index(
        op.f("ix_child_review_settled_at_opened_at"), "child_review", ["settled_at", "opened_at"]
    )
    op.create_table(
        "child_merge",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("gone_number", sa.String(length=14), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=True),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_child_merge_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_merge")),
        sa.CheckConstraint(
            "undone_by IS NULL OR undone_at IS NOT NULL", name=op.f("ck_child_merge_undone_pair")
        ),
    )  # fmt: skip
    for column in ("child_id", "gone_id", "gone_number", "review_id"):
        op.create_index(op.f(f"ix_child_merge_{column}"), "child_merge", [column])


def downgrade() -> None:
    op.drop_table("child_merge")
    op.drop_table("child_review")
