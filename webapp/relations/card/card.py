"""The card of somebody: all that a colleague needs to serve them, read in a number of statements that does not grow."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from webapp.customers import consent, merged_account
from webapp.customers.consent import Consent, Purpose
from webapp.customers.merged_account import MergedAccount
from webapp.customers.rights_request import RightsRequest
from webapp.relations.card import errand, manager, time_line, value
from webapp.relations.card.errand import Assigned
from webapp.relations.card.manager import Named
from webapp.relations.card.subject import Subject
from webapp.relations.card.time_line import Channel, TimeLine
from webapp.relations.card.value import Value
from webapp.relations.talk import inbox
from webapp.relations.talk.inbox import Entry
from webapp.sales import build, current_build, order
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.current_build import CurrentBuild
from webapp.sales.order import Order
from webapp.sales.payment import Payment
from webapp.sales.quote import Quote
from webapp.sales.watch import Watch

FEW = 5  # rows of each list on the card; the rest is a link away
MOMENTS = 20
PAGE = 50


@dataclass
class Card:
    """Everything about one person. Lists hold the latest few; the counts say how many there are."""

    subject: Subject
    value: Value
    orders: Sequence[Order]
    builds: Sequence[Build]
    build_count: int
    drafts: Sequence[CurrentBuild]
    promises: Sequence[tuple[Quote, str]]  # each with the name of its build
    payments: Sequence[tuple[Payment, str]]  # each with the number of its order
    watches: Sequence[tuple[Watch, str]]  # each with the name of its build
    opinions: Sequence[tuple[Comment, str]]  # what they said of builds, each with its name
    time_line: TimeLine
    threads: Sequence[Entry]
    receipts: Sequence[Consent] = ()
    requests: Sequence[RightsRequest] = ()
    errands: Sequence[Assigned] = ()
    manager: Named | None = None
    merged: Sequence[MergedAccount] = ()

    @property
    def order_count(self) -> int:
        return self.value.orders + self.value.cancelled

    def holding(self, purpose: Purpose) -> Consent | None:
        """The consent that holds now, if one does."""
        held = (one for one in self.receipts if one.purpose == purpose and one.withdrawn_at is None)
        return next(held, None)

    def allows(self, purpose: Purpose) -> bool:
        return self.holding(purpose) is not None


def of(
    session: Session,
    subject: Subject,
    *,
    at: datetime,
    today: date,
    day_of: Callable[[datetime], date],
    channels: Collection[Channel] = tuple(Channel),
) -> Card:
    """Reads a card. Some thirty statements for whomever it is about."""
    owner, number = subject.owner, subject.customer_id
    return Card(
        subject,
        value.of(session, owner, today, day_of),
        order.of(session, owner, limit=FEW),
        build.of(session, owner, limit=FEW),
        build.count(session.connection(), owner),
        current_build.of(session, owner),
        promises(session, owner, today, limit=FEW),
        payments(session, owner, limit=FEW),
        watches(session, owner, limit=FEW),
        opinions(session, owner, limit=FEW),
        time_line.of(session, subject, before=at, limit=MOMENTS, channels=channels),
        inbox.with_person(session, owner, limit=FEW),
        consent.receipts(session, number) if number is not None else (),
        requests(session, number, limit=FEW) if number is not None else (),
        errand.open_for(session, number) if number is not None else (),
        manager.of(session, number) if number is not None else None,
        merged_account.of(session, number) if number is not None else (),
    )


def payments(session: Session, owner: str, *, skip: int = 0, limit: int) -> Sequence[tuple[Payment, str]]:
    """What came in, the latest first, with what went back of it."""
    mine = (
        select(Payment, Order.number)
        .join(Order, col(Order.id) == col(Payment.order_id))
        .where(Order.owner == owner)
        .order_by(col(Payment.received_at).desc(), col(Payment.id).desc())
    )
    return session.exec(mine.offset(skip).limit(limit)).all()


def promises(session: Session, owner: str, today: date, *, limit: int) -> Sequence[tuple[Quote, str]]:
    """Prices that are promised and hold, those that end first before the others."""
    holding = (
        select(Quote, Build.name)
        .join(Build, col(Build.id) == col(Quote.build_id))
        .where(Build.owner == owner, Quote.until >= today)
        .order_by(col(Quote.until), col(Quote.id))
    )
    return session.exec(holding.limit(limit)).all()


def watches(session: Session, owner: str, *, limit: int) -> Sequence[tuple[Watch, str]]:
    """What they wait for, the latest wish first."""
    theirs = (
        select(Watch, Build.name)
        .join(Build, col(Build.id) == col(Watch.build_id))
        .where(Build.owner == owner)
        .order_by(col(Watch.id).desc())
    )
    return session.exec(theirs.limit(limit)).all()


def opinions(session: Session, owner: str, *, limit: int) -> Sequence[tuple[Comment, str]]:
    """What they said of builds, their own or others', the latest first."""
    said = (
        select(Comment, Build.name)
        .join(Build, col(Build.id) == col(Comment.build_id))
        .where(Comment.writer == owner)
        .order_by(col(Comment.id).desc())
    )
    return session.exec(said.limit(limit)).all()


def requests(session: Session, customer_id: int, *, limit: int) -> Sequence[RightsRequest]:
    """What they asked about their data, the latest first."""
    asked = select(RightsRequest).where(RightsRequest.customer_id == customer_id)
    return session.exec(asked.order_by(col(RightsRequest.id).desc()).limit(limit)).all()
