"""What somebody ordered and paid, as facts: what was cancelled is no order, what went back was not paid."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlmodel import col

from webapp.relations.segments.condition import Atom, Shape
from webapp.relations.segments.fact import Fact, Lexicon, Reading, Situation, Source
from webapp.sales.billing_address import BillingAddress
from webapp.sales.delivery import COUNTRIES, Delivery
from webapp.sales.order import Order
from webapp.sales.order_step import OrderStep, Step
from webapp.sales.payment import Payment
from webapp.sales.refund import Refund, RefundState


def stands() -> ColumnElement[bool]:
    """Orders that nobody cancelled."""
    cancelled = exists().where(
        col(OrderStep.order_id) == Order.id, col(OrderStep.step) == Step.CANCELLATION.value
    )
    return ~cancelled


def _orders(situation: Situation) -> Source:
    owner = col(Order.owner)
    rows: Select[*tuple[Any, ...]] = (
        select(
            owner.label("key"),
            func.count(col(Order.id)).label("orders"),
            func.max(Order.placed_at).label("last_order"),
        )
        .where(situation.owned(owner), stands())
        .group_by(owner)
    )
    return Source("ordered", rows)


def _money(situation: Situation) -> Source:
    """In minor units of the shop's currency; an order in another one counts nothing here."""
    owner, back = col(Order.owner), col(Refund.amount)
    is_ours = col(Payment.currency) == situation.lexicon.currency
    went_back = (
        select(col(Refund.payment_id).label("payment"), func.sum(back).label("amount"))
        .where(col(Refund.state) != RefundState.FAILED.value)
        .group_by(col(Refund.payment_id))
        .subquery("went_back")
    )
    rows: Select[*tuple[Any, ...]] = (
        select(
            owner.label("key"),
            func.sum(Payment.amount - func.coalesce(went_back.c.amount, 0)).label("paid"),
        )
        .join(Payment, col(Payment.order_id) == Order.id)
        .outerjoin(went_back, went_back.c.payment == col(Payment.id))
        .where(situation.owned(owner), is_ours)
        .group_by(owner)
    )
    return Source("money", rows)


def _country(situation: Situation) -> Source:
    """That of the latest order: of the address on its invoice, else of where it was brought."""
    owner = col(Order.owner)
    country = func.coalesce(col(BillingAddress.country), func.nullif(Delivery.country, ""))
    ranked = (
        select(
            owner.label("key"),
            country.label("country"),
            func.row_number().over(partition_by=owner, order_by=col(Order.id).desc()).label("rank"),
        )
        .join(Delivery, col(Delivery.order_id) == Order.id)
        .outerjoin(BillingAddress, col(BillingAddress.order_id) == Order.id)
        .where(situation.owned(owner), stands(), country.is_not(None))
        .subquery("ranked")
    )
    return Source("countries", select(ranked.c.key, ranked.c.country).where(ranked.c.rank == 1))


def _behind(situation: Situation, _atom: Atom) -> Select[*tuple[Any, ...]]:
    return _listed(situation).where(stands())


def _behind_money(situation: Situation, _atom: Atom) -> Select[*tuple[Any, ...]]:
    return _listed(situation).where(exists().where(col(Payment.order_id) == Order.id))


def _listed(situation: Situation) -> Select[*tuple[Any, ...]]:
    rows = select(literal("order"), col(Order.number)).where(situation.owned(col(Order.owner)))
    return rows.order_by(col(Order.id).desc())


def _countries(_lexicon: Lexicon, _subject: str) -> tuple[str, ...]:
    return COUNTRIES


def _read_orders(situation: Situation, _atom: Atom) -> Reading:
    return Reading("orders", _orders(situation))


def _read_last_order(situation: Situation, _atom: Atom) -> Reading:
    return Reading("last_order", _orders(situation))


def _read_paid(situation: Situation, _atom: Atom) -> Reading:
    return Reading("paid", _money(situation))


def _read_country(situation: Situation, _atom: Atom) -> Reading:
    return Reading("country", _country(situation))


ORDERS = Fact("orders", Shape.COUNT, "orders >= 2", _read_orders, behind=_behind)
LAST_ORDER = Fact("last_order", Shape.MOMENT, "last_order > 180 days ago", _read_last_order, behind=_behind)
PAID = Fact("paid", Shape.AMOUNT, "paid >= 1500", _read_paid, behind=_behind_money)
COUNTRY = Fact("country", Shape.NAME, "country is DE", _read_country, values=_countries, behind=_behind)
