"""The access log takes new lines and nothing else, whoever asks.

A later step that rebuilds access_event in batch mode must make these triggers again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSAL = "the access log is append-only"

# INSERT OR REPLACE takes an old line away without asking the triggers for DELETE.
SQLITE = {
    "access_event_no_change": "BEFORE UPDATE ON access_event",
    "access_event_no_removal": "BEFORE DELETE ON access_event",
    "access_event_no_replacement": (
        "BEFORE INSERT ON access_event "
        "WHEN EXISTS (SELECT 1 FROM access_event WHERE line = NEW.line)"
    ),
    "access_chain_no_removal": "BEFORE DELETE ON access_chain",
}

POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION access_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""
POSTGRESQL = {
    "access_event_no_change": "BEFORE UPDATE OR DELETE ON access_event FOR EACH ROW",
    "access_event_no_emptying": "BEFORE TRUNCATE ON access_event FOR EACH STATEMENT",
    "access_chain_no_removal": "BEFORE DELETE ON access_chain FOR EACH ROW",
    "access_chain_no_emptying": "BEFORE TRUNCATE ON access_chain FOR EACH STATEMENT",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, moment in SQLITE.items():
            op.execute(
                f"CREATE TRIGGER {name} {moment} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(POSTGRESQL_FUNCTION)
    for name, moment in POSTGRESQL.items():
        op.execute(f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION access_event_refuse()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in POSTGRESQL:
        op.execute(f"DROP TRIGGER {name} ON {'_'.join(name.split('_')[:2])}")
    op.execute("DROP FUNCTION access_event_refuse()")
