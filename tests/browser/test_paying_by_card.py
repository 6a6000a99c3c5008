"""Paying by card on the pages of a stand-in for Stripe: well, badly and then well, another day, in two parts."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from catalog import loader
from tests.conftest import DEMO
from tests.stripe_stand_in.api import StandIn
from tests.stripe_stand_in.post import over_http
from webapp import clock, create_app, migration
from webapp.catalogues import version
from webapp.settings import Settings

KEY, SECRET = "sk_test_in_a_browser", "whsec_in_a_browser"
GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
BUILD = "model=city&frame=steel-diamond"
THANKS = "Thank you, the payment has arrived."


class CardShop(NamedTuple):
    """A shop that takes cards, and who it takes them through."""

    address: str
    stripe: StandIn

    def session(self, page: Page) -> str:
        """The name of the page to pay on that the browser shows."""
        expect(page.get_by_role("heading", name="Stand-in for Stripe Checkout")).to_be_visible()
        return page.url.rpartition("/")[2]


@pytest.fixture(scope="session")
def card_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardShop]:
    with opened(tmp_path_factory.mktemp("cards")) as shop:
        yield shop


@pytest.fixture(scope="session")
def deposit_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CardShop]:
    with opened(tmp_path_factory.mktemp("deposits"), deposit_percent=30) as shop:
        yield shop


@contextmanager
def opened(instance: Path, deposit_percent: int = 0) -> Iterator[CardShop]:
    server = make_server("127.0.0.1", 0, Flask(__name__), threaded=True)  # its address first, then its shop
    address = f"http://127.0.0.1:{server.server_port}"
    stand_in = StandIn(KEY, SECRET, over_http(f"{address}/webhooks/stripe"))
    till = make_server("127.0.0.1", 0, stand_in.app, threaded=True)
    stand_in.address = f"http://127.0.0.1:{till.server_port}"
    server.app = a_shop(instance, address, stand_in, deposit_percent)
    for each in (till, server):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield CardShop(address, stand_in)
    for each in (till, server):
        each.shutdown()


def a_shop(instance: Path, address: str, stand_in: StandIn, deposit_percent: int) -> Flask:
    app = create_app(
        Settings(
            instance=instance,
            site_url=address,
            orders_per_hour=10_000,
            deposit_percent=deposit_percent,
            stripe_secret_key=KEY,
            stripe_webhook_secret=SECRET,
            stripe_api_base=stand_in.address,
        )
    )
    database = app.extensions["lekalo.database"]
    migration.upgrade(database.url)
    with database.writing() as session:
        version.publish(session, loader.load(DEMO / "bicycle"), author="test", at=clock.now())
    return app


@pytest.fixture(autouse=True)
def only_our_own_requests(page: Page) -> Iterator[None]:
    """Nobody but the shop and the page to pay on is asked for anything, and no page of the shop complains."""
    foreign: list[str] = []
    complaints: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("http://127.0.0.1:", "data:")) else foreign.append(request.url)
        ),
    )
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield
    assert foreign == []
    assert complaints == []


def order(page: Page, shop: CardShop) -> None:
    page.goto(f"{shop.address}/checkout/bicycle?{BUILD}")
    page.get_by_label("Your name").fill("Anna Muster")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_label("Street and number").fill("Weg 1")
    page.get_by_label("Postcode").fill("10999")
    page.get_by_label("Town").fill("Berlin")
    page.get_by_label("I have read and accept").check()
    if page.get_by_label("This is right").count():
        page.get_by_label("This is right").check()
    page.get_by_role("button", name="Order and pay by card").click()


def pay(page: Page, number: str) -> None:
    page.get_by_label("Card number or IBAN").fill(number)
    page.get_by_role("button", name="Pay").click()


def expect_paid(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order ")
    expect(page.locator(".order-page")).to_have_attribute("data-state", "paid")
    expect(page.locator("[data-due]")).to_have_count(0)


def test_a_good_card(page: Page, card_shop: CardShop, axe_finds_nothing: Callable[[], None]) -> None:
    order(page, card_shop)
    card_shop.session(page)
    pay(page, GOOD)
    expect(page.get_by_text(THANKS)).to_be_visible()
    expect_paid(page)
    axe_finds_nothing()


def test_a_declined_card_then_a_good_one(page: Page, card_shop: CardShop) -> None:
    order(page, card_shop)
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    pay(page, GOOD)
    expect_paid(page)


def test_who_gives_up_finds_the_button_again_and_pays_another_day(
    page: Page, card_shop: CardShop, axe_finds_nothing: Callable[[], None]
) -> None:
    order(page, card_shop)
    first = card_shop.session(page)
    page.get_by_role("link", name="Back to the shop").click()
    expect(page.locator("[data-payment]")).to_have_attribute("data-payment", "due")
    axe_finds_nothing()
    page.get_by_text("Pay by bank transfer instead").click()
    expect(page.locator("[data-due]")).to_be_visible()
    button = page.get_by_role("button", name=re.compile("Pay by card"))
    button.click()
    assert card_shop.session(page) == first  # nothing is asked for twice
    page.get_by_role("link", name="Back to the shop").click()
    card_shop.stripe.account.expire(first)
    button.click()
    expect(page.get_by_role("heading", name="Stand-in for Stripe Checkout")).to_be_visible()
    if card_shop.session(page) == first:  # the message came after the button
        page.go_back()
        page.reload()
        button.click()
    assert card_shop.session(page) != first
    pay(page, GOOD)
    expect_paid(page)


def test_who_comes_back_before_the_message_waits_for_it(
    page: Page, card_shop: CardShop, axe_finds_nothing: Callable[[], None]
) -> None:
    order(page, card_shop)
    card_shop.stripe.is_mute, card_shop.stripe.post.deliver = True, None
    try:
        pay(page, GOOD)
        expect(page.get_by_role("heading", name="We are confirming your payment")).to_be_visible()
        axe_finds_nothing()
    finally:
        card_shop.stripe.is_mute = False
        card_shop.stripe.post.deliver = over_http(f"{card_shop.address}/webhooks/stripe")
    card_shop.stripe.post.release(card_shop.stripe.post.unsent)
    expect(page.get_by_text(THANKS)).to_be_visible(timeout=60_000)  # it looks by itself
    expect_paid(page)


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)], indirect=["javascript"])
def test_a_deposit_now_the_rest_later(
    page: Page, deposit_shop: CardShop, axe_finds_nothing: Callable[[], None], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    order(page, deposit_shop)
    deposit = int(page.locator("#amount").get_attribute("data-amount") or "")
    pay(page, GOOD)
    shown = page.locator(".order-page")
    expect(shown).to_have_attribute("data-state", "deposit")
    expect(page.locator("[data-movement]")).to_have_attribute("data-movement", str(deposit))
    axe_finds_nothing()
    page.get_by_role("button", name=re.compile("Pay the rest")).click()
    rest = int(page.locator("#amount").get_attribute("data-amount") or "")
    assert deposit == pytest.approx((deposit + rest) * 0.3, abs=1)
    pay(page, GOOD)
    expect_paid(page)
    expect(page.locator("[data-movement]")).to_have_count(2)
