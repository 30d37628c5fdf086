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
    # What each source said word for word nobody marked: its next word counts as a new one. Chance
    # stands for the marks of all children, or those of masked ones would be the last to be empty.
    is_embedded = op.get_bind().dialect.name == "sqlite"
    mark = "lower(hex(randomblob(7)))" if is_embedded else "substr(md5(random()::text), 1, 14)"
    marks = " || ' ' || ".join([mark] * 5)
    same = ["source", "source_id", "given_names", "family_name", "date_of_birth", "gender",
            "source_on"]  # fmt: skip
    number = sa.table("child_source", *map(sa.column, [*same, "child_id", "said"]))
    child = sa.table("child", *map(sa.column, [*same, "id"]))
    told = sa.select(*(child.c[word] for word in same), child.c.id, sa.literal_column(marks))
    op.execute(number.insert().from_select([*same, "child_id", "said"], told))


def downgrade() -> None:
    op.drop_table("child_source")
