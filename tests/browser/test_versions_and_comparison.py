"""What a build was, going back to it, builds side by side, and an option taken from one into the other."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.standing import fits

CITY = "model=city&frame=steel-diamond&rack=city"
GRAVEL = "model=gravel&saddle=leather"


def save(page: Page, choices: str, name: str, *, again: bool = False) -> str:
    """Keeps a build, or the one that is being changed once more; its private address."""
    page.goto(f"/builds/new/bicycle?{choices}")
    if page.get_by_label("Keep it as a new build").count():
        page.get_by_label("Replace “" if again else "Keep it as a new build").check()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def test_a_build_goes_back_to_an_earlier_version_and_branches_off(
    page: Page, axe_finds_nothing: Callable[[], None]
) -> None:
    build = save(page, CITY, "Daily ride")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page).to_have_url(re.compile("/configure/bicycle"))
    save(page, f"{CITY}&saddle=leather", "Daily ride", again=True)
    expect(page.get_by_text("This is version 2.")).to_be_visible()
    expect(page.locator("[data-version='2'] [data-difference='replaced']")).to_contain_text("Brown leather")
    page.get_by_role("heading", name="Versions").click()
    axe_finds_nothing()
    page.locator("[data-version='1']").get_by_role("button", name="Go back to this one").click()
    expect(page).to_have_url(build)
    expect(page.locator("[data-version]").first).to_contain_text("Version 3")
    page.get_by_role("heading", name="Versions").click()
    page.locator("[data-version='2']").get_by_role("link", name="Version 2").click()
    axe_finds_nothing()
    expect(page.get_by_label("Name")).to_have_value("Daily ride (version 2)")
    page.get_by_label("Name").fill("With leather")
    page.get_by_role("button", name="Start a branch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("With leather")
    page.get_by_role("heading", name="Versions").click()
    page.get_by_role("link", name="“Daily ride”, version 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 2")


@pytest.mark.parametrize(
    ("width", "scheme", "javascript"), [(360, "dark", True), (1280, "light", False)], indirect=["javascript"]
)
def test_builds_are_picked_compared_and_one_takes_from_the_other(
    page: Page, axe_finds_nothing: Callable[[], None], width: int, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    city = save(page, CITY, "City ride")
    save(page, GRAVEL, "Gravel ride")
    page.goto("/builds")
    axe_finds_nothing()
    page.get_by_label("compare: City ride").check()
    page.get_by_label("compare: Gravel ride").check()
    page.get_by_role("button", name="Compare the ticked ones").click()
    expect(page.locator("[data-compared='2']")).to_be_visible()
    axe_finds_nothing()
    fits(page)
    expect(page.locator("[data-section^=options] [data-row='wheels']")).to_have_count(0)
    page.get_by_role("link", name="Everything", exact=True).click()
    expect(page.locator("[data-section^=options] [data-row='wheels']")).to_be_visible()
    expect(page.locator("[data-section^=options] [data-row='model'] th")).to_contain_text("(differs)")
    axe_finds_nothing()

    page.goto(city)
    page.get_by_role("heading", name="Compare with another build").click()
    page.get_by_label("Which one").select_option(label="Gravel ride")
    page.get_by_role("button", name="Take an option from it").click()
    axe_finds_nothing()
    page.locator("[data-take='model.gravel']").get_by_role("link").click()
    conflict = page.locator("[data-conflict='model.gravel']")
    expect(conflict).to_be_visible()
    axe_finds_nothing()
    fits(page)
    total = conflict.locator("[data-repair='1']").get_attribute("data-total")
    conflict.locator("[data-repair='1']").get_by_role("button").click()
    expect(page.locator("[data-version='2']")).to_have_attribute("data-total", total or "")
    expect(page.locator("[data-group='model'][data-option='gravel']")).to_be_visible()


def test_four_builds_fit_a_phone_and_an_unknown_one_is_named(
    page: Page, axe_finds_nothing: Callable[[], None]
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/families/bicycle")
    page.get_by_role("link", name="Compare them side by side").click()
    expect(page.locator("[data-compared='4']")).to_be_visible()
    fits(page)
    axe_finds_nothing()
    page.goto("/compare?ready=bicycle.paris&build=of-nobody")
    expect(page.get_by_text("One of the links leads to no build")).to_be_visible()
    axe_finds_nothing()
    page.get_by_label("Compare with one more").select_option(label="Everyday")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[data-compared='2']")).to_be_visible()


def test_a_private_link_is_mailed_and_ended(page: Page, axe_finds_nothing: Callable[[], None]) -> None:
    build = save(page, CITY, "Lost ride")
    page.get_by_role("heading", name="On another device").click()
    page.get_by_label("E-mail").fill("somebody@example.com")
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_text("on its way to somebody@example.com")).to_be_visible()
    page.wait_for_load_state()
    if not page.get_by_text("A link has come into the wrong hands").is_visible():
        page.get_by_role("heading", name="On another device").click()
    page.get_by_text("A link has come into the wrong hands").click()
    page.get_by_role("button", name="Make a new private link").click()
    expect(page.get_by_text("This is the new private link.")).to_be_visible()
    axe_finds_nothing()
    expect(page).not_to_have_url(re.compile(re.escape(build)))
    answer = page.goto(build)
    assert answer is not None
    assert answer.status == 404
