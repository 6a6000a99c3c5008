"""What holds for every page: languages, errors, style without a breath from outside."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_missing_page_says_so_kindly(
    page: Page, axe_finds_nothing: Callable[[], None], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    answer = page.goto("/nothing-here")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    axe_finds_nothing()


def test_the_language_changes_where_one_stands(page: Page) -> None:
    page.goto("/nothing-here")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="RU").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page).to_have_url("/nothing-here")
    page.get_by_role("link", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/nothing-here")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_a_failed_fragment_leaves_the_page_and_says_so(page: Page, javascript: bool) -> None:
    if not javascript:
        return  # a plain link shows the whole page of the error, as tested above
    page.goto("/")
    before = page.locator("#main").inner_text()
    page.evaluate("htmx.ajax('GET', '/nothing-here', {target: '#main', push: '/nothing-here'})")
    expect(page.locator("#problem")).to_contain_text("There is no such page")
    assert page.locator("#main").inner_text() == before
    expect(page).to_have_url("/")
