"""What the search of the desk finds people by follows their accounts and orders within seconds."""

import time
from datetime import datetime

from webapp.database import Database
from webapp.relations.card import search_entry

PATIENCE = 5.0  # seconds of one go, so that letters need not wait until a long list is learnt


def learn(database: Database, _at: datetime, *, seconds: float = PATIENCE) -> None:
    """Learns what has changed, a few rows in each transaction; the rest at the next go."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with database.reading() as session:
            waiting = search_entry.changes(session)
        if not waiting:
            return
        with database.writing() as session:
            search_entry.learn(session, waiting)
