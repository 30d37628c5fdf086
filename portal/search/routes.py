"""Doors of the search: the form, the search, its results."""

import uuid

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from portal.access.identity import current_identity
from portal.access.permissions import Permission
from portal.children.rules import GENDERS
from portal.core.errors import NotFound
from portal.core.forms import ask_again
from portal.core.pages import page, redirect_to
from portal.search import actions, queries, room
from portal.search.forms import SearchForm
from portal.search.rules import DIFFERENCES, QUESTIONS, Outcome, advice


@room.get("/search", requires=Permission.CHILD_SEARCH)
def new_search() -> Response:
    """Show the form; with ?from= one's own search, filled as it was typed."""
    by = current_identity()
    kept = queries.kept_boxes(_asked_for(), by) if "from" in request.args else None
    return page("search/new_search.html", form=SearchForm(kept, sector=by.organisation_sector))


@room.post("/search", requires=Permission.CHILD_SEARCH)
def run_search() -> AnyResponse:
    """Search, and send the person to the results."""
    by = current_identity()
    form = SearchForm(sector=by.organisation_sector)
    if not form.validate():
        return ask_again("search/new_search.html", form)
    reason, note = form.reason_given()
    search_id = actions.run(typed=form.typed(), kept=form.kept(), reason=reason, note=note, by=by)
    return redirect_to("search.results", search_id=search_id)


@room.get("/searches/<uuid:search_id>", requires=Permission.CHILD_SEARCH)
def results(search_id: uuid.UUID) -> Response:
    """Show what came of one's own search of this session."""
    by = current_identity()
    sheet = actions.look_at_results(search_id=search_id, by=by)
    asks = sheet.outcome is Outcome.TOO_MANY
    return page(
        "search/results.html", sheet=sheet, genders=GENDERS, differing=DIFFERENCES,
        question=QUESTIONS[sheet.ask], advice=advice(sheet.typed),
        form=SearchForm(sheet.kept, sector=by.organisation_sector) if asks else None,
    )  # fmt: skip


def _asked_for() -> uuid.UUID:
    """The search named in the address. Raises NotFound when it names none."""
    try:
        return uuid.UUID(request.args.get("from", ""))
    except ValueError:
        raise NotFound from None
