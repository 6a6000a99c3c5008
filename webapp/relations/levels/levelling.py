"""Levelling: what becomes of customers' levels, found out by a reader and kept in a short transaction after."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, exists, func, insert, or_, select
from sqlmodel import Session, col

from catalog.rule_fault import RuleFault
from webapp import outbox
from webapp.catalogues import published
from webapp.customers.customer import Customer
from webapp.locks import alone
from webapp.outbox import Letter
from webapp.relations.levels import level_orders, level_rule, service_level
from webapp.relations.levels.customer_level import CustomerLevel, Event, LevelChange, LevelDue
from webapp.relations.levels.level_rule import Goal
from webapp.relations.levels.level_standing import Known, Rung, Standing, Verdict, judged
from webapp.relations.levels.service_level import ServiceLevel
from webapp.sales.order import Order

NOTICE = timedelta(days=30)  # before a level falls for any reason but money that went back
LONGEST_WINDOW = 60  # months
BATCH = 50  # customers of one transaction
USUAL_CURRENCY = "EUR"  # of a shop that sells nothing yet


class Look(NamedTuple):
    """What was found out about one customer. `sums`: what counts towards the level that it is about."""

    customer: Customer
    standing: Standing
    known: Known | None
    verdict: Verdict
    before: ServiceLevel | None
    after: ServiceLevel | None
    becomes: ServiceLevel | None  # after an announced fall
    sums: Goal

    @property
    def news(self) -> Event | None:
        return Event(self.verdict.event) if self.verdict.event else None

    @property
    def is_told(self) -> bool:
        """Whether a letter goes with it: whatever takes something away. What is given shows by itself."""
        return self.news in (Event.ANNOUNCED, Event.FELL)


def currency_of(session: Session) -> str:
    """In which the shop counts: that of what it sells."""
    sold = published.families(session.connection())
    return sold[0].family.currency if sold else USUAL_CURRENCY


def rungs(levels: Sequence[ServiceLevel], currency: str) -> list[Rung]:
    """The ladder as values. A rule that cannot be read any more is met by nobody."""
    found: list[Rung] = []
    for level in levels:
        try:
            goals = level_rule.read(level.rule, currency)
        except RuleFault:
            continue
        found.append(Rung(level.id or 0, level.rank, level.months, goals))
    return found


def looks(
    session: Session, ids: Collection[int], *, at: datetime, today: date, day_of: Callable[[datetime], date]
) -> list[Look]:
    """What would become of these customers' levels now; a handful of statements, however many those are."""
    currency = currency_of(session)
    levels = {each.id or 0: each for each in service_level.ladder(session, with_closed=True)}
    ladder = rungs([each for each in levels.values() if each.is_open], currency)
    people = session.execute(select(Customer).where(col(Customer.id).in_(ids))).scalars().all()
    rows = session.execute(select(CustomerLevel).where(col(CustomerLevel.customer_id).in_(ids))).scalars()
    kept = {row.customer_id: row for row in rows}
    since = datetime.combine(today - timedelta(days=31 * LONGEST_WINDOW), time(), UTC)
    orders = level_orders.of(session, [each.owner for each in people], since=since, day_of=day_of)
    found: list[Look] = []
    for person in people:
        standing = Standing(ladder, orders[person.owner], currency)
        known = _known(kept.get(person.id or 0), levels)
        verdict = judged(standing, known, today, NOTICE)
        before = levels.get(known.level_id or 0) if known else None
        after = levels.get(verdict.level_id or 0)
        about = after if verdict.event == Event.REACHED else before or after
        sums = standing.sums(about.months, today) if about else Goal()
        becomes = levels.get(verdict.falls_to or 0)
        found.append(Look(person, standing, known, verdict, before, after, becomes, sums))
    return found


def keep(
    session: Session,
    seen: Sequence[Look],
    letters: Mapping[int, Letter],
    *,
    at: datetime,
    today: date,
    day_of: Callable[[datetime], date],
) -> list[int]:
    """Keeps what was found out of those of whom it is still true; whose level needs no other look for now."""
    ids = sorted(each.customer.id or 0 for each in seen)
    for number in ids:
        alone(session, f"level {number}")
    expected = {each.customer.id or 0: (each.known, each.verdict) for each in seen}
    done: list[int] = []
    for look in looks(session, ids, at=at, today=today, day_of=day_of):
        number = look.customer.id or 0
        if expected[number] != (look.known, look.verdict):
            continue  # something happened in between
        _write(session, number, look, at)
        if number in letters:
            outbox.put(session, letters[number], at=at)
        done.append(number)
    session.flush()
    return done


def _write(session: Session, number: int, look: Look, at: datetime) -> None:
    verdict = look.verdict
    row = session.get(CustomerLevel, number)
    if row is None:
        if look.news is None:
            return
        row = CustomerLevel(customer_id=number, since=at, judged_at=at)
        session.add(row)
    if row.level_id != verdict.level_id:
        row.level_id, row.since = verdict.level_id, at
    row.look_on, row.judged_at = verdict.look_on, at
    row.falls_on, row.falls_to = verdict.falls_on, verdict.falls_to
    if verdict.falls_on is None:
        row.announced_at = None
    if look.news is None:
        return
    if look.news is Event.ANNOUNCED:
        row.announced_at = at
    shown = look.becomes if look.news is Event.ANNOUNCED else look.after
    session.add(
        LevelChange(
            customer_id=number,
            event=look.news.value,
            level=shown.code if shown else "",
            title=dict(shown.title) if shown else {},
            before=look.before.code if look.before else "",
            day=verdict.falls_on,
            why=_why(look),
            at=at,
        )
    )


def _why(look: Look) -> dict[str, Any]:
    """The sums that it followed from, as they were."""
    about = look.after if look.news is Event.REACHED else look.before or look.after
    return {
        "orders": look.sums.orders,
        "paid": look.sums.paid,
        "currency": look.standing.currency,
        "months": about.months if about else 0,
        "rule": about.rule if about else "",
    }


def _known(row: CustomerLevel | None, levels: Mapping[int, ServiceLevel]) -> Known | None:
    if row is None:
        return None
    level = levels.get(row.level_id or 0)
    return Known(row.level_id, level.rank if level else 0, row.judged_at, row.falls_on, row.falls_to)


def due(session: Session, today: date, *, after: int = 0) -> dict[int, int]:
    """Customers to be looked at, with the last note about each (0: it is time), the next after a number."""
    noted = (
        select(col(LevelDue.about), func.max(col(LevelDue.id)))
        .where(col(LevelDue.about) > after)
        .group_by(col(LevelDue.about))
        .order_by(col(LevelDue.about))
        .limit(BATCH)
    )
    timely = (
        select(col(CustomerLevel.customer_id))
        .where(col(CustomerLevel.customer_id) > after, col(CustomerLevel.look_on) <= today)
        .order_by(col(CustomerLevel.customer_id))
        .limit(BATCH)
    )
    found = dict.fromkeys(session.execute(timely).scalars(), 0)
    found |= dict(session.execute(noted).all())
    return {number: found[number] for number in sorted(found)[:BATCH]}


def strike(session: Session, notes: Mapping[int, int]) -> None:
    """Strikes out the notes about customers up to the last that was read."""
    for number, last in notes.items():
        if last:
            session.execute(delete(LevelDue).where(col(LevelDue.about) == number, col(LevelDue.id) <= last))


def note_everybody(session: Session) -> None:
    """Lets the worker look at everybody who has ordered or has a level: the ladder has changed."""
    ordered = exists().where(col(Order.owner) == col(Customer.owner))
    has = exists().where(col(CustomerLevel.customer_id) == col(Customer.id))
    session.execute(
        insert(LevelDue).from_select(["about"], select(col(Customer.id)).where(or_(ordered, has)))
    )
