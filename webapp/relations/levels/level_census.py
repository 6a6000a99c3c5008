"""How many customers a ladder of levels would have where, counted before anything is kept."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from webapp.customers.customer import Customer
from webapp.relations.levels import level_orders
from webapp.relations.levels.customer_level import CustomerLevel
from webapp.relations.levels.level_standing import Rung, Standing
from webapp.relations.levels.service_level import ServiceLevel
from webapp.sales.order import Order

CHUNK = 500


def holders(session: Session) -> Mapping[str, int]:
    """How many have each level now, by its code."""
    rows = session.execute(
        select(col(ServiceLevel.code), func.count())
        .join(CustomerLevel, col(CustomerLevel.level_id) == col(ServiceLevel.id))
        .group_by(col(ServiceLevel.code))
    )
    return dict(rows.all())


def earned(
    session: Session,
    rungs: Sequence[Rung],
    currency: str,
    *,
    today: date,
    day_of: Callable[[datetime], date],
) -> Mapping[int, int]:
    """How many would have earned each rung today, by its number."""
    months = max((rung.months for rung in rungs), default=0)
    since = datetime.combine(today - timedelta(days=31 * months + 1), time(), UTC)
    ordered = (
        select(col(Customer.owner))
        .join(Order, col(Order.owner) == col(Customer.owner))
        .where(col(Order.placed_at) >= since)
        .distinct()
        .order_by(col(Customer.owner))
    )
    found: Counter[int] = Counter()
    after = ""
    while owners := session.execute(ordered.where(col(Customer.owner) > after).limit(CHUNK)).scalars().all():
        for orders in level_orders.of(session, owners, since=since, day_of=day_of).values():
            rung = Standing(rungs, orders, currency).rung(today)
            if rung is not None:
                found[rung.id] += 1
        after = owners[-1]
    return found
