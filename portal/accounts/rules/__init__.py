"""Decisions about accounts as pure functions: names, sign-in, factors, what a person is told."""

from anyascii import anyascii


def fold_name(name: str) -> str:
    """Return a name without accents, capitals and double blanks, to find it by."""
    return " ".join(anyascii(name).lower().split())[:240]


def fold_email(text: str) -> str:
    """Return an e-mail address as accounts keep it."""
    return text.strip().lower()[:254]
