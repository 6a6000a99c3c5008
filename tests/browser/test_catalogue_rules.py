"""An editor writes a rule with completion by the keyboard, uploads a picture, tries the draft in the preview, keeps a
test case of it; without JavaScript the same forms do."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from catalog.model import Family
from tests.browser.desk import sign_in
from tests.webapp.shopping import a_bicycle
from webapp import clock
from webapp.catalogues import version

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><script>1</script><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def family(shop: Flask, javascript: bool) -> Family:
    """A family of this journey's own."""
    code = "small-bike" if javascript else "plain-bike"
    family = a_bicycle().revised(code=code)
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, family, author="test", at=clock.now())
    return family


def test_a_rule_a_picture_a_preview_and_a_case(
    page: Page,
    shop: Flask,
    base_url: str,
    family: Family,
    javascript: bool,
    axe_finds_nothing: Callable[[], None],
) -> None:
    desk = f"/staff/catalogue/{family.code}"
    sign_in(page.context, shop, base_url, email=f"{family.code}@example.com")
    page.goto("/staff/catalogue")
    page.locator(f'form[action="{desk}/draft"] button').click()

    page.get_by_role("link", name="Rules", exact=True).click()
    axe_finds_nothing()
    page.get_by_role("link", name="New rule").click()
    axe_finds_nothing()
    rule = page.locator("#rule")
    if javascript:
        rule.press_sequentially("model.gr")
        expect(page.get_by_role("option", name="model.gravel")).to_be_visible()
        axe_finds_nothing()
        rule.press("ArrowDown")
        rule.press("Enter")
        expect(rule).to_have_value("model.gravel")
        rule.press_sequentially(" requires frame.c")
        rule.press("ArrowDown")
        rule.press("Tab")
        expect(rule).to_be_focused()
        rule.press_sequentially("x")
        rule.press("Escape")
    else:
        rule.fill("model.gravel requires frame.carbonx")
    expect(rule).to_have_value("model.gravel requires frame.carbonx")
    page.locator("[id='reason.en']").fill("Gravel needs carbon.")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#rule-error")).to_contain_text("sign 29: the group “frame” has no option “carbonx”.")
    expect(page.locator("[id='reason.ru-error']")).to_be_visible()
    axe_finds_nothing()
    rule.fill("model.gravel requires frame.carbon")
    page.locator("[id='reason.ru']").fill("Гравийному нужен карбон.")
    page.get_by_role("button", name="Look at what it does").click()
    expect(page.locator("[data-example]")).to_contain_text("“Model: Gravel” + “Frame: Steel”")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("[data-rule='gravel-needs-carbon']")).to_contain_text(
        "If “Model: Gravel”, then “Frame: Carbon”."
    )

    page.get_by_role("link", name="Pictures", exact=True).click()
    page.get_by_label("File").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"MZ no picture"}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#picture-error")).to_contain_text("This is no SVG, PNG or WebP picture")
    axe_finds_nothing()
    for name, option in (("steel.svg", "frame.steel"), ("rack.svg", "rack.rear")):
        page.get_by_label("File").set_input_files({"name": name, "mimeType": "image/svg+xml", "buffer": SVG})
        page.get_by_label("Show it with").select_option(option)
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_role("button", name=f"Higher: {option.partition('.')[0]}/{name}")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    layers = page.locator("[data-layer]")
    expect(layers.first).to_have_attribute("data-layer", "rack.rear/0")
    axe_finds_nothing()
    raising = page.get_by_role("button", name="Higher: frame/steel.svg")
    raising.focus()
    page.keyboard.press("Enter")
    expect(layers.first).to_have_attribute("data-layer", "frame.steel/0")

    page.get_by_role("link", name="Preview", exact=True).click()
    expect(page.locator("[data-preview]")).to_contain_text("nothing can be ordered")
    axe_finds_nothing()
    page.locator("[id='model.gravel']").click()
    expect(page.locator("[id='model.gravel']")).to_have_attribute("data-origin", "mine")
    expect(page.locator("[data-preview]")).to_be_visible()
    expect(page.locator("[id='frame.steel']")).to_have_attribute("data-available", "false")
    page.locator("[id='frame.steel']").click()
    expect(page.locator("#conflict")).to_contain_text("Gravel needs carbon.")
    page.get_by_role("button", name="Must stay impossible").click()
    expect(page.locator("[data-case]")).to_have_attribute("data-holds", "true")
    axe_finds_nothing()
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("button", name=re.compile("Remove.*gravel-needs-carbon")).click()
    expect(page.get_by_text("1 test case does not come out as it must")).to_be_visible()
    page.get_by_role("link", name="Test cases", exact=True).click()
    expect(page.locator("[data-case]")).to_have_attribute("data-holds", "false")
    expect(page.locator("[data-case]")).to_contain_text("It is possible.")
    axe_finds_nothing()
