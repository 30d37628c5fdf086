"""What is read about accounts, as sheets; and the one identity behind a session."""

from portal.accounts.queries.accounts import (
    SHOWN,
    AccountSheet,
    account,
    account_by_email,
    accounts_like,
    all_accounts,
    index_teams,
    names_of,
    sponsored_account,
    sponsored_accounts,
)
from portal.accounts.queries.sessions import (
    Held,
    email_mark,
    half_open_session,
    held_passphrase,
    identity_of_session,
    is_half_open,
    seconds_left,
)
from portal.accounts.queries.standing import in_good_standing
from portal.accounts.queries.steps import (
    LinkSheet,
    SessionSheet,
    StepSheet,
    has_news,
    is_checked,
    living_link,
    open_sessions,
    steps_of,
)

__all__ = [
    "SHOWN",
    "AccountSheet",
    "Held",
    "LinkSheet",
    "SessionSheet",
    "StepSheet",
    "account",
    "account_by_email",
    "accounts_like",
    "all_accounts",
    "email_mark",
    "half_open_session",
    "has_news",
    "held_passphrase",
    "identity_of_session",
    "in_good_standing",
    "index_teams",
    "is_checked",
    "is_half_open",
    "living_link",
    "names_of",
    "open_sessions",
    "seconds_left",
    "sponsored_account",
    "sponsored_accounts",
    "steps_of",
]
