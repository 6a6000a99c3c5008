"""What a customer has from a profile, in a browser: a build made for them, marks with reasons, a switch for each."""

import json
import secrets
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect
from sqlmodel import Session

from webapp import clock
from webapp.customers import consent, customer, customer_session, stated_fact
from webapp.customers.consent import Purpose
from webapp.customers.customer import Customer


def somebody(shop: Flask, page: Page, base_url: str, *, allows: bool) -> None:
    """Signs somebody in who says that they sit upright and are 183 cm tall."""
    token = secrets.token_urlsafe(32)
    with shop.extensions["lekalo.database"].writing() as session:
        who = customer.proven(session, f"{token[:9]}@example.com", language="en", at=clock.now())
        customer_session.start(session, who, token, "Chromium", at=clock.now())
        if allows:
            says(session, who)
    page.context.add_cookies([{"name": customer_session.COOKIE, "value": token, "url": base_url}])


def says(session: Session, who: Customer) -> None:
    consent.give(session, who.id or 0, Purpose.PERSONALISATION, language="en", at=clock.now())
    for trait, value in (("posture", "upright"), ("rider_height", "183")):
        stated_fact.say(session, who.id or 0, trait, [value], only=True, at=clock.now())


def test_a_profile_serves_the_customer_and_each_service_has_its_switch(
    shop: Flask, page: Page, base_url: str, axe_finds_nothing: Callable[..., None], javascript: bool
) -> None:
    somebody(shop, page, base_url, allows=True)
    page.goto("/")
    made = page.locator("[data-made-for=bicycle]")
    expect(made).to_contain_text("Your height 183 cm")
    expect(made).to_contain_text("Size: L")
    axe_finds_nothing()
    total = made.get_attribute("data-total") or ""
    made.get_by_role("link", name="Open it and go on").click()
    expect(page.locator("#total")).to_have_attribute("data-total", total)
    expect(page.locator("[id='size.l']")).to_have_attribute("data-origin", "mine")
    size = page.locator("li", has=page.locator("[id='size.l']"))
    expect(size.locator(".fits")).to_contain_text("Your height 183 cm")
    expect(page.locator("li", has=page.locator("[id='size.m']")).locator(".fits")).to_have_count(0)
    axe_finds_nothing()

    # A click keeps the marks where they are.
    page.locator("[id='size.s']").click()
    expect(page.locator("[id='size.s']")).to_have_attribute("data-origin", "mine")
    expect(size.locator(".fits")).to_contain_text("Your height 183 cm")
    size.get_by_role("link", name="Why?").click()
    page.wait_for_url("**/account/profile#rider_height-183")

    page.goto("/configure/bicycle")
    page.locator("#fits-note").get_by_role("link", name="Turn it off").click()
    page.locator("[data-switch=marks]").get_by_role("button").click()
    expect(page.locator("[data-switch=marks]")).to_have_attribute("data-standing", "turned-off")
    axe_finds_nothing()
    page.goto("/configure/bicycle")
    expect(page.locator(".fits")).to_have_count(0)
    expect(page.locator("#fits-note")).to_contain_text("off")
    page.locator("[data-group=size]").first.click()
    expect(page.locator(".fits")).to_have_count(0)


def test_the_page_is_the_same_for_everybody_but_for_the_marks(shop: Flask, page: Page, base_url: str) -> None:
    def cards() -> list[str]:
        facts = "[each.id, each.getAttribute('href'), each.dataset.delta, each.dataset.available]"
        found = page.locator("[data-option]").evaluate_all(f"cards => cards.map(each => {facts})")
        return [json.dumps(each) for each in found]

    address = "/configure/bicycle?model=tour&size=l"
    page.goto(address)
    as_a_guest = cards()
    expect(page.locator("[data-benefit]")).to_have_count(0)
    somebody(shop, page, base_url, allows=False)
    page.goto(address)
    assert cards() == as_a_guest
    expect(page.locator("#fits-note")).to_contain_text("you have not allowed a profile")
    somebody(shop, page, base_url, allows=True)
    page.goto(address)
    expect(page.locator(".fits").first).to_be_visible()
    assert cards() == as_a_guest
