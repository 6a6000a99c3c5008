"""Notes written once an answer is made: one that fails is told to the log, and no reason to withhold the answer."""

import logging
from collections.abc import Callable

from flask import Response, after_this_request
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from webapp.database import writing

log = logging.getLogger(__name__)


def is_noted(note: Callable[[Session], object], failing: str) -> bool:
    """Writes a note in a transaction of its own, and says whether it is kept. `failing`: what the log says if not."""
    try:
        with writing() as session:
            note(session)
    except SQLAlchemyError:
        log.exception(failing)
        return False
    return True


def note_afterwards(note: Callable[[Session], object], failing: str) -> None:
    """Has a note written after this request's answer is made."""

    @after_this_request
    def noted(response: Response) -> Response:
        is_noted(note, failing)
        return response
