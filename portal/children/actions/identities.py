"""A record that an index officer begins by hand, as one with a new identity needs."""

import datetime as dt
import uuid

from portal.access.identity import Identity
from portal.access.log import Event, record
from portal.children.applying import add_children, check_drafts
from portal.children.rules import ChildDraft, Gender
from portal.children.vault.stubs import some_origin
from portal.core import clock
from portal.core.db import random_id


def begin_record(
    *,
    given_names: str,
    family_name: str,
    date_of_birth: dt.date,
    gender: Gender,
    by: Identity,
) -> uuid.UUID:
    """Add a child whom no source has reported; return the id. Raises Invalid.

    The row looks as if a source had reported it: whoever reads the tables must not see that an
    officer began it. Its line in the log belongs to shield work for the same reason.
    """
    source, authority_id = some_origin()
    draft = ChildDraft(
        source=source, source_id=random_id().hex, source_on=clock.today(),
        given_names=given_names, family_name=family_name, date_of_birth=date_of_birth,
        gender=gender, authority_id=authority_id,
    )  # fmt: skip
    check_drafts([draft])
    (child_id,) = add_children([draft])
    record(Event.SHIELD_PAIRED, by=by, subject_kind="shield", details={"new": child_id})
    return child_id
