"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How serious it is. Only bad makes the doctor fail."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, and what to do about it."""

    name: str
    level: Level
    sentence: str
    remedy: str = ""


def ok(name: str, sentence: str) -> Finding:
    """Say that all is well."""
    return Finding(name, Level.OK, sentence)


def warn(name: str, sentence: str, remedy: str) -> Finding:
    """Say what should be mended some day soon."""
    return Finding(name, Level.WARN, sentence, remedy)


def bad(name: str, sentence: str, remedy: str) -> Finding:
    """Say what must be mended now."""
    return Finding(name, Level.BAD, sentence, remedy)
