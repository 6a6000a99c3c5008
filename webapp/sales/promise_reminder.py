"""Promises that end soon: what their owners are shown, and who has been written to about which."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from webapp.customers import benefit
from webapp.customers.benefit import Benefit
from webapp.customers.consent import Consent, Purpose
from webapp.customers.customer import Customer
from webapp.outbox import Letter
from webapp.sales import build_letter
from webapp.sales.build import Build
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.quote import Quote

AHEAD = timedelta(days=2)  # before the last day of a promise
KNOWN = timedelta(days=1)  # who was promised something so lately needs no reminder
MOST_SHOWN = 10
BATCH = 200


class PromiseReminder(SQLModel, table=True):
    """That somebody was written to about a promise of theirs: once."""

    __tablename__ = "promise_reminders"

    quote_id: int = Field(primary_key=True, foreign_key="quotes.id", ondelete="CASCADE")
    told_at: datetime


class Ending(NamedTuple):
    """A promise that ends soon, and the build that it is about."""

    quote: Quote
    build: Build


def of(session: Session, owner: str, today: date, *, at: datetime) -> list[Ending]:
    """The promises of an owner that end soon, the next one first."""
    return _endings(session, Build.owner == owner, today=today, at=at, limit=MOST_SHOWN)


def due(session: Session, today: date, *, at: datetime, after: int = 0) -> list[Ending]:
    """The next promises whose owners allow letters about them, want it, and have had none; at most `BATCH`."""
    told = exists().where(col(PromiseReminder.quote_id) == col(Quote.id))
    allowed = (
        exists()
        .where(col(Customer.owner) == col(Build.owner))
        .where(col(Consent.customer_id) == col(Customer.id))
        .where(col(Consent.purpose) == Purpose.BUILD_LETTERS.value, col(Consent.withdrawn_at).is_(None))
        .where(benefit.is_on(col(Customer.benefits_off), Benefit.REMINDERS))
    )
    return _endings(session, ~told, allowed, col(Quote.id) > after, today=today, at=at, limit=BATCH)


def tell(session: Session, ending: Ending, letter: Letter, *, at: datetime, most: int | None = None) -> bool:
    """Puts the letter into the outbox; False where another worker was faster, or its reader has said no meanwhile.

    `most`: letters to one person a week; beyond that the next digest tells it.
    """
    told = PromiseReminder(quote_id=ending.quote.id or 0, told_at=at)
    try:
        with session.begin_nested():
            session.add(told)
            session.flush()
    except IntegrityError:  # told already, or its build was deleted
        return False
    if build_letter.put(session, ending.build, letter, at=at, most=most):
        return True
    session.delete(told)
    return False


def _endings(
    session: Session, *which: ColumnElement[bool] | bool, today: date, at: datetime, limit: int
) -> list[Ending]:
    """Promises in their last days that still matter.

    They are about the build as it is now, nothing as good lasts longer, and nobody has ordered by them.
    """
    longer = aliased(Quote)
    as_good = exists().where(
        col(longer.build_id) == col(Quote.build_id),
        col(longer.build_number) == col(Quote.build_number),
        col(longer.total) <= col(Quote.total),
        col(longer.until) > col(Quote.until),
    )
    ordered = (
        exists()
        .where(col(Order.owner) == col(Build.owner))
        .where(col(OrderLine.order_id) == col(Order.id), col(OrderLine.quote_code) == col(Quote.code))
    )
    rows: Sequence[tuple[Quote, Build]] = session.exec(
        select(Quote, Build)
        .join(Build, (col(Build.id) == Quote.build_id) & (col(Build.latest_number) == Quote.build_number))
        .where(
            col(Quote.until) >= today,
            col(Quote.until) <= today + AHEAD,
            col(Quote.promised_at) < at - KNOWN,
            ~as_good,
            ~ordered,
            *which,
        )
        .order_by(col(Quote.until), col(Quote.id))
        .limit(limit)
    ).all()
    return [Ending(*row) for row in rows]
