"""A kept build is opened after the catalogue has moved on, brought up to date, and ordered."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from catalog import loader
from catalog.model import Family, Rule, Texts
from tests.browser.screens import by_a_phone_with_scripts
from tests.browser.standing import fits
from tests.conftest import DEMO
from webapp import clock
from webapp.catalogues import version

BUILD = "model=city&frame=alu-diamond&rack=city&fenders=plastic"
REASON = {"en": "The city rack leaves no room.", "ru": "Городской багажник не оставляет места."}


def publish(shop: Flask, family: Family) -> None:
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, family, author="test", at=clock.now())


@pytest.fixture
def move_on(shop: Flask) -> Iterator[Callable[[], None]]:
    """Publishes a catalogue in which the city model is dearer and the rack does not go with these mudguards."""
    family = loader.load(DEMO / "bicycle")
    model = family.groups[0]
    city = model.options[0].model_copy(update={"price": model.options[0].price + 3000})
    newer = family.model_copy(
        update={
            "groups": (
                model.model_copy(update={"options": (city, *model.options[1:])}),
                *family.groups[1:],
            ),
            "rules": (
                *family.rules,
                Rule(code="new", rule="rack.city excludes fenders.plastic", reason=Texts(REASON)),
            ),
        }
    )
    yield lambda: publish(shop, newer)
    publish(shop, family)


@by_a_phone_with_scripts
def test_a_build_outlives_the_catalogue_and_is_ordered_as_it_can_be_had(
    browser: Browser,
    base_url: str,
    javascript: bool,
    move_on: Callable[[], None],
    language: str,
    width: int,
) -> None:
    context = browser.new_context(
        base_url=base_url,
        locale=language,
        viewport={"width": width, "height": 800},
        java_script_enabled=javascript,
    )
    page = context.new_page()
    page.goto(f"/builds/new/bicycle?{BUILD}")
    page.locator("#name").fill("To last")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("To last")
    expect(page.locator("#changes")).to_have_count(0)
    then = amount(page, "[data-then]", "data-then")
    move_on()
    page.reload()
    changes = page.locator("#changes")
    expect(changes).to_have_attribute("data-changes", "replaceable")
    expect(changes).to_contain_text(REASON[language])
    expect(page.locator('[data-group="rack"][data-option="city"]')).to_be_visible()
    fits(page)
    way = page.locator('[data-way="repair"]').first
    effects = (
        way.locator("[data-effect]").evaluate_all("rows => rows.map(row => Number(row.dataset.effect))")
        if javascript
        else None
    )
    total, difference = (int(way.get_attribute(name) or "") for name in ("data-total", "data-difference"))
    assert total == then + difference
    assert effects is None or sum(effects) == difference
    way.get_by_role("button").click()
    expect(page.locator("#changes")).to_have_count(0)
    expect(page.locator("#history .version")).to_have_count(2)
    assert amount(page, "[data-then]", "data-now") == total
    page.locator('.build-actions a[href*="/checkout/"]').click()
    expect(page).to_have_url(re.compile("/checkout/bicycle"))
    expect(page.locator('[data-price-line="model.city"]')).to_have_count(1)
    context.close()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_the_block_of_changes_has_no_barriers(
    page: Page, move_on: Callable[[], None], axe_finds_nothing: Callable[[], None]
) -> None:
    page.goto(f"/builds/new/bicycle?{BUILD}")
    page.get_by_label("Name").fill("For all")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For all")
    move_on()
    page.reload()
    expect(page.get_by_role("button", name="Take this").first).to_be_visible()
    axe_finds_nothing()


def amount(page: Page, selector: str, name: str) -> int:
    return int(page.locator(selector).first.get_attribute(name) or "")
