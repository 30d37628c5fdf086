"""What each source told of, full files, and the day that a file speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What is asked of a file, in a run and in an upload; and what came of it, in a run.
ASKED = ("is_full", "accepts_drop")
CAME_OF_IT = (
    ("speaks_of", sa.Date()),
    ("unreported", sa.Integer()),
    ("told", sa.Integer()),
    ("unmarked", sa.String(10)),
)


def upgrade() -> None:
    op.create_table(
        "source_word",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=11), nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("under", sa.BigInteger(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told_in", sa.Uuid(), nullable=True),
        sa.Column("unreported_since", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("source", "subject", "mark", name=op.f("pk_source_word")),
        sqlite_with_rowid=False,
    )
    for table in ("feed_run", "feed_upload"):
        for name in ASKED:
            op.add_column(
                table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    for name, kind in CAME_OF_IT:
        op.add_column("feed_run", sa.Column(name, kind, nullable=True))
    op.add_column("arrival", sa.Column("about", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("arrival", "about")
    for name, _ in reversed(CAME_OF_IT):
        op.drop_column("feed_run", name)
    for table in ("feed_upload", "feed_run"):
        for name in reversed(ASKED):
            op.drop_column(table, name)
    op.drop_table("source_word")
