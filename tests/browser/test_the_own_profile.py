"""A profile that its owner holds: nothing without consent, shown, forgotten, served by letter, taken away, erased."""

import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import Session, col, select

from tests.browser.desk import sign_in as sign_in_at_the_desk
from webapp.customers.customer import Customer
from webapp.customers.touchpoint import Touchpoint

UPRIGHT = "posture-upright"
NEWS = "Handlebars that let you sit up"
CHOICES = ("model=city", "model=city&frame=steel-diamond", "model=city&saddle=none")


def save(page: Page, choices: str, name: str) -> None:
    page.goto(f"/builds/new/bicycle?{choices}")
    as_new = page.get_by_label("Keep it as a new build")
    if as_new.count():
        as_new.check()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def marks(page: Page) -> Locator:
    page.goto("/configure/bicycle")
    return page.locator(".fits")


def theirs(session: Session, email: str) -> list[Touchpoint]:
    """The acts that say whose they are."""
    mine = select(Touchpoint).join(Customer, col(Customer.id) == Touchpoint.customer_id)
    return list(session.exec(mine.where(Customer.email == email)))


def test_from_a_guest_to_an_erased_customer(
    page: Page,
    browser: Browser,
    browser_context_args: dict[str, object],
    shop: Flask,
    base_url: str,
    javascript: bool,
    deliver: Callable[[], list[EmailMessage]],
    axe_finds_nothing: Callable[..., None],
    tmp_path: Path,
) -> None:
    reading = shop.extensions["lekalo.database"].reading
    email = f"profiled.{'with' if javascript else 'without'}@example.com"

    # A guest: nothing is derived, and all works.
    save(page, "model=tour", "As a guest")
    expect(marks(page)).to_have_count(0)
    page.goto("/account/profile")
    expect(page.locator("[data-profile=off]")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.locator("#email").fill(email)
    page.get_by_role("button", name="letter").first.click()
    expect(page.locator("#digits")).to_be_visible()
    digits = re.search(r"\b\d{6}\b", _words(deliver()[-1]))
    assert digits
    page.locator("#digits").fill(digits[0])
    page.locator("main form button").first.click()
    expect(page.get_by_text("You are signed in.")).to_be_visible()
    page.goto("/account/profile")
    expect(page.locator("[data-profile=off]")).to_be_visible()
    with reading() as session:
        assert theirs(session, email) == []

    # With consent what they do becomes facts, each with what it rests on.
    page.locator("[name=agree]").check()
    page.get_by_role("button", name="Yes, I allow this").click()
    expect(page.locator("[data-facts=none]")).to_be_visible()
    for number, choices in enumerate(CHOICES, 1):
        save(page, choices, f"Number {number}")
    page.goto("/account/profile")
    fact = page.locator(f"[data-fact={UPRIGHT}]")
    fact.locator("summary").click()
    expect(fact.locator("[data-evidence]").first).to_be_visible()
    axe_finds_nothing()
    upright = marks(page).filter(has=page.locator(f'a[href$="#{UPRIGHT}"]'))
    expect(upright.first).to_be_visible()

    # Forgotten is forgotten, wherever it was used.
    page.goto("/account/profile")
    fact.get_by_role("button", name="Forget all of it").click()
    expect(fact).to_have_count(0)
    marks(page)
    expect(upright).to_have_count(0)

    # A topic, a news item, one digest, one press that ends it.
    page.goto("/account/topics")
    news = page.locator("#news-letters")
    news.get_by_role("checkbox", name="Bicycles made to measure").check()
    news.get_by_label("How often: Bicycles made to measure").select_option("at-once")
    news.locator("[name=agree]").check()
    news.get_by_role("button", name="Save").click()
    expect(page.locator("#news-letters")).to_have_attribute("data-holds", "true")
    desk = browser.new_context(**{**browser_context_args, "base_url": base_url}).new_page()  # type: ignore[arg-type]
    sign_in_at_the_desk(desk.context, shop, base_url, f"editor.{javascript}@example.com")
    desk.goto("/staff/news/new")
    desk.get_by_label("Title, English").fill(NEWS)
    desk.get_by_label("Text, English").fill("Three of them, from next week on.")
    desk.get_by_label("Bicycles made to measure").check()
    desk.get_by_role("button", name="Keep the draft").click()
    desk.get_by_role("button", name="Send it").click()
    expect(desk.locator("[data-item]")).to_have_attribute("data-state", "sent")
    desk.context.close()
    (digest,) = [letter for letter in deliver() if letter["Subject"] == NEWS]
    assert digest["To"] == email
    place = re.fullmatch(r"<http[^>]*?(/unsubscribe/[^>]+)>", digest["List-Unsubscribe"])
    assert place
    with urlopen(
        Request(base_url + place[1], data=urlencode({"List-Unsubscribe": "One-Click"}).encode())
    ) as ended:
        assert ended.status == 200
    page.goto("/account/topics")
    expect(news.get_by_role("checkbox", name="Bicycles made to measure")).not_to_be_checked()

    # All of it in one file, and gone.
    save(page, "model=gravel", "After it was forgotten")
    page.goto("/account/my-data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take my data away").click()
    download.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
        assert "After it was forgotten" in packed.read("data.html").decode()
    with reading() as session:
        numbers = [each.id for each in theirs(session, email)]
    assert numbers
    page.get_by_role("link", name="Erase my data").click()
    page.get_by_role("button", name="Send me the code").click()
    expect(page.locator("#digits")).to_be_visible()
    code = re.search(r"\b\d{6}\b", _words(deliver()[-1]))
    assert code
    page.locator("#digits").fill(code[0])
    page.get_by_role("button", name="Erase everything about me").click()
    expect(page.locator("[data-proof]")).to_be_visible()
    with reading() as session:
        assert session.exec(select(Customer).where(Customer.email == email)).first() is None
        kept = session.exec(select(Touchpoint).where(col(Touchpoint.id).in_(numbers))).all()
        assert all(each.customer_id is None and each.visitor is None for each in kept)
    page.goto("/account/profile")
    expect(page.locator("[data-profile=off]")).to_be_visible()


def _words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body
    return str(body.get_content())
