"""The database keeps an order as it was placed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_shopper,
    database_of,
    number_of,
    publish,
)
from webapp import clock
from webapp.sales import order, order_list, receiving
from webapp.sales.order import NotNow, Order
from webapp.sales.order_line import OrderLine
from webapp.sales.order_number import new_number, tidy
from webapp.sales.order_state import State
from webapp.sales.order_step import Step


@pytest.fixture
def placed(app: Flask) -> str:
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    return number_of(shopper, a_placed_order(shopper))


@on_both_databases
@pytest.mark.parametrize("change", ["price_lines", "total", "version", "choices"])
def test_an_order_line_cannot_be_changed(app: Flask, placed: str, change: str) -> None:
    with (
        pytest.raises(DBAPIError, match="order_lines is only added to"),
        database_of(app).writing() as session,
    ):
        session.execute(text(f"UPDATE order_lines SET {change} = {change}"))


@on_both_databases
@pytest.mark.parametrize("statement", ["UPDATE staff_acts SET act = 'x'", "DELETE FROM staff_acts"])
def test_the_record_of_staff_acts_is_only_added_to(app: Flask, placed: str, statement: str) -> None:
    a_colleague(app).post(f"/staff/orders/{placed}/payments")
    with pytest.raises(DBAPIError, match="only added to"), database_of(app).writing() as session:
        session.execute(text(statement))


@on_both_databases
def test_the_state_follows_from_payments_and_steps(app: Flask, placed: str) -> None:
    def state() -> State:
        with database_of(app).reading() as session:
            found = order.by_number(session, placed)
            assert found
            for each in State:
                numbers = [one.number for one in order_list.latest(session, state=each)]
                assert (placed in numbers) == (each is found.state)
            return found.state

    def change(step: Step | None) -> None:
        with database_of(app).writing() as session:
            found = order.by_number(session, placed, for_update=True)
            assert found
            if step is None:
                receiving.receive(session, found, at=clock.now())
            else:
                order.take(session, found, step, at=clock.now() + timedelta(seconds=1))

    assert state() is State.PLACED
    with pytest.raises(NotNow):
        change(Step.PRODUCTION)
    change(None)
    assert state() is State.PAID
    with pytest.raises(NotNow):
        change(None)
    change(Step.PRODUCTION)
    assert state() is State.PRODUCTION
    with pytest.raises(NotNow):
        change(Step.SHIPPING)
    change(Step.READY)
    assert state() is State.READY
    with pytest.raises(NotNow):
        change(Step.COLLECTION)
    change(Step.SHIPPING)
    assert state() is State.SHIPPED
    with pytest.raises(NotNow):
        change(Step.CANCELLATION)
    change(Step.DELIVERY)
    assert state() is State.DELIVERED


@on_both_databases
def test_an_order_keeps_both_languages_every_step_and_the_document_it_came_from(
    app: Flask, placed: str
) -> None:
    with database_of(app).reading() as session:
        [line] = session.exec(select(OrderLine)).all()
        kept = session.exec(select(Order)).one()
        assert kept.number == placed
    assert line.choices == ["model.city", "rack.rear"]
    assert [(part.code, part.origin, part.title.in_("ru")) for part in line.listed] == [
        ("model.city", "mine", "Городской"),
        ("frame.steel", "forced", "Сталь"),
        ("rack.rear", "mine", "Задний багажник"),
    ]
    assert sum(step.amount for step in line.priced) == line.total == 55000
    assert (line.version, len(line.version_sha256), line.terms) == (1, 64, [])
    assert kept.total == 55000 + 2900
    assert kept.terms_of_sale


def test_orders_are_found_by_number_name_and_address(app: Flask, placed: str) -> None:
    with database_of(app).reading() as session:
        for words in (placed, placed.replace("-", " "), "muster", "ANNA@"):
            assert [one.number for one in order_list.latest(session, words=words)] == [placed]
        assert order_list.latest(session, words="%") == []


@on_both_databases
def test_a_name_is_found_in_any_alphabet_and_case(app: Flask, placed: str) -> None:
    with database_of(app).writing() as session:
        session.execute(text("UPDATE orders SET name = 'Анна ЁЛКИНА'"))
    with database_of(app).reading() as session:
        for words in ("анна", "АННА", "ёлкина"):
            assert [one.number for one in order_list.latest(session, words=words)] == [placed]


def test_order_numbers_can_be_said_on_the_telephone() -> None:
    number = new_number()
    assert len(number) == 9
    assert tidy(number.replace("-", "")) == number
