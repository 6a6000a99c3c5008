"""Dated options and prices: the version of the day follows by itself, unless it could not be sold."""

import logging
from datetime import date, datetime

from catalog import health
from webapp import clock
from webapp.catalogues import timetable
from webapp.database import Database

log = logging.getLogger(__name__)


class Turnover:
    """Publishes each family that is another one on a new day; doing it twice does no harm.

    What nobody could configure stays off sale, and is told once in the log: an editor has to publish what holds.
    """

    def __init__(self, time_zone: str) -> None:
        self.time_zone = time_zone
        self.refused: set[tuple[str, int, date]] = set()

    def __call__(self, database: Database, at: datetime) -> None:
        today = clock.day_of(at, self.time_zone)
        with database.reading() as session:
            due = timetable.due(session, today)
        for each in due:
            code = each.family.code
            if (code, each.number, today) in self.refused:
                continue
            if obstacles := health.examine(each.family).obstacles():
                self.refused.add((code, each.number, today))
                log.error("%s cannot be sold as of %s: %s", code, today, "; ".join(obstacles))
                continue
            with database.writing() as session:
                made = timetable.turn(session, each, today, at=at)
            if made is not None:
                log.info("%s: version %s is that of %s", code, made.number, today)
