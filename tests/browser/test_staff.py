"""Coming to the desk: invited, with an app, asked again before an act, and signed out by the owner."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from tests.browser.desk import minutes_pass, sign_in
from tests.browser.standing import fits
from webapp import clock, outbox
from webapp.customers import staff_second_step
from webapp.outbox import Letter, OutboxLetter

PASSWORD = "a long password"


@pytest.fixture
def owner(
    browser: Browser, browser_context_args: dict[str, Any], shop: Flask, base_url: str
) -> Iterator[Page]:
    """An owner on a desktop of their own."""
    context = browser.new_context(**browser_context_args)
    sign_in(context, shop, base_url, "olga@example.com", name="Olga")
    yield context.new_page()
    context.close()


@pytest.fixture
def newcomer(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """Somebody on a telephone of 360 points."""
    narrow = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
    context = browser.new_context(**browser_context_args | narrow)
    yield context
    context.close()


def link_to(shop: Flask, email: str) -> str:
    with shop.extensions["lekalo.database"].reading() as session:
        sent = session.exec(select(OutboxLetter).where(OutboxLetter.recipient == email))
        return re.findall(r"/staff/invitations/\S+", list(sent)[-1].text)[0]


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_from_the_invitation_to_the_end_of_a_sign_in(
    shop: Flask,
    base_url: str,
    monkeypatch: pytest.MonkeyPatch,
    owner: Page,
    newcomer: BrowserContext,
    javascript: bool,
    axe_finds_nothing: Callable[[Page], None],
) -> None:
    email = f"nina.{'with' if javascript else 'without'}@example.com"

    # The owner invites.
    owner.goto("/staff/colleagues")
    axe_finds_nothing(owner)
    owner.get_by_label("E-mail").fill(email)
    owner.get_by_label("Owner").check()
    owner.get_by_label("Language of the letter").select_option("en")
    press(owner, "Invite")
    expect(owner.get_by_role("status")).to_contain_text(f"on its way to {email}")
    axe_finds_nothing(owner)

    # The newcomer joins.
    page = newcomer.new_page()
    page.goto(link_to(shop, email))
    axe_finds_nothing(page)
    fits(page)
    page.get_by_label("Your name").fill("Nina")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill("something else")
    press(page, "Go on to the app")
    expect(page.get_by_text("The two are not the same.")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Nina")
    axe_finds_nothing(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    press(page, "Go on to the app")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    axe_finds_nothing(page)
    fits(page)
    secret = page.locator("[data-secret]").get_attribute("data-secret") or ""
    now, waited = clock.now, timedelta()
    monkeypatch.setattr(clock, "now", lambda: now() + waited)

    def code() -> str:
        """One that was not typed yet: half a minute passes before each."""
        nonlocal waited
        waited += timedelta(seconds=staff_second_step.SECONDS)
        return pyotp.TOTP(secret).at(clock.now())

    page.locator("#code").fill(code())
    press(page, "Set up")
    expect(page.locator("[data-recovery-code]")).to_have_count(10)
    axe_finds_nothing(page)
    fits(page)
    recovery = page.locator("[data-recovery-code]").first.inner_text()
    press(page, "I have kept them")
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")

    # Out, and in again by password and code.
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    axe_finds_nothing(page)
    fits(page)
    page.get_by_label("Code of your authenticator app").fill("12345")
    press(page, "Sign in")
    expect(page.get_by_role("alert").filter(has_text="not the code")).to_be_visible()
    page.get_by_label("Code of your authenticator app").fill(code())
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")

    # Later an act asks for a code again; what was typed is done right after.
    minutes_pass(shop, 11)
    page.goto("/staff/colleagues")
    fits(page)
    page.get_by_label("E-mail").fill(f"friend.of.{email}")
    page.get_by_label("Catalogue").check()
    press(page, "Invite")
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    axe_finds_nothing(page)
    fits(page)
    page.get_by_label("Code of your authenticator app").fill(code())
    press(page, "Go on")
    expect(page.get_by_role("status")).to_contain_text(f"on its way to friend.of.{email}")

    # The owner signs them out, and sees in the record what they did.
    owner.goto("/staff/colleagues")
    owner.get_by_role("row", name=email).get_by_role("link", name="Nina").click()
    axe_finds_nothing(owner)
    owner.locator("[data-session]").get_by_role("button").click()
    expect(owner.get_by_role("heading", name="Is it you?")).to_be_visible()
    axe_finds_nothing(owner)
    sign_in(owner.context, shop, base_url, "olga@example.com", name="Olga")  # with a code of this minute
    owner.goto("/staff/colleagues")
    owner.get_by_role("row", name=email).get_by_role("link", name="Nina").click()
    owner.locator("[data-session]").get_by_role("button").click()
    expect(owner.get_by_text("Nowhere at the moment.")).to_be_visible()
    page.goto("/staff/orders")
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk")
    owner.goto("/staff/audit")
    owner.get_by_label("Words").fill("Nina")
    owner.get_by_label("Act", exact=True).select_option(label="Second step refused")
    press(owner, "Find")
    expect(owner.locator("[data-act='second-step-refused']").first).to_contain_text("wrong code")
    axe_finds_nothing(owner)

    # A recovery code lets in where the telephone is gone.
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    page.get_by_text("No telephone at hand").click()
    page.get_by_label("One of your recovery codes").fill(recovery.lower())
    press(page, "Sign in with it")
    expect(page.get_by_role("status")).to_contain_text("9 recovery codes left")
    axe_finds_nothing(page)
    fits(page)


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_the_navigation_fits_every_screen(
    shop: Flask,
    base_url: str,
    page: Page,
    javascript: bool,
    axe_finds_nothing: Callable[[Page], None],
) -> None:
    sign_in(page.context, shop, base_url, "olga@example.com", name="Olga " + "Very-long-name" * 4)
    with shop.extensions["lekalo.database"].writing() as session:
        letter = outbox.put(session, Letter("nobody@example.com", "en", "Hello", "Hello", ""), at=clock.now())
        session.flush()
        assert letter.id
        outbox.failed(session, letter.id, "no such mailbox", for_good=True, at=clock.now())
    for width in (1280, 1024, 360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto("/staff/audit")
        fits(page)
        if width < 1024:
            page.locator(".desk-rooms summary").click()
        rooms = page.locator(".desk-rooms")
        for name in ("Orders", "Production", "Calendar", "Catalogue", "Letters", "Colleagues", "Record"):
            expect(rooms.get_by_role("link", name=name, exact=True)).to_be_visible()
        expect(rooms.locator("[data-dead-letters]")).to_be_visible()
        axe_finds_nothing(page)
        fits(page)
    rooms.get_by_role("link", name="Colleagues").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Colleagues")
