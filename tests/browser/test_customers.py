"""A colleague finds a customer in the other script and serves them from the card alone, on a telephone."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits
from webapp import clock, search_worker
from webapp.customers import customer
from webapp.customers.staff_role import Role
from webapp.database import Database


def test_a_customer_is_found_and_a_call_is_written_down_in_two_presses(
    page: Page, shop: Flask, base_url: str, axe_finds_nothing: Callable[[], None]
) -> None:
    database: Database = shop.extensions["lekalo.database"]
    with database.writing() as session:
        anna = customer.proven(session, "shcherbakova@example.com", language="en", at=clock.now())
        anna.name, anna.phone = "Anna Shcherbakova", "+49 30 7654321"
    search_worker.learn(database, clock.now())
    sign_in(page.context, shop, base_url, roles=[Role.RELATIONSHIP])
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/staff/customers")
    page.get_by_role("searchbox").fill("Щербакава")  # with a slip
    page.get_by_role("button", name="Find").click()
    axe_finds_nothing()
    page.get_by_role("link", name="Anna Shcherbakova").click()
    expect(page.locator("[data-way=phone]")).to_contain_text("may not be called with advice")
    axe_finds_nothing()

    page.get_by_label("What was it about?").fill("Asks for a larger frame")
    page.get_by_role("button", name="They called").click()
    expect(page.locator("[data-channel=contact]").first).to_contain_text("Asks for a larger frame")

    page.get_by_text("Give a task").click()
    page.get_by_label("What is to be done?").fill("Ring her about the frame")
    page.get_by_role("button", name="Give it").click()
    expect(page.locator("[data-errand]")).to_contain_text("Ring her about the frame")
    page.goto("/staff/errands")
    expect(page.locator("[data-errand]")).to_contain_text("Ring her about the frame")
    axe_finds_nothing()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("[data-errand]")).to_have_count(0)
    fits(page)
