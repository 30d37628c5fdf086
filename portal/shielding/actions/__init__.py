"""What changes or reveals anything here. Every one says by whom and leaves its line."""

from portal.shielding.actions.alerts import (
    look_at_alerts,
    look_up_searches,
    open_alert,
    settle_alert,
)
from portal.shielding.actions.brokering import (
    close_old_requests,
    look_at_contact_requests,
    name_record,
    open_contact_request,
    pass_on_call_back,
    settle_contact_request,
)
from portal.shielding.actions.call_backs import (
    look_at_call_backs,
    open_call_back,
    reply_to_call_back,
)
from portal.shielding.actions.contact import request_contact, request_contact_for_search
from portal.shielding.actions.counts import look_at_counts
from portal.shielding.actions.identities import (
    OldNameLeads,
    begin_identity,
    confirm_unpair,
    look_at_pairs,
    propose_unpair,
    withdraw_unpair,
)
from portal.shielding.actions.lookalikes import shield_same_child, split_hidden
from portal.shielding.actions.overriding import open_override, override_shield
from portal.shielding.actions.quarantine import (
    decide_quarantined,
    look_at_quarantine,
    open_quarantined,
    open_sign_off,
    sign_off_quarantine,
)
from portal.shielding.actions.replaying import replay_ledger
from portal.shielding.actions.reviews import (
    confirm_lift,
    look_at_shields,
    look_at_shields_in_force,
    note_appeal,
    open_shield,
    propose_lift,
    review_shield,
    withdraw_lift,
)
from portal.shielding.actions.shield_requests import (
    grant_shield,
    open_shield_request,
    refuse_shield,
    request_shield,
    request_shield_beside,
)
from portal.shielding.actions.tasks import (
    open_task,
    settle_task,
)

__all__ = [
    "OldNameLeads",
    "begin_identity",
    "close_old_requests",
    "confirm_lift",
    "confirm_unpair",
    "decide_quarantined",
    "grant_shield",
    "look_at_alerts",
    "look_at_call_backs",
    "look_at_contact_requests",
    "look_at_counts",
    "look_at_pairs",
    "look_at_quarantine",
    "look_at_shields",
    "look_at_shields_in_force",
    "look_up_searches",
    "name_record",
    "note_appeal",
    "open_alert",
    "open_call_back",
    "open_contact_request",
    "open_override",
    "open_quarantined",
    "open_shield",
    "open_shield_request",
    "open_sign_off",
    "open_task",
    "override_shield",
    "pass_on_call_back",
    "propose_lift",
    "propose_unpair",
    "refuse_shield",
    "replay_ledger",
    "reply_to_call_back",
    "request_contact",
    "request_contact_for_search",
    "request_shield",
    "request_shield_beside",
    "review_shield",
    "settle_alert",
    "settle_contact_request",
    "settle_task",
    "shield_same_child",
    "sign_off_quarantine",
    "split_hidden",
    "withdraw_lift",
    "withdraw_unpair",
]
