"""Orders live: changed and cancelled by shoppers, made and sent by staff, on a phone and a desk, in both languages."""

import secrets
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.desk import sign_in
from tests.browser.screens import by_a_desk_with_scripts, by_a_phone_with_scripts
from tests.browser.standing import fits

ENTRIES = {
    "name": "Anna Muster",
    "email": "anna@example.com",
    "street": "Weg 1",
    "postcode": "10999",
    "city": "Berlin",
}
WORDS = {
    "en": ("Change the order", "Review the change", "Cancel the order for good", "This order is cancelled."),
    "ru": ("Изменить заказ", "К заказу", "Отменить заказ насовсем", "Заказ отменён"),
}


@by_a_phone_with_scripts
def test_an_order_is_changed_then_cancelled(
    browser: Browser,
    base_url: str,
    javascript: bool,
    axe_finds_nothing: Callable[..., None],
    language: str,
    width: int,
) -> None:
    change, review, cancel, cancelled = WORDS[language]
    context = browser.new_context(
        base_url=base_url,
        locale=language,
        java_script_enabled=javascript,
        viewport={"width": width, "height": 800},
    )
    page: Page = context.new_page()
    order(page)
    axe_finds_nothing(page)

    page.get_by_role("button", name=change).click()
    expect(page.locator(".changing-order")).to_be_visible()
    axe_finds_nothing(page)
    page.goto("/configure/bicycle?model=tour")
    page.get_by_role("link", name=review).click()
    expect(page.locator("[data-rise]")).to_be_visible()
    total = page.locator("[data-total]").inner_text()
    axe_finds_nothing(page)
    page.get_by_role("button", name=change).click()
    expect(page.locator("[data-due]")).to_have_text(total)
    axe_finds_nothing(page)

    page.locator("a[href$='/cancellation']").click()
    expect(page.locator("[data-refund='0']")).to_be_visible()
    axe_finds_nothing(page)
    page.get_by_role("button", name=cancel).click()
    expect(page.locator(".order-page")).to_have_attribute("data-state", "cancelled")
    expect(page.get_by_text(cancelled).first).to_be_visible()
    axe_finds_nothing(page)
    context.close()


def order(page: Page) -> str:
    """Orders a bicycle; the order's number."""
    page.goto("/checkout/bicycle?model=city&frame=steel-diamond")
    for name, value in ENTRIES.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    if page.locator("[name=confirm]").count():
        page.locator("[name=confirm]").check()
    page.locator("#order-now").click()
    expect(page.locator(".order-page")).to_have_attribute("data-state", "placed")
    return page.locator(".order-page").get_attribute("data-order") or ""


@by_a_desk_with_scripts
def test_staff_take_an_order_from_its_payment_to_its_delivery_and_its_page_follows(
    browser: Browser,
    base_url: str,
    shop: Flask,
    javascript: bool,
    axe_finds_nothing: Callable[..., None],
    language: str,
    width: int,
) -> None:
    def visitor() -> BrowserContext:
        return browser.new_context(
            base_url=base_url,
            locale=language,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
        )

    shopper, desk = visitor(), visitor()
    page, file = shopper.new_page(), desk.new_page()
    number = order(page)
    sign_in(desk, shop, base_url, f"{secrets.token_hex(4)}@example.com")
    file.goto(f"/staff/orders/{number}")
    axe_finds_nothing(file)
    assert file.locator("[data-step]").count() == 0  # nothing is made that is not paid
    file.locator("form[action*='/payments'] button").click()
    expect(file.locator(".order-file")).to_have_attribute("data-state", "paid")
    reached(page, "paid")
    file.goto("/staff/production")
    axe_finds_nothing(file)
    file.get_by_role("link", name=number).first.click()
    for step, state in (("production", "production"), ("ready", "ready")):
        file.locator(f"[data-step={step}] button").click()
        expect(file.locator(".order-file")).to_have_attribute("data-state", state)
        reached(page, state)
    file.locator("#tracking").fill("0034 0434")
    file.locator("#tracking-link").fill("https://carrier.example/00340434")
    file.locator("[data-step=shipping] button").click()
    expect(file.locator(".order-file")).to_have_attribute("data-state", "shipped")
    axe_finds_nothing(file)
    reached(page, "shipped")
    expect(page.locator(".tracking a")).to_have_attribute("href", "https://carrier.example/00340434")
    file.locator("[data-step=delivery] button").click()
    expect(file.locator(".order-file")).to_have_attribute("data-state", "delivered")
    reached(page, "delivered")
    assert page.locator(".milestone-reached").count() == page.locator(".milestone").count()
    axe_finds_nothing(page)
    for each in (page, file):
        fits(each)
    shopper.close()
    desk.close()


def reached(page: Page, state: str) -> None:
    """The shopper looks again: the time line says how far it is, and the stages before it have their day."""
    page.reload()
    expect(page.locator(".order-page")).to_have_attribute("data-state", state)
    here = page.locator("[aria-current=step]")
    expect(here).to_have_attribute("data-milestone", state)
    expect(here.locator("time")).to_be_visible()
