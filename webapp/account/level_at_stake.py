"""What cancelling an order would do to the level of whoever ordered: said before it happens."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from webapp import clock, settings
from webapp.database import reading
from webapp.languages import language
from webapp.relations.levels import levelling
from webapp.relations.levels.level_standing import rank_of
from webapp.relations.levels.service_level import ServiceLevel, ladder
from webapp.sales.order import Order
from webapp.shop.visiting import customer


class AtStake(NamedTuple):
    """A level that would end, and the one that would be left; "" for none."""

    level: str
    becomes: str


def level_at_stake(order: Order) -> AtStake | None:
    """None where nothing would change, or where whoever asks is not the customer whose order it is."""
    who, at = customer(), clock.now()
    if who is None or who.owner != order.owner:
        return None
    zone = settings.current().time_zone
    today, day_of = clock.day_of(at, zone), partial(clock.day_of, zone=zone)
    (look,) = levelling.looks(reading(), [who.customer_id], at=at, today=today, day_of=day_of)
    if look.before is None:
        return None
    rest = [
        replace(each, cancelled_at=at) if each.number == order.number else each
        for each in look.standing.orders
    ]
    left = replace(look.standing, orders=rest).rung(today)
    now = look.standing.rung(today)
    if rank_of(left) >= min(look.before.rank, rank_of(now)):
        return None
    becomes = next((each for each in ladder(reading()) if left and each.id == left.id), None)
    return AtStake(_title(look.before), _title(becomes))


def _title(level: ServiceLevel | None) -> str:
    return level.texts.in_(language()) if level else ""
