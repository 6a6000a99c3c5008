"""Two sites and two workers on one PostgreSQL are one shop."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from tests.running import Browser, Shop, filled_in, free_port, hidden, ready
from tests.torture.storm import CHECKOUT, KEY
from tests.webapp.post.office import PostOffice
from tests.webapp.shopping import a_bicycle, a_shopper, database_of, publish
from webapp import clock, create_app
from webapp.customers import staff_member
from webapp.database import Database
from webapp.sales.order import Order
from webapp.settings import Settings

SHOPPERS = 16


@pytest.fixture
def office() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.shut()


def kept(database: Database) -> Counter[str]:
    """How many orders everybody has."""
    with database.reading() as session:
        return Counter(session.exec(select(Order.email)).all())


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_orders_prices_and_limits_hold_over_all_processes(
    new_database: Callable[[], str], office: PostOffice, tmp_path: Path
) -> None:
    url = new_database()
    app: Flask = create_app(Settings(instance=tmp_path / "first", database_url=url, secret_key=KEY))
    database = database_of(app)
    publish(app, a_bicycle())
    with database.writing() as session:
        hashed = staff_member.hashed("a long password")
        staff_member.add(session, "desk@example.com", "Vera", hashed, at=clock.now())
    said = {"secret_key": KEY, "smtp_url": office.address, "proxies": "1"}
    ports = [free_port(), free_port()]
    with Shop(tmp_path / "0", url, **said) as one, Shop(tmp_path / "1", url, **said) as other:
        for shop, port in zip((one, other), ports, strict=True):
            shop.web(port)
            shop.worker()
        for port in ports:
            ready(port)
        every_double_click_is_one_order(ports, database)
        a_new_price_holds_everywhere_at_once(app, ports)
        tries_are_counted_together(ports)
        wait_for(lambda: len(office.taken) >= SHOPPERS)
    to = Counter(str(message["To"]) for message in office.taken)
    assert to == {f"shopper-{number}@example.com": 1 for number in range(SHOPPERS)}
    with app.app_context():
        assert a_shopper(app).get("/readyz").status_code == 200
    assert app.test_cli_runner().invoke(args=["totals", "check"]).exit_code == 0
    database.engine.dispose()


def every_double_click_is_one_order(ports: list[int], database: Database) -> None:
    """The same form arrives at both sites in the same moment."""
    told: list[tuple[int, str]] = []
    gate = threading.Barrier(2 * SHOPPERS)

    def send(number: int, port: int, browser: Browser, form: dict[str, str]) -> None:
        own = Browser(port)
        own.address, own.opener = browser.address, browser.opener
        gate.wait()
        answer = own.post(CHECKOUT, form)
        assert answer.status == 303, answer.text
        told.append((number, answer.location))

    threads = []
    for number in range(SHOPPERS):
        browser = Browser(ports[number % 2])
        browser.address = f"10.1.0.{number + 1}"
        form = filled_in(browser.get(CHECKOUT).text, email=f"shopper-{number}@example.com")
        threads += [threading.Thread(target=send, args=(number, port, browser, form)) for port in ports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2 * SHOPPERS
    assert len(set(told)) == SHOPPERS  # both clicks lead to one order
    assert kept(database) == {f"shopper-{number}@example.com": 1 for number in range(SHOPPERS)}


def a_new_price_holds_everywhere_at_once(app: Flask, ports: list[int]) -> None:
    forms = []
    for port in ports:
        browser = Browser(port)
        forms.append((browser, filled_in(browser.get(CHECKOUT).text)))
    publish(app, a_bicycle(city="600.00"))
    for browser, form in forms:
        shown_again = browser.post(CHECKOUT, form)
        assert shown_again.status == 409
        assert "Please confirm once more" in shown_again.text


def tries_are_counted_together(ports: list[int]) -> None:
    """A desk that is knocked at through both doors in turn closes as soon as through one."""
    statuses = []
    browser = Browser(ports[0])
    for number in range(40):
        page = browser.get("/staff/sign-in", port=ports[number % 2])
        form = hidden(page.text) | {"email": "desk@example.com", "password": f"wrong {number}"}
        statuses.append(browser.post("/staff/sign-in", form, port=ports[number % 2]).status)
        if statuses[-1] == 429:
            break
    allowed = statuses.count(422)
    assert statuses == [422] * allowed + [429]
    assert browser.post("/staff/sign-in", form, port=ports[(number + 1) % 2]).status == 429


def wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        threading.Event().wait(0.1)
    raise AssertionError("it never came about")
