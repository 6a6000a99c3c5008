"""What the worker does for segments by taste: it writes down what follows of customers' acts, a few at a time."""

import time
from datetime import datetime

from webapp.catalogues import published
from webapp.customers import preference_reckoning
from webapp.database import Database

PATIENCE = 3.0  # seconds of one go; letters wait meanwhile


def renew(database: Database, at: datetime) -> None:
    """One go of it."""
    reckon(database, at)


def reckon(database: Database, at: datetime, *, seconds: float = PATIENCE) -> bool:
    """Works out anew what is out of date; False where so many seconds did not suffice.

    Read and worked out with no transaction open that writes. Two workers may do the same: the later one stands, and
    where somebody has acted in between, neither counts until the next look.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.reading() as session:
            sold = published.families(session.connection())
            seal = preference_reckoning.seal(sold)
            those = preference_reckoning.stale(session, seal)
            families = [each.family for each in sold]
            worked = preference_reckoning.work_out(session, those, families, at=at)
        if worked:
            with database.writing() as session:
                preference_reckoning.keep(session, worked, seal)
        if len(those) < preference_reckoning.BATCH:
            return True
    return False
