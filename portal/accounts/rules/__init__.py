"""Decisions about accounts as pure functions: names, sign-in, factors, what a person is told."""

from anyascii import anyascii


def fold_name(name: str) -> str:
    """Return a name without accents, capitals and double blanks, to find it by."""
    return " ".join(anyascii(name).lower().split())[:240]


def fold_email(text: str) -> str:
    """Return an e-mail address as accounts keep it."""
    return text.strip().lower()[:254]


def enrolment_address(public_url: str, token: str) -> str:
    """Return the whole address of an enrolment link."""
    return f"{public_url.rstrip('/')}/enrol/{token}"
