"""A rule about customers in a browser: written, previewed, its members explained; with a script and without."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from tests.browser.desk import sign_in
from tests.browser.standing import fits
from webapp import clock
from webapp.customers.customer import Customer
from webapp.relations.segments.segment import Segment

RULE = "language is ru and since < 3 months ago"


@pytest.fixture
def desk(page: Page, shop: Flask, base_url: str) -> Page:
    with shop.extensions["lekalo.database"].writing() as session:
        session.execute(delete(Segment))
        session.execute(delete(Customer))
        for name, language in (("Анна Кузнецова", "ru"), ("Ben Weber", "en")):
            email = f"{language}@example.com"
            session.add(
                Customer(owner=f"of-{language}", email=email, name=name, language=language, since=clock.now())
            )
    sign_in(page.context, shop, base_url)
    return page


def test_a_segment_is_written_previewed_and_its_members_explained(
    desk: Page, javascript: bool, axe_finds_nothing: Callable[[], None]
) -> None:
    desk.goto("/staff/segments")
    desk.get_by_role("link", name="Write the first one").click()
    desk.get_by_label("Name", exact=True).fill("New readers of Russian")
    rule = desk.get_by_role("textbox", name="The rule")
    rule.fill("language is ur")
    see(desk, javascript)
    expect(desk.locator("#_segment_check, .field-error").first).to_contain_text("It knows: ru, en.")
    rule.fill(RULE)
    see(desk, javascript)
    expect(desk.locator("#_segment_check [data-count]")).to_have_attribute("data-count", "1")
    expect(desk.locator("#_segment_check")).to_contain_text("Анна Кузнецова")
    axe_finds_nothing()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("New readers of Russian")
    axe_finds_nothing()
    desk.get_by_role("link", name="Анна Кузнецова").click()
    expect(desk.locator("[data-in='yes']")).to_be_visible()
    expect(desk.locator("[data-holds='yes']")).to_have_count(2)
    axe_finds_nothing()
    desk.set_viewport_size({"width": 360, "height": 740})
    here = desk.url.partition("/people")[0]
    person = desk.url.partition(here)[2]
    for path in (here, f"{here}/rule", f"{here}/people", f"{here}{person}", "/staff/segments"):
        desk.goto(path)
        fits(desk)


def see(desk: Page, javascript: bool) -> None:
    """With a script the answer comes by itself."""
    if not javascript:
        desk.get_by_role("button", name="See who it finds").click()
