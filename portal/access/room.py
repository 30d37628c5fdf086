"""The door: the one way into a room.

A route is declared with what it requires, or it cannot be declared. The door asks the policy table,
runs the view, commits once and answers. A view that returns commits; a view that raises rolls
back. A refusal is logged in a transaction of its own. The commit comes before the answer leaves:
if the log cannot be written, nothing is shown.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import click
from flask import Blueprint, Flask, Response, make_response, redirect, request, session, url_for
from flask.cli import with_appcontext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import Identity, current_identity
from portal.access.log import REFUSED, Entry, Event, record_all
from portal.access.permissions import Permission
from portal.access.policy import Question, judge, may
from portal.access.reasons import ReasonNeeded
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.headers import with_file

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class ANYONE:
    """An open door, and why it must be open."""

    why: str


class Refused(PortalError):
    """This person may not use this door, now. Carries the sentence they are told."""

    status = 403

    def __init__(self, question: Question | None = None) -> None:
        super().__init__()
        self.question = question

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return str(self.question.otherwise) if self.question else ""


@dataclass(frozen=True, slots=True)
class Door:
    """What is known of a door: printed by `python -m portal doors` and held by tests."""

    endpoint: str
    method: str
    rule: str
    requires: Permission | ANYONE


class Room(Blueprint):
    """A package of the portal as Flask sees it. Doors are declared by get() and post() alone."""

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name, cli_group=name)
        self.doors: list[Door] = []

    def route(self, rule: str, **options: Any) -> NoReturn:
        """Closed: a route without a requirement cannot be made."""
        raise TypeError(f"{self.name}: declare doors with get() or post() and requires=")

    def get(self, rule: str, *, requires: Permission | ANYONE) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a door that shows."""
        return self._door("GET", rule, requires)

    def post(  # type: ignore[override]
        self, rule: str, *, requires: Permission | ANYONE, takes_file: bool = False
    ) -> Callable[[View], View]:
        """Declare a door that acts. One that takes a file may be sent more than others."""
        declare = self._door("POST", rule, requires)
        return (lambda view: declare(with_file(view))) if takes_file else declare

    def command(self, name: str) -> Callable[[Callable[..., Any]], click.Command]:
        """Declare an operator's verb. It commits when it ends; a generator at each yield too.

        A command that raises leaves nothing of its present step behind.
        """

        def declare(function: Callable[..., Any]) -> click.Command:
            params = getattr(function, "__click_params__", [])
            runner = functools.wraps(function)(in_steps(function))
            runner.__click_params__ = params  # type: ignore[attr-defined]
            return self.cli.command(name)(with_appcontext(runner))

        return declare

    def _door(
        self, method: str, rule: str, requires: Permission | ANYONE
    ) -> Callable[[View], View]:
        if not isinstance(requires, Permission | ANYONE):
            raise TypeError(f"{self.name}: {rule} must require a Permission or ANYONE(why)")

        def declare(view: View) -> View:
            name = view.__name__
            self.doors.append(Door(f"{self.name}.{name}", method, rule, requires))
            self.add_url_rule(rule, name, _guarded(view, requires), methods=[method])
            return view

        return declare


def _guarded(view: View, requires: Permission | ANYONE) -> View:
    @functools.wraps(view)
    def walk(**values: Any) -> AnyResponse:
        who = current_identity()
        if isinstance(requires, Permission) and who.is_anonymous:
            return to_sign_in()
        try:
            _ask(requires, who)
            answer = make_response(view(**values))
            db.session.commit()
        except ReasonNeeded as need:
            db.session.rollback()
            return redirect(url_for("children.reason", child_id=need.child_id), 303)
        except Refused as refusal:
            db.session.rollback()
            record_refusal(refusal, who)
            raise
        except BaseException:
            db.session.rollback()
            raise
        return answer

    return walk


def _ask(requires: Permission | ANYONE, who: Identity) -> None:
    if isinstance(requires, ANYONE):
        return
    verdict = judge(requires, who)
    if not verdict.allowed:
        raise Refused(verdict.failed)


def record_refusal(refusal: Refused, who: Identity) -> None:
    """Write the line of a refusal in a transaction of its own."""
    code = refusal.question.code if refusal.question else ""
    details = {"door": request.endpoint, "question": code}
    entry = Entry(event=Event.DOOR_REFUSED, outcome=REFUSED, details=details)
    with Session(db.engine) as own, own.begin():
        record_all([entry], by=who, session=own)


def to_sign_in() -> Response:
    """Send somebody we do not know, or no longer know, to the sign-in page."""
    words: dict[str, Any] = {"ended": "1"} if "_user_id" in session else {}
    if request.method == "GET" and request.endpoint != "accounts.home":
        words["next"] = request.path
    target = url_for("accounts.sign_in", **words)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    answer: Response = make_response(redirect(target, 303))
    return answer


def init_doors(app: Flask) -> None:
    """Let templates ask who is there and which links to show; never whether a fact is shown."""

    @app.context_processor
    def _words() -> dict[str, Any]:
        who = current_identity()
        return {"identity": who, "can": lambda word: may(Permission(word), who)}


def in_steps(function: Callable[..., Any]) -> Callable[..., None]:
    """Run a command's function and commit: at its end, and at each yield of a generator."""

    def run(*args: Any, **values: Any) -> None:
        try:
            outcome = function(*args, **values)
            if inspect.isgenerator(outcome):
                for _ in outcome:
                    db.session.commit()
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise

    return run
