"""What changes accounts. Each act leaves its line in the log."""

from portal.accounts.actions.access import (
    add_account,
    confirm_access,
    renew_dates,
    resume_account,
    suspend_account,
)
from portal.accounts.actions.enrolment import (
    LinkDead,
    choose_passphrase,
    confirm_factor,
    issue_link,
)
from portal.accounts.actions.helpdesk import (
    check_identity,
    find_accounts,
    open_account,
    reset_sign_in,
    unlock_account,
)
from portal.accounts.actions.own_account import (
    acknowledge_steps,
    end_session,
    sign_out,
    sign_out_everywhere,
    stay_signed_in,
)
from portal.accounts.actions.sign_in import Attempt, begin_sign_in, finish_sign_in, prove_again

__all__ = [
    "Attempt",
    "LinkDead",
    "acknowledge_steps",
    "add_account",
    "begin_sign_in",
    "check_identity",
    "choose_passphrase",
    "confirm_access",
    "confirm_factor",
    "end_session",
    "find_accounts",
    "finish_sign_in",
    "issue_link",
    "open_account",
    "prove_again",
    "renew_dates",
    "reset_sign_in",
    "resume_account",
    "sign_out",
    "sign_out_everywhere",
    "stay_signed_in",
    "suspend_account",
    "unlock_account",
]
