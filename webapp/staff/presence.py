"""Notes that a browser of a member of staff is in use, now and then, for the list of where they are signed in."""

from datetime import datetime

from webapp import clock
from webapp.afterwards import note_afterwards
from webapp.customers import staff_session
from webapp.customers.colleague import Colleague


def note(who: Colleague, *, seen_at: datetime, address: str) -> None:
    """Keeps when and from where this browser asked for something, unless that is known well enough."""
    if clock.now() - seen_at < staff_session.NOTED_EVERY and address == who.address[:60]:
        return
    at = clock.now()
    note_afterwards(
        lambda session: staff_session.touch(session, who, at=at), "a visit to the desk was not noted"
    )
