"""The operational log of the process: JSON lines on standard error. Not the access log.

Only words on the list leave the process: a name, a postcode or a typed value that strays into a
log call is dropped here.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    "event level timestamp request_id endpoint method status milliseconds error place account "
    "command count version host port state".split()
)


def _only_allowed(_: Any, __: str, words: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in words.items() if name in ALLOWED}


def init_logs() -> None:
    """Set structlog up once for the process and quieten the server's own chatter."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
