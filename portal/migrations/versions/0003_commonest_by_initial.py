"""The vocabulary knows the first letter of a word; words are kept under fewer keys.

The name index is emptied, because how words are keyed has changed: `upgrade` builds it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX_TABLES = ("name_pair", "name_day", "name_postcode", "name_entry", "name_token_key")


def upgrade() -> None:
    for table in INDEX_TABLES:
        op.execute(sa.table(table).delete())
    op.drop_table("name_token")
    op.create_table(
        "name_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("initial", sa.String(length=1), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_token")),
        sa.UniqueConstraint("token", name=op.f("uq_name_token_token")),
    )
    op.create_index(op.f("ix_name_token_initial_frequency"), "name_token", ["initial", "frequency"])


def downgrade() -> None:
    for table in INDEX_TABLES:
        op.execute(sa.table(table).delete())
    op.drop_table("name_token")
    op.create_table(
        "name_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_token")),
        sa.UniqueConstraint("token", name=op.f("uq_name_token_token")),
    )
