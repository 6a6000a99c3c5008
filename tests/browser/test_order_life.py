"""An order is changed by its shopper before work begins, then cancelled: on a phone and a desk, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

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


@pytest.mark.parametrize(("language", "width"), [("ru", 360), ("en", 1280)])
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
    page.goto("/checkout/bicycle?model=city&frame=steel-diamond")
    for name, value in ENTRIES.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=accept]").check()
    if page.locator("[name=confirm]").count():
        page.locator("[name=confirm]").check()
    page.locator("#order-now").click()
    expect(page.locator(".order-page")).to_have_attribute("data-state", "placed")
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
