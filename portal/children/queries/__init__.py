"""What is read of children: who may be meant by a search, and which corrections wait."""

from portal.children.queries.corrections import (
    CorrectionSheet,
    correction,
    count_of_open_corrections,
    open_corrections,
)
from portal.children.queries.known import (
    age_of_own_consent,
    at_same_address,
    birth_days,
    child_ids,
    child_ids_in_index,
    sensitive_kind_of_post,
    shared_homes,
)
from portal.children.queries.leading import Fact, Lead, leads_to
from portal.children.queries.likely import (
    Bulk,
    Engine,
    EngineFull,
    EngineMissing,
    Finder,
    is_installed,
    others_report,
)
from portal.children.queries.lookalikes import lookalikes
from portal.children.queries.looked_up import LookedUp, looked_up
from portal.children.queries.name_index import (
    count_of_children,
    faults_of_name_index,
    is_name_index_missing,
    sampled_faults_of_name_index,
)
from portal.children.queries.portraits import (
    Portrait,
    portraits_beside,
    portraits_by_chance,
    portraits_of_hidden,
)
from portal.children.queries.quality import Coverage, Known, coverage
from portal.children.queries.quarantined import QuarantineLine, QuarantineSheet
from portal.children.queries.reviews import (
    MergeLine,
    MergeSheet,
    ReviewSheet,
    count_of_waiting_reviews,
    latest_merges,
    merge_sheet,
    next_reviews,
    review_sheet,
)
from portal.children.queries.searching import (
    FEW,
    MOST_CANDIDATES,
    NONE,
    Found,
    Hit,
    described,
    find,
)

__all__ = [
    "FEW",
    "MOST_CANDIDATES",
    "NONE",
    "Bulk",
    "CorrectionSheet",
    "Coverage",
    "Engine",
    "EngineFull",
    "EngineMissing",
    "Fact",
    "Finder",
    "Found",
    "Hit",
    "Known",
    "Lead",
    "LookedUp",
    "MergeLine",
    "MergeSheet",
    "Portrait",
    "QuarantineLine",
    "QuarantineSheet",
    "ReviewSheet",
    "age_of_own_consent",
    "at_same_address",
    "birth_days",
    "child_ids",
    "child_ids_in_index",
    "correction",
    "count_of_children",
    "count_of_open_corrections",
    "count_of_waiting_reviews",
    "coverage",
    "described",
    "faults_of_name_index",
    "find",
    "is_installed",
    "is_name_index_missing",
    "latest_merges",
    "leads_to",
    "lookalikes",
    "looked_up",
    "merge_sheet",
    "next_reviews",
    "open_corrections",
    "others_report",
    "portraits_beside",
    "portraits_by_chance",
    "portraits_of_hidden",
    "review_sheet",
    "sampled_faults_of_name_index",
    "sensitive_kind_of_post",
    "shared_homes",
]
