"""Invoices are numbered without a gap, say all there is to say, and are never changed."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from catalog.model import Texts
from catalog.money import tax_within
from tests.databases import on_both_databases
from tests.webapp.sales.orders import a_line, an_order
from webapp import clock
from webapp.database import Database
from webapp.sales import invoice, invoicing, order, receiving
from webapp.sales.invoice import Invoice, Kind, Seller
from webapp.sales.order import Order
from webapp.sales.order_step import Step
from webapp.sales.order_tax import OrderTax
from webapp.sales.reckoning import Sold, reckon
from webapp.sales.refund import Reason, Refund, RefundState

DAY = date(2026, 11, 23)
SELLER = Seller("Lekalo GmbH, Werkstraße 7, 10999 Berlin", "DE999999999", "IBAN DE02 1203 0000 0000 2020 51")
KEYS = count(1)


class Vanished(Exception):
    """A transaction comes to nothing."""


def invoiced(session: Session, *amounts: tuple[int, str], on: date = DAY) -> Invoice:
    """The invoice of an order of lines, each for an amount and taxed at a rate."""
    lines = [a_line(place, total, percent=rate) for place, (total, rate) in enumerate(amounts, 1)]
    reckoning = reckon([Sold(line.position, line.total, Decimal(line.tax_percent)) for line in lines], 2900)
    taxed = [OrderTax.of(share) for share in reckoning.taxed]
    placed = an_order(session, *lines, tax=reckoning.tax, taxed=taxed)
    session.flush()
    return invoice.issue(session, placed, SELLER, at=clock.now(), on=on)


def order_of(session: Session, made: Invoice) -> Order:
    return session.exec(select(Order).where(Order.id == made.order_id).with_for_update()).one()


def numbers(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.exec(select(Invoice.number).order_by(col(Invoice.id))).all())


def catch_up(database: Database) -> list[Invoice]:
    """What the worker does."""
    with database.reading() as session:
        found = invoicing.open_(session, at=clock.now())
    with database.writing() as session:
        said = [invoicing.say(session, each, at=clock.now(), on=DAY) for each in found]
        return [each for each in said if each is not None]


def refunded(database: Database, made: Invoice, amount: int, reason: Reason) -> None:
    with database.writing() as session:
        placed = order_of(session, made)
        if not placed.payments:
            receiving.receive(session, placed, at=clock.now())
        placed.payments[0].refunds.append(
            Refund(
                amount=amount,
                currency="EUR",
                reason=reason.value,
                idempotency_key=f"key-{next(KEYS)}",
                state=RefundState.SUCCEEDED.value,
                who="Vera",
                requested_at=clock.now(),
                changed_at=clock.now(),
            )
        )


def cancelled(database: Database, made: Invoice, fee: int = 0) -> None:
    with database.writing() as session:
        order.take(session, order_of(session, made), Step.CANCELLATION, at=clock.now(), fee=fee)


def changed(database: Database, made: Invoice, total: int) -> Invoice:
    """The invoice of the order as it is after a change of its first line."""
    with database.writing() as session:
        placed = order_of(session, made)
        placed.revision += 1
        line = a_line(10 * placed.revision, total, percent="19")
        line.order_id, line.revision = placed.id or 0, placed.revision
        reckoning = reckon([Sold(line.position, total, Decimal(19))], 2900)
        session.add(line)
        for share in reckoning.taxed:
            taxed = OrderTax.of(share, placed.revision)
            taxed.order_id = placed.id or 0
            session.add(taxed)
        placed.total, placed.tax = reckoning.total, reckoning.tax
        session.flush()
        session.expire(placed, ["lines", "taxed"])
        return invoice.issue_anew(session, placed, SELLER, at=clock.now(), on=DAY)


@on_both_databases
def test_twenty_orders_at_once_leave_no_gap_whatever_is_rolled_back(
    new_database: Callable[[], str],
) -> None:
    database = Database(new_database())

    def hand(number: int) -> bool:
        try:
            with database.writing() as session:
                invoiced(session, (10000 + number, "19"))
                if number % 3 == 0:
                    raise Vanished
        except Vanished:
            return False
        return True

    with ThreadPoolExecutor(10) as hands:
        kept = sum(hands.map(hand, range(30)))
    assert kept == 20
    assert numbers(database) == [f"2026-{number:06}" for number in range(1, 21)]
    database.engine.dispose()


@on_both_databases
def test_each_year_begins_anew_and_an_order_has_one_invoice(database: Database) -> None:
    with database.writing() as session:
        first = invoiced(session, (10000, "19"))
        again = invoice.issue(session, order_of(session, first), SELLER, at=clock.now(), on=DAY)
        assert again.number == first.number
        invoiced(session, (10000, "19"), on=date(2027, 1, 2))
        invoiced(session, (10000, "19"))
    assert numbers(database) == ["2026-000001", "2027-000001", "2026-000002"]


@on_both_databases
@pytest.mark.parametrize("statement", ["UPDATE invoices SET total = total", "DELETE FROM invoices"])
def test_an_invoice_cannot_be_changed(database: Database, statement: str) -> None:
    with database.writing() as session:
        invoiced(session, (10000, "19"))
    with pytest.raises(DBAPIError, match="invoices is only added to"), database.writing() as session:
        session.execute(text(statement))


@on_both_databases
def test_it_says_what_the_order_came_to_by_line_and_by_rate(database: Database) -> None:
    with database.writing() as session:
        made = invoiced(session, (11900, "19"), (10700, "7"))
        placed = order_of(session, made)
        assert (made.total, made.tax) == (placed.total, placed.tax)
    assert [(line.position, line.amount, line.percent) for line in made.listed] == [
        (1, 11900, Decimal(19)),
        (2, 10700, Decimal(7)),
        (0, 1527, Decimal(19)),
        (0, 1373, Decimal(7)),
    ]
    assert [(each.percent, each.gross, each.tax) for each in made.taxes] == [
        (Decimal(19), 13427, 1900 + 244),
        (Decimal(7), 12073, 700 + 90),
    ]
    assert made.buyer == ["Anna Muster", "Weg 1", "10999 Berlin", "DE"]
    assert (made.seller, made.tax_number) == (SELLER.name, SELLER.tax_number)


@on_both_databases
def test_a_cancelled_order_is_taken_back_whole_and_once(database: Database) -> None:
    with database.writing() as session:
        made = invoiced(session, (11900, "19"), (10700, "7"))
    assert catch_up(database) == []
    cancelled(database, made)
    [back] = catch_up(database)
    assert (back.number, back.corrects, back.kind) == ("2026-000002", made.number, Kind.CANCELLATION)
    assert (back.total, back.tax) == (-made.total, -made.tax)
    assert catch_up(database) == []


@on_both_databases
def test_only_what_lowers_the_price_is_said_again(database: Database) -> None:
    with database.writing() as session:
        made = invoiced(session, (11900, "19"))
    for reason in (Reason.OVERPAID, Reason.CANCELLED):
        refunded(database, made, 100, reason)
    assert catch_up(database) == []
    refunded(database, made, 1190, Reason.GOODWILL)
    [back] = catch_up(database)
    assert (back.total, back.tax, back.kind) == (-1190, -190, Kind.REDUCTION)
    assert catch_up(database) == []


@on_both_databases
def test_all_documents_of_a_cancelled_order_sum_to_nothing_at_each_rate(database: Database) -> None:
    dice = random.Random(7)
    for _ in range(4):
        with database.writing() as session:
            made = invoiced(session, (dice.randrange(100, 99999), "19"), (dice.randrange(100, 99999), "7"))
        for _ in range(dice.randrange(4)):
            refunded(database, made, dice.randrange(1, made.total // 3), Reason.RETURNED)
            catch_up(database)
        cancelled(database, made)
        catch_up(database)
        with database.reading() as session:
            documents = invoice.of(session, made.order_id)
        sums: dict[Decimal, tuple[int, int]] = {}
        for each in documents:
            for rate in each.taxes:
                gross, within = sums.get(rate.percent, (0, 0))
                sums[rate.percent] = gross + rate.gross, within + rate.tax
        assert set(sums.values()) == {(0, 0)}


@on_both_databases
def test_never_more_is_taken_back_than_is_left(database: Database) -> None:
    with database.writing() as session:
        made = invoiced(session, (1000, "19"))
    refunded(database, made, 3000, Reason.GOODWILL)
    refunded(database, made, 3000, Reason.ELSEWHERE)
    assert sum(each.total for each in catch_up(database)) == -3900
    with database.writing() as session:
        nothing = Texts({"en": "x", "ru": "x"})
        assert invoice.reduce(session, made, 5, nothing, 10**6, at=clock.now(), on=DAY) is None
    cancelled(database, made)
    assert catch_up(database) == []


@on_both_databases
def test_a_fee_is_kept_at_the_rates_of_what_was_ordered(database: Database) -> None:
    with database.writing() as session:
        made = invoiced(session, (11900, "19"), (10700, "7"))
    cancelled(database, made, fee=7650)
    [back] = catch_up(database)
    assert (back.total, back.has_fee) == (7650 - made.total, True)
    kept = [line for line in back.listed if line.label == invoice.FEE]
    assert sum(line.amount for line in kept) == 7650
    assert [(line.percent, line.tax) for line in kept] == [
        (line.percent, tax_within(line.amount, line.percent)) for line in kept
    ]
    assert {line.percent for line in kept} == {Decimal(19), Decimal(7)}
    assert catch_up(database) == []


@on_both_databases
def test_a_changed_order_gets_a_new_invoice_and_the_old_one_is_taken_back(database: Database) -> None:
    with database.writing() as session:
        first = invoiced(session, (11900, "19"), (10700, "7"))
    refunded(database, first, 1000, Reason.GOODWILL)
    catch_up(database)
    second = changed(database, first, 20000)
    third = changed(database, second, 15000)
    with database.reading() as session:
        documents = invoice.of(session, first.order_id)
    assert [each.number for each in documents] == [f"2026-{number:06}" for number in range(1, 9)]
    assert [(each.kind, each.total) for each in documents] == [
        ("invoice", 25500),
        ("reduction", -1000),
        ("cancellation", -24500),
        ("invoice", 22900),
        ("reduction", -1000),  # what was taken off the price stays off
        ("cancellation", -21900),
        ("invoice", 17900),
        ("reduction", -1000),
    ]
    assert [each.corrects for each in documents if each.kind == "invoice"] == [
        None,
        first.number,
        second.number,
    ]
    assert catch_up(database) == []  # the refund was said, and is not said again
    refunded(database, first, 500, Reason.RETURNED)
    [back] = catch_up(database)
    assert (back.corrects, back.total) == (third.number, -500)
    cancelled(database, first)
    [back] = catch_up(database)
    assert (back.corrects, back.total) == (third.number, -16400)
    assert catch_up(database) == []
    with database.reading() as session:
        assert sum(each.total for each in invoice.of(session, first.order_id)) == 0
        latest = invoice.latest(session, first.order_id)
        assert latest is not None
        assert latest.number == third.number
