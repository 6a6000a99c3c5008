"""Notes that a browser of a member of staff is in use, now and then, for the list of where they are signed in."""

import logging
from datetime import datetime

from flask import Response, after_this_request
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.customers import staff_session
from webapp.customers.colleague import Colleague
from webapp.database import writing

log = logging.getLogger(__name__)


def note(who: Colleague, *, seen_at: datetime, address: str) -> None:
    """Keeps when and from where this browser asked for something, unless that is known well enough."""
    if clock.now() - seen_at < staff_session.NOTED_EVERY and address == who.address[:60]:
        return

    @after_this_request
    def noted(response: Response) -> Response:
        try:
            with writing() as session:
                staff_session.touch(session, who, at=clock.now())
        except SQLAlchemyError:  # no reason to withhold the page
            log.exception("a visit to the desk was not noted")
        return response
