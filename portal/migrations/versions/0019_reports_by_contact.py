"""What is said to be wrong with a contact is found by the contact: whoever deletes one looks."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NAME = "ix_correction_involvement_id"


def upgrade() -> None:
    about_a_contact = sa.text("involvement_id IS NOT NULL")
    op.create_index(
        NAME, "correction", ["involvement_id"],
        sqlite_where=about_a_contact, postgresql_where=about_a_contact,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index(NAME, "correction")
