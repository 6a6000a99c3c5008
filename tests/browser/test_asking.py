"""A build is shown to a friend, who proposes something else; the owner accepts it."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.screens import by_a_phone_with_scripts
from tests.browser.standing import fits

WORDS = {
    "en": {
        "save": "Save",
        "name": "Your name",
        "text": "What do you think of it?",
        "comment": "Leave the comment",
        "propose": "Propose another option",
        "send": "Send the proposal",
        "waits": "waits for an answer",
        "accept": "Accept",
        "accepted": "accepted",
        "remove": "Remove",
        "start": "Start over",
        "sheet": "Specification as PDF",
    },
    "ru": {
        "save": "Сохранить",
        "name": "Ваше имя",
        "text": "Что вы об этом думаете?",
        "comment": "Оставить отзыв",
        "propose": "Предложить другой вариант",
        "send": "Отправить предложение",
        "waits": "ждёт ответа",
        "accept": "Принять",
        "accepted": "принято",
        "remove": "Удалить",
        "start": "Начать заново",
        "sheet": "Спецификация в PDF",
    },
}


@by_a_phone_with_scripts
def test_a_friend_proposes_what_the_owner_accepts(
    page: Page,
    browser: Browser,
    base_url: str,
    javascript: bool,
    axe_finds_nothing: Callable[..., None],
    language: str,
    width: int,
) -> None:
    words = WORDS[language]
    page.set_viewport_size({"width": width, "height": 800})
    page.context.add_cookies([{"name": "language", "value": language, "url": base_url}])
    page.goto("/builds/new/bicycle?model=tour&frame=steel-diamond")
    page.locator("#name").fill("Daily ride")
    page.get_by_role("button", name=words["save"]).click()
    shared = page.locator("#look-link").input_value()
    private = page.url

    friends = browser.new_context(base_url=base_url, locale=language, java_script_enabled=javascript)
    friend = friends.new_page()
    friend.set_viewport_size({"width": width, "height": 800})
    friend.goto(shared)
    expect(friend.locator("svg.qr")).to_be_visible()
    axe_finds_nothing(friend)
    friend.get_by_role("button", name=words["comment"]).click()
    expect(friend).not_to_have_url(re.compile("#said"))  # a name is asked for, by the browser already
    friend.get_by_label(words["name"]).fill("Ben")
    friend.get_by_label(words["text"]).fill("Lovely.\nwww.example.com")
    friend.get_by_role("button", name=words["comment"]).click()
    expect(friend.locator("#said")).to_contain_text("Lovely.")
    axe_finds_nothing(friend)

    friend.get_by_role("link", name=words["propose"]).click()
    axe_finds_nothing(friend)
    friend.locator(".group-row[data-group=frame]").click()
    axe_finds_nothing(friend)
    out = friend.locator("#frame\\.carbon-gravel")
    expect(out).to_have_attribute("data-available", "false")
    difference = out.get_attribute("data-delta") or ""
    out.click()
    expect(friend.locator("#conflict")).to_be_visible()
    axe_finds_nothing(friend)
    friend.locator("#repair-1").click()
    expect(friend.locator("[data-total]")).to_have_attribute("data-delta", difference)
    axe_finds_nothing(friend)
    friend.get_by_role("link", name=words["start"]).click()
    expect(friend.locator("[data-total]")).to_have_count(0)
    friend.go_back()
    friend.get_by_label(words["name"]).fill("Ben")
    friend.get_by_role("button", name=words["send"]).dblclick()
    expect(friend.locator("#said .state")).to_have_text(words["waits"])
    expect(friend.locator("#said [data-proposal]")).to_have_count(1)
    fits(friend)

    page.goto(private)
    proposal = page.locator("[data-proposal]")
    expect(proposal.locator("[data-total]")).to_have_attribute("data-delta", difference)
    total = proposal.locator("[data-total]").get_attribute("data-total") or ""
    axe_finds_nothing(page)
    fits(page)
    page.get_by_role("button", name=re.compile(f"^{words['accept']}")).click()
    expect(page.locator(".price-now")).to_have_attribute("data-then", total)
    expect(page.locator('.part[data-group="frame"]')).to_have_attribute("data-option", "carbon-gravel")
    axe_finds_nothing(page)
    friend.reload()
    expect(friend.locator("#said .state")).to_have_text(words["accepted"])

    page.get_by_role("button", name=re.compile(f"^{words['remove']}")).click()
    expect(page.locator("[data-comment]")).to_have_count(0)
    sheet = page.request.get(page.get_by_role("link", name=words["sheet"]).get_attribute("href") or "")
    assert sheet.headers["content-type"] == "application/pdf"
    friends.close()


def test_on_paper_stands_what_matters_and_nothing_to_press(page: Page) -> None:
    page.goto("/builds/new/bicycle?model=tour&frame=steel-diamond")
    page.locator("#name").fill("On paper")
    page.get_by_role("button", name="Save").click()
    shared = page.locator("#look-link").input_value()
    for address in (page.url, shared):
        page.goto(address)
        expect(page.locator(".print-only")).to_be_hidden()
        page.emulate_media(media="print")
        for what in ("h1", ".build-hero img", ".part-list", ".price-table", "svg.qr", ".print-only"):
            expect(page.locator(what).first).to_be_visible()
        for what in ("button", "input", "textarea", ".site-header", ".site-footer", ".notices", "summary"):
            expect(page.locator(what).locator("visible=true")).to_have_count(0)
        page.emulate_media(media="screen")
