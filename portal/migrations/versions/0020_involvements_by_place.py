"""Involvements are found by child and place; an index of the child alone said the same again."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "ix_involvement_child_id"


def upgrade() -> None:
    op.drop_index(NAME, "involvement")


def downgrade() -> None:
    op.create_index(NAME, "involvement", ["child_id"])
