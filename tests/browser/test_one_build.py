"""One build from a phone to an order: kept, claimed, shown, changed by a friend, outlived a catalogue, promised."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import col, select

from catalog import loader
from catalog.model import Family, Rule, Texts
from tests.browser.standing import once_it_stands
from tests.conftest import DEMO
from webapp import clock
from webapp.catalogues import version
from webapp.outbox import OutboxLetter

CHOICES = "model=city&frame=alu-diamond&rack=city&fenders=plastic"
REASON = {"en": "The city rack leaves no room.", "ru": "Городской багажник не оставляет места."}


def dearer(family: Family, amount: int) -> Family:
    """The family with a city model that costs more, in minor units."""
    model, *others = family.groups
    city = model.options[0].model_copy(update={"price": model.options[0].price + amount})
    first = model.model_copy(update={"options": (city, *model.options[1:])})
    return family.model_copy(update={"groups": (first, *others)})


@pytest.fixture
def publish(shop: Flask) -> Iterator[Callable[[Family], None]]:
    """Publishes a version of the bicycle; afterwards the demo's own is on sale again."""

    def publish(family: Family) -> None:
        with shop.extensions["lekalo.database"].writing() as session:
            version.publish(session, family, author="test", at=clock.now())

    yield publish
    publish(loader.load(DEMO / "bicycle"))


@pytest.fixture
def browser_of_own(
    browser: Browser, base_url: str, browser_context_args: dict[str, Any]
) -> Iterator[Callable]:
    """Somebody's browser of their own, of a width, in a language."""
    opened = []

    def of_own(language: str, width: int) -> Page:
        own = {"base_url": base_url, "locale": language, "viewport": {"width": width, "height": 800}}
        opened.append(browser.new_context(**browser_context_args | own))
        return opened[-1].new_page()

    yield of_own
    for context in opened:
        context.close()


def number(of: Locator, name: str) -> int:
    return int(of.first.get_attribute(name) or "")


def sign_in_link(shop: Flask, to: str) -> str:
    with shop.extensions["lekalo.database"].reading() as session:
        letters = select(OutboxLetter).where(OutboxLetter.recipient == to).order_by(col(OutboxLetter.id))
        return re.findall(r"/sign-in/link/\S+", list(session.exec(letters))[-1].text)[0]


@pytest.mark.parametrize(("language", "javascript"), [("ru", False), ("en", True)], indirect=["javascript"])
def test_a_build_from_a_phone_to_an_order(
    shop: Flask,
    browser_of_own: Callable[[str, int], Page],
    publish: Callable[[Family], None],
    axe_finds_nothing: Callable[..., None],
    javascript: bool,
    language: str,
) -> None:
    # A guest configures on a phone and saves.
    phone = browser_of_own(language, 360)
    phone.goto(f"/configure/bicycle?{CHOICES}")
    picked = phone.locator('[data-group="saddle"][data-available="true"]:not([data-origin])').first
    saddle = picked.get_attribute("data-option")
    picked.click()
    expect(phone.locator(f'[data-group="saddle"][data-option="{saddle}"]')).to_have_attribute(
        "data-origin", "mine"
    )
    total = number(phone.locator("#total"), "data-total")
    phone.locator("[data-save]").first.click()
    phone.locator("#name").fill("Sunday")
    phone.locator("main form button").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sunday")
    assert number(phone.locator("[data-then]"), "data-then") == total
    axe_finds_nothing(phone)
    private = phone.url

    # The private link opens it on a desktop; the mailed link signs in there.
    desktop, email = browser_of_own(language, 1280), f"one-build-{language}-{javascript}@example.com".lower()
    desktop.goto(private)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Sunday")
    desktop.goto("/sign-in")
    desktop.locator("#email").fill(email)
    desktop.locator("main form button").first.click()
    expect(desktop.get_by_text(email)).to_be_visible()
    desktop.goto(sign_in_link(shop, email))
    desktop.locator("main form button").first.click()
    expect(desktop.locator("[data-continue]")).to_have_count(1)
    expect(desktop.get_by_role("link", name="Sunday")).to_be_visible()
    axe_finds_nothing(desktop)

    # A friend is shown it, and proposes the dearest grips that fit.
    desktop.goto(private)
    shared = desktop.locator("#look-link").input_value()
    friend = browser_of_own(language, 360)
    friend.goto(shared)
    expect(friend.locator('meta[property="og:image"]')).to_have_count(1)
    friend.goto(f"{shared}/proposals/new")
    friend.locator('.group-row[data-group="grips"]').click()
    wish = friend.locator('[data-group="grips"][data-available="true"]:not([data-origin])').last
    difference = number(wish, "data-delta")
    wish.click()
    expect(friend.locator("[data-total]")).to_have_attribute("data-delta", str(difference))
    friend.locator("[name=author]").fill("Ben")
    friend.locator("#send button").click()
    expect(friend.locator("#said [data-proposal]")).to_have_count(1)
    desktop.reload()
    expect(desktop.locator("[data-proposal] [data-total]")).to_have_attribute("data-delta", str(difference))
    desktop.locator("[data-proposal] form button").first.click()
    expect(desktop.locator("[data-then]").first).to_have_attribute("data-then", str(total + difference))
    total += difference

    # Its price is promised; then a newer catalogue is dearer and forbids what it is made of.
    desktop.locator("[data-promise] form button").click()
    expect(desktop.locator("[data-promised]")).to_have_attribute("data-promised", str(total))
    family = dearer(loader.load(DEMO / "bicycle"), 3000)
    rule = Rule(code="new", rule="rack.city excludes fenders.plastic", reason=Texts(REASON))
    publish(family.model_copy(update={"rules": (*family.rules, rule)}))
    desktop.reload()
    changes = desktop.locator("#changes")
    expect(changes).to_contain_text(REASON[language])
    expect(desktop.locator("[data-promised]")).to_have_attribute("data-promised", str(total))
    axe_finds_nothing(desktop)

    # It is repaired, promised as it is now, and ordered at that price though all has got dearer again.
    repair = desktop.locator('[data-way="repair"]').first
    repaired = number(repair, "data-total")
    assert repaired == total + number(repair, "data-difference")
    repair.locator("button").click()
    expect(changes).to_have_count(0)
    expect(desktop.locator("[data-promised-version]")).to_have_count(1)  # the earlier one still stands
    desktop.locator("[data-promise] form button").click()
    expect(desktop.locator("[data-promised]")).to_have_attribute("data-promised", str(repaired))
    publish(dearer(family, 5000))
    desktop.reload()
    expect(desktop.locator("[data-today]")).to_have_attribute("data-today", re.compile(r"\d+"))
    assert number(desktop.locator("[data-today]"), "data-today") > repaired
    desktop.locator('.build-actions a[href*="/checkout"]').first.click()
    axe_finds_nothing(desktop)
    for name, value in (("name", "Anna"), ("email", email), ("street", "Weg 1"), ("city", "Berlin")):
        desktop.locator(f"[name={name}]").fill(value)
    desktop.locator("[name=postcode]").fill("10999")
    if desktop.locator("[name=confirm]").count():
        desktop.locator("[name=confirm]").check()
    desktop.locator("[name=accept]").check()
    desktop.locator("main form button.button:not([name])").last.click()
    expect(desktop).to_have_url(re.compile("/orders/"))
    lines = desktop.locator("[data-price-line]:not([data-price-line^=delivery])")
    amounts = once_it_stands(desktop, lambda: [line.get_attribute("data-amount") for line in lines.all()])
    assert sum(int(amount or "") for amount in amounts) == repaired
    axe_finds_nothing(desktop)
    desktop.goto("/account")
    expect(desktop.locator('a[href^="/orders/"]').first).to_be_visible()
