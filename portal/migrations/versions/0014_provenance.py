"""What the index team says stands before every source; sources that differ are one more thing that
may be wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TOLD = "told_by_somebody"


def upgrade() -> None:
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fact", sa.String(length=13), nullable=True))
        batch_op.alter_column("reported_by", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_check_constraint(
            op.f(f"ck_correction_{TOLD}"), "fact IS NOT NULL OR reported_by IS NOT NULL"
        )
    op.create_table(
        "local_correction",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=13), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("under", sa.String(length=120), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_local_correction_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_correction")),
        sa.UniqueConstraint(
            "child_id", "fact", name=op.f("uq_local_correction_child_id_fact")
        ),
        sa.CheckConstraint(
            "fact IN ('given_names', 'family_name', 'date_of_birth', 'gender')",
            name=op.f("ck_local_correction_fact_known"),
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("local_correction")
    op.execute("DELETE FROM correction WHERE reported_by IS NULL")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_correction_{TOLD}"), type_="check")
        batch_op.alter_column("reported_by", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("fact")
