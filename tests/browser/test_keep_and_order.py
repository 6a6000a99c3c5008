"""From a build to a kept one, to a shared one, to an order that staff take on."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import sign_in

BUILD = "model=city&frame=steel-diamond"


def save(page: Page, name: str) -> None:
    page.goto(f"/builds/new/bicycle?{BUILD}")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def fill_in(page: Page) -> None:
    page.get_by_label("Your name").fill("Anna Muster")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_label("Street and number").fill("Weg 1")
    page.get_by_label("Postcode").fill("10999")
    page.get_by_label("Town").fill("Berlin")
    page.get_by_label("I have read and accept").check()
    if page.get_by_label("This is right").count():
        page.get_by_label("This is right").check()


def order(page: Page) -> None:
    page.get_by_role("button", name="Order and pay by invoice").click()


def test_a_build_is_kept_shown_to_a_friend_and_copied(
    page: Page, browser: Browser, base_url: str, axe_finds_nothing: Callable[[], None]
) -> None:
    page.goto("/builds")
    expect(page.get_by_role("link", name="Start a build")).to_be_visible()
    axe_finds_nothing()
    save(page, "Daily ride")
    axe_finds_nothing()
    shared = page.get_by_label("Link for others").input_value()
    page.goto("/builds")
    expect(page.get_by_role("link", name="Daily ride")).to_be_visible()
    axe_finds_nothing()

    friends = browser.new_context(base_url=base_url, locale="en-GB")
    friend = friends.new_page()
    friend.goto(shared)
    expect(friend.get_by_role("heading", level=1)).to_have_text("Daily ride")
    friend.get_by_role("button", name="Copy as my own").click()
    friend.get_by_role("heading", name="Rename, duplicate, delete").click()
    expect(friend.get_by_role("button", name="Rename")).to_be_visible()
    friends.close()

    page.get_by_role("link", name="Daily ride").click()
    page.get_by_role("heading", name="Rename, duplicate, delete").click()
    page.get_by_text("Delete the build").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("“Daily ride” is deleted.")).to_be_visible()


def test_a_saved_build_is_changed_and_replaced(page: Page) -> None:
    save(page, "To be changed")
    address = page.url
    page.get_by_role("button", name="Change").click()
    expect(page).to_have_url(f"/configure/bicycle?{BUILD}")
    page.goto("/builds/new/bicycle?model=tour")
    page.get_by_label("Replace “To be changed”").check()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(address)
    expect(page.locator('[data-group="model"][data-option="tour"]')).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)], indirect=["javascript"])
def test_an_order_is_reviewed_mended_placed_and_made(
    page: Page,
    javascript: bool,
    shop: Flask,
    base_url: str,
    axe_finds_nothing: Callable[[], None],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/checkout/bicycle?{BUILD}")
    axe_finds_nothing()
    order(page)
    expect(page.locator("#confirm-error")).to_contain_text("Please look at what we have filled in")
    page.get_by_role("link", name="We need your agreement").click()
    expect(page.get_by_label("I have read and accept")).to_be_in_viewport()
    axe_finds_nothing()
    fill_in(page)
    total = page.locator("[data-total]")
    by_carrier = total.get_attribute("data-total") or ""
    page.get_by_label("Express delivery").check()
    if not javascript:
        page.get_by_role("button", name="Show the price with this delivery").click()
    expect(total).not_to_have_attribute("data-total", by_carrier)
    expect(page.get_by_label("Your name")).to_have_value("Anna Muster")
    amount = total.inner_text()
    order(page)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Order ")
    number = heading.inner_text().removeprefix("Order ")
    expect(page.locator("[data-due]")).to_have_text(amount)
    axe_finds_nothing()
    private = page.url

    sign_in(page.context, shop, base_url)
    page.goto(f"/staff/orders/{number}")
    for button in ("Mark as paid", "Take into production", "Mark as ready", "Mark as shipped"):
        axe_finds_nothing()
        page.get_by_role("button", name=button).click()
    expect(page.locator("[data-act]")).to_have_count(5)
    page.goto("/staff/orders")
    axe_finds_nothing()
    page.goto(private)
    expect(page.locator("[aria-current=step]")).to_contain_text("Shipped")


def test_pressing_twice_orders_once(page: Page, javascript: bool) -> None:
    page.goto(f"/checkout/bicycle?{BUILD}")
    fill_in(page)
    button = page.get_by_role("button", name="Order and pay by invoice")
    button.dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order ")
    page.goto("/account")
    expect(page.locator(".order-row")).to_have_count(1)


def test_the_price_of_a_page_left_open_is_never_charged_unseen(page: Page) -> None:
    page.goto(f"/checkout/bicycle?{BUILD}")
    fill_in(page)
    page.locator("[name=shown_total]").evaluate("field => field.value = '1'")
    order(page)
    expect(page.get_by_text("Please confirm once more")).to_be_visible()
    page.get_by_label("This is right").check()
    order(page)
    expect(page.get_by_text("Payment by bank transfer")).to_be_visible()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_other_pages_have_no_barriers(page: Page, axe_finds_nothing: Callable[[], None]) -> None:
    for address in ("/terms-of-sale", "/privacy", "/checkout/bicycle?model=city&frame=e-wave"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            axe_finds_nothing()
