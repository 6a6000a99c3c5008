"""What the worker does for imports of customers: some rows at a time, so that letters leave meanwhile."""

import time
from datetime import datetime

from webapp import clock
from webapp.database import Database
from webapp.languages import LANGUAGES
from webapp.relations.importing import customer_import, import_work

SLICE = 1.5  # seconds of work between two looks at everything else


def go_on(time_zone: str, database: Database, at: datetime) -> None:
    """Goes on with the imports that were started, or are being taken back."""
    began, today = time.monotonic(), clock.day_of(at, time_zone)
    with database.reading() as session:
        numbers = customer_import.at_work(session)
    for number in numbers:
        more = True
        while more and time.monotonic() - began < SLICE:
            with database.writing() as session:
                more = import_work.step(session, number, tuple(LANGUAGES), today, at)
