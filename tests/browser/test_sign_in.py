"""Signing in by a letter, on another device and on this one; the personal page and the settings."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from tests.browser.standing import fits
from webapp.outbox import OutboxLetter

BUILD = "model=city&frame=steel-diamond"
SCREENS = [
    pytest.param("ru-RU", 360, "dark", True, id="ru-360"),
    pytest.param("en-GB", 1280, "light", False, id="en-1280"),
]
WORDS = {
    "ru-RU": {
        "send": "Прислать письмо",
        "sign in": "Войти",
        "code": "Код из шести цифр",
        "wrong": "Это не тот код",
        "signed in": "Вы вошли.",
        "settings": "Настройки",
        "sign out": "Выйти",
        "everywhere": "Выйти везде",
        "allow": "Разрешить",
        "withdraw": "Отозвать",
        "empty": "Здесь пока пусто",
        "add": "Добавить к моим сборкам",
        "save": "Сохранить",
    },
    "en-GB": {
        "send": "Send me the letter",
        "sign in": "Sign in",
        "code": "Six-digit code",
        "wrong": "This is not the code",
        "signed in": "You are signed in.",
        "settings": "Settings",
        "sign out": "Sign out",
        "everywhere": "Sign out everywhere",
        "allow": "Allow",
        "withdraw": "Withdraw",
        "empty": "Nothing is kept here yet",
        "add": "Add to my builds",
        "save": "Save",
    },
}


@pytest.fixture
def a_browser(
    browser: Browser, base_url: str, browser_context_args: dict[str, Any]
) -> Callable[[str, int, str], BrowserContext]:
    """Another device."""

    def a_browser(locale: str, width: int, scheme: str) -> BrowserContext:
        return browser.new_context(
            **browser_context_args
            | {
                "base_url": base_url,
                "locale": locale,
                "viewport": {"width": width, "height": 800},
                "color_scheme": scheme,
            }
        )

    return a_browser


def letter(shop: Flask, to: str) -> OutboxLetter:
    with shop.extensions["lekalo.database"].reading() as session:
        mine = select(OutboxLetter).where(OutboxLetter.recipient == to)
        return list(session.exec(mine.order_by(OutboxLetter.id)))[-1]  # type: ignore[arg-type]


def link(shop: Flask, to: str) -> str:
    return re.findall(r"/sign-in/link/\S+", letter(shop, to).text)[0]


def digits(shop: Flask, to: str) -> str:
    return re.findall(r"\b[0-9]{6}\b", letter(shop, to).text)[0]


def save(page: Page, name: str, words: dict[str, str]) -> str:
    page.goto(f"/builds/new/bicycle?{BUILD}")
    page.locator("#name").fill(name)
    page.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


@pytest.mark.parametrize(("locale", "width", "scheme", "javascript"), SCREENS, indirect=["javascript"])
def test_what_a_guest_kept_is_found_on_another_device(
    page: Page,
    shop: Flask,
    a_browser: Callable[[str, int, str], BrowserContext],
    axe_finds_nothing: Callable[..., None],
    javascript: bool,
    locale: str,
    width: int,
    scheme: str,
) -> None:
    words, email = WORDS[locale], f"anna-{width}-{javascript}@example.com".lower()
    phone = a_browser(locale, width, scheme).new_page()

    def look() -> None:
        """Shows the page as it stands to axe, in the browser that it watches."""
        fits(phone)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.context.clear_cookies()
        page.context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
        page.goto(phone.url)
        axe_finds_nothing()

    phone.goto("/account")
    expect(phone.get_by_text(words["empty"])).to_be_visible()
    look()
    private = save(phone, "Daily ride", words)
    phone.goto("/account")
    expect(phone.get_by_role("link", name="Daily ride")).to_be_visible()
    expect(phone.locator("[data-continue]")).to_be_visible()
    look()

    # By the code, on the device that asked.
    phone.goto("/sign-in")
    look()
    phone.locator("#email").fill(email)
    phone.get_by_role("button", name=words["send"]).click()
    expect(phone.get_by_text(email)).to_be_visible()
    look()
    right = digits(shop, email)
    phone.get_by_label(words["code"]).fill(f"{(int(right) + 1) % 10**6:06}")
    phone.get_by_role("button", name=words["sign in"]).click()
    expect(phone.get_by_text(words["wrong"])).to_be_visible()
    phone.get_by_label(words["code"]).fill(right)
    phone.get_by_role("button", name=words["sign in"]).click()
    expect(phone.get_by_text(words["signed in"])).to_be_visible()
    expect(phone.get_by_role("link", name="Daily ride")).to_be_visible()
    expect(phone.get_by_text(email)).to_be_visible()
    look()

    # By the link, on another one, where something else was kept.
    desktop = a_browser(locale, width, scheme).new_page()
    save(desktop, "From the desktop", words)
    desktop.goto("/sign-in")
    desktop.locator("#email").fill(email)
    desktop.get_by_role("button", name=words["send"]).click()
    expect(desktop.get_by_text(email)).to_be_visible()
    desktop.goto(link(shop, email))
    expect(desktop.get_by_text(email)).to_be_visible()
    desktop.get_by_role("button", name=words["sign in"]).click()
    for name in ("Daily ride", "From the desktop"):
        expect(desktop.get_by_role("link", name=name)).to_be_visible()
    desktop.goto(private)
    expect(desktop.get_by_role("button", name=words["add"])).to_have_count(0)
    desktop.goto(link(shop, email))  # used up
    expect(desktop.get_by_role("heading", level=1)).to_be_visible()
    fits(desktop)

    # Settings: what I allow, and out everywhere.
    phone.goto("/account")
    phone.get_by_role("link", name=words["settings"]).click()
    expect(phone.locator("[data-device]")).to_have_count(2)
    phone.goto("/account/consents")
    letters = phone.locator('[data-consent="build-letters"]')
    letters.get_by_role("checkbox").check()
    letters.get_by_role("button", name=words["allow"]).click()
    expect(letters).to_have_attribute("data-holds", "true")
    look()
    letters.get_by_role("button", name=words["withdraw"]).click()
    expect(letters).to_have_attribute("data-holds", "false")
    phone.goto("/account/settings")
    phone.get_by_role("button", name=words["everywhere"]).click()
    expect(phone.locator("[data-device]")).to_have_count(0)
    phone.goto("/account")
    expect(phone.get_by_text(words["empty"])).to_be_visible()
    desktop.goto("/account")
    expect(desktop.get_by_text("Daily ride")).to_have_count(0)


def test_a_build_opened_by_its_link_while_signed_in_is_added(
    page: Page, shop: Flask, a_browser: Callable[[str, int, str], BrowserContext], javascript: bool
) -> None:
    words, email = WORDS["en-GB"], f"boris-{javascript}@example.com".lower()
    phone = a_browser("en-GB", 360, "light").new_page()
    private = save(phone, "From the phone", words)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name=words["send"]).click()
    expect(page.get_by_text(email)).to_be_visible()
    page.goto(link(shop, email))
    page.get_by_role("button", name=words["sign in"]).click()
    expect(page.get_by_text(words["signed in"])).to_be_visible()
    page.goto(private)
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_text("is among your builds now")).to_be_visible()
    page.goto("/account")
    expect(page.get_by_role("link", name="From the phone")).to_be_visible()
    expect(page.locator("[data-continue]")).to_be_visible()
    phone.goto("/account")
    expect(phone.locator("[data-continue]")).to_be_visible()  # the phone goes on with it
