"""The demand pages in a browser: figures that open their rows, charts in both themes, no barrier, no script needed."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits

PAGES = ("", "/together?least=1", "/stops", "/refused", "/prices", "/rows?of=refusals")


@pytest.fixture(scope="module", autouse=True)
def shoppers(shop: Flask) -> None:
    """Some who never were, and who met what the rules refuse."""
    answer = shop.test_cli_runner().invoke(args=["seed", "--shoppers", "60", "--family", "bicycle"])
    assert answer.exit_code == 0, answer.output


def test_from_refused_demand_to_the_rows_behind_it_and_back(
    page: Page, shop: Flask, base_url: str, axe_finds_nothing: Callable[[], None]
) -> None:
    sign_in(page.context, shop, base_url)
    page.goto("/staff/demand?family=bicycle")
    axe_finds_nothing()
    page.get_by_label("Group", exact=True).select_option("frame")
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_role("img", name="“Frame”: share of builds and of orders")).to_be_visible()
    page.get_by_text("All groups in one table").click()
    expect(page.locator("[data-table='all-options']")).to_be_visible()
    page.get_by_role("link", name="Refused demand").click()
    axe_finds_nothing()
    row = page.locator("[data-table='rules'] tbody tr").first
    wishes = row.locator("td").nth(2)
    number = wishes.inner_text()
    wishes.get_by_role("link").click()
    expect(page.locator("[data-in-all]")).to_have_attribute("data-in-all", number)
    axe_finds_nothing()
    page.go_back()
    page.locator("[data-table='rules'] tbody tr").first.get_by_role("link").first.click()
    expect(page.locator("[data-table='what-if']")).to_be_visible()
    axe_finds_nothing()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV: If the rule went").click()
    assert taken.value.suggested_filename.startswith("demand-what-if-bicycle-")


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_page_stands_on_a_narrow_phone_in_both_themes(
    page: Page, shop: Flask, base_url: str, axe_finds_nothing: Callable[[], None], theme: str
) -> None:
    sign_in(page.context, shop, base_url)
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name in PAGES:
        page.goto(f"/staff/demand{name}{'&' if '?' in name else '?'}family=bicycle")
        fits(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe_finds_nothing()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_a_chart_takes_its_colours_from_the_theme(page: Page, shop: Flask, base_url: str) -> None:
    sign_in(page.context, shop, base_url)
    page.goto("/staff/demand/stops?family=bicycle")
    bar = page.locator(".chart .color-0 .rect").first
    fills = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        fills.append(bar.evaluate("(bar) => getComputedStyle(bar).fill"))
    assert fills == ["rgb(166, 63, 30)", "rgb(241, 157, 116)"]


def test_tables_that_scroll_are_reached_by_keyboard(page: Page, shop: Flask, base_url: str) -> None:
    sign_in(page.context, shop, base_url)
    page.goto("/staff/demand/prices?family=bicycle")
    for region in page.locator(".desk-scroll, .chart-scroll").all():
        region.focus()
        expect(region).to_be_focused()
