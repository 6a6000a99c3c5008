"""Publications whose time has come: the worker puts them on sale."""

import logging
from datetime import datetime

from webapp import clock
from webapp.catalogues import publication
from webapp.database import Database

log = logging.getLogger(__name__)


def publish_due(time_zone: str, database: Database, at: datetime) -> None:
    """Each in a transaction of its own; what a death in between leaves undone the next look makes up for."""
    with database.reading() as session:
        waiting = [(each.family_code, each.id or 0) for each in publication.due(session, at=at)]
    for code, number in waiting:
        with database.writing() as session:
            found = publication.find(session, code, number)
            if found is not None:
                state = publication.carry_out(session, found, at=at, today=clock.day_of(at, time_zone))
                log.info("publication %s of %s: %s", number, code, state.value)
