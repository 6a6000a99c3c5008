"""A customer allows something, withdraws it, asks, takes everything away and is erased."""

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete
from sqlmodel import col, select

from tests.browser.standing import fits
from webapp.attempts import Attempts
from webapp.outbox import OutboxLetter


def the_digits(shop: Flask, to: str) -> str:
    """Those in the last letter to somebody."""
    letters = select(OutboxLetter).where(OutboxLetter.recipient == to).order_by(col(OutboxLetter.id).desc())
    with shop.extensions["lekalo.database"].reading() as session:
        letter = session.exec(letters).first()
        assert letter
        found = re.search(r"\b\d{6}\b", letter.text)
    assert found
    return found[0]


@pytest.fixture
def uncounted(shop: Flask) -> Iterator[None]:
    """All tests ask for their letters from one place, and so many letters leave for no place in so few minutes."""

    def forget() -> None:
        with shop.extensions["lekalo.database"].writing() as session:
            session.execute(delete(Attempts))

    forget()
    yield
    forget()


@pytest.mark.usefixtures("uncounted")
def test_from_consent_to_erasure(
    page: Page, shop: Flask, javascript: bool, axe_finds_nothing: Callable[..., None], tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    for address in ("/privacy", "/cookies", "/account/consents", "/account/my-data", "/account/erasure"):
        page.goto(address)
        fits(page)
        axe_finds_nothing()
    email = f"forget.{'with' if javascript else 'without'}@example.com"
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.get_by_role("button", name="letter").first.click()
    expect(page.locator("#digits")).to_be_visible()
    page.locator("#digits").fill(the_digits(shop, email))
    page.locator("main form button").first.click()
    expect(page.get_by_text("You are signed in.")).to_be_visible()

    page.goto("/account/consents")
    letters = page.locator("#build-letters")
    letters.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Tick the box if you want to allow this.")).to_be_visible()
    letters.get_by_role("checkbox").check()
    letters.get_by_role("button", name="Allow").click()
    expect(letters).to_have_attribute("data-holds", "true")
    axe_finds_nothing()
    letters.get_by_role("button", name="Withdraw").click()
    expect(letters).to_have_attribute("data-holds", "false")
    page.locator("details.receipt summary").click()
    expect(page.locator("details.receipt blockquote")).to_contain_text("watch")

    page.goto("/account/my-data")
    page.get_by_label("Something else about my data").check()
    page.get_by_label("In your words").fill("Who reads this?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator('[data-request][data-state="open"]')).to_contain_text("Who reads this?")
    axe_finds_nothing()
    with page.expect_download() as download:
        page.get_by_role("button", name="Take my data away").click()
    file = tmp_path / "mine.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as packed:
        assert "Who reads this?" in packed.read("data.html").decode()

    page.get_by_role("link", name="Erase my data").click()
    axe_finds_nothing()
    page.get_by_role("button", name="Send me the code").click()
    expect(page.locator("#digits")).to_be_visible()
    right = the_digits(shop, email)
    page.locator("#digits").fill("000000" if right != "000000" else "000001")
    page.get_by_role("button", name="Erase everything about me").click()
    expect(page.locator("main").get_by_role("alert")).to_be_visible()
    page.locator("#digits").fill(right)
    page.get_by_role("button", name="Erase everything about me").click()
    expect(page.locator("[data-proof]")).to_be_visible()
    axe_finds_nothing()
    page.goto("/account/settings")
    expect(page.locator("#email")).to_be_visible()
