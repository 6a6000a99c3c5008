"""A guest subscribes, staff publish news, the digest arrives over a real mail server, and one press ends it."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits

TITLE = "A carbon fork for wide tyres"


def way(letter: EmailMessage, place: str) -> str:
    """The path of a link in a letter."""
    body = letter.get_body(("plain",))
    assert body
    found = re.search(rf"http\S+?(/{place}/\S+)", body.get_content())
    assert found
    return found[1]


def test_from_a_subscription_to_one_click(
    page: Page,
    browser: Browser,
    browser_context_args: dict[str, object],
    shop: Flask,
    base_url: str,
    javascript: bool,
    deliver: Callable[[], list[EmailMessage]],
    axe_finds_nothing: Callable[..., None],
) -> None:
    email = f"reader.{'with' if javascript else 'without'}@example.com"
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="News by e-mail").click()
    axe_finds_nothing()
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.get_by_text("Choose at least one topic.")).to_be_visible()
    page.get_by_label("Bicycles made to measure").check()
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("How often").select_option("at-once")
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.get_by_text("Without this box ticked")).to_be_visible()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value(email)
    axe_finds_nothing()
    page.get_by_label("Letters: what is new").check()
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()

    (asked,) = deliver()
    assert asked["List-Unsubscribe"] is None
    page.goto(way(asked, "topics/confirmation"))
    axe_finds_nothing()
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_text("r…@e….com")).to_be_visible()
    expect(page.get_by_text(email)).to_have_count(0)
    axe_finds_nothing()
    fits(page)

    desk = browser.new_context(**{**browser_context_args, "base_url": base_url}).new_page()  # type: ignore[arg-type]
    sign_in(desk.context, shop, base_url, f"news.{javascript}@example.com")
    desk.goto("/staff/news/new")
    desk.get_by_label("Title, English").fill(TITLE)
    desk.get_by_role("button", name="Keep the draft").click()
    expect(desk.get_by_text("Title and text belong together.")).to_be_visible()
    expect(desk.get_by_label("Title, English")).to_have_value(TITLE)
    desk.get_by_label("Text, English").fill("It takes tyres up to 50 mm.\nAnd it is light.")
    desk.get_by_label("Bicycles made to measure").check()
    axe_finds_nothing(desk)
    desk.get_by_role("button", name="Keep the draft").click()
    expect(desk.locator("[data-missing]")).to_contain_text("Русский")
    axe_finds_nothing(desk)
    expect(desk.locator('[data-reach="all"] strong')).to_have_text("1")
    desk.locator('[data-reach="all"] a').click()
    expect(desk.get_by_role("rowheader", name=email)).to_be_visible()
    desk.go_back()
    desk.get_by_role("link", name="See the letter").click()
    expect(desk.frame_locator(".letter-frame").get_by_role("heading", name=TITLE)).to_be_visible()
    desk.go_back()
    desk.get_by_role("button", name="Send it").click()
    expect(desk.locator("[data-item]")).to_have_attribute("data-state", "sent")

    digest = deliver()[-1]
    assert (digest["To"], digest["Subject"]) == (email, TITLE)
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page.goto(way(digest, "letters"))
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    axe_finds_nothing()
    deliver()
    desk.reload()
    expect(desk.locator('[data-result="delivered"] strong')).to_have_text("1")
    expect(desk.locator('[data-result="opened"] strong')).to_have_text("1")
    axe_finds_nothing(desk)
    desk.context.close()

    place = re.fullmatch(r"<http[^>]*?(/unsubscribe/[^>]+)>", digest["List-Unsubscribe"])
    assert place
    body = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urlopen(Request(base_url + place[1], data=body)) as answer:  # as a mail provider calls it
        assert answer.status == 200
    page.goto(way(digest, "unsubscribe"))
    expect(page.locator("[data-unsubscribed]")).to_be_visible()
    axe_finds_nothing()
    answer_to_old = page.goto(way(digest, "topics"))  # a guest without topics is forgotten
    assert answer_to_old
    assert answer_to_old.status == 404
