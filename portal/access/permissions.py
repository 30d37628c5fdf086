"""The words for what can be done: noun:verb. A retired word stays, marked as retired."""

from enum import StrEnum


class Permission(StrEnum):
    """Every permission that a door may require, in alphabetical order of noun."""

    ACCOUNT_FIND = "account:find"
    ACCOUNT_OWN = "account:own"
    ACCOUNT_RESET = "account:reset"
    ACCOUNT_REVIEW = "account:review"

    CHILD_OPEN = "child:open"
    CHILD_SEARCH = "child:search"

    CONTACT_BROKER = "contact:broker"
    CONTACT_REQUEST = "contact:request"

    CORRECTION_READ = "correction:read"
    CORRECTION_SETTLE = "correction:settle"

    FEED_LOAD = "feed:load"
    FEED_PAUSE = "feed:pause"
    FEED_READ = "feed:read"
    FEED_RESUME = "feed:resume"

    INVOLVEMENT_DISPUTE = "involvement:dispute"
    INVOLVEMENT_RECORD = "involvement:record"

    LOG_READ = "log:read"

    QUALITY_READ = "quality:read"
    REVIEW_DECIDE = "review:decide"

    SHIELD_DECIDE = "shield:decide"
    SHIELD_LIFT = "shield:lift"
    SHIELD_OVERRIDE = "shield:override"
    SHIELD_REQUEST = "shield:request"


class Role(StrEnum):
    """What kind of person an account is for. The power to give access is apart from the power
    to see data; no role has everything.
    """

    PRACTITIONER = "practitioner"
    AUTHORISER = "authoriser"
    HELPDESK = "helpdesk"
    DATA_STEWARD = "data_steward"
    SHIELD_OFFICER = "shield_officer"
    AUDITOR = "auditor"
