"""One time line of somebody, over all channels: what they did, what we wrote, what came in, what colleagues did."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, bindparam, or_, select
from sqlmodel import Session, col

from webapp.customers.staff_act import StaffAct
from webapp.customers.touchpoint import DEEDS, OF_A_PROFILE_ALONE, Touchpoint
from webapp.outbox import OutboxLetter
from webapp.prepared import Prepared
from webapp.relations.card.contact import Contact
from webapp.relations.card.subject import THING, Subject
from webapp.relations.talk.message import Message
from webapp.relations.talk.thread import Thread
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep
from webapp.sales.payment import Payment
from webapp.sales.refund import Refund


class Channel(StrEnum):
    """Where something happened."""

    SITE = "site"  # only while they allow a profile: nothing else says whose it was
    MAIL = "mail"
    ORDER = "order"
    MONEY = "money"
    TALK = "talk"  # messages, on whichever way
    CONTACT = "contact"  # calls, visits and notes
    DESK = "desk"


class Moment(NamedTuple):
    """One thing that happened. `kind`: a word of its channel; `ref`: what it is about; `facts`: what else is told."""

    at: datetime
    channel: Channel
    kind: str
    ref: str = ""
    facts: Mapping[str, Any] = {}


class TimeLine(NamedTuple):
    """A part of it, the latest first. `older`: before which moment there is more; None where there is not."""

    moments: list[Moment]
    older: datetime | None


Source = Callable[[Connection, Subject, datetime, int], Iterator[Moment]]


def of(
    session: Session,
    subject: Subject,
    *,
    before: datetime,
    limit: int,
    channels: Collection[Channel] = tuple(Channel),
) -> TimeLine:
    """What happened before a moment. At most nine statements, each of which reads no more than is shown."""
    rows = session.connection()
    wanted = [source for channel in channels for source in SOURCES[channel]]
    found = [moment for source in wanted for moment in source(rows, subject, before, limit + 1)]
    found.sort(key=lambda moment: moment.at, reverse=True)
    shown = found[:limit]
    # Those of one instant stay together, or the next part would begin after some of them.
    shown += [moment for moment in found[limit:] if shown and moment.at == shown[-1].at]
    return TimeLine(shown, shown[-1].at if len(found) > len(shown) else None)


def _rows(*columns: Any) -> Select:
    return select(*columns)


def _latest(query: Select, at: Any, *further: Any) -> Prepared:
    """Compiled once: the latest rows before a moment."""
    latest = query.where(col(at) < bindparam("before")).order_by(col(at).desc(), *further)
    return Prepared(latest.limit(bindparam("most", type_=Integer)))


_OF_SITE = _latest(
    _rows(Touchpoint.at, Touchpoint.kind, Touchpoint.ref, Touchpoint.family).where(
        col(Touchpoint.customer_id) == bindparam("who"),
        or_(*(col(Touchpoint.kind) == kind.value for kind in (*DEEDS, *OF_A_PROFILE_ALONE))),
    ),
    Touchpoint.at,
)
_OF_LETTERS = _latest(
    _rows(OutboxLetter.put_at, OutboxLetter.message_id, OutboxLetter.subject, OutboxLetter.sent_at).where(
        col(OutboxLetter.recipient) == bindparam("who")
    ),
    OutboxLetter.put_at,
)
_OF_ORDERS = _latest(
    _rows(Order.placed_at, Order.number, Order.total, Order.currency).where(
        col(Order.owner) == bindparam("who")
    ),
    Order.placed_at,
)
_OF_STEPS = _latest(
    _rows(OrderStep.at, OrderStep.step, Order.number)
    .join(Order, col(Order.id) == col(OrderStep.order_id))
    .where(col(Order.owner) == bindparam("who")),
    OrderStep.at,
)
_OF_PAYMENTS = _latest(
    _rows(Payment.received_at, Payment.amount, Payment.currency, Order.number)
    .join(Order, col(Order.id) == col(Payment.order_id))
    .where(col(Order.owner) == bindparam("who")),
    Payment.received_at,
)
_OF_REFUNDS = _latest(
    _rows(Refund.requested_at, Refund.amount, Refund.currency, Refund.state, Order.number)
    .join(Payment, col(Payment.id) == col(Refund.payment_id))
    .join(Order, col(Order.id) == col(Payment.order_id))
    .where(col(Order.owner) == bindparam("who")),
    Refund.requested_at,
)
_OF_CONTACTS = _latest(
    _rows(Contact.at, Contact.way, Contact.staff_name, Contact.words).where(
        col(Contact.customer_id) == bindparam("who")
    ),
    Contact.at,
)
_OF_TALK = _latest(
    _rows(Message.at, Message.channel, Message.by, Message.name, Message.text, Thread.id, Thread.title)
    .join(Thread, col(Thread.id) == col(Message.thread_id))
    .where(col(Thread.owner) == bindparam("who")),
    Message.at,
    col(Message.id).desc(),
)
_OF_ACTS = _latest(
    _rows(StaffAct.at, StaffAct.act, StaffAct.staff_name, StaffAct.note).where(
        col(StaffAct.thing) == THING,
        col(StaffAct.thing_id) == bindparam("who"),
        col(StaffAct.act) != "contact",  # the contact itself is there
    ),
    StaffAct.at,
)


def _site(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if subject.customer_id is None:
        return
    for at, kind, ref, family in _OF_SITE.all(rows, who=subject.customer_id, before=before, most=limit):
        yield Moment(at, Channel.SITE, kind, ref or "", {"family": family})


def _letters(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if not subject.email:
        return
    for at, message_id, title, sent_at in _OF_LETTERS.all(rows, who=subject.email, before=before, most=limit):
        yield Moment(at, Channel.MAIL, "letter" if sent_at else "unsent", message_id, {"subject": title})


def _orders(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    for at, number, total, currency in _OF_ORDERS.all(rows, who=subject.owner, before=before, most=limit):
        yield Moment(at, Channel.ORDER, "placed", number, {"amount": total, "currency": currency})


def _steps(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    for at, step, number in _OF_STEPS.all(rows, who=subject.owner, before=before, most=limit):
        yield Moment(at, Channel.ORDER, step, number)


def _payments(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    for at, amount, currency, number in _OF_PAYMENTS.all(rows, who=subject.owner, before=before, most=limit):
        yield Moment(at, Channel.MONEY, "payment", number, {"amount": amount, "currency": currency})


def _refunds(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    for at, amount, currency, state, number in _OF_REFUNDS.all(
        rows, who=subject.owner, before=before, most=limit
    ):
        facts = {"amount": amount, "currency": currency, "state": state}
        yield Moment(at, Channel.MONEY, "refund", number, facts)


def _contacts(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if subject.customer_id is None:
        return
    for at, way, who, words in _OF_CONTACTS.all(rows, who=subject.customer_id, before=before, most=limit):
        yield Moment(at, Channel.CONTACT, way, "", {"who": who, "words": words})


def _said(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    for at, channel, by, name, text, thread, title in _OF_TALK.all(
        rows, who=subject.owner, before=before, most=limit
    ):
        facts = {"who": name, "words": text, "title": title, "channel": channel}
        yield Moment(at, Channel.TALK, by, str(thread), facts)


def _acts(rows: Connection, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    """What colleagues did on the card; what they did to orders shows as their steps and payments."""
    if subject.customer_id is None:
        return
    for at, act, name, note in _OF_ACTS.all(rows, who=str(subject.customer_id), before=before, most=limit):
        yield Moment(at, Channel.DESK, act, "", {"who": name, "note": note})


SOURCES: Mapping[Channel, tuple[Source, ...]] = {
    Channel.SITE: (_site,),
    Channel.MAIL: (_letters,),
    Channel.ORDER: (_orders, _steps),
    Channel.MONEY: (_payments, _refunds),
    Channel.TALK: (_said,),
    Channel.CONTACT: (_contacts,),
    Channel.DESK: (_acts,),
}
