"""Until work begins an order can be changed: the difference is shown, and a new revision stands beside the old."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

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
from webapp.outbox import OutboxLetter
from webapp.sales import invoice, order_revision
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.recomputation import Recomputation

CARBON = "model=city&frame=carbon"
PLAIN = "model=city"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def shopper(shop: Flask) -> FlaskClient:
    return a_shopper(shop)


@pytest.fixture
def order(shopper: FlaskClient) -> str:
    """Of a city bicycle with a rear rack: 550.00, delivered 579.00."""
    return a_placed_order(shopper)


def the_form(shopper: FlaskClient, order: str, choices: str, position: int = 1) -> dict[str, str]:
    page = shopper.get(f"{order}/lines/{position}/change?{choices}").text
    return dict(re.findall(r'name="(token|shown)" value="([^"]+)"', page))


def confirm(shopper: FlaskClient, order: str, choices: str, form: dict[str, str], position: int = 1) -> int:
    address = f"{order}/lines/{position}/change-confirmation?{choices}"
    return shopper.post(address, data=form).status_code


def at_the_desk(shop: Flask, shopper: FlaskClient, order: str, *acts: str) -> FlaskClient:
    colleague = a_colleague(shop)
    for act in acts:
        assert colleague.post(f"/staff/orders/{number_of(shopper, order)}/{act}").status_code == 303
    return colleague


def test_the_configurator_opens_on_what_was_ordered_and_leads_back(shopper: FlaskClient, order: str) -> None:
    answer = shopper.post(f"{order}/lines/1/change-start")
    assert answer.location == "/configure/bike?model=city&rack=rear"
    page = shopper.get(answer.location).text
    assert "You are changing order" in page
    assert f'href="{order}/lines/1/change?model=city&amp;rack=rear"' in page
    assert shopper.post(f"{order}/change-end").location == order
    assert "You are changing order" not in shopper.get(answer.location).text


def test_the_difference_in_price_and_date_is_shown_first(
    shop: Flask, shopper: FlaskClient, order: str
) -> None:
    at_the_desk(shop, shopper, order, "payments")
    page = shopper.get(f"{order}/lines/1/change?{CARBON}").text
    assert 'data-rise="25000"' in page
    assert 'data-top-up="25000"' in page
    assert "instead of" in page  # carbon takes five days more
    assert 'data-goes-back="5000"' in shopper.get(f"{order}/lines/1/change?{PLAIN}").text


@on_both_databases
def test_a_confirmed_change_is_a_revision_beside_the_old(
    shop: Flask, shopper: FlaskClient, order: str
) -> None:
    at_the_desk(shop, shopper, order, "payments")
    form = the_form(shopper, order, CARBON)
    assert confirm(shopper, order, CARBON, form) == 303
    assert confirm(shopper, order, CARBON, form) == 303  # sent twice, changed once
    with database_of(shop).reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.revision, kept.total, kept.due, kept.state) == (2, 82900, 25000, "part")
        assert [part.code for part in kept.lines[0].listed] == ["model.city", "frame.carbon"]
        first, second = order_revision.of(session, kept.id or 0)
        assert (first.total, second.total) == (57900, 82900)
        assert second.first_day > first.first_day
        assert [line.total for line in order_revision.lines(session, kept.id or 0, 1)] == [55000]
        assert list(Recomputation(session).differences()) == []
        papers = invoice.of(session, kept.id or 0)
        assert [(paper.kind, paper.total) for paper in papers] == [
            ("invoice", 57900),
            ("cancellation", -57900),
            ("invoice", 82900),
        ]
        assert [paper.position for paper in papers] == [1, 2, 3]
        assert (papers[2].corrects, papers[2].first_day) == (papers[0].number, second.first_day)
        letters = session.exec(
            select(OutboxLetter).where(col(OutboxLetter.subject).contains("changed"))
        ).all()
        assert len(letters) == 1
    page = shopper.get(order).text
    assert "€829.00" in page
    assert 'data-due="25000"' in page
    assert shopper.get(f"{order}/invoice.pdf").location.endswith("-000003.pdf")
    desk = a_colleague(shop, "other@example.com").get(f"/staff/orders/{number_of(shopper, order)}").text
    assert re.findall(r'data-revision="(\d)" data-total="(\d+)"', desk) == [("2", "82900"), ("1", "57900")]
    assert re.findall(r'data-difference="(\w+)"', desk)


@on_both_databases
def test_a_cheaper_one_leaves_something_to_go_back(shop: Flask, shopper: FlaskClient, order: str) -> None:
    at_the_desk(shop, shopper, order, "payments")
    assert confirm(shopper, order, PLAIN, the_form(shopper, order, PLAIN)) == 303
    with database_of(shop).reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.total, kept.refund_due, kept.state) == (52900, 5000, "paid")
    # Changed once more, from what it is now.
    assert confirm(shopper, order, CARBON, the_form(shopper, order, CARBON, 2), 2) == 303
    with database_of(shop).reading() as session:
        kept = session.exec(select(Order)).one()
        assert (kept.revision, kept.total) == (3, 82900)
        assert len(session.exec(select(OrderLine)).all()) == 3
        assert list(Recomputation(session).differences()) == []


@on_both_databases
def test_once_work_has_begun_it_is_refused_clearly(shop: Flask, shopper: FlaskClient, order: str) -> None:
    form = the_form(shopper, order, CARBON)
    at_the_desk(shop, shopper, order, "payments", "steps/production")
    address = f"{order}/lines/1/change-confirmation?{CARBON}"
    answer = shopper.post(address, data=form, follow_redirects=True)
    assert "cannot be changed any more" in answer.text
    assert "Change the order" not in answer.text
    with database_of(shop).reading() as session:
        assert session.exec(select(Order)).one().total == 57900


def test_what_was_not_shown_is_not_agreed(shop: Flask, shopper: FlaskClient, order: str) -> None:
    form = the_form(shopper, order, CARBON)
    publish(shop, a_bicycle(city="600.00"))
    assert confirm(shopper, order, CARBON, form) == 409
    with database_of(shop).reading() as session:
        assert session.exec(select(Order)).one().revision == 1


@on_both_databases
def test_a_change_and_the_beginning_of_work_at_once_leave_one_right_state(
    shop: Flask, shopper: FlaskClient, order: str
) -> None:
    colleague = at_the_desk(shop, shopper, order, "payments")
    number, form = number_of(shopper, order), the_form(shopper, order, CARBON)
    with ThreadPoolExecutor(2) as pool:
        changed = pool.submit(confirm, shopper, order, CARBON, form)
        begun = pool.submit(colleague.post, f"/staff/orders/{number}/steps/production")
    assert changed.result() == 303
    with database_of(shop).reading() as session:
        kept = session.exec(select(Order)).one()
        # Either the change came first, and there is something to be paid before work begins; or work did.
        assert (kept.revision, kept.state, begun.result().status_code) in [
            (2, "part", 409),
            (1, "production", 303),
        ]
