"""One record that is about two children can be split, and that undone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_split = sa.Column("is_split", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("child_merge", is_split)
    op.add_column("child_merge", sa.Column("other_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_child_merge_other_id"), "child_merge", ["other_id"])


def downgrade() -> None:
    op.execute("DELETE FROM child_merge WHERE is_split")
    op.drop_index(op.f("ix_child_merge_other_id"), table_name="child_merge")
    op.drop_column("child_merge", "other_id")
    op.drop_column("child_merge", "is_split")
