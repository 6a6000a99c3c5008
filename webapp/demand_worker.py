"""What the worker does for the demand pages: counts clicks, packs builds and orders, asks what if a rule went."""

import time
from datetime import datetime

from webapp.catalogues import published
from webapp.catalogues.version import current_keys
from webapp.database import Database
from webapp.sales.demand import answering, counting, packing
from webapp.sales.demand.answering import Answering

PATIENCE = 3.0  # seconds for each kind of work; letters wait meanwhile


class DemandWorker:
    """One worker's share; what is left over the next turn goes on with."""

    def __init__(self, time_zone: str) -> None:
        self.time_zone = time_zone
        self.answering = Answering()

    def __call__(self, database: Database, at: datetime) -> None:
        """Does what there is to do, for a few seconds at most."""
        count_touchpoints(database, at)
        pack_parts(database, at, self.time_zone)
        self.answer(database)

    def answer(self, database: Database, *, seconds: float = PATIENCE) -> bool:
        """Answers open questions about rules; False where so many seconds did not suffice."""
        deadline = time.monotonic() + seconds
        with database.reading() as session:
            families = [(code, number) for code, number, _ in current_keys(session)]
        for code, number in families:
            is_last = False
            while not is_last:
                with database.reading() as session:
                    asked = answering.open_questions(session, code, number)
                    sold = published.current(session.connection(), code) if asked else None
                if sold is None or sold.number != number:
                    break
                answers = self.answering.answers(sold, asked)
                with database.writing() as session:
                    answering.keep(session, answers)
                is_last = len(asked) < answering.BATCH
                if not is_last and time.monotonic() > deadline:
                    return False
        return True


def count_touchpoints(database: Database, at: datetime, *, seconds: float = PATIENCE) -> bool:
    """Counts what has come since the last time; False where so many seconds did not suffice."""
    deadline, before = time.monotonic() + seconds, at - counting.SETTLED
    while time.monotonic() < deadline:
        with database.reading() as session:
            start, acts = counting.waiting(session, before=before)
        with database.writing() as session:
            if counting.count(session, start, acts, at=before) and len(acts) < counting.BATCH:
                return True
    return False


def pack_parts(database: Database, at: datetime, time_zone: str, *, seconds: float = PATIENCE) -> bool:
    """Packs builds and orders that have come or changed; False where so many seconds did not suffice."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with database.reading() as session:
            load = packing.waiting(session)
        with database.writing() as session:
            packing.pack(session, load, zone=time_zone, at=at)
        if load.is_last:
            return True
    return False
