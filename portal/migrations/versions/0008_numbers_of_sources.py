"""A child may be known under many numbers: each leads to it, with what the source last said."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "child_source",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=60), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("gender", sa.String(length=15), nullable=False),
        sa.Column("said", sa.String(length=80), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"],
            name=op.f("fk_child_source_child_id_child"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_child_source")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index(op.f("ix_child_source_child_id"), "child_source", ["child_id"])
    # What each source said word for word nobody marked: its next word counts as a new one.
    op.execute(
        "INSERT INTO child_source (source, source_id, child_id, given_names, family_name,"
        " date_of_birth, gender, said, source_on)"
        " SELECT source, source_id, id, given_names, family_name, date_of_birth, gender, '',"
        " source_on FROM child"
    )


def downgrade() -> None:
    op.drop_table("child_source")
