"""An uploaded file may say on which day it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_upload", sa.Column("speaks_of", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("feed_upload", "speaks_of")
