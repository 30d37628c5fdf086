"""Doors for machines that watch the portal. They tell nothing about people."""

from flask import Response, jsonify, request

from portal.access.room import ANYONE
from portal.lifecycle import queries, room

WITHOUT_INDEX = {"static", "lifecycle.healthz", "lifecycle.readyz"}


@room.before_app_request
def refuse_unfollowed_index() -> None:
    """Answer nobody from an index that was put back under this process and waits for its ledger."""
    if request.endpoint not in WITHOUT_INDEX:
        queries.refuse_unfollowed()


@room.get("/healthz", requires=ANYONE("a monitor must learn that the process is alive"))
def healthz() -> Response:
    """Say that the process answers, and which version it is."""
    return _answer("ok", 200)


@room.get("/readyz", requires=ANYONE("a proxy must learn whether to send people here"))
def readyz() -> Response:
    """Say whether the database answers and fits; 503 when not."""
    return _answer("ready", 200) if queries.is_ready() else _answer("not ready", 503)


def _answer(state: str, status: int) -> Response:
    answer = jsonify(state=state, version=queries.program_version())
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
