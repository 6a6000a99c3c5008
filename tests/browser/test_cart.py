"""Several things in one order: put into the cart, changed there, reviewed with a code, ordered and made."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.screens import by_a_desk_with_scripts
from tests.browser.standing import fits
from webapp import clock
from webapp.sales.offer import Offer


@pytest.fixture(scope="session")
def tenth_off(shop: Flask) -> str:
    """A code that takes a tenth off."""
    with shop.extensions["lekalo.database"].writing() as session:
        label = {"en": "A tenth off", "ru": "Десятая часть"}
        session.add(
            Offer(code="TENTH", label=label, kind="percent", value="10", once=False, made_at=clock.now())
        )
    return "tenth"


def put(page: Page, address: str) -> None:
    page.goto(f"/configure/{address}")
    page.locator("[data-put-into-cart]").click()
    page.wait_for_url("**/cart")


def total_of(page: Page) -> int:
    return int(page.locator("[data-total][data-currency]").get_attribute("data-total") or "")


@by_a_desk_with_scripts
def test_a_cart_is_filled_changed_and_ordered(
    page: Page,
    javascript: bool,
    tenth_off: str,
    axe_finds_nothing: Callable[[], None],
    width: int,
    language: str,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/language/{language}?next=/cart")
    expect(page.locator('[data-lines="0"]')).to_be_visible()
    axe_finds_nothing()
    put(page, "bicycle?model=city&frame=steel-diamond")
    one = total_of(page)
    put(page, "workstation")
    put(page, "bicycle?model=tour")
    expect(page.locator(".cart-line")).to_have_count(3)
    axe_finds_nothing()

    page.locator(".cart-line").nth(2).locator(".link-button").click()
    expect(page.locator(".cart-line")).to_have_count(2)
    expect(page.locator("#cart-count")).to_have_attribute("data-cart", "2")
    page.locator("[data-removed] button").click()
    expect(page.locator(".cart-line")).to_have_count(3)
    page.locator(".cart-line").nth(2).locator(".link-button").click()
    expect(page.locator(".cart-line")).to_have_count(2)

    pieces = page.locator("[name=quantity]").first
    pieces.fill("99")
    pieces.press("Tab" if javascript else "Enter")
    expect(page.locator(".quantity .field-error")).to_be_visible()
    expect(page.locator("[name=quantity]").first).to_have_value("99")
    axe_finds_nothing()
    page.locator("[name=quantity]").first.fill("3")
    page.locator("[name=quantity]").first.press("Tab" if javascript else "Enter")
    expect(page.locator(".cart-line").first).to_have_attribute("data-amount", str(3 * one))
    axe_finds_nothing()
    fits(page)

    page.locator(".cart-side .button").click()
    expect(page.locator(".reviewed-line")).to_have_count(2)
    axe_finds_nothing()
    for name, entry in {
        "name": "Anna Muster",
        "email": "anna@example.com",
        "street": "Weg 1",
        "postcode": "10999",
        "city": "Berlin",
    }.items():
        page.locator(f"[name={name}]").fill(entry)
    before = total_of(page)
    page.locator(".offer-code summary").click()
    page.locator("#code").fill("winter")
    page.locator("#use-code").click()
    expect(page.locator("#code-error")).to_be_visible()
    page.locator("#code").fill(tenth_off)
    page.locator("#use-code").click()
    expect(page.locator("[data-code-used]")).to_be_visible()
    assert total_of(page) < before
    expect(page.locator("[name=name]")).to_have_value("Anna Muster")
    axe_finds_nothing()
    shown = total_of(page)
    page.locator("#confirm").check()
    page.locator("#accept").check()
    page.locator("#order-now").dblclick()
    expect(page.locator("[data-order]")).to_be_visible()
    assert total_of(page) == shown
    expect(page.locator("[data-ordered-line]")).to_have_count(2)
    expect(page.locator('[data-price-line="offer:TENTH"]')).to_be_visible()
    axe_finds_nothing()
    page.goto("/cart")
    expect(page.locator('[data-lines="0"]')).to_be_visible()
