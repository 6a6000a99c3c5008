"""Families with dated options and prices: when a day begins on which they are others, the next version follows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from catalog.model import Family
from catalog.schedule import in_force, is_dated
from webapp.catalogues import published, version
from webapp.catalogues.version import PublishedVersion
from webapp.locks import alone

AUTHOR = "timetable"


@dataclass(frozen=True)
class Turn:
    """A family that is not on sale as it is to be today."""

    family: Family
    number: int  # of the version that it follows


def due(session: Session, today: date) -> list[Turn]:
    """The families whose version on sale was made for other days."""
    found = []
    for each in published.families(session.connection()):
        if is_dated(each.family) and (family := in_force(each.family, today)) != each.family:
            found.append(Turn(family, each.number))
    return found


def turn(session: Session, turn: Turn, today: date, *, at: datetime) -> PublishedVersion | None:
    """Publishes the family as it is today; None where somebody published it meanwhile: the next look sees to that."""
    alone(session, f"publish {turn.family.code}")
    on_sale = version.find(session, turn.family.code)
    if on_sale is None or on_sale.number != turn.number:
        return None
    made, is_new = version.publish(session, turn.family, author=AUTHOR, at=at, today=today)
    return made if is_new else None
