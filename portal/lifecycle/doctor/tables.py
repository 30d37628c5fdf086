"""What is in the database: that it opens, is whole, fits the program and is told the truth."""

import datetime as dt

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.access.chain import last_line_at, verify_chain
from portal.access.log import Event
from portal.access.models import AccessEvent
from portal.children.queries import faults_of_name_index, sampled_faults_of_name_index
from portal.children.vault import oldest_left
from portal.children.vault.ledger_standing import standing
from portal.core import clock
from portal.core.config import Config
from portal.core.db import DatabaseProblem, snapshot
from portal.core.keys import Keys
from portal.feeds.queries import oldest_upload
from portal.lifecycle.doctor.findings import Finding, bad, ok, warn
from portal.lifecycle.schema import schema_problem, schema_version

RESTORE = "Put a back-up in its place: python -m portal restore FILE"
CALL = "Stop the portal (python -m portal lifecycle stop), keep everything as it is, and call "
OFFICER = "whoever looks after information security."
LONG_SINCE = dt.timedelta(days=8)
NEVER_REWRITTEN = "The index was never written anew since it was set up."
_NEWEST = select(func.max(AccessEvent.at))


def opens(engine: Engine) -> Finding:
    """The database opens with our key."""
    try:
        with snapshot(engine) as connection:
            connection.execute(text("SELECT 1"))
    except DatabaseProblem as problem:
        return bad("database", str(problem), "Do as it says, then look again.")
    except SQLAlchemyError:
        return bad("database", "The database answers with an error.", RESTORE)
    kind = "the encrypted file" if engine.dialect.name == "sqlite" else "PostgreSQL"
    return ok("database", f"It opens ({kind}).")


def schema(engine: Engine) -> Finding:
    """Its tables are of the version that this program needs."""
    problem = schema_problem(engine)
    if problem:
        sentence, _, remedy = problem.rpartition(". ")
        return bad("version", f"{sentence}.", remedy)
    return ok("version", f"The tables are of version {schema_version(engine)}, as needed.")


def integrity(engine: Engine) -> Finding:
    """Its pages are whole (SQLite); PostgreSQL sees to that itself."""
    if engine.dialect.name != "sqlite":
        return ok("integrity", "Left to PostgreSQL.")
    with snapshot(engine) as connection:
        for question in ("cipher_integrity_check", "quick_check"):
            said = connection.exec_driver_sql(f"PRAGMA {question}").scalars().all()
            if said not in ([], ["ok"]):
                return bad("integrity", "Pages of the index are damaged.", RESTORE)
    return ok("integrity", "Every page is whole.")


def links(engine: Engine) -> Finding:
    """No row speaks of another that is not there."""
    if engine.dialect.name != "sqlite":
        return ok("links", "Left to PostgreSQL.")
    with snapshot(engine) as connection:
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        names = ", ".join(sorted({row[0] for row in orphans}))
        return bad("links", f"Rows without what they belong to, in: {names}.", RESTORE)
    return ok("links", "Every row has what it belongs to.")


def log(engine: Engine, keys: Keys) -> Finding:
    """The access log is whole."""
    with snapshot(engine) as connection:
        report = verify_chain(connection, keys.log)
    if not report.is_whole:
        return bad("log", report.sentence, f"{CALL}{OFFICER}")
    return ok("log", f"The access log has {report.sentence}")


def ledger(engine: Engine, config: Config, keys: Keys) -> Finding:
    """The index has followed the ledger. How long it is, nobody is told."""
    found = standing(engine, config, keys)
    if found.fault:
        return bad("ledger", found.sentence, found.remedy)
    return ok("ledger", found.sentence)


def clock_against_log(engine: Engine) -> Finding:
    """Time has not gone back since the last line."""
    with snapshot(engine) as connection:
        newest = last_line_at(connection)
    if newest and clock.now() < newest:
        return bad(
            "clock",
            f"The clock stands before the last line of the log ({newest:%Y-%m-%d %H:%M} UTC).",
            "Set the clock of this machine right; let it keep time by itself (NTP).",
        )
    return ok("clock", f"It is {clock.now():%Y-%m-%d %H:%M} UTC, after the last line of the log.")


def state(engine: Engine) -> Finding:
    """The portal was set up, and is open."""
    with snapshot(engine) as connection:
        row = connection.execute(text("SELECT state, is_sandbox FROM portal_state")).one_or_none()
    if row is None:
        return bad("state", "Set-up was not completed.", "python -m portal setup")
    kind = "an invented town" if row.is_sandbox else "a real installation"
    if row.state == "preparing":
        sentence = f"The portal ({kind}) is being prepared: nobody searches in it yet."
        return warn("state", sentence, "When it is filled: python -m portal lifecycle go-live")
    if row.state != "live":
        remedy = "python -m portal lifecycle resume"
        return warn("state", f"The portal ({kind}) is {row.state}.", remedy)
    return ok("state", f"The portal ({kind}) is open.")


def names(engine: Engine) -> Finding:
    """The name index says what the records say, and leads to nobody who is archived; of very many
    children a thousand are looked at, and all who are archived."""
    with snapshot(engine) as connection, Session(connection) as session:
        sampled = sampled_faults_of_name_index(session)
        faults = faults_of_name_index(session) if sampled is None else sampled
    if faults:
        return bad(
            "names",
            f"The name index differs from the records in {faults:,} places.",
            "python -m portal children rebuild-index",
        )
    if sampled is None:
        return ok("names", "The name index fits the records.")
    seen = "a thousand records taken by chance and knows nobody archived"
    return ok("names", f"The name index fits {seen}.")


def rewritten(engine: Engine) -> Finding:
    """The index was written anew lately: what was deleted lay between its rows until then."""
    with snapshot(engine) as connection:
        newest = connection.scalar(_NEWEST.where(AccessEvent.event == Event.PORTAL_REWRITTEN))
        first = connection.scalar(select(func.min(AccessEvent.at)))
    since = newest or first
    if since and clock.now() - since > LONG_SINCE:
        sentence = f"The index was last written anew more than {LONG_SINCE.days} days ago."
        remedy = "python -m portal rewrite (let cron do it once a week, at a quiet hour)"
        return warn("rewritten", sentence if newest else NEVER_REWRITTEN, remedy)
    return ok("rewritten", "The index is new, or was written anew lately.")


def searches(engine: Engine) -> Finding:
    """Searches are looked up soon after they were made, for the shield officers."""
    with snapshot(engine) as connection:
        oldest = oldest_left(connection)
    if oldest and clock.now() - oldest > dt.timedelta(days=1):
        return warn(
            "searches",
            "Searches of more than a day ago were not looked up yet: shield officers learn late.",
            "python -m portal shielding look-up-searches (let cron do it every five minutes)",
        )
    return ok("searches", "No search has waited for a day to be looked up.")


def uploads(engine: Engine) -> Finding:
    """Uploaded files are taken in soon, for the data stewards who wait for them."""
    with snapshot(engine) as connection:
        oldest = oldest_upload(connection)
    if oldest and clock.now() - oldest > dt.timedelta(hours=1):
        return warn(
            "uploads",
            "A file that was uploaded more than an hour ago has not been taken in.",
            "python -m portal feeds take-in (let cron do it every five minutes)",
        )
    return ok("uploads", "No uploaded file has waited for an hour.")
