"""The vault: equal slots of random bytes, marks beside them, searches, and how far the ledger is.

An account may be allowed to override a shield, until a day.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SLOTS, SLOT_BYTES, MARKS, MARK_BYTES = 256, 3_900, 40, 16


def upgrade() -> None:
    slots = op.create_table(
        "vault_slot",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_vault_slot")),
    )
    marks = op.create_table(
        "vault_mark",
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.LargeBinary(length=MARK_BYTES), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot"], ["vault_slot.number"], name=op.f("fk_vault_mark_slot_vault_slot")
        ),
        sa.PrimaryKeyConstraint("slot", "place", name=op.f("pk_vault_mark")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_vault_mark_mark"), "vault_mark", ["mark"])
    op.create_table(
        "vault_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_search")),
    )
    op.create_index(op.f("ix_vault_search_made_at"), "vault_search", ["made_at"])
    op.create_table(
        "vault_ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_vault_ledger_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_ledger")),
    )
    op.add_column("account", sa.Column("override_until", sa.Date(), nullable=True))
    _fill(slots, marks)


def _fill(slots: sa.Table, marks: sa.Table) -> None:
    """Every slot is full from the beginning: of random bytes, until something moves in."""
    numbers = range(1, SLOTS + 1)
    op.bulk_insert(
        slots, [{"number": n, "sealed": secrets.token_bytes(SLOT_BYTES)} for n in numbers]
    )
    op.bulk_insert(
        marks,
        [
            {"slot": number, "place": place, "mark": secrets.token_bytes(MARK_BYTES)}
            for number in numbers
            for place in range(MARKS)
        ],
    )


def downgrade() -> None:
    op.drop_column("account", "override_until")
    for table in ("vault_ledger", "vault_search", "vault_mark", "vault_slot"):
        op.drop_table(table)
