"""When a session is over, and when somebody has to wait before trying again.

Failed tries are counted for each typed e-mail address, with an account or without, so that a
stranger learns nothing from the count. An office cannot be locked out, for three reasons: no count
hangs on a network address alone, so a careless colleague behind the same address harms only the
address they typed; a lock ends by itself after half an hour at most; and tries from a network
address where that account signed in during the last 30 days have a count of their own, so an
outsider who knows every e-mail address of an office locks only themselves out. (Behind a proxy that
is missing from trusted_proxies all addresses look alike and this last shield is lost.) Whoever sits
inside the same office can find out whether a colleague signs in there; they can see that anyway.
"""

import datetime as dt
from dataclasses import dataclass

TOUCH_EVERY = dt.timedelta(minutes=1)
HALF_OPEN_FOR = dt.timedelta(minutes=10)
KNOWN_FOR = dt.timedelta(days=30)
FORGET_AFTER = dt.timedelta(hours=24)
FREE_TRIES = 4
FIRST_LOCK, LONGEST_LOCK = dt.timedelta(minutes=1), dt.timedelta(minutes=30)
LINK_LASTS = dt.timedelta(minutes=30)
ELSEWHERE = ""

SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad",
    "Mac OS": "Mac", "CrOS": "Chromebook", "Linux": "Linux",
}  # fmt: skip
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
    "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request comes from: network address and browser, in words."""

    address: str
    browser: str


def browser_of(agent: str) -> str:
    """Return what a User-Agent header says in words, such as "Firefox, Windows"; "" if unknown."""
    found = [
        next((name for word, name in words.items() if word in agent), "")
        for words in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(part for part in found if part)


def is_over(
    *, began_at: dt.datetime, seen_at: dt.datetime, now: dt.datetime,
    idle: dt.timedelta, absolute: dt.timedelta,
) -> bool:  # fmt: skip
    """True when a session was idle too long or has lasted too long (ASVS 7.3.1, 7.3.2)."""
    return now - seen_at >= idle or now - began_at >= absolute


def lock_after(failed_count: int) -> dt.timedelta | None:
    """Return how long to wait after so many failures in a row: 1 minute, doubling up to 30."""
    beyond = failed_count - FREE_TRIES
    if beyond < 1:
        return None
    return min(FIRST_LOCK * (1 << min(beyond - 1, 10)), LONGEST_LOCK)


def is_local_path(target: str) -> bool:
    """True for a path of our own to go on to after sign-in; never another site or a page's act."""
    return (
        target.startswith("/")
        and not target.startswith("//")
        and target.isprintable()
        and ("\\" not in target)
    )
