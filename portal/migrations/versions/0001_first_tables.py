"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_access_chain_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_chain")),
    )
    op.create_table(
        "access_event",
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=1), nullable=False),
        sa.Column("outcome", sa.String(length=2), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("session_mark", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("search_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_access_event")),
    )
    with op.batch_alter_table("access_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_access_event_account_id_at"), ["account_id", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_access_event_subject_id_at"), ["subject_id", "at"], unique=False
        )

    op.create_table(
        "authority",
        sa.Column("gss_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("gss_code", name=op.f("uq_authority_gss_code")),
    )
    op.create_table(
        "feed",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("name", name=op.f("uq_feed_name")),
    )
    op.create_table(
        "name_day",
        sa.Column("day_token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day_token", "entry_id", name=op.f("pk_name_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_pair",
        sa.Column("pair", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("birth_day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("pair", "birth_day", "entry_id", name=op.f("pk_name_pair")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_postcode",
        sa.Column("postcode", sa.String(length=7), nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("postcode", "entry_id", name=op.f("pk_name_postcode")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_token")),
        sa.UniqueConstraint("token", name=op.f("uq_name_token_token")),
    )
    op.create_table(
        "name_token_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "token_id", name=op.f("pk_name_token_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "portal_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_portal_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_state")),
    )
    op.create_table(
        "search",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_mark", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sealed_typed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('few', 'too_many', 'none')", name=op.f("ck_search_outcome_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
    )
    with op.batch_alter_table("search", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_search_account_id_made_at"), ["account_id", "made_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_search_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "sign_in_tally",
        sa.Column("email_mark", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=45), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tally")),
        sa.UniqueConstraint("email_mark", "place", name=op.f("uq_sign_in_tally_email_mark_place")),
    )
    with op.batch_alter_table("sign_in_tally", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_tally_failed_at"), ["failed_at"], unique=False)

    op.create_table(
        "stated_reason",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_mark", sa.String(length=16), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("search_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_reason")),
    )
    with op.batch_alter_table("stated_reason", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stated_reason_account_id_child_id"),
            ["account_id", "child_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_stated_reason_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "child",
        sa.Column("record_number", sa.String(length=14), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("gender", sa.String(length=15), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("lifecycle", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=60), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "gender IN ('female', 'male', 'not_specified')", name=op.f("ck_child_gender_known")
        ),
        sa.CheckConstraint(
            "lifecycle IN ('active', 'archived')", name=op.f("ck_child_lifecycle_known")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_child_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sa.UniqueConstraint("record_number", name=op.f("uq_child_record_number")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_child_source_source_id")),
    )
    op.create_table(
        "feed_run",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("receipt", sa.String(length=14), nullable=False),
        sa.Column("file_mark", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_through", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('practitioners', 'children', 'involvements')",
            name=op.f("ck_feed_run_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('staging', 'deciding', 'finished', 'abandoned')",
            name=op.f("ck_feed_run_state_known"),
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_run_feed_id_feed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_run")),
        sa.UniqueConstraint("receipt", name=op.f("uq_feed_run_receipt")),
    )
    with op.batch_alter_table("feed_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_run_feed_id"), ["feed_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("sector", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("accredited_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "scheme IN ('urn', 'ods', 'own')", name=op.f("ck_organisation_scheme_known")
        ),
        sa.CheckConstraint(
            "scope IN ('local', 'national')", name=op.f("ck_organisation_scope_known")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_organisation_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "arrival",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("fault", sa.String(length=30), nullable=False),
        sa.Column("column_name", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "decision IN ('added', 'changed', 'unchanged', 'set_aside')",
            name=op.f("ck_arrival_decision_known"),
        ),
        sa.CheckConstraint(
            "(sealed IS NULL) = (decision IS NOT NULL)",
            name=op.f("ck_arrival_sealed_until_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feed_run.id"], name=op.f("fk_arrival_run_id_feed_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "line", name=op.f("pk_arrival")),
    )
    op.create_table(
        "carer",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=30), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "relation IN ('parental_responsibility', 'has_care')",
            name=op.f("ck_carer_relation_known"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_carer_child_id_child"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer")),
    )
    with op.batch_alter_table("carer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carer_child_id"), ["child_id"], unique=False)

    op.create_table(
        "child_address",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('current', 'last_known', 'none_known', 'left')",
            name=op.f("ck_child_address_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_child_address_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_address")),
    )
    with op.batch_alter_table("child_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_address_child_id"), ["child_id"], unique=False)

    op.create_table(
        "child_identifier",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=12), nullable=False),
        sa.Column("value_mark", sa.String(length=64), nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "scheme IN ('nhs_number', 'upn')", name=op.f("ck_child_identifier_scheme_known")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_child_identifier_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_identifier")),
        sa.UniqueConstraint("child_id", "scheme", name=op.f("uq_child_identifier_child_id_scheme")),
    )
    with op.batch_alter_table("child_identifier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_child_identifier_child_id"), ["child_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_child_identifier_value_mark"), ["value_mark"], unique=False
        )

    op.create_table(
        "child_name",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_child_name_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_name")),
    )
    with op.batch_alter_table("child_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_name_child_id"), ["child_id"], unique=False)

    op.create_table(
        "name_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("given_names", sa.String(length=240), nullable=False),
        sa.Column("family_name", sa.String(length=240), nullable=False),
        sa.Column("former_given_names", sa.String(length=960), nullable=False),
        sa.Column("former_family_names", sa.String(length=960), nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=False),
        sa.Column("gender", sa.String(length=15), nullable=False),
        sa.Column("postcodes", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["child.id"], name=op.f("fk_name_entry_child_id_child")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_entry")),
        sa.UniqueConstraint("child_id", name=op.f("uq_name_entry_child_id")),
    )
    op.create_table(
        "practitioner",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role_title", sa.String(length=80), nullable=False),
        sa.Column("work_email", sa.String(length=254), nullable=False),
        sa.Column("work_phone", sa.String(length=40), nullable=False),
        sa.Column("team_phone", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("last_confirmed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practitioner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("work_email", name=op.f("uq_practitioner_work_email")),
    )
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioner_name"), ["name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_practitioner_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "search_hit",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=240), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_search_hit_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["search.id"],
            name=op.f("fk_search_hit_search_id_search"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_hit")),
        sa.UniqueConstraint("search_id", "child_id", name=op.f("uq_search_hit_search_id_child_id")),
    )
    with op.batch_alter_table("search_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_hit_child_id"), ["child_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=240), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("passphrase_hash", sa.String(length=200), nullable=False),
        sa.Column("sealed_factor", sa.LargeBinary(), nullable=True),
        sa.Column("factor_enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("factor_last_step", sa.Integer(), nullable=False),
        sa.Column("trained_until", sa.Date(), nullable=True),
        sa.Column("vetted_until", sa.Date(), nullable=True),
        sa.Column("reviewed_until", sa.Date(), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'closed')", name=op.f("ck_account_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_account_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_account_practitioner_id_practitioner"),
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["account.id"], name=op.f("fk_account_sponsor_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_account_sponsor_id"), ["sponsor_id"], unique=False)

    op.create_table(
        "involvement",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("lead_ended_on", sa.Date(), nullable=True),
        sa.Column("has_early_help_assessment", sa.Boolean(), nullable=False),
        sa.Column("last_confirmed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "tier IN ('universal', 'additional')", name=op.f("ck_involvement_tier_known")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR started_on IS NULL OR ended_on >= started_on",
            name=op.f("ck_involvement_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_involvement_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_involvement_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioner.id"],
            name=op.f("fk_involvement_practitioner_id_practitioner"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvement")),
    )
    with op.batch_alter_table("involvement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_involvement_child_id"), ["child_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_involvement_child_id_organisation_id_kind"),
            ["child_id", "organisation_id", "kind"],
            unique=False,
        )
        batch_op.create_index(
            "ix_involvement_one_lead",
            ["child_id"],
            unique=True,
            sqlite_where=sa.text("is_lead AND ended_on IS NULL"),
            postgresql_where=sa.text("is_lead AND ended_on IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_involvement_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_involvement_practitioner_id"), ["practitioner_id"], unique=False
        )

    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_role_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint("account_id", "role", name=op.f("uq_account_role_account_id_role")),
    )
    op.create_table(
        "account_session",
        sa.Column("token_mark", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_session_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_mark", name=op.f("uq_account_session_token_mark")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_session_account_id_ended_at"),
            ["account_id", "ended_at"],
            unique=False,
        )

    op.create_table(
        "account_step",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_account_step_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_step")),
    )
    with op.batch_alter_table("account_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_step_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "contact_request",
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
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('answered', 'declined')) = (settled_at IS NOT NULL)",
            name=op.f("ck_contact_request_settled_state"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'taken', 'answered', 'declined')",
            name=op.f("ck_contact_request_state_known"),
        ),
        sa.CheckConstraint(
            "(child_id IS NULL) <> (search_id IS NULL)", name=op.f("ck_contact_request_one_subject")
        ),
        sa.CheckConstraint(
            "(search_id IS NULL) = (sealed_typed IS NULL)",
            name=op.f("ck_contact_request_typed_with_search"),
        ),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)",
            name=op.f("ck_contact_request_settled_pair"),
        ),
        sa.CheckConstraint(
            "(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_contact_request_taken_pair")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contact_request_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"],
            ["authority.id"],
            name=op.f("fk_contact_request_authority_id_authority"),
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_contact_request_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_contact_request_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
        sa.UniqueConstraint("number", name=op.f("uq_contact_request_number")),
    )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_request_authority_id_state_made_at"),
            ["authority_id", "state", "made_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_contact_request_child_id"), ["child_id"], unique=False)
        batch_op.create_index(
            "uq_contact_request_open",
            ["account_id", "kind", "subject_mark"],
            unique=True,
            sqlite_where=sa.text("state IN ('new', 'taken')"),
            postgresql_where=sa.text("state IN ('new', 'taken')"),
        )

    op.create_table(
        "correction",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("involvement_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)", name=op.f("ck_correction_settled_pair")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["child.id"],
            name=op.f("fk_correction_child_id_child"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["involvement_id"],
            ["involvement.id"],
            name=op.f("fk_correction_involvement_id_involvement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_child_id"), ["child_id"], unique=False)

    op.create_table(
        "enrolment_link",
        sa.Column("token_mark", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passphrase_hash", sa.String(length=200), nullable=False),
        sa.Column("sealed_factor", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_enrolment_link_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_link")),
        sa.UniqueConstraint("token_mark", name=op.f("uq_enrolment_link_token_mark")),
    )


def downgrade() -> None:
    op.drop_table("enrolment_link")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_child_id"))

    op.drop_table("correction")
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_request_open",
            sqlite_where=sa.text("state IN ('new', 'taken')"),
            postgresql_where=sa.text("state IN ('new', 'taken')"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_request_child_id"))
        batch_op.drop_index(batch_op.f("ix_contact_request_authority_id_state_made_at"))

    op.drop_table("contact_request")
    with op.batch_alter_table("account_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_step_account_id"))

    op.drop_table("account_step")
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_session_account_id_ended_at"))

    op.drop_table("account_session")
    op.drop_table("account_role")
    with op.batch_alter_table("involvement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_involvement_practitioner_id"))
        batch_op.drop_index(batch_op.f("ix_involvement_organisation_id"))
        batch_op.drop_index(
            "ix_involvement_one_lead",
            sqlite_where=sa.text("is_lead AND ended_on IS NULL"),
            postgresql_where=sa.text("is_lead AND ended_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_involvement_child_id_organisation_id_kind"))
        batch_op.drop_index(batch_op.f("ix_involvement_child_id"))

    op.drop_table("involvement")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_sponsor_id"))
        batch_op.drop_index(batch_op.f("ix_account_organisation_id"))

    op.drop_table("account")
    with op.batch_alter_table("search_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_hit_child_id"))

    op.drop_table("search_hit")
    with op.batch_alter_table("practitioner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_practitioner_name"))

    op.drop_table("practitioner")
    op.drop_table("name_entry")
    with op.batch_alter_table("child_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_name_child_id"))

    op.drop_table("child_name")
    with op.batch_alter_table("child_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_identifier_value_mark"))
        batch_op.drop_index(batch_op.f("ix_child_identifier_child_id"))

    op.drop_table("child_identifier")
    with op.batch_alter_table("child_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_address_child_id"))

    op.drop_table("child_address")
    with op.batch_alter_table("carer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carer_child_id"))

    op.drop_table("carer")
    op.drop_table("arrival")
    op.drop_table("organisation")
    with op.batch_alter_table("feed_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_run_feed_id"))

    op.drop_table("feed_run")
    op.drop_table("child")
    with op.batch_alter_table("stated_reason", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stated_reason_expires_at"))
        batch_op.drop_index(batch_op.f("ix_stated_reason_account_id_child_id"))

    op.drop_table("stated_reason")
    with op.batch_alter_table("sign_in_tally", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_tally_failed_at"))

    op.drop_table("sign_in_tally")
    with op.batch_alter_table("search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_expires_at"))
        batch_op.drop_index(batch_op.f("ix_search_account_id_made_at"))

    op.drop_table("search")
    op.drop_table("portal_state")
    op.drop_table("name_token_key")
    op.drop_table("name_token")
    op.drop_table("name_postcode")
    op.drop_table("name_pair")
    op.drop_table("name_day")
    op.drop_table("feed")
    op.drop_table("authority")
    with op.batch_alter_table("access_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_event_subject_id_at"))
        batch_op.drop_index(batch_op.f("ix_access_event_account_id_at"))

    op.drop_table("access_event")
    op.drop_table("access_chain")
