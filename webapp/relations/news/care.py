"""Care and service of what somebody owns: when it is time to look after a thing, reckoned from its delivery."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from webapp.relations.news.possession import Possession

FIRST = 30  # days until the first look: new things settle
SERVICE = 365  # days between services
LATE = timedelta(days=92)  # a reminder that could not be told for so long is not told any more


class Reminder(NamedTuple):
    """A thing that wants to be looked after. `years`: of service; 0 for the first look."""

    thing: Possession
    years: int
    at: datetime

    @property
    def source(self) -> str:
        return f"care:{self.thing.line.id}:{self.years}"


def reminders(things: Iterable[Possession], *, since: datetime, until: datetime) -> list[Reminder]:
    """What came due in a stretch of time, the oldest first."""
    found = []
    for thing in things:
        first = Reminder(thing, 0, thing.since + timedelta(days=FIRST))
        age = max(0, (until - thing.since).days // SERVICE)
        later = [
            Reminder(thing, year, thing.since + timedelta(days=SERVICE * year)) for year in (age - 1, age)
        ]
        found += [each for each in (first, *later) if each.years or each is first]
    return sorted((each for each in found if since <= each.at <= until), key=lambda each: each.at)
