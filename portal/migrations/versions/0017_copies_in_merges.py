"""What is kept of merges and splits is no second copy of a record that may be hidden alone.

Of what is undone nothing is kept, and an undone merge is hidden with either of its records; nor of
what stands when one of its records was split later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MERGE = sa.table(
    "child_merge", sa.column("is_split", sa.Boolean()), sa.column("child_id", sa.Uuid()),
    sa.column("other_id", sa.Uuid()), sa.column("gone_id", sa.Uuid()),
    sa.column("sealed", sa.LargeBinary()), sa.column("merged_at", sa.DateTime()),
    sa.column("undone_at", sa.DateTime()),
)  # fmt: skip
_CHILD = sa.table("child", sa.column("id", sa.Uuid()))


def upgrade() -> None:
    later = _MERGE.alias()
    was_split = (
        sa.select(sa.literal(1))
        .where(later.c.is_split, later.c.undone_at.is_(None))
        .where(later.c.merged_at > _MERGE.c.merged_at)
        .where(sa.or_(later.c.child_id == _MERGE.c.child_id, later.c.child_id == _MERGE.c.other_id))
        .exists()
    )
    is_undone = _MERGE.c.undone_at.is_not(None)
    op.execute(sa.update(_MERGE).where(sa.or_(is_undone, was_split)).values(sealed=b""))
    is_there = _MERGE.c.gone_id.in_(sa.select(_CHILD.c.id))
    apart = sa.update(_MERGE).where(is_undone, ~_MERGE.c.is_split, is_there)
    op.execute(apart.values(other_id=_MERGE.c.gone_id))


def downgrade() -> None:
    """What was forgotten does not come back."""
