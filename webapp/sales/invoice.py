"""Invoices and what corrects them: numbered without a gap, copies of all that they say, never changed.

An order's invoice is made with the order, in its transaction and whatever the way of paying: whoever pays by transfer
needs it first, and nothing is made that is not paid for. German law allows that (§ 14 (5) UStG), provided that it shows
all that § 14 (4) asks for and says that the delivery is still to come, and when (UStAE 14.8); no final invoice follows
where nothing changes afterwards. Whatever does change is said by another document of the same sequence, which names
the one that it corrects and takes back net and tax (§ 17 UStG, § 31 (5) UStDV): all that is left where the order is
cancelled, a part where money goes back for another reason than that it was too much.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, Index, UniqueConstraint, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from catalog.model import Texts
from catalog.money import apportioned, tax_within
from webapp.locks import alone
from webapp.sales import tax
from webapp.sales.delivery import METHOD_BY_CODE
from webapp.sales.invoice_line import NOTHING, InvoiceLine, negative, of_order
from webapp.sales.order import Order
from webapp.sales.tax import TaxSum

ONCE = text("kind IN ('invoice', 'cancellation')")


class Kind(StrEnum):
    """What a document does."""

    INVOICE = "invoice"
    CANCELLATION = "cancellation"  # takes back all that is left
    REDUCTION = "reduction"  # takes back a part


class Seller(NamedTuple):
    """Who sells: name and address, tax number, and where to pay."""

    name: str
    tax_number: str
    bank: str


class Invoice(SQLModel, table=True):
    """One document, of either kind; amounts of what takes back are negative. The database refuses to change it."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("year", "position"),
        Index("ix_invoices_once", "order_id", "kind", unique=True, sqlite_where=ONCE, postgresql_where=ONCE),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=12)
    year: int
    position: int
    kind: str = Field(max_length=12)
    order_id: int = Field(foreign_key="orders.id", index=True, ondelete="RESTRICT")
    order_number: str = Field(max_length=9)
    corrects: str | None = Field(default=None, max_length=12, description="the number of the invoice")
    refund_id: int | None = Field(default=None, unique=True, foreign_key="refunds.id", ondelete="RESTRICT")
    language: str = Field(max_length=10)
    currency: str = Field(max_length=3)
    issued_on: date
    issued_at: datetime
    first_day: date = Field(description="of the delivery, as it was promised then")
    last_day: date
    seller: str
    tax_number: str
    bank: str
    buyer: list[str] = Field(sa_type=JSON, description="name and address, line by line")
    lines: list[dict[str, Any]] = Field(sa_type=JSON)
    total: int
    tax: int
    deposit: int = Field(description="of the total, what is paid before work begins; 0: all of it")

    @property
    def listed(self) -> list[InvoiceLine]:
        return [InvoiceLine.of_row(row) for row in self.lines]

    @property
    def taxes(self) -> list[TaxSum]:
        """The tax within, by rate."""
        return tax.sums(line.share for line in self.listed)


def issue(session: Session, order: Order, seller: Seller, *, at: datetime, on: date) -> Invoice:
    """Makes an order's invoice, last in the transaction that places the order; asked again, it is the one there is.

    `on`: the day of that moment where the workshop is.
    """
    assert order.id is not None
    known = _once(session, order.id, Kind.INVOICE)
    if known is not None:
        return known
    delivery = order.delivery
    lines = of_order(order)
    return _numbered(
        session,
        on,
        lines,
        kind=Kind.INVOICE.value,
        order_id=order.id,
        order_number=order.number,
        language=order.language,
        currency=order.currency,
        issued_at=at,
        first_day=delivery.first_day,
        last_day=delivery.last_day,
        seller=seller.name,
        tax_number=seller.tax_number,
        bank=seller.bank,
        buyer=_buyer(order),
        deposit=order.deposit,
    )


def cancel(session: Session, invoice: Invoice, *, at: datetime, on: date) -> Invoice | None:
    """Takes back all that is left of an invoice; None where nothing is."""
    known = _once(session, invoice.order_id, Kind.CANCELLATION)
    if known is not None:
        return known
    taken_back = [each for each in of(session, invoice.order_id) if each.kind == Kind.REDUCTION]
    lines = [negative(line) for line in invoice.listed]
    lines += [negative(line) for each in taken_back for line in each.listed]
    if sum(line.amount for line in lines) == 0:
        return None
    return _numbered(session, on, lines, **_correcting(invoice, Kind.CANCELLATION, at))


def reduce(
    session: Session, invoice: Invoice, amount: int, label: Texts, refund_id: int, *, at: datetime, on: date
) -> Invoice | None:
    """Takes back a part (minor units, tax included), split between the rates by what is left at each.

    Once for each refund, never more than is left; None where nothing is.
    """
    known = session.exec(select(Invoice).where(Invoice.refund_id == refund_id)).first()
    if known is not None:
        return known
    left = tax.sums(line.share for each in of(session, invoice.order_id) for line in each.listed)
    amount = min(amount, sum(each.gross for each in left))
    if amount <= 0:
        return None
    parts = apportioned(amount, [each.gross for each in left])
    lines = [
        InvoiceLine(place, label, NOTHING, 1, -part, (), rate.percent, -part, -_tax_of(part, rate))
        for place, (part, rate) in enumerate(zip(parts, left, strict=True), 1)
        if part
    ]
    return _numbered(session, on, lines, **_correcting(invoice, Kind.REDUCTION, at), refund_id=refund_id)


def of(session: Session, order_id: int) -> Sequence[Invoice]:
    """An order's documents, the first one first."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id).order_by(col(Invoice.id))).all()


def by_number(session: Session, order_id: int, number: str) -> Invoice | None:
    """A document of one order."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id, Invoice.number == number)).first()


def _buyer(order: Order) -> list[str]:
    """Who buys: with their address, where they told us one; the shop where they collect it is not theirs."""
    delivery = order.delivery
    method = METHOD_BY_CODE.get(delivery.method)
    if not delivery.street or (method is not None and method.points):
        return [order.name, order.email]
    place = f"{delivery.postcode} {delivery.city}".strip()
    return [order.name, *filter(None, (delivery.street, delivery.extra, place, delivery.country))]


def _once(session: Session, order_id: int, kind: Kind) -> Invoice | None:
    query = select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == kind.value)
    return session.exec(query).first()


def _numbered(session: Session, on: date, lines: Iterable[InvoiceLine], **said: Any) -> Invoice:
    """Writes a document down under the next number of its year.

    Whoever wants the next number waits until this transaction has ended: where it is rolled back, the number was
    never given away. So it comes last in it.
    """
    alone(session, f"invoices of {on.year}")
    last = session.exec(select(func.max(Invoice.position)).where(Invoice.year == on.year)).one() or 0
    listed = list(lines)
    made = Invoice(
        number=f"{on.year}-{last + 1:06}",
        year=on.year,
        position=last + 1,
        issued_on=on,
        lines=[line.row() for line in listed],
        total=sum(line.amount for line in listed),
        tax=sum(line.tax for line in listed),
        **said,
    )
    session.add(made)
    session.flush()
    return made


def _correcting(invoice: Invoice, kind: Kind, at: datetime) -> dict[str, Any]:
    """What a correction says as the invoice said it."""
    same = ("order_id", "order_number", "language", "currency", "first_day", "last_day")
    who = ("seller", "tax_number", "bank", "buyer")
    copied = {name: getattr(invoice, name) for name in (*same, *who)}
    return {**copied, "kind": kind.value, "corrects": invoice.number, "issued_at": at, "deposit": 0}


def _tax_of(part: int, rate: TaxSum) -> int:
    """The tax within a part of what is left at a rate; of all that is left, all the tax that is left."""
    return rate.tax if part == rate.gross else tax_within(part, rate.percent)
