"""Two editors at once: options by keyboard and by dragging, prices in one table, an overlap decided, undo, texts."""

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from catalog.model import Family
from tests.browser.desk import sign_in
from tests.browser.standing import fits
from tests.webapp.shopping import a_bicycle
from webapp import clock
from webapp.catalogues import version

NUMBERS = count(1)


@pytest.fixture
def desk(shop: Flask, context: BrowserContext, base_url: str) -> str:
    """The address of the draft of a family of this journey's own, begun by an editor who is signed in."""
    family: Family = a_bicycle().revised(code=f"edited-{next(NUMBERS)}")
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, family, author="test", at=clock.now())
    sign_in(context, shop, base_url, email=f"{family.code}@example.com")
    return f"/staff/catalogue/{family.code}"


def expect_frames(page: Page, *codes: str) -> None:
    """The frames there are come to stand in this order."""
    rows = page.locator("[data-group=frame] [data-code]")
    expect(rows).to_have_count(len(codes))
    for number, code in enumerate(codes):
        expect(rows.nth(number)).to_have_attribute("data-code", code)


def save(page: Page, name: str = "Save") -> None:
    page.get_by_role("button", name=name, exact=True).and_(page.locator(".save-bar *")).click()


def drag(page: Page, grip: str, onto: str) -> None:
    """Takes a row by its grip and lets it go at the foot of another."""
    start = page.locator(f'[data-option-row="{grip}"] .grip').bounding_box()
    end = page.locator(f'[data-option-row="{onto}"]').bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 4, start["y"] + 8)
    page.mouse.down()
    foot = end["y"] + end["height"] - 4
    page.mouse.move(end["x"] + 200, foot - 8, steps=8)
    page.mouse.move(end["x"] + 200, foot, steps=3)
    page.mouse.up()


def test_editing_a_family(
    page: Page,
    context: BrowserContext,
    desk: str,
    javascript: bool,
    axe_finds_nothing: Callable[[], None],
) -> None:
    page.goto("/staff/catalogue")
    axe_finds_nothing()
    page.locator(f'form[action="{desk}/draft"] button').click()
    expect(page.locator(".draft-state")).to_have_text("as on sale")
    axe_finds_nothing()

    page.get_by_role("link", name="Groups and options").click()
    axe_finds_nothing()
    if javascript:
        page.locator("#words").press_sequentially("steel")
        expect(page.locator("[data-option-row]:visible")).to_have_count(1)
        page.locator("#words").fill("")
        expect(page.locator("[data-option-row]:visible")).not_to_have_count(1)
        drag(page, "frame.steel", onto="frame.carbon")
        expect(page.locator("[data-revision='2']")).to_be_visible()
        expect_frames(page, "carbon", "steel")
        page.get_by_role("button", name="Move “Steel” up").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-revision='3']")).to_be_visible()
        expect(page.get_by_role("button", name="Move “Steel” up")).to_be_focused()
    else:
        page.get_by_role("button", name="Move “Steel” down").click()
        expect_frames(page, "carbon", "steel")
        page.get_by_role("button", name="Move “Steel” up").click()
    expect_frames(page, "steel", "carbon")

    page.locator("[data-group=frame]").get_by_role("link", name="New option").click()
    axe_finds_nothing()
    page.get_by_label("Name, English").fill("Titanium")
    page.get_by_label("Price with tax, EUR").fill("1 890,00")
    save(page)
    expect_frames(page, "steel", "carbon", "titanium")
    expect(page.locator('[data-option-row="frame.titanium"]')).to_contain_text("no text in RU")

    # Meanwhile a colleague has the prices open.
    colleague = context.new_page()
    colleague.goto(f"{desk}/prices")
    page.locator('[data-option-row="frame.carbon"] .option-name a').click()
    page.get_by_label("Price with tax, EUR").fill("320")
    save(page)
    expect(page.locator('[data-option-row="frame.carbon"]')).to_contain_text("320")
    if javascript:
        colleague.locator('[id="price:frame.steel"]').focus()
        colleague.keyboard.press("ArrowDown")
        expect(colleague.locator('[id="price:frame.carbon"]')).to_be_focused()
    colleague.locator('[id="price:frame.carbon"]').fill("290")
    colleague.locator('[id="price:rack.rear"]').fill("55")
    save(colleague, "Save all prices")
    expect(colleague.get_by_role("heading", name="A colleague changed the same meanwhile")).to_be_visible()
    expect(colleague.locator(".overlap-place")).to_have_count(1)
    colleague.get_by_label("My version").check()
    save(colleague, "Save it like this")
    expect(colleague.locator('[id="price:frame.carbon"]')).to_have_value("290.00")
    expect(colleague.locator('[id="price:rack.rear"]')).to_have_value("55.00")
    colleague.close()

    page.goto(f"{desk}/texts")
    axe_finds_nothing()
    page.get_by_label("option Titanium, name, Русский").fill("Титан")
    save(page, "Save the texts")
    expect(page.locator("[data-complete]")).to_be_visible()

    page.goto(desk)
    expect(page.locator('[data-edit="groups/frame/options/carbon/price"]').first).to_have_text(
        "option Carbon: €300.00 → €290.00"
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.locator('[data-act="undone"]')).to_be_visible()
    page.goto(f"{desk}/texts")
    expect(page.locator(".text-row")).to_have_count(1)

    page.goto(f"{desk}/prices/paste")
    axe_finds_nothing()
    page.get_by_label("Table").fill("frame.titanium\t1 990,00 €\nnothing\t5")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("[data-change]")).to_have_count(1)
    expect(page.locator("[data-troubles='1']")).to_be_visible()
    axe_finds_nothing()
    page.get_by_role("button", name="Save these prices").click()
    expect(page.locator('[id="price:frame.titanium"]')).to_have_value("1990.00")
    axe_finds_nothing()

    page.goto(f"{desk}/groups/frame/options/carbon/removal")
    axe_finds_nothing()
    page.get_by_role("button", name="Take away").click()
    expect_frames(page, "steel", "titanium")
    for address in ("history", "differences?from=0", "family", "groups/frame", "groups/frame/options/steel"):
        page.goto(f"{desk}/{address}")
        axe_finds_nothing()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
@pytest.mark.parametrize("width", [320, 768])
def test_no_page_of_a_draft_is_wider_than_its_screen(page: Page, desk: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/staff/catalogue")
    page.locator(f'form[action="{desk}/draft"] button').click()
    expect(page.locator("[data-draft]")).to_be_visible()
    for address in (
        "",
        "/options",
        "/prices",
        "/prices/paste",
        "/texts?part=groups/frame",
        "/family",
        "/history",
        "/differences?from=0",
        "/groups/frame",
        "/groups/frame/options/carbon",
        "/groups/frame/options/carbon/removal",
    ):
        page.goto(desk + address)
        fits(page)
