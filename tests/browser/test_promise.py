"""A price is promised, the catalogue grows dearer, and the order costs what was promised."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from catalog.model import Family
from tests.browser.test_keep_and_order import fill_in, order, save
from webapp import clock, settings, worker
from webapp.catalogues import version


def publish(shop: Flask, change: Callable[[dict], None]) -> None:
    """Puts a new version of the bicycle on sale, as an import does."""
    with shop.extensions["lekalo.database"].writing() as session:
        current = version.find(session, "bicycle")
        assert current is not None
        document = version.read(current.document).model_dump()
        change(document)
        version.publish(session, Family.model_validate(document), author="test", at=clock.now())
    with shop.app_context():
        worker.look_out(settings.current(), shop.extensions["lekalo.database"], clock.now())


def city_costs_more(by: int) -> Callable[[dict], None]:
    def change(document: dict) -> None:
        [city] = [option for option in document["groups"][0]["options"] if option["code"] == "city"]
        city["price"] += by

    return change


@pytest.fixture
def dearer(shop: Flask) -> Iterator[Callable[[int], None]]:
    """The demo catalogue is as it was for whoever comes next."""
    yield lambda by: publish(shop, city_costs_more(by))
    with shop.extensions["lekalo.database"].writing() as session:
        first = version.find(session, "bicycle", 1)
        assert first is not None
        version.publish(session, version.read(first.document), author="test", at=clock.now())


@pytest.mark.parametrize(("width", "javascript"), [(360, False), (1280, True)], indirect=["javascript"])
def test_an_order_costs_what_was_promised(
    page: Page, dearer: Callable[[int], None], axe_finds_nothing: Callable[[], None], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    save(page, "Promised")
    build = page.url
    page.get_by_role("button", name="Promise me this price").click()
    expect(page.get_by_text("This price is yours until")).to_be_visible()
    promised = page.locator("[data-promised]")
    total = int(promised.get_attribute("data-promised") or 0)
    amount = promised.locator("strong").inner_text()
    axe_finds_nothing()

    page.get_by_role("heading", name="Tell me when").click()
    page.get_by_role("radio", name="it costs less than").check()
    page.get_by_label("Amount, EUR").fill(str(total // 100 + 1000))
    page.get_by_role("button", name="Watch for it").click()
    expect(page.get_by_text("It costs less than that already")).to_be_visible()
    axe_finds_nothing()
    page.get_by_label("Amount, EUR").fill(str(total // 100 - 50))
    page.get_by_role("button", name="Watch for it").click()
    expect(page.locator("[data-watch=cheaper]")).to_be_visible()  # the address opens what was shut
    expect(page.locator("[data-watch=cheaper]")).to_contain_text("not yet")

    dearer(10_000)
    page.goto(build)
    expect(page.locator("[data-promised]")).to_have_attribute("data-promised", str(total))
    expect(page.locator("[data-today]")).to_have_attribute("data-today", str(total + 10_000))
    page.get_by_role("link", name="Order at the promised price").click()
    expect(page.locator("[data-promise=holds]")).to_contain_text(f"{amount} is promised until")
    axe_finds_nothing()
    fill_in(page)
    page.get_by_label("Collect from the workshop").check()
    if page.get_by_role("button", name="Show the price with this delivery").count():
        page.get_by_role("button", name="Show the price with this delivery").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(total))
    order(page)
    expect(page.locator("[data-due]")).to_have_text(amount)
    expect(page.get_by_text("price as promised")).to_be_visible()

    dearer(-20_000)
    page.goto(build)
    expect(page.locator("[data-sighting=cheaper]")).to_contain_text("costs")
    expect(page.locator("[data-watch=cheaper]")).to_contain_text("true now")
    axe_finds_nothing()
    page.get_by_role("button", name="End it").click()
    expect(page.locator("[data-watch]")).to_have_count(0)
