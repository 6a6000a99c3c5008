"""One time line of somebody, over all channels: what they did, what we wrote, what came in, what colleagues did."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from webapp.customers.staff_act import StaffAct
from webapp.customers.touchpoint import DEEDS, OF_A_PROFILE_ALONE, Touchpoint
from webapp.outbox import OutboxLetter
from webapp.relations import contact
from webapp.relations.message import Message
from webapp.relations.subject import THING, Subject
from webapp.relations.thread import Thread
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


Source = Callable[[Session, Subject, datetime, int], Iterator[Moment]]


def of(
    session: Session,
    subject: Subject,
    *,
    before: datetime,
    limit: int,
    channels: Collection[Channel] = tuple(Channel),
) -> TimeLine:
    """What happened before a moment. At most nine statements, each of which reads no more than is shown."""
    wanted = [source for channel in channels for source in SOURCES[channel]]
    found = [moment for source in wanted for moment in source(session, subject, before, limit + 1)]
    found.sort(key=lambda moment: moment.at, reverse=True)
    shown = found[:limit]
    # Those of one instant stay together, or the next part would begin after some of them.
    shown += [moment for moment in found[limit:] if shown and moment.at == shown[-1].at]
    return TimeLine(shown, shown[-1].at if len(found) > len(shown) else None)


def _site(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if subject.customer_id is None:
        return
    kinds = [kind.value for kind in (*DEEDS, *OF_A_PROFILE_ALONE)]
    query = select(Touchpoint).where(
        Touchpoint.customer_id == subject.customer_id,
        Touchpoint.at < before,
        col(Touchpoint.kind).in_(kinds),
    )
    for each in session.exec(query.order_by(col(Touchpoint.at).desc()).limit(limit)):
        yield Moment(each.at, Channel.SITE, each.kind, each.ref or "", {"family": each.family})


def _letters(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if not subject.email:
        return
    query = select(
        OutboxLetter.put_at, OutboxLetter.message_id, OutboxLetter.subject, OutboxLetter.sent_at
    ).where(OutboxLetter.recipient == subject.email, OutboxLetter.put_at < before)
    for at, message_id, title, sent_at in session.exec(
        query.order_by(col(OutboxLetter.put_at).desc()).limit(limit)
    ):
        yield Moment(at, Channel.MAIL, "letter" if sent_at else "unsent", message_id, {"subject": title})


def _orders(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    query = select(Order.placed_at, Order.number, Order.total, Order.currency).where(
        Order.owner == subject.owner, Order.placed_at < before
    )
    for at, number, total, currency in session.exec(query.order_by(col(Order.placed_at).desc()).limit(limit)):
        yield Moment(at, Channel.ORDER, "placed", number, {"amount": total, "currency": currency})


def _steps(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    query = (
        select(OrderStep.at, OrderStep.step, Order.number)
        .join(Order, col(Order.id) == col(OrderStep.order_id))
        .where(Order.owner == subject.owner, OrderStep.at < before)
    )
    for at, step, number in session.exec(query.order_by(col(OrderStep.at).desc()).limit(limit)):
        yield Moment(at, Channel.ORDER, step, number)


def _payments(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    query = (
        select(Payment.received_at, Payment.amount, Payment.currency, Order.number)
        .join(Order, col(Order.id) == col(Payment.order_id))
        .where(Order.owner == subject.owner, Payment.received_at < before)
    )
    for at, amount, currency, number in session.exec(
        query.order_by(col(Payment.received_at).desc()).limit(limit)
    ):
        yield Moment(at, Channel.MONEY, "payment", number, {"amount": amount, "currency": currency})


def _refunds(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    query = (
        select(Refund.requested_at, Refund.amount, Refund.currency, Refund.state, Order.number)  # type: ignore[call-overload]
        .join(Payment, col(Payment.id) == col(Refund.payment_id))
        .join(Order, col(Order.id) == col(Payment.order_id))
        .where(Order.owner == subject.owner, Refund.requested_at < before)
    )
    for at, amount, currency, state, number in session.exec(
        query.order_by(col(Refund.requested_at).desc()).limit(limit)
    ):
        facts = {"amount": amount, "currency": currency, "state": state}
        yield Moment(at, Channel.MONEY, "refund", number, facts)


def _contacts(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    if subject.customer_id is None:
        return
    for each in contact.of(session, subject.customer_id, before=before, limit=limit):
        facts = {"who": each.staff_name, "words": each.words}
        yield Moment(each.at, Channel.CONTACT, each.way, "", facts)


def _said(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    query = (
        select(Message.at, Message.channel, Message.by, Message.name, Message.text, Thread.id, Thread.title)  # type: ignore[call-overload]
        .join(Thread, col(Thread.id) == col(Message.thread_id))
        .where(Thread.owner == subject.owner, Message.at < before)
    )
    for at, channel, by, name, text, thread, title in session.exec(
        query.order_by(col(Message.at).desc(), col(Message.id).desc()).limit(limit)
    ):
        facts = {"who": name, "words": text, "title": title, "channel": channel}
        yield Moment(at, Channel.TALK, by, str(thread), facts)


def _acts(session: Session, subject: Subject, before: datetime, limit: int) -> Iterator[Moment]:
    """What colleagues did on the card; what they did to orders shows as their steps and payments."""
    if subject.customer_id is None:
        return
    query = select(StaffAct.at, StaffAct.act, StaffAct.staff_name, StaffAct.note).where(
        StaffAct.thing == THING,
        StaffAct.thing_id == str(subject.customer_id),
        StaffAct.at < before,
        StaffAct.act != "contact",  # the contact itself is there
    )
    for at, act, name, note in session.exec(query.order_by(col(StaffAct.id).desc()).limit(limit)):
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
