"""Orders: placed once, kept as they were placed; their state follows from payments and steps."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, text
from sqlalchemy import select as select_rows
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Relationship, Session, SQLModel, col, select

from catalog.configuration import PriceLine
from catalog.model import Texts
from webapp.prepared import Prepared
from webapp.sales import offer, order_moment, tax
from webapp.sales.balance import Balance
from webapp.sales.billing_address import BillingAddress
from webapp.sales.delivery import METHOD_BY_CODE, Delivery, is_collected
from webapp.sales.key import Lock
from webapp.sales.order_line import OrderLine, price_lines
from webapp.sales.order_reduction import OrderReduction
from webapp.sales.order_state import HANDED_OVER, LATEST_FIRST, STATE_AFTER, STEPS_IN, State
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.order_tax import OrderTax
from webapp.sales.payment import Payment
from webapp.sales.reckoning import reduction_lines
from webapp.sales.tax import TaxSum


class NotNow(Exception):
    """What was asked for does not follow from the order's state."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


class NumberTaken(Exception):
    """Another order has this number already."""


class Order(SQLModel, table=True):
    """Who ordered, under which terms, for how much; what was ordered stands in its lines."""

    __tablename__ = "orders"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=9)
    code: str = Field(unique=True, max_length=16)
    key_counter: int = 0
    token: str = Field(
        unique=True, max_length=64, description="of the form that placed it: sent twice, placed once"
    )
    owner: str | None = Field(default=None, max_length=22, index=True)
    language: str = Field(max_length=10)
    name: str = Field(max_length=100)
    email: str = Field(max_length=254)
    phone: str = Field(default="", max_length=30)
    note: str = Field(default="", max_length=1000)
    currency: str = Field(max_length=3)
    total: int
    deposit: int = Field(
        default=0,
        sa_column_kwargs={"server_default": text("0")},
        description="what is paid before work begins; 0: all of it",
    )
    tax: int
    tax_percent: str = Field(max_length=12)
    terms_of_sale: str = Field(max_length=20, description="the edition of the text that was accepted")
    placed_at: datetime
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})

    # Of the newest revision; those before it stay in their tables.
    lines: list[OrderLine] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Order.id == OrderLine.order_id, Order.revision == OrderLine.revision)",
            "order_by": "OrderLine.position",
            "lazy": "selectin",
        }
    )
    reductions: list[OrderReduction] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Order.id == OrderReduction.order_id, Order.revision == OrderReduction.revision)",
            "order_by": "OrderReduction.code, OrderReduction.position",
        }
    )
    taxed: list[OrderTax] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Order.id == OrderTax.order_id, Order.revision == OrderTax.revision)",
            "order_by": "OrderTax.position",
        }
    )
    delivery: Delivery = Relationship(sa_relationship_kwargs={"uselist": False, "lazy": "selectin"})
    billing: BillingAddress | None = Relationship(sa_relationship_kwargs={"uselist": False})
    payments: list[Payment] = Relationship(
        sa_relationship_kwargs={"order_by": "Payment.id", "lazy": "selectin"}
    )
    steps: list[OrderStep] = Relationship(
        sa_relationship_kwargs={"order_by": "OrderStep.at", "lazy": "selectin"}
    )

    @property
    def lock(self) -> Lock:
        return Lock(self.code, self.key_counter)

    @property
    def price_lines(self) -> list[PriceLine]:
        """Every step of the price: the goods, what comes off, delivery last; they sum to the total."""
        return [
            *price_lines(self.lines),
            *reduction_lines([each.reduction for each in self.reductions]),
            PriceLine(f"delivery:{self.delivery.method}", self.delivery.title, self.delivery.price),
        ]

    @property
    def taxes(self) -> list[TaxSum]:
        """The tax within, by rate. Orders of old say it in one sum."""
        stored = [each.share for each in self.taxed]
        return tax.sums(stored) if stored else [TaxSum(Decimal(self.tax_percent), self.total, self.tax)]

    @property
    def groups(self) -> dict[str, Texts]:
        """What group each option's price step belongs to, by the step's code."""
        return {code: title for line in self.lines for code, title in line.groups.items()}

    @property
    def balance(self) -> Balance:
        """What has come in and gone back, and what follows."""
        return Balance(
            self.total,
            self.deposit,
            received=sum(payment.amount for payment in self.payments),
            sent_back=sum(payment.sent_back for payment in self.payments),
            returned=sum(payment.returned for payment in self.payments),
        )

    @property
    def paid(self) -> int:
        """What has come in and not gone back."""
        return self.balance.held

    @property
    def due(self) -> int:
        return self.balance.due

    @property
    def state(self) -> State:
        """The latest step wins over those before it, each of them over what is paid."""
        if self.is_cancelled and self.is_refunded:
            return State.REFUNDED
        for step in LATEST_FIRST:
            if self.step(step) is not None:
                return STATE_AFTER[step]
        balance = self.balance
        if not balance.due:
            return State.PAID
        if balance.is_deposit_paid:
            return State.DEPOSIT
        return State.PART if balance.is_begun else State.PLACED

    @property
    def steps_open(self) -> tuple[Step, ...]:
        """What may happen to it next; nothing leaves the house that is not paid."""
        handed_over = Step.COLLECTION if self.is_collected else Step.SHIPPING
        return tuple(
            step
            for step in STEPS_IN[self.state]
            if step not in HANDED_OVER or (step is handed_over and not self.due)
        )

    def step(self, step: Step) -> OrderStep | None:
        """The step as it was taken, if it was."""
        return next((each for each in self.steps if each.step == step), None)

    @property
    def is_collected(self) -> bool:
        """Whether it waits in the workshop for whoever ordered it."""
        return is_collected(self.delivery.method)

    @property
    def is_at_point(self) -> bool:
        """Whether its delivery's address is that of a shop that keeps it."""
        method = METHOD_BY_CODE.get(self.delivery.method)
        return method is not None and bool(method.points)

    @property
    def is_cancelled(self) -> bool:
        return self.step(Step.CANCELLATION) is not None

    @property
    def fee(self) -> int:
        """What we keep of a cancelled order."""
        taken = self.step(Step.CANCELLATION)
        return taken.fee if taken else 0

    @property
    def refund_due(self) -> int:
        """What has to go back and is not on its way yet."""
        return max(0, self.balance.held - self.fee) if self.is_cancelled else self.balance.over

    @property
    def is_refunded(self) -> bool:
        """Whether something was to go back of a cancelled order, and all of it has arrived."""
        arrived = sum(payment.arrived_back for payment in self.payments)
        return 0 < self.balance.received - self.fee <= arrived

    @property
    def may_be_changed(self) -> bool:
        """Until work begins."""
        return self.step(Step.PRODUCTION) is None and not self.is_cancelled

    @property
    def awaits_payment(self) -> bool:
        return self.due > 0 and not self.is_cancelled

    def moment(self, state: State) -> datetime | None:
        """When it came to a state, if it did."""
        return order_moment.of(self, state)


TABLE = Order.__table__  # type: ignore[attr-defined]
BY_TOKEN = Prepared(select_rows(TABLE.c.id).where(TABLE.c.token == bindparam("token")))


def place(session: Session, order: Order) -> Order:
    """Places an order; the same form sent again answers with the order it placed.

    Raises NumberTaken where another order has its number: draw another one and try again.
    """
    if (placed := by_token(session, order.token)) is not None:
        return placed
    try:
        with session.begin_nested():
            session.add(order)
    except IntegrityError as error:
        # The same form a moment earlier, in another process?
        if (placed := by_token(session, order.token)) is None:
            raise NumberTaken from error
        return placed
    return order


def take(session: Session, order: Order, step: Step, *, at: datetime, **details: Any) -> None:
    """Takes the order a step on, with its details. It was read for update, so nobody else does so meanwhile."""
    if step not in order.steps_open:
        raise NotNow(order.state)
    order.steps.append(OrderStep(step=step.value, at=at, **details))
    if step is Step.CANCELLATION and order.reductions:
        offer.give_back(session, order.id or 0)
    session.flush()


def by_token(session: Session, token: str) -> Order | None:
    """The order that a form has placed; as a rule it has not, so that is found out first, and quickly."""
    found = BY_TOKEN.first(session.connection(), token=token)
    return session.get(Order, found[0]) if found else None


def by_lock(session: Session, lock: Lock | None, *, for_update: bool = False) -> Order | None:
    """The order that a key opens; the number alone opens none."""
    if lock is None:
        return None
    query = select(Order).where(Order.code == lock.code)
    found = session.exec(query.with_for_update(of=Order) if for_update else query).first()
    return found if found is not None and found.lock == lock else None


def by_number(session: Session, number: str, *, for_update: bool = False) -> Order | None:
    """For staff."""
    query = select(Order).where(Order.number == number)
    return session.exec(query.with_for_update(of=Order) if for_update else query).first()


def of(session: Session, owner: str, *, skip: int = 0, limit: int | None = None) -> Sequence[Order]:
    """The owner's orders, the newest first."""
    mine = select(Order).where(Order.owner == owner).order_by(col(Order.id).desc())
    return session.exec(mine.offset(skip).limit(limit)).all()


def of_numbers(session: Session, owner: str, numbers: Iterable[str]) -> Sequence[Order]:
    """The owner's orders of these numbers."""
    wanted = list(numbers)
    if not wanted:
        return []
    return session.exec(select(Order).where(Order.owner == owner, col(Order.number).in_(wanted))).all()


def count(session: Session, owner: str) -> int:
    """How many orders an owner has placed."""
    return session.exec(select(func.count(col(Order.id))).where(Order.owner == owner)).one()
