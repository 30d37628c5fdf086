"""Requests for contact outlast their child, have a deadline, and say what the team answered.

The table is made anew, the same on both databases: a foreign key goes, and checks change.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# Nobody was promised a deadline before; so long an index team had at most.
URGENT, OTHERS = dt.timedelta(hours=1), dt.timedelta(days=4)
TAKEN = {"taken_by": sa.Uuid(), "taken_at": MOMENT}
NEWER = {
    "about_child_id": sa.Uuid(),
    "due_at": MOMENT,
    "passed_on_by": sa.Uuid(),
    "passed_on_at": MOMENT,
}


def upgrade() -> None:
    kept = _taken_away(TAKEN)
    op.create_table(
        "contact_request",
        *_columns(),
        *(sa.Column(name, kind, nullable=name != "due_at") for name, kind in NEWER.items()),
        *_checks({
            "state_known": "state IN ('new', 'passed_on', 'answered', 'nobody', 'declined')",
            "about_search": "about_child_id IS NULL OR search_id IS NOT NULL",
            "passed_on_pair": "(passed_on_by IS NULL) = (passed_on_at IS NULL)",
            "passed_on_state": "state <> 'passed_on' OR passed_on_at IS NOT NULL",
            "settled_pair": "settled_by IS NULL OR settled_at IS NOT NULL",
            "settled_state":
                "(state IN ('answered', 'nobody', 'declined')) = (settled_at IS NOT NULL)",
        }),
    )  # fmt: skip
    op.create_index(
        op.f("ix_contact_request_authority_id_state_due_at"), "contact_request",
        ["authority_id", "state", "due_at"],
    )  # fmt: skip
    _one_each("uq_contact_request_waits", "state = 'new'")
    _put_back([_as_now(row) for row in kept], NEWER)


def _as_now(row: dict[str, object]) -> dict[str, object]:
    made_at = row["made_at"]
    assert isinstance(made_at, dt.datetime)
    waited = URGENT if row["kind"] == "with_me_now" else OTHERS
    row = {name: value for name, value in row.items() if name not in TAKEN}
    state = "new" if row["state"] == "taken" else row["state"]
    return row | dict.fromkeys(NEWER) | {"state": state, "due_at": made_at + waited}


def downgrade() -> None:
    kept = _taken_away(NEWER)
    op.create_table(
        "contact_request",
        *_columns(),
        *(sa.Column(name, kind, nullable=True) for name, kind in TAKEN.items()),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_contact_request_child_id_child"),
            ondelete="CASCADE",
        ),
        *_checks({
            "state_known": "state IN ('new', 'taken', 'answered', 'declined')",
            "taken_pair": "(taken_by IS NULL) = (taken_at IS NULL)",
            "settled_pair": "(settled_by IS NULL) = (settled_at IS NULL)",
            "settled_state": "(state IN ('answered', 'declined')) = (settled_at IS NOT NULL)",
        }),
    )  # fmt: skip
    op.create_index(
        op.f("ix_contact_request_authority_id_state_made_at"), "contact_request",
        ["authority_id", "state", "made_at"],
    )  # fmt: skip
    op.create_index(op.f("ix_contact_request_child_id"), "contact_request", ["child_id"])
    _one_each("uq_contact_request_open", "state IN ('new', 'taken')")
    children = sa.table("child", sa.column("id", sa.Uuid()))
    known = set(op.get_bind().execute(sa.select(children.c.id)).scalars())
    _put_back([_as_before(row) for row in kept if row["child_id"] in {None, *known}], TAKEN)


def _as_before(row: dict[str, object]) -> dict[str, object]:
    words = {"passed_on": "taken", "nobody": "declined"}
    settled_by = row["settled_by"] or (row["account_id"] if row["settled_at"] else None)
    return {
        **{name: value for name, value in row.items() if name not in NEWER},
        "state": words.get(str(row["state"]), row["state"]),
        "taken_by": row["passed_on_by"],
        "taken_at": row["passed_on_at"],
        "settled_by": settled_by,
    }


def _columns() -> list[Any]:
    return [
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("search_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_typed", sa.LargeBinary(), nullable=True),
        sa.Column("subject_mark", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("ring_back", sa.String(length=12), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(_refers(f"{table}_id", table) for table in ("account", "authority", "organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
        sa.UniqueConstraint("number", name=op.f("uq_contact_request_number")),
        *_checks({
            "one_subject": "(child_id IS NULL) <> (search_id IS NULL)",
            "typed_with_search": "(search_id IS NULL) = (sealed_typed IS NULL)",
        }),
    ]  # fmt: skip


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_contact_request_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)


def _checks(conditions: dict[str, str]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(condition, name=op.f(f"ck_contact_request_{name}"))
        for name, condition in conditions.items()
    ]


def _one_each(name: str, condition: str) -> None:
    op.create_index(
        name, "contact_request", ["account_id", "kind", "subject_mark"], unique=True,
        sqlite_where=sa.text(condition), postgresql_where=sa.text(condition),
    )  # fmt: skip


def _table(more: dict[str, Any]) -> sa.TableClause:
    """The table as rows are read and written: the columns of both versions, and these."""
    held = {one.name: one.type for one in _columns() if isinstance(one, sa.Column)} | more
    return sa.table("contact_request", *(sa.column(name, kind) for name, kind in held.items()))


def _taken_away(more: dict[str, Any]) -> list[dict[str, object]]:
    """Every row, and the table gone: requests are few."""
    found = op.get_bind().execute(sa.select(_table(more)))
    rows = [dict(row) for row in found.mappings()]
    op.drop_table("contact_request")
    return rows


def _put_back(rows: list[dict[str, object]], more: dict[str, Any]) -> None:
    if rows:
        op.bulk_insert(_table(more), rows)
