"""Forms: read only what they declare, say all that is wrong at once, keep what was typed."""

from io import BytesIO
from typing import Any, NoReturn

from flask import Request, request
from flask.wrappers import Response
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField, MultipleFileField

from portal.core.pages import page

SUBMITTING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class PortalRequest(Request):
    """What was sent, kept in memory: of a file too, nothing is laid on a disk in the clear.

    How much that may be is limited before it is read (core/headers.py).
    """

    def _get_file_stream(self, *_: Any, **__: Any) -> BytesIO:
        return BytesIO()


class PortalForm(FlaskForm):
    """A form of the portal. In the view of a POST: ``if not form.validate(): ask_again(…)``.

    The session token is checked once for all forms (core/headers.py), not here.
    """

    class Meta(FlaskForm.Meta):
        """How a form meets the request."""

        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The posted texts; files only for a form that has a place for them; never JSON."""
            if formdata is not _Auto:
                return formdata
            if not request or request.method not in SUBMITTING:
                return None
            if any(isinstance(field, FileField | MultipleFileField) for field in form):
                return CombinedMultiDict((request.files, request.form))
            return request.form

    def populate_obj(self, obj: Any) -> NoReturn:
        """Closed: values go from a form to an action by name, one by one."""
        raise TypeError("read the fields by name; a form does not write to objects")

    def add_error(self, message: Any, field: str | None = None) -> None:
        """Add what only an action can find out: to a field, or to the form as a whole."""
        if field is None:
            self.form_errors.append(str(message))
            return
        found = self[field]
        found.errors = [*found.errors, str(message)]

    def error_list(self) -> list[dict[str, str]]:
        """For the error summary: one line per field in the order of the page, with its anchor."""
        lines = [
            {"text": str(field.errors[0]), "href": f"#{getattr(field, 'error_anchor', field.id)}"}
            for field in self
            if field.errors
        ]
        return lines + [{"text": str(message)} for message in self.form_errors]


def ask_again(template: str, form: PortalForm, **context: Any) -> Response:
    """The same page with what was typed and what is wrong: status 422 (RFC 9110, 15.5.21)."""
    return page(template, status=422, form=form, **context)
