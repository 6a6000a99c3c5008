"""Somebody asks about their build, a colleague who is not their manager answers from the card, and they read it."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select

from tests.browser.desk import sign_in
from tests.browser.standing import fits
from webapp import clock
from webapp.customers import customer, customer_session, staff_member
from webapp.customers.staff_role import Role
from webapp.outbox import OutboxLetter
from webapp.relations.card import manager

TOKEN = "of-the-customer-who-asks-about-a-build"


def test_a_question_about_a_build_is_answered_by_whoever_is_there(
    page: Page,
    browser: Browser,
    shop: Flask,
    base_url: str,
    javascript: bool,
    tmp_path: Path,
    axe_finds_nothing: Callable[[], None],
) -> None:
    who = f"asks.{javascript}@example.com".lower()
    number = a_customer_with_a_manager(shop, page, base_url, who)
    photo = tmp_path / "my hallway.jpg"
    Image.new("RGB", (60, 40), "#a63f1e").save(photo)

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/builds/new/bicycle?model=city")
    page.locator("#name").fill("For the hallway")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Ask about this build").click()
    page.get_by_label("Your message").fill("Does it fit a hallway of 90 cm?")
    page.locator("#pictures").set_input_files(photo)
    axe_finds_nothing()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-message=customer]")).to_contain_text("Does it fit a hallway of 90 cm?")
    expect(page.locator("[data-message=customer] img")).to_have_attribute("alt", "my hallway.jpg")
    expect(page.locator("[data-manager]")).to_contain_text("Mara")
    axe_finds_nothing()
    fits(page)

    desk = browser.new_context(base_url=base_url, java_script_enabled=javascript, locale="en-GB")
    sign_in(desk, shop, base_url, "jonas@example.com", roles=[Role.RELATIONSHIP], name="Jonas")
    colleague = desk.new_page()
    colleague.goto(f"/staff/customers/{number}")
    section = colleague.locator("section", has=colleague.locator("#messages"))
    expect(section).to_contain_text("Does it fit a hallway of 90 cm?")
    section.get_by_label("Answer").fill("It does: 62 cm at the handlebars.")
    section.get_by_role("button", name="Send the answer").click()
    expect(section.locator("[data-waits]")).to_have_count(0)
    expect(colleague.locator("[data-channel=talk]").first).to_contain_text("It does: 62 cm")
    desk.close()

    page.goto("/account")
    expect(page.locator("[data-unseen]")).to_contain_text("1 new answer")
    page.get_by_role("link", name="To my messages").click()
    page.get_by_role("link", name="For the hallway").click()
    answer = page.locator("[data-message=staff]")
    expect(answer).to_contain_text("It does: 62 cm at the handlebars.")
    expect(answer).to_contain_text("Jonas")
    fits(page)

    elsewhere = browser.new_context(base_url=base_url, java_script_enabled=javascript, locale="en-GB")
    guest = elsewhere.new_page()
    guest.goto(link_in_the_letter_to(shop, who))
    expect(guest.locator("[data-message=staff]")).to_contain_text("It does: 62 cm at the handlebars.")
    guest.get_by_label("Your message").fill("Wonderful, thank you.")
    guest.get_by_role("button", name="Send").click()
    expect(guest.locator("[data-message=customer]").last).to_contain_text("Wonderful, thank you.")
    elsewhere.close()


def a_customer_with_a_manager(shop: Flask, page: Page, base_url: str, email: str) -> int:
    """Somebody who is signed in on this page, and whom Mara looks after."""
    token, at = f"{TOKEN}-{email}", clock.now()
    with shop.extensions["lekalo.database"].writing() as session:
        found = customer.proven(session, email, language="en", at=at)
        session.flush()
        customer_session.start(session, found, token, "Chrome on Linux", at=at)
        mara = staff_member.add(
            session, "mara@example.com", "Mara", "no password", at=at, roles=[Role.RELATIONSHIP]
        )
        manager.entrust(session, found.id or 0, mara.id, None, at=at)
        number = found.id or 0
    page.context.add_cookies([{"name": customer_session.COOKIE, "value": token, "url": base_url}])
    return number


def link_in_the_letter_to(shop: Flask, email: str) -> str:
    """Where the latest letter to somebody leads, on the shop of this test."""
    with shop.extensions["lekalo.database"].reading() as session:
        letters = select(OutboxLetter.text).where(OutboxLetter.recipient == email)
        text = session.exec(letters.order_by(col(OutboxLetter.id).desc())).first() or ""
    return "/talk/" + text.split("/talk/")[1].split()[0]
