"""What a source reports in tests of this room, and the lines that its reports leave in the log."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.identity import operator
from portal.access.models import AccessEvent
from portal.core import clock

FEED = operator("feeds import")
TODAY = clock.today()


def events(session: Session, *names: str) -> list[str]:
    """Which of these events the reports left, in order."""
    wanted = select(AccessEvent.event).where(AccessEvent.roles == "operator feeds import")
    found = session.scalars(wanted.order_by(AccessEvent.line)).all()
    return [event for event in found if event in names]
