"""What the words of the log mean to an auditor, and how a day is cut out of it."""

import datetime as dt
import uuid

from babel.dates import get_timezone
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from portal.access.log import FAILED, REFUSED, SUCCESS, Event

PAGE = 50
# How the words of shield work begin: no ordinary reader of the log sees or counts them.
SHIELD = "shield:"
SHORT = 8

EVENTS: dict[Event, LazyString] = {
    Event.ACCOUNT_ADDED: _l("Account added"),
    Event.ACCOUNT_CHANGED: _l("Account changed"),
    Event.ACCOUNT_CHECKED: _l("Identity of an account holder checked"),
    Event.ACCOUNT_ENROLLED: _l("Passphrase and second factor chosen"),
    Event.ACCOUNT_FOUND: _l("Account found"),
    Event.ACCOUNT_LINKED: _l("Enrolment link issued"),
    Event.ACCOUNT_LOCKED: _l("Account locked"),
    Event.ACCOUNT_OPENED: _l("Account looked at"),
    Event.ACCOUNT_RESUMED: _l("Suspension of an account lifted"),
    Event.ACCOUNT_REVIEWED: _l("Access of an account confirmed"),
    Event.ACCOUNT_SIGN_IN_FAILED: _l("Sign-in failed"),
    Event.ACCOUNT_SIGNED_IN: _l("Signed in"),
    Event.ACCOUNT_SIGNED_OUT: _l("Signed out"),
    Event.ACCOUNT_SUSPENDED: _l("Account suspended"),
    Event.ACCOUNT_TOLD: _l("Account holder told"),
    Event.ACCOUNT_UNLOCKED: _l("Account unlocked"),
    Event.CALL_BACK_OPENED: _l("Call-back looked at"),
    Event.CALL_BACK_REPLIED: _l("Call-back replied to"),
    Event.CALL_BACKS_LISTED: _l("Own call-backs listed"),
    Event.CHILD_CHANGED: _l("Record changed by a source"),
    Event.CHILD_CORRECTED: _l("Record corrected by the index team"),
    Event.CHILD_IMPORTED: _l("Record brought in by a source"),
    Event.CHILD_OFFERED: _l("Candidate shown"),
    Event.CHILD_OPENED: _l("Record opened"),
    Event.CHILD_SEARCHED: _l("Search made"),
    Event.CONTACT_PASSED_ON: _l("Call-back passed on"),
    Event.CONTACT_RECORD_NAMED: _l("Record named for a request for contact"),
    Event.CONTACT_REQUESTED: _l("Asked to be put in touch"),
    Event.CONTACT_REQUEST_OPENED: _l("Request for contact looked at"),
    Event.CONTACT_REQUEST_SETTLED: _l("Request for contact settled"),
    Event.CONTACT_REQUESTS_LAPSED: _l("Old requests for contact closed"),
    Event.CONTACT_REQUESTS_LISTED: _l("Requests for contact listed"),
    Event.CORRECTION_OPENED: _l("Correction looked at, with the child"),
    Event.CORRECTION_REOPENED: _l("Correction asked again"),
    Event.CORRECTION_SETTLED: _l("Correction settled"),
    Event.CORRECTIONS_LISTED: _l("Corrections listed"),
    Event.DIRECTORY_IMPORTED: _l("Directory changed"),
    Event.DOOR_REFUSED: _l("Refused"),
    Event.DUPLICATES_SOUGHT: _l("Whole index searched for duplicates"),
    Event.FEED_ABANDONED: _l("Import abandoned"),
    Event.FEED_ADDED: _l("Source added"),
    Event.FEED_DECIDED: _l("Import decided"),
    Event.FEED_PAUSED: _l("Source paused"),
    Event.FEED_REHEARSED: _l("Import rehearsed"),
    Event.FEED_RESUMED: _l("Source resumed"),
    Event.FEED_RESUME_PROPOSED: _l("Resuming of a source proposed"),
    Event.FEED_RESUME_REJECTED: _l("Resuming of a source rejected"),
    Event.FEED_STAGED: _l("Import staged"),
    Event.FEED_UPLOADED: _l("File uploaded"),
    Event.FEED_WITHDRAWN: _l("Uploaded file withdrawn"),
    Event.INDEX_COUNTED: _l("Filling of the index counted"),
    Event.INVOLVEMENT_CHANGED: _l("Involvement changed"),
    Event.INVOLVEMENT_CONFIRMED: _l("Involvement confirmed"),
    Event.INVOLVEMENT_DISPUTED: _l("Involvement disputed"),
    Event.INVOLVEMENT_ENDED: _l("Involvement ended"),
    Event.INVOLVEMENT_LEAD_CHANGED: _l("Lead changed"),
    Event.INVOLVEMENT_RECORDED: _l("Involvement recorded"),
    Event.LOG_READ: _l("Access log read"),
    Event.LOG_VERIFIED: _l("Access log verified"),
    Event.MERGES_LISTED: _l("Records made of two listed"),
    Event.MERGE_OPENED: _l("Record made of two looked at"),
    Event.MERGE_UNDONE: _l("Two records made of one again"),
    Event.NAME_INDEX_REBUILT: _l("Name index made anew"),
    Event.ORGANISATION_ACCREDITED: _l("Accreditation of an organisation changed"),
    Event.PORTAL_BACKED_UP: _l("Back-up made"),
    Event.PORTAL_FILLED: _l("Invented town filled in"),
    Event.PORTAL_RESTORED: _l("Back-up restored"),
    Event.PORTAL_REWRITTEN: _l("Index written anew"),
    Event.PORTAL_SET_UP: _l("Portal set up"),
    Event.PORTAL_STATE_CHANGED: _l("Portal stopped, resumed or opened for the first time"),
    Event.PORTAL_UPGRADED: _l("Portal upgraded"),
    Event.PRACTITIONER_ADDED: _l("Practitioner added"),
    Event.PRACTITIONER_CHANGED: _l("Practitioner changed"),
    Event.PRACTITIONER_CORRECTED: _l("Practitioner’s entry put right"),
    Event.PRACTITIONER_CORRECTION_TAKEN_BACK: _l("Practitioner’s entry left to the sources again"),
    Event.PRACTITIONER_OPENED: _l("Practitioner’s entry looked at"),
    Event.PRACTITIONERS_LISTED: _l("Practitioners listed of whom sources differ"),
    Event.REASON_STATED: _l("Reason stated"),
    Event.RECORD_SPLIT: _l("Record split into two"),
    Event.SPLIT_OPENED: _l("Record looked at that may be about two children"),
    Event.SPLIT_UNDONE: _l("Record that was split made one again"),
    Event.REVIEW_OPENED: _l("Two records looked at side by side"),
    Event.REVIEW_REOPENED: _l("Answer about two records taken back"),
    Event.REVIEW_SETTLED: _l("Answer about two records"),
    Event.SEARCHES_FORGOTTEN: _l("Old searches deleted"),
    Event.ALERTS_LISTED: _l("Alerts looked at"),
    Event.ALERT_SETTLED: _l("Alert dealt with"),
    Event.LEDGER_REPLAYED: _l("Ledger replayed"),
    Event.SEARCHES_LOOKED_UP: _l("Searches looked up"),
    Event.QUARANTINE_DECIDED: _l("Quarantined row decided"),
    Event.QUARANTINE_LISTED: _l("Quarantine looked at"),
    Event.QUARANTINE_SIGNED_OFF: _l("Quarantine signed off"),
    Event.SENSITIVE_LISTED: _l("Own involvements recorded in confidence looked at"),
    Event.SENSITIVE_RECORDED: _l("Involvement recorded in confidence"),
    Event.SENSITIVE_WITHDRAWN: _l("Involvement recorded in confidence withdrawn"),
    Event.SHIELD_APPEALED: _l("Appeal noted"),
    Event.SHIELD_CALL_BACK_OPENED: _l("Call-back in confidence looked at"),
    Event.SHIELD_CALL_BACK_REPLIED: _l("Call-back in confidence replied to"),
    Event.SHIELD_CONTACT_OPENED: _l("Requests for contact compared with hidden children"),
    Event.SHIELD_CONTACT_PASSED_ON: _l("Call-back passed on in confidence"),
    Event.SHIELD_COUNTED: _l("Shields counted"),
    Event.SHIELD_DECIDED: _l("Shield decided"),
    Event.SHIELD_HIDDEN: _l("Record moved into the vault"),
    Event.SHIELD_LIFTED: _l("Shield lifted"),
    Event.SHIELD_LIFT_PROPOSED: _l("Lifting of a shield proposed"),
    Event.SHIELD_LISTED: _l("Shields looked at"),
    Event.SHIELD_OPENED: _l("Shield opened"),
    Event.SHIELD_OVERRIDDEN: _l("Shield overridden"),
    Event.SHIELD_PAIRED: _l("Records kept apart"),
    Event.SHIELD_REQUESTED: _l("Shield requested"),
    Event.SHIELD_REVIEWED: _l("Shield reviewed"),
    Event.SHIELD_UNPAIRED: _l("Records no longer kept apart"),
    Event.SHIELD_VERIFIED: _l("Answers compared with an emptied vault"),
}

OUTCOMES: dict[str, LazyString] = {
    SUCCESS: _l("Done"),
    REFUSED: _l("Refused"),
    FAILED: _l("Failed"),
}

SUBJECTS: dict[str, LazyString] = {
    "account": _l("account"),
    "call_back": _l("call-back"),
    "child": _l("child"),
    "correction": _l("correction"),
    "feed": _l("source"),
    "feed_run": _l("import"),
    "feed_upload": _l("uploaded file"),
    "organisation": _l("organisation"),
    "practitioner": _l("practitioner"),
    "search": _l("search"),
}


def short(number: uuid.UUID | None) -> str:
    """Return the first digits of an id: enough to tell lines apart, too few to open anything."""
    return number.hex[:SHORT] if number else ""


def bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a day in London and that of the next."""
    return _midnight(day), _midnight(day + dt.timedelta(days=1))


def _midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in London; zones of pytz know their summer by localize() only."""
    zone, begin = get_timezone("Europe/London"), dt.datetime.combine(day, dt.time())
    localize = getattr(zone, "localize", None)
    found: dt.datetime = localize(begin) if localize else begin.replace(tzinfo=zone)
    return found
