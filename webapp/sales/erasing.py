"""Erasing: somebody is forgotten, but for what the law on accounts asks a shop to keep.

What stays are orders and invoices with name, addresses and amounts: § 147 (1) and (3) AO, § 257 (1) and (4) HGB and
§ 14b (1) UStG ask for them for eight years from the end of the year (books themselves ten, which hold no names);
article 29 of the Russian 402-FZ for at least five. Article 17 (3) b GDPR lets that come before an erasure. An
address of e-mail, a telephone number and a note to an order are none of that: they go at once, or once the order is
over.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import Session, SQLModel, col, select

from webapp.customers import erasure, past_consent, retention
from webapp.customers.consent import Consent
from webapp.customers.customer import Customer
from webapp.customers.data_map import TABLES
from webapp.customers.erasure import UnfinishedErasure
from webapp.customers.guest_consent import GuestConsent
from webapp.customers.kept_table import Erased
from webapp.customers.person import Person
from webapp.locks import alone
from webapp.outbox import OutboxLetter
from webapp.sales.billing_address import BillingAddress
from webapp.sales.build import Build
from webapp.sales.comment import Comment
from webapp.sales.delivery import Delivery
from webapp.sales.invoice import Invoice
from webapp.sales.order import Order
from webapp.sales.order_state import State
from webapp.sales.proposal import Proposal

A_FEW = 100  # orders of one transaction
OVER = (State.COLLECTED, State.DELIVERED, State.REFUNDED)


class Forgotten(NamedTuple):
    """What an erasure has come to. `letters`: the message ids of letters that may lie about as files, too."""

    code: str
    kept: Sequence[str]  # numbers of orders that are over
    under_way: Sequence[str]  # numbers of orders that are not
    letters: Sequence[str]


class Concerned(NamedTuple):
    """The orders that an erasure meets."""

    over: Sequence[Order]
    under_way: Sequence[Order]


def is_over(order: Order) -> bool:
    """Whether nothing is made, delivered, paid or sent back for it any more."""
    return order.state in OVER or (order.state is State.CANCELLED and not order.refund_due)


def concerned(session: Session, person: Person, *, for_update: bool = False) -> Concerned:
    """Somebody's orders, as an erasure would find them."""
    query = select(Order).where(person.is_in("orders")).order_by(col(Order.id))
    found = session.exec(query.with_for_update(of=Order) if for_update else query).all()
    return Concerned([one for one in found if is_over(one)], [one for one in found if not is_over(one)])


def erase(
    session: Session,
    person: Person,
    *,
    channel: str,
    at: datetime,
    code: str = "",
    hashes: Sequence[str] = (),
) -> Forgotten:
    """Forgets somebody, in one transaction: all of it happens or nothing.

    A guest has shown no address of e-mail: their device is forgotten, and their orders are only parted from it.
    `code` and `hashes`: of an erasure that is done again after a restore.
    """
    alone(session, f"erasure {person.names[0]}")
    met = concerned(session, person, for_update=True)
    numbers = [one.number for one in met.over], [one.number for one in met.under_way]
    done = erasure.record(
        session,
        hashes or map(erasure.hashed, person.names),
        channel=channel,
        orders_kept=len(met.over) + len(met.under_way),
        at=at,
        code=code,
    )
    receipts = session.exec(select(Consent).where(person.is_in("consents"))).all()
    by_letter = session.exec(select(GuestConsent).where(person.is_in("guest_consents"))).all()
    past_consent.keep(session, [*receipts, *by_letter], done.code, at=at)
    session.flush()
    letters = _letters(session, person, expected=bool(met.under_way))
    for table in reversed(SQLModel.metadata.sorted_tables):
        _forget(session, person, table.name)
    ids = [one.id for one in (*met.over, *met.under_way)]
    session.execute(update(Order).where(col(Order.id).in_(ids)).values(owner=None))
    if person.email:
        _blank(session, [one.id or 0 for one in met.over])
        for one in met.under_way:
            session.merge(UnfinishedErasure(order_id=one.id or 0, erasure_code=done.code))
    session.flush()
    return Forgotten(done.code, *numbers, letters)


def finish(session: Session, *, limit: int = A_FEW) -> bool:
    """Forgets what was needed for orders that are over by now; whether there may be more of them."""
    waiting = session.exec(select(UnfinishedErasure.order_id).limit(limit * 10)).all()
    orders = session.exec(select(Order).where(col(Order.id).in_(waiting)).with_for_update(of=Order)).all()
    over = [one.id or 0 for one in orders if is_over(one)][:limit]
    _blank(session, over)
    session.execute(delete(UnfinishedErasure).where(col(UnfinishedErasure.order_id).in_(over)))
    return len(over) == limit


def forget_accounts(session: Session, *, at: datetime, limit: int = A_FEW) -> bool:
    """Drops invoices, and who ordered, once the law no longer asks for them; whether there may be more of them."""
    before = retention.ACCOUNTS.before(at)
    old = select(Order.id).where(col(Order.placed_at) < before, col(Order.name) != "").limit(limit)
    orders = [number for number in session.exec(old) if number]
    issued = select(Invoice.id).where(col(Invoice.issued_on) < before.date()).limit(limit)
    invoices = [number for number in session.exec(issued) if number]
    session.execute(delete(Invoice).where(col(Invoice.id).in_(invoices)))
    _blank(session, orders)
    session.execute(update(Order).where(col(Order.id).in_(orders)).values(name="", owner=None))
    nowhere = {"street": "", "extra": "", "postcode": "", "city": ""}
    session.execute(update(Delivery).where(col(Delivery.order_id).in_(orders)).values(**nowhere))
    session.execute(delete(BillingAddress).where(col(BillingAddress.order_id).in_(orders)))
    session.execute(delete(UnfinishedErasure).where(col(UnfinishedErasure.order_id).in_(orders)))
    return limit in (len(orders), len(invoices))


def _forget(session: Session, person: Person, name: str) -> None:
    """Does with somebody's rows of one table what the map of data says."""
    kept, table = TABLES[name], SQLModel.metadata.tables[name]
    if kept.erased is Erased.DELETED and name != "outbox":
        session.execute(delete(table).where(person.is_in(name)))
    elif kept.erased is Erased.BLANKED:
        session.execute(update(table).where(person.is_in(name)).values(**kept.blank))


def _blank(session: Session, orders: Sequence[int]) -> None:
    """What the accounts do not need of orders goes, and so do the links that were in letters."""
    blank = dict(TABLES["orders"].blank)
    session.execute(
        update(Order).where(col(Order.id).in_(orders)).values(**blank, key_counter=Order.key_counter + 1)
    )


def _letters(session: Session, person: Person, *, expected: bool) -> Sequence[str]:
    """Drops the letters to somebody, and those that tell others what they said; the message ids of all of them.

    `expected`: an order is under way, so that letters which wait have to reach them still.
    """
    mine: ColumnElement[bool] = person.is_in("outbox")
    if expected:
        has_left = or_(col(OutboxLetter.sent_at).is_not(None), col(OutboxLetter.given_up_at).is_not(None))
        may_wait = and_(col(OutboxLetter.secret).is_(False), col(OutboxLetter.consent_id).is_(None))
        mine = and_(mine, or_(has_left, ~may_wait))
    gone = [
        *session.execute(delete(OutboxLetter).where(mine).returning(col(OutboxLetter.message_id))).scalars()
    ]
    for author, build_id in _said(session, person):
        owner = select(Build.owner).where(Build.id == build_id)
        told = select(Customer.email).where(col(Customer.owner).in_(owner))
        about = and_(
            col(OutboxLetter.recipient).in_(told),
            col(OutboxLetter.consent_id).is_not(None),
            col(OutboxLetter.text).contains(author, autoescape=True),
        )
        told_of = delete(OutboxLetter).where(about).returning(col(OutboxLetter.message_id))
        gone += session.execute(told_of).scalars()
    return gone


def _said(session: Session, person: Person) -> set[tuple[str, int]]:
    """Under which names they said something, about which builds."""
    said: set[tuple[str, int]] = set()
    for table in (Comment, Proposal):
        mine = select(table.author, table.build_id).where(col(table.writer).in_(person.names))
        said.update((author, build) for author, build in session.exec(mine))
    return said
