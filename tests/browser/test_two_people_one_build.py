"""Somebody asks about their build, a colleague proposes a change of it, and it is accepted and ordered."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits
from tests.browser.test_keep_and_order import fill_in
from webapp import clock
from webapp.customers import customer, customer_session
from webapp.customers.staff_role import Role


def test_a_proposed_change_is_accepted_and_ordered(
    page: Page,
    browser: Browser,
    shop: Flask,
    base_url: str,
    javascript: bool,
    axe_finds_nothing: Callable[..., None],
) -> None:
    title = f"Two of us on it, {'live' if javascript else 'plain'}"
    signed_in(shop, page, base_url, f"two.{javascript}@example.com".lower())
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/builds/new/bicycle?model=city&frame=alu-diamond&fenders=plastic")
    page.locator("#name").fill(title)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Ask about this build").click()
    page.get_by_label("Your message").fill("Do plastic mudguards rattle?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-message=customer]")).to_contain_text("rattle")
    thread = page.url

    desk = browser.new_context(base_url=base_url, java_script_enabled=javascript, locale="en-GB")
    sign_in(desk, shop, base_url, "proposes@example.com", roles=[Role.RELATIONSHIP], name="Jonas")
    colleague = desk.new_page()
    colleague.goto("/staff/inbox")
    colleague.get_by_role("link", name=title).first.click()
    colleague.get_by_role("link", name="Propose a change of the build").click()
    colleague.locator("[data-group=fenders]").click()
    expect(colleague.locator("[data-delta]").first).to_be_visible()
    axe_finds_nothing(colleague)
    colleague.locator("[data-option=alu]").click()
    expect(colleague.locator("[data-total]")).to_be_visible()
    axe_finds_nothing(colleague)
    colleague.get_by_label("A word about it").fill("These never do.")
    colleague.get_by_role("button", name="Send the proposal").click()
    expect(colleague.locator("[data-proposal]")).to_have_attribute("data-state", "open")
    desk.close()

    page.goto(thread)
    proposal = page.locator("[data-proposal]")
    expect(page.locator("[data-message=staff]")).to_contain_text("These never do.")
    expect(proposal.locator("[data-total]")).to_be_visible()
    expect(proposal.locator("[data-days]")).to_be_visible()
    axe_finds_nothing()
    fits(page)
    proposal.get_by_role("button", name="Accept the change").click()
    expect(proposal).to_have_attribute("data-state", "accepted")
    proposal.get_by_role("link", name="To the build, to order it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.get_by_role("link", name="Order", exact=True).click()
    fill_in(page)
    page.get_by_role("button", name="Order and pay by invoice").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order ")
    page.goto("/contact")
    expect(page.get_by_text("working hours", exact=False).first).to_be_visible()
    axe_finds_nothing()
    fits(page)


def signed_in(shop: Flask, page: Page, base_url: str, email: str) -> None:
    token, at = f"of-the-customer-with-two-on-a-build-{email}", clock.now()
    with shop.extensions["lekalo.database"].writing() as session:
        found = customer.proven(session, email, language="en", at=at)
        session.flush()
        customer_session.start(session, found, token, "Chrome on Linux", at=at)
    page.context.add_cookies([{"name": customer_session.COOKIE, "value": token, "url": base_url}])
