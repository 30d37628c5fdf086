"""What each source says of a practitioner of whom several speak, and what the index team says."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practitioner_word",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("fact", sa.String(15), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "fact IN ('name', 'role_title', 'organisation_id', 'work_phone', 'team_phone',"
            " 'left_on')",
            name=op.f("ck_practitioner_word_fact_known"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_practitioner_word_practitioner_id_practitioner"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "practitioner_id", "source", "fact", name=op.f("pk_practitioner_word")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("practitioner_word")
