"""An editor proves a draft, mends what the proof names, rehearses, publishes; a shopper's kept build shows it."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from catalog.model import Family
from tests.browser.desk import seen, sign_in
from tests.webapp.shopping import a_bicycle
from webapp import clock
from webapp.catalogues import draft, version
from webapp.customers.staff_role import Role
from webapp.database import Database

NUMBERS = count(1)


@pytest.fixture
def family(shop: Flask) -> Family:
    """A family of this journey's own, on sale."""
    made: Family = a_bicycle().revised(code=f"published-{next(NUMBERS)}")
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, made, author="test", at=clock.now())
    return made


@pytest.fixture
def desk(shop: Flask, context: BrowserContext, base_url: str, family: Family) -> str:
    """The address of a draft that has a rule too many and a dearer base model, opened by an editor."""
    database: Database = shop.extensions["lekalo.database"]
    model = family.groups[0]
    dearer = model.options[0].revised(price=55_000)
    edited = family.revised(groups=[model.revised(options=[dearer, *model.options[1:]]), *family.groups[1:]])
    killing = family.rules[0].revised(code="no-carbon", rule="model.* excludes frame.carbon")
    with database.writing() as session:
        begun = draft.begin(session, family.code, who="Vera", at=clock.now())
        saved = draft.save(session, family.code, edited, base=begun.number, who="Vera", at=clock.now())
        wrong = edited.revised(rules=[*edited.rules, killing])
        draft.save(session, family.code, wrong, base=saved.number, who="Vera", at=clock.now())
    sign_in(context, shop, base_url, email=f"{family.code}@example.com", roles=[Role.EDITOR])
    return f"/staff/catalogue/{family.code}"


def test_from_the_proof_to_the_shop(
    page: Page,
    browser: Browser,
    base_url: str,
    desk: str,
    family: Family,
    worker: None,
    javascript: bool,
    axe_finds_nothing: Callable[[], None],
) -> None:
    kept = kept_build(browser, base_url, family.code)
    page.goto(desk)
    page.get_by_role("link", name="Proof", exact=True).click()
    page.get_by_role("button", name="Examine").click()
    seen(page, javascript, '#_proof[data-state="done"]')
    dead = page.locator('[data-finding="dead"][data-about="frame.carbon"]')
    expect(dead).to_contain_text("Carbon")
    expect(dead.locator("[data-culprit=no-carbon]")).to_be_visible()
    axe_finds_nothing()

    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.get_by_role("button", name=re.compile("Redo"))).to_be_visible()
    page.get_by_role("link", name="Publish", exact=True).click()
    axe_finds_nothing()
    page.get_by_role("button", name="Prove and rehearse").click()
    seen(page, javascript, '#_readiness [data-check="rehearsal"][data-met="yes"]')
    seen(page, javascript, '#_readiness [data-check="proof"][data-met="yes"]')
    page.get_by_role("link", name="Rehearsal", exact=True).click()
    expect(page.locator('[data-thing=build] [data-standing="repriced"]')).to_have_attribute("data-count", "1")
    axe_finds_nothing()
    page.locator("[data-thing=build] th a").click()
    expect(page.locator("tbody tr")).to_contain_text("at another price")
    axe_finds_nothing()

    page.get_by_role("link", name="Publish", exact=True).click()
    page.locator("[id='note.en']").fill("City frames are hand-brazed now.")
    page.locator("[id='note.ru']").fill("Городские рамы теперь паяют вручную.")
    page.locator("#seen").check()
    page.get_by_role("button", name="Publish this").click()
    expect(page.locator(".notice-done")).to_contain_text("version 2")
    axe_finds_nothing()

    shopper = browser.new_page(base_url=base_url, locale="en-GB", java_script_enabled=javascript)
    shopper.goto(kept)
    expect(shopper.locator("#changes")).to_contain_text("hand-brazed")
    expect(shopper.locator("[data-changes]")).to_have_attribute("data-changes", "repriced")
    shopper.close()


def kept_build(browser: Browser, base_url: str, code: str) -> str:
    """The private address of a build that somebody keeps."""
    page = browser.new_page(base_url=base_url, locale="en-GB", java_script_enabled=False)
    page.goto(f"/builds/new/{code}?model=city&rack=front")
    page.locator("#name").fill("Mine")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")
    address = page.url
    page.close()
    return address
