"""What each setting means, as portal.toml says it, and between which numbers it must lie."""

HEADING = """\
# The settings of this portal. A line that begins with # shows what holds without it.
# After a change: python -m portal doctor, then start the portal again.
# Each setting may also come from the environment, as PORTAL_ and its name in capitals.
"""
HOLDERS, SPANS, MANY = ("person", "team", "organisation"), ("hour", "day"), (1, 1_000_000)
RANGES: dict[str, tuple[float, float]] = {
    "idle_minutes": (1, 60),
    "absolute_hours": (1, 24),
    "trusted_proxies": (0, 5),
    "threads": (1, 64),
    **dict.fromkeys((f"{whose}_searches_per_{span}" for whose in HOLDERS for span in SPANS), MANY),
    "upload_megabytes": (1, 64),
    "bulk_rows": (1, 100_000_000),
    "bulk_gigabytes": (0.1, 4_096),
    "own_consent_from_age": (12, 16),
    "urgent_contact_minutes": (5, 1_440),
    "contact_working_days": (1, 10),
    "go_live_match_rate": (0, 1),
    "full_file_drop": (0, 1),
    "identity_change": (0, 1),
}
EXPLAINED = {
    "public_url": "The address people use. Off this machine it must begin with https.",
    "portal_name": "The name that stands on every page, such as the name of your authority.",
    "authority_code": "The GSS code of your authority (ONS), nine characters.",
    "database": "Empty: the encrypted file portal.db in this folder. Or postgresql://…",
    "key_file": "The key file. Keep a copy elsewhere, never beside the back-ups.",
    "backup_folder": "Where back-ups are written.",
    "ledger_file": "Which children must stay hidden. Never with the back-ups; one for all servers.",
    "help_desk_phone": "Whom people ring who cannot sign in.",
    "help_desk_email": "Whom people write to who cannot sign in.",
    "index_team_phone": "Whom people ring about what a record does not show.",
    "mail_domains": "Domains of your own network that the internet does not know.",
    "idle_minutes": "How long a session lasts without a click (1 to 60).",
    "absolute_hours": "How long a session lasts at most (1 to 24).",
    "trusted_proxies": "How many reverse proxies stand in front (0 to 5); 1 for nginx or IIS.",
    "threads": "How many requests are answered at the same time.",
    "person_searches_per_hour": "How often one person may search in an hour of the clock.",
    "person_searches_per_day": "How often one person may search in a day (UTC).",
    "team_searches_per_hour": "The same for all whose accounts one authoriser vouches for.",
    "team_searches_per_day": "The same for them in a day (UTC).",
    "organisation_searches_per_hour": "The same for a whole organisation in an hour.",
    "organisation_searches_per_day": "The same for a whole organisation in a day (UTC).",
    "upload_megabytes": "How large a file may be that is uploaded (1 to 64); it stays in memory.",
    "watched_folder": "Where other systems put files, as SOURCE/KIND/FILE. Empty: nowhere.",
    "keep_taken_files": "Files of that folder are moved to done/ and not deleted.",
    "bulk_rows": "A file with more new numbers is compared at once, with the extra [bulk].",
    "bulk_gigabytes": "How much memory that may take; without enough, rows are looked up singly.",
    "own_consent_from_age": "From which age a young person alone consents (12 to 16).",
    "urgent_contact_minutes": "By when somebody rings who has the child with them now.",
    "contact_working_days": "By the end of how many working days others are rung.",
    "go_live_match_rate": "Which share of the records needs a number before the portal goes live.",
    "full_file_drop": "Which share a full file may leave out, or a register close, by itself.",
    "identity_change": "Which share of known children or contacts a file may turn into others.",
    "debug": "For developers, on this machine only.",
}
