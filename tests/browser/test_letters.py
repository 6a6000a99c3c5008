"""The desk shows what a letter says, dressed as its reader sees it, and nothing in it runs there."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.desk import sign_in
from webapp import clock, mail, outbox
from webapp.database import Database
from webapp.outbox import Letter

HARM = """<body style="background: rgb(1, 2, 3)"><p id="words">Hello</p>
<script>document.getElementById("words").textContent = "Ran"; alert(1)</script>
<img src="x" onerror="alert(2)"><a id="away" href="https://elsewhere.example/" target="_top">Away</a>
<form action="/staff/sign-out" method="post"><button id="out">Out</button></form>"""


@pytest.fixture(scope="module")
def database(shop: Flask) -> Database:
    return shop.extensions["lekalo.database"]


def a_dead_letter(database: Database, letter: Letter) -> str:
    with database.writing() as session:
        kept = outbox.put(session, letter, at=clock.now())
        session.flush()
        outbox.failed(session, kept.id or 0, "550 no such user", for_good=True, at=clock.now())
    return kept.message_id


def test_a_dead_letter_is_found_from_anywhere_read_and_sent_again(
    page: Page, shop: Flask, database: Database, base_url: str, axe_finds_nothing: Callable[[], None]
) -> None:
    with shop.test_request_context("/"):
        letter = mail.trial("anna@example.com", "en")
    a_dead_letter(database, letter)
    sign_in(page.context, shop, base_url)
    page.goto("/staff/calendar")
    page.get_by_role("link", name="did not leave").click()
    axe_finds_nothing()
    page.get_by_role("link", name=letter.subject).first.click()
    frame = page.frame_locator(".letter-frame")
    expect(frame.get_by_text("letters of the shop arrive")).to_be_visible()
    expect(frame.get_by_role("heading")).to_have_css("font-size", "24px")
    expect(page.locator(".letter-text")).to_contain_text("letters of the shop arrive")
    page.get_by_label("Note for the record").fill("mended")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("The letter is on its way again.")).to_be_visible()
    expect(page.locator(".letter-file")).to_have_attribute("data-state", "waiting")
    expect(page.get_by_text("mended")).to_be_visible()


def test_nothing_in_a_letter_runs_at_the_desk(
    browser: Browser,
    browser_context_args: dict[str, Any],
    shop: Flask,
    database: Database,
    base_url: str,
) -> None:
    message_id = a_dead_letter(database, Letter("a@example.com", "en", "Harm", "Harm", HARM))
    context = browser.new_context(**browser_context_args)
    page = context.new_page()  # its own: what is refused here is complained about in the console
    dialogs: list[str] = []

    def heard(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    sign_in(page.context, shop, base_url)
    place = f"{base_url}/staff/letters/{message_id}"
    page.goto(place)
    frame = page.frame_locator(".letter-frame")
    expect(frame.locator("body")).to_have_css("background-color", "rgb(1, 2, 3)")
    for spot in ("#out", "#away"):
        frame.locator(spot).click()
    expect(frame.locator("#words")).to_have_text("Hello")
    page.goto(f"{place}/html")  # nor where somebody opens the frame by itself
    expect(page.locator("#words")).to_have_text("Hello")
    page.locator("#out").click()
    page.goto(place)
    expect(page.get_by_role("heading", name="Harm")).to_be_visible()
    assert dialogs == []
    context.close()
