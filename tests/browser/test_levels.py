"""A frequent buyer reaches a level, reads why, and price and days follow: in a browser, with and without JavaScript."""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete

from catalog.choices import Choices
from tests.browser.desk import sign_in
from tests.browser.standing import fits
from tests.webapp.relations.regulars import SILVER, follow
from tests.webapp.sales.orders import a_line, an_order
from webapp import clock
from webapp.catalogues import published
from webapp.customers import customer, customer_session
from webapp.relations.levels import service_level
from webapp.sales import calendar, capacity
from webapp.sales.calendar import WeeklyPattern, monday_of
from webapp.sales.capacity import Booking
from webapp.sales.delivery import METHOD_BY_CODE
from webapp.sales.delivery_slot import Slots
from webapp.sales.payment import Payment

CODE, RULE = "loyal", "orders >= 3 and paid >= 900000"  # which nobody of another journey comes near
ADDRESS = "/checkout/bicycle?model=city"


@pytest.fixture
def regular(shop: Flask, browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """Somebody who has ordered and paid twice, and is signed in."""
    token, at = secrets.token_urlsafe(32), clock.now()
    email = f"regular-{secrets.token_hex(4)}@example.com"
    with shop.extensions["lekalo.database"].writing() as session:
        if service_level.by_code(session, CODE) is None:
            said = SILVER | {"title": {"en": "Loyal", "ru": "Свой"}, "rule": RULE}
            service_level.make(session, CODE, said, by="tests", at=at)
        who = customer.proven(session, email, language="en", at=at)
        customer_session.start(session, who, token, "a browser", at=at)
        for days in (300, 100):
            when = at - timedelta(days=days)
            dear = an_order(session, a_line(total=50_000_000), owner=who.owner, email=email, at=when)
            dear.payments = [Payment(amount=dear.total, currency="EUR", received_at=when)]
    context: BrowserContext = browser.new_context(
        base_url=base_url,
        locale="en-GB",
        viewport={"width": 1280, "height": 900},
        java_script_enabled=javascript,
    )
    context.add_cookies([{"name": customer_session.COOKIE, "value": token, "url": base_url}])
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def one_place_is_held(shop: Flask) -> Iterator[None]:
    """The workshop finishes two pieces a week, one of which is held; the other of the first weeks is taken."""
    database = shop.extensions["lekalo.database"]
    with database.writing() as session:
        today = clock.today("Europe/Berlin")
        calendar.work(session, monday_of(today), range(5), 2, 1)
        sold = published.current(session.connection(), "bicycle")
        assert sold
        lead = sold.engine.configure(Choices.of_names(["model.city"])).lead_days
        slot = Slots(session.connection(), today, lead, comes_first=True).first(METHOD_BY_CODE["carrier"])
        assert slot
        others = an_order(session)
        session.flush()
        for monday in capacity.mondays(slot.span.first, slot.span.last):
            session.add(Booking(order_id=others.id or 0, monday=monday, pieces=1))
    yield
    with database.writing() as session:
        session.execute(delete(WeeklyPattern))
        session.execute(delete(Booking).where(Booking.order_id == others.id))  # type: ignore[arg-type]


def test_a_frequent_buyer_reaches_a_level_and_price_and_days_follow(
    regular: Page,
    shop: Flask,
    browser: Browser,
    base_url: str,
    one_place_is_held: None,
    axe_finds_nothing: Callable[[Page], None],
) -> None:
    regular.goto("/account/level")
    expect(regular.locator("h1")).to_have_text("No level yet")
    expect(regular.locator("[data-next=loyal]")).to_contain_text("1 more order")

    regular.goto(ADDRESS)
    before = regular.locator("[data-total]").first.get_attribute("data-total")
    later = regular.locator("[data-window]").first.get_attribute("data-window") or ""
    for name, value in (("name", "Rita"), ("street", "Weg 1"), ("postcode", "10999"), ("city", "Berlin")):
        regular.locator(f"#{name}").fill(value)
    regular.locator("#confirm").check()
    regular.locator("#accept").check()
    regular.locator("#order-now").click()
    expect(regular).to_have_url(re.compile(r"/orders/"))
    number = re.search(r"\d{4}-\d{4}", regular.locator("h1").inner_text())
    assert number

    desk = browser.new_context(base_url=base_url, locale="en-GB")
    sign_in(desk, shop, base_url, email=f"till-{secrets.token_hex(4)}@example.com")
    till = desk.new_page()
    till.goto(f"/staff/orders/{number[0]}")
    till.get_by_role("button", name="Mark as paid").click()
    expect(till.get_by_text("Paid").first).to_be_visible()
    expect(till).to_have_url(re.compile("#money"))
    desk.close()
    follow(shop)  # what the worker does within seconds

    regular.goto("/account/level")
    expect(regular.locator("h1")).to_have_text("Loyal")
    expect(regular.locator("[data-counts=true]")).to_have_count(3)
    expect(regular.locator(f'[data-order="{number[0]}"]')).to_have_attribute("data-counts", "true")
    expect(regular.locator("[data-orders]")).to_have_attribute("data-orders", "3")
    axe_finds_nothing(regular)
    fits(regular)

    regular.goto("/configure/bicycle?model=city")
    expect(regular.locator('[data-price-line="level:loyal"]')).to_have_count(1)
    regular.goto(ADDRESS)
    line = regular.locator('[data-price-line="level:loyal"]').first
    assert int(line.get_attribute("data-amount") or 0) < 0
    assert int(regular.locator("[data-total]").first.get_attribute("data-total") or 0) < int(before or 0)
    expect(regular.locator("[data-held-days]")).to_be_visible()
    sooner = regular.locator("[data-window]").first.get_attribute("data-window") or ""
    assert sooner < later
    regular.goto("/account")
    expect(regular.get_by_role("link", name="Level “Loyal”")).to_be_visible()
    regular.goto("/levels")
    expect(regular.locator("[data-level=loyal]")).to_contain_text("3 orders and €900,000 paid")
    axe_finds_nothing(regular)
