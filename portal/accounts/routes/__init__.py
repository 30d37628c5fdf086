"""Doors of the accounts room, one module for each kind of page."""

from portal.accounts.routes import authoriser, enrolment, helpdesk, own_account, sign_in

__all__ = ["authoriser", "enrolment", "helpdesk", "own_account", "sign_in"]
