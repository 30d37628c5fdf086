"""How often a person, a team and an organisation have searched, by the hour and by the day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_budget",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("span", sa.String(length=4), nullable=False),
        sa.Column("holder_kind", sa.String(length=12), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "holder_kind IN ('person', 'team', 'organisation')",
            name=op.f("ck_search_budget_holder_kind_known"),
        ),
        sa.CheckConstraint("span IN ('hour', 'day')", name=op.f("ck_search_budget_span_known")),
        sa.CheckConstraint("used > 0", name=op.f("ck_search_budget_used_positive")),
        sa.PrimaryKeyConstraint(
            "holder_id", "starts_at", "span", "holder_kind", name=op.f("pk_search_budget")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("search_budget")
