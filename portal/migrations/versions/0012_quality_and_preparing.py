"""How well the index is filled, and a portal that is prepared before it goes live."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TOLD = ("told_known", "told_matched", "told_possible", "told_new")
COUNTS = (
    "children", "with_address", "with_school", "with_gp", "with_nhs_number", "with_upn", "matched",
    "involvements", "unconfirmed",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "quality_count",
        sa.Column("counted_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("median_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("counted_on", name=op.f("pk_quality_count")),
    )
    for name in TOLD:
        op.add_column("feed_run", sa.Column(name, sa.Integer(), nullable=True))
    for name, kind in (("live_at", MOMENT), ("cleared_at", MOMENT), ("cleared_by", sa.Uuid())):
        op.add_column("portal_state", sa.Column(name, kind, nullable=True))
    # Whatever stands now began before there was anything to prepare.
    op.execute("UPDATE portal_state SET live_at = changed_at")


def downgrade() -> None:
    op.execute("UPDATE portal_state SET state = 'stopped' WHERE state = 'preparing'")
    for name in ("cleared_by", "cleared_at", "live_at"):
        op.drop_column("portal_state", name)
    for name in reversed(TOLD):
        op.drop_column("feed_run", name)
    op.drop_table("quality_count")
