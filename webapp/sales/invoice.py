"""Invoices and what corrects them: numbered without a gap, copies of all that they say, never changed.

An order's invoice is made with the order, in its transaction and whatever the way of paying: whoever pays by transfer
needs it first, and nothing is made that is not paid for. German law allows that (§ 14 (5) UStG), provided that it shows
all that § 14 (4) asks for and says that the delivery is still to come, and when (UStAE 14.8); no final invoice follows
where nothing changes afterwards. Whatever does change is said by another document of the same sequence, which names
the one that it corrects and takes back net and tax (§ 17 UStG, § 31 (5) UStDV): all that is left where the order is
cancelled or changed, a part where money goes back for another reason than that it was too much. A changed order gets a
new invoice beside that, which names the one it replaces.

What is kept of an order that is cancelled after work began is for that work, so it is taxed like what was ordered
(ECJ C-295/17 and C-43/19 on sums for ending a contract early); a line of the cancellation says so.
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
from webapp.sales import billing_address, tax
from webapp.sales.invoice_line import NOTHING, InvoiceLine, negative, of_order
from webapp.sales.order import Order
from webapp.sales.tax import TaxSum

ONCE = text("kind IN ('invoice', 'cancellation')")


FEE = Texts(
    {"en": "Fee for the work done before it was cancelled", "ru": "Плата за работу, сделанную до отмены"}
)


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
        Index(
            "ix_invoices_once",
            "order_id",
            "revision",
            "kind",
            unique=True,
            sqlite_where=ONCE,
            postgresql_where=ONCE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=12)
    year: int
    position: int
    kind: str = Field(max_length=12)
    order_id: int = Field(foreign_key="orders.id", index=True, ondelete="RESTRICT")
    order_number: str = Field(max_length=9)
    revision: int = Field(
        default=1,
        sa_column_kwargs={"server_default": text("1")},
        description="of the order, that it is about",
    )
    corrects: str | None = Field(
        default=None,
        max_length=12,
        description="the number of the invoice; of an invoice, the one it replaces",
    )
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
    def has_fee(self) -> bool:
        """Whether it takes back all but something that is kept."""
        return any(line.label == FEE for line in self.listed)

    @property
    def taxes(self) -> list[TaxSum]:
        """The tax within, by rate."""
        return tax.sums(line.share for line in self.listed)


def issue(
    session: Session, order: Order, seller: Seller, *, at: datetime, on: date, replaces: str | None = None
) -> Invoice:
    """Makes an order's invoice, last in the transaction that places the order; asked again, it is the one there is.

    `on`: the day of that moment where the workshop is. `replaces`: the number of the invoice before.
    """
    assert order.id is not None
    known = _once(session, order.id, order.revision, Kind.INVOICE)
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
        revision=order.revision,
        corrects=replaces,
        language=order.language,
        currency=order.currency,
        issued_at=at,
        first_day=delivery.first_day,
        last_day=delivery.last_day,
        seller=seller.name,
        tax_number=seller.tax_number,
        bank=seller.bank,
        buyer=_buyer(order),
        deposit=order.deposit if order.deposit < order.total else 0,
    )


def issue_anew(session: Session, order: Order, seller: Seller, *, at: datetime, on: date) -> Invoice:
    """Takes back the invoice of an order that was changed and makes one of what it is now, last in that transaction.

    What was taken off the price before is taken off the new one too.
    """
    before = latest(session, order.id or 0)
    if before is None or before.revision == order.revision:
        return issue(session, order, seller, at=at, on=on)
    lowered = [each for each in _about(session, before) if each.kind == Kind.REDUCTION]
    cancel(session, before, at=at, on=on)
    made = issue(session, order, seller, at=at, on=on, replaces=before.number)
    for each in lowered:
        reduce(session, made, -each.total, each.listed[0].label, None, at=at, on=on)
    return made


def cancel(session: Session, invoice: Invoice, *, fee: int = 0, at: datetime, on: date) -> Invoice | None:
    """Takes back all that is left of an invoice but a fee (tax included); None where nothing is."""
    known = _once(session, invoice.order_id, invoice.revision, Kind.CANCELLATION)
    if known is not None:
        return known
    said = [line for each in _about(session, invoice) for line in each.listed]
    left = tax.sums(line.share for line in said)
    whole = sum(each.gross for each in left)
    if whole == 0:
        return None
    lines = [negative(line) for line in said]
    place = max(line.position for line in lines) + 1
    lines += _split(left, min(fee, whole), FEE, place)
    return _numbered(session, on, lines, **_correcting(invoice, Kind.CANCELLATION, at))


def reduce(
    session: Session,
    invoice: Invoice,
    amount: int,
    label: Texts,
    refund_id: int | None,
    *,
    at: datetime,
    on: date,
) -> Invoice | None:
    """Takes back a part (minor units, tax included), split between the rates by what is left at each.

    Once for each refund, never more than is left; None where nothing is.
    """
    if refund_id is not None:
        known = session.exec(select(Invoice).where(Invoice.refund_id == refund_id)).first()
        if known is not None:
            return known
    left = tax.sums(line.share for each in _about(session, invoice) for line in each.listed)
    amount = min(amount, sum(each.gross for each in left))
    if amount <= 0:
        return None
    lines = [negative(line) for line in _split(left, amount, label, 1)]
    return _numbered(session, on, lines, **_correcting(invoice, Kind.REDUCTION, at), refund_id=refund_id)


def latest(session: Session, order_id: int) -> Invoice | None:
    """The invoice of an order as it is now."""
    query = select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == Kind.INVOICE.value)
    return session.exec(query.order_by(col(Invoice.id).desc())).first()


def of(session: Session, order_id: int) -> Sequence[Invoice]:
    """An order's documents, the first one first."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id).order_by(col(Invoice.id))).all()


def by_number(session: Session, order_id: int, number: str) -> Invoice | None:
    """A document of one order."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id, Invoice.number == number)).first()


def _buyer(order: Order) -> list[str]:
    """Who buys: with their address, where they told us one; the shop where they collect it is not theirs."""
    return [order.name, *(billing_address.lines(order) or [order.email])]


def _once(session: Session, order_id: int, revision: int, kind: Kind) -> Invoice | None:
    query = select(Invoice).where(
        Invoice.order_id == order_id, Invoice.revision == revision, Invoice.kind == kind.value
    )
    return session.exec(query).first()


def _about(session: Session, invoice: Invoice) -> Sequence[Invoice]:
    """An invoice and what corrects it."""
    query = select(Invoice).where(Invoice.order_id == invoice.order_id, Invoice.revision == invoice.revision)
    return session.exec(query.order_by(col(Invoice.id))).all()


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
    same = ("order_id", "order_number", "revision", "language", "currency", "first_day", "last_day")
    who = ("seller", "tax_number", "bank", "buyer")
    copied = {name: getattr(invoice, name) for name in (*same, *who)}
    return {**copied, "kind": kind.value, "corrects": invoice.number, "issued_at": at, "deposit": 0}


def _split(left: Sequence[TaxSum], amount: int, label: Texts, place: int) -> list[InvoiceLine]:
    """An amount as lines, one for each rate, in proportion to what is left at it."""
    parts = apportioned(amount, [each.gross for each in left])
    return [
        InvoiceLine(number, label, NOTHING, 1, part, (), rate.percent, part, _tax_of(part, rate))
        for number, (part, rate) in enumerate(zip(parts, left, strict=True), place)
        if part
    ]


def _tax_of(part: int, rate: TaxSum) -> int:
    """The tax within a part of what is left at a rate; of all that is left, all the tax that is left."""
    return rate.tax if part == rate.gross else tax_within(part, rate.percent)
