"""What reveals or changes a child record. Every one says by whom and leaves its line."""

from portal.children.actions.correcting import (
    correct_details,
    reopen_correction,
    settle_difference,
)
from portal.children.actions.corrections import (
    check_correction,
    dispute_involvement,
    end_contact,
    look_at_correction,
    look_at_corrections,
    settle_correction,
)
from portal.children.actions.duplicates import find_duplicates
from portal.children.actions.hiding import (
    hide_child,
    open_hidden_record,
    unhide_child,
    watch_search,
)
from portal.children.actions.identities import begin_record
from portal.children.actions.involvements import (
    confirm_involvement,
    end_involvement,
    record_involvement,
    set_lead,
)
from portal.children.actions.leaving_out import leave_out, spare_numbers
from portal.children.actions.looking import (
    open_contact,
    open_name,
    open_own_contact,
    open_record,
    state_reason,
)
from portal.children.actions.merging import (
    look_at_merges,
    merge_children,
    open_merge,
    undo_merge,
)
from portal.children.actions.name_index import rebuild_name_index
from portal.children.actions.quarantine import (
    leave_quarantined,
    look_at_quarantine,
    open_quarantined,
    take_as_another,
    take_as_same,
)
from portal.children.actions.replaying import replay_ledger
from portal.children.actions.reported import (
    change_child,
    create_child,
    create_children,
    put_children,
)
from portal.children.actions.reported_involvements import put_involvement, put_involvements
from portal.children.actions.reviews import (
    SeenChanged,
    open_next_review,
    open_review,
    open_reviews,
    reopen_review,
    settle_review,
)
from portal.children.actions.sensitive import (
    look_at_confided,
    open_confided,
    open_name_and_confided,
    record_in_confidence,
    withdraw_confided,
)
from portal.children.actions.splitting import (
    open_split,
    open_split_sides,
    split_hidden_record,
    split_record,
)

__all__ = [
    "SeenChanged",
    "begin_record",
    "change_child",
    "check_correction",
    "confirm_involvement",
    "correct_details",
    "create_child",
    "create_children",
    "dispute_involvement",
    "end_contact",
    "end_involvement",
    "find_duplicates",
    "hide_child",
    "leave_out",
    "leave_quarantined",
    "look_at_confided",
    "look_at_correction",
    "look_at_corrections",
    "look_at_merges",
    "look_at_quarantine",
    "merge_children",
    "open_confided",
    "open_contact",
    "open_hidden_record",
    "open_merge",
    "open_name",
    "open_name_and_confided",
    "open_next_review",
    "open_own_contact",
    "open_quarantined",
    "open_record",
    "open_review",
    "open_reviews",
    "open_split",
    "open_split_sides",
    "put_children",
    "put_involvement",
    "put_involvements",
    "rebuild_name_index",
    "record_in_confidence",
    "record_involvement",
    "reopen_correction",
    "reopen_review",
    "replay_ledger",
    "set_lead",
    "settle_correction",
    "settle_difference",
    "settle_review",
    "spare_numbers",
    "split_hidden_record",
    "split_record",
    "state_reason",
    "take_as_another",
    "take_as_same",
    "undo_merge",
    "unhide_child",
    "watch_search",
    "withdraw_confided",
]
