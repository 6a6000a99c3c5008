"""A shopper says when and where; staff say what the workshop can do: in a browser, with and without JavaScript."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits

ADDRESS = "/checkout/bicycle?model=city&paint=custom"


@pytest.fixture
def visitor(browser: Browser, base_url: str, javascript: bool) -> Iterator[Page]:
    """With scripts on a telephone, without at a desk."""
    language, width, height = ("ru-RU", 360, 740) if javascript else ("en-GB", 1280, 900)
    context: BrowserContext = browser.new_context(
        base_url=base_url,
        locale=language,
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
    )
    page = context.new_page()
    yield page
    context.close()


def choose(page: Page, javascript: bool, method: str) -> None:
    """Chooses how it comes; without JavaScript a button shows the days of it."""
    page.locator(f"#method-{method}").check()
    if not javascript:
        page.locator("noscript button[name=recalculate]").click()
    expect(page.locator(f'[data-price-line="delivery:{method}"]')).to_be_visible()
    expect(page.locator(f"#method-{method}")).to_be_checked()


def fill_in(page: Page) -> None:
    page.locator("#name").fill("Anna Muster")
    page.locator("#email").fill("anna@example.com")
    page.locator("#confirm").check()
    page.locator("#accept").check()


def fill_in_the_invoice(page: Page) -> None:
    """Whoever collects something dear is asked where they live: the invoice must say it."""
    for name, value in (("street", "Weg 1"), ("postcode", "10999"), ("city", "Berlin")):
        page.locator(f"#{name}").fill(value)


def test_a_shopper_chooses_shop_and_days_and_gets_them(
    visitor: Page, javascript: bool, axe_finds_nothing: Callable[[Page], None]
) -> None:
    visitor.goto(ADDRESS)
    fill_in(visitor)
    choose(visitor, javascript, "point")
    fill_in_the_invoice(visitor)
    third = visitor.locator("#window-3")
    wanted = third.get_attribute("data-window") or ""
    third.check()
    if javascript:
        expect(visitor.locator(".delivery-window")).to_have_attribute("data-first-day", wanted[:10])
        expect(third).to_be_focused()
    axe_finds_nothing(visitor)
    visitor.locator("#order-now").click()
    expect(visitor.locator(".pickup-points .field-error")).to_be_visible()
    expect(visitor.locator(f'[data-window="{wanted}"]')).to_be_checked()
    expect(visitor.locator("#name")).to_have_value("Anna Muster")
    visitor.locator("#point-hamburg").check()
    visitor.locator("#order-now").click()
    expect(visitor).to_have_url(re.compile(r"/orders/"))
    expect(visitor.locator("address").first).to_contain_text("Radhaus Altona")
    expect(visitor.locator("[data-invoice]")).to_have_count(1)
    axe_finds_nothing(visitor)


def test_a_day_for_a_fitting_is_chosen_among_single_days(visitor: Page, javascript: bool) -> None:
    visitor.goto(ADDRESS)
    fill_in(visitor)
    choose(visitor, javascript, "fitting")
    fill_in_the_invoice(visitor)
    visitor.wait_for_load_state()
    days = [one.get_attribute("data-window") or "" for one in visitor.locator("[data-window]").all()]
    assert len(days) >= 12
    assert all(day[:10] == day[11:] for day in days)
    visitor.locator("#window-2").check()
    visitor.locator("#order-now").click()
    expect(visitor).to_have_url(re.compile(r"/orders/"))


def test_what_comes_sooner_is_taken_in_one_press_and_undone_in_another(
    visitor: Page, axe_finds_nothing: Callable[[Page], None]
) -> None:
    visitor.goto(ADDRESS)
    visitor.locator("#name").fill("Anna Muster")
    visitor.locator("#confirm").check()
    total = visitor.locator("[data-total]").first.get_attribute("data-total")
    way = visitor.locator('[data-sooner="paint"]')
    assert int(way.get_attribute("data-days") or 0) > 0
    way.get_by_role("button").click()
    expect(visitor).to_have_url(re.compile(r"/checkout/bicycle\?"))
    assert "paint=custom" not in visitor.url
    expect(visitor.locator("[data-exchanged]")).to_be_visible()
    expect(visitor.locator("[data-total]").first).not_to_have_attribute("data-total", total or "")
    expect(visitor.locator("#name")).to_have_value("Anna Muster")
    expect(visitor.locator("#confirm")).not_to_be_checked()  # what we fill in may be something else now
    axe_finds_nothing(visitor)
    visitor.locator("#name").press("Enter")  # presses nothing that changes the goods
    assert "paint=custom" not in visitor.url
    visitor.locator('[data-sooner="paint"]').wait_for(state="detached")
    visitor.goto(ADDRESS)
    visitor.locator('[data-sooner="paint"]').get_by_role("button").click()
    visitor.locator("[data-exchanged]").get_by_role("button").click()
    expect(visitor).to_have_url(re.compile(r"paint=custom"))
    expect(visitor.locator("[data-total]").first).to_have_attribute("data-total", total or "")


def test_staff_set_what_a_week_holds_and_close_a_day(
    visitor: Page, javascript: bool, shop: Flask, base_url: str, axe_finds_nothing: Callable[[Page], None]
) -> None:
    sign_in(visitor.context, shop, base_url)
    visitor.goto("/staff/calendar")
    row = visitor.locator("tr[data-week]").nth(10)
    week = row.get_attribute("data-week") or ""
    field = visitor.locator(f"#pieces-{week}")
    field.fill("12345")
    field.press("Enter")
    expect(visitor.locator(f'tr[data-week="{week}"]')).to_have_attribute("data-capacity", "12345")
    visitor.locator("#first").fill(week)
    visitor.locator("#reason").fill("Inventory")
    visitor.locator("#reason").press("Enter")
    closed = visitor.locator(f'[data-closed="{week}"]')
    expect(closed).to_contain_text("Inventory")
    axe_finds_nothing(visitor)
    fits(visitor)
    closed.get_by_role("button").click()
    expect(visitor.locator(f'[data-closed="{week}"]')).to_have_count(0)
    visitor.goto("/staff/calendar/holidays")
    axe_finds_nothing(visitor)
    visitor.goto(f"/staff/calendar/weeks/{week}")
    axe_finds_nothing(visitor)
