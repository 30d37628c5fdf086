"""Decisions about accounts as pure functions: names, sign-in, factors, what a person is told."""

from collections.abc import Collection

from anyascii import anyascii
from email_validator import EmailNotValidError, validate_email


def fold_name(name: str) -> str:
    """Return a name without accents, capitals and double blanks, to find it by."""
    return " ".join(anyascii(name).lower().split())[:240]


def fold_email(text: str) -> str:
    """Return an e-mail address as accounts keep it."""
    return text.strip().lower()[:254]


def enrolment_address(public_url: str, token: str) -> str:
    """Return the whole address of an enrolment link."""
    return f"{public_url.rstrip('/')}/enrol/{token}"


def read_email(text: str, domains: Collection[str]) -> str | None:
    """Return a work e-mail address as accounts keep it, or None when it cannot be one.

    domains are those of an intranet that are taken although they are no public ones.
    """
    name, _at, domain = text.strip().rpartition("@")
    is_ours = domain.lower() in {one.lower() for one in domains}
    try:
        found = validate_email(
            f"{name}@example.org" if is_ours else text.strip(), check_deliverability=False
        )
    except EmailNotValidError:
        return None
    return fold_email(f"{found.local_part}@{domain}" if is_ours else found.normalized)
