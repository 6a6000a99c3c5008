"""From the front page to an order, with a conflict on the way, in both languages, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

JOURNEYS = [
    # with scripts, language, width, family, a choice, what does not fit beside it
    pytest.param(
        True, "ru", 360, "bicycle", ("frame", "steel-mixte"), ("model", "tour"), id="a-bicycle-on-a-phone"
    ),
    pytest.param(
        False,
        "en",
        1280,
        "workstation",
        ("cpu", "am5-16"),
        ("model", "compact"),
        id="a-workstation-at-a-desk",
    ),
]


def card(page: Page, key: tuple[str, str]) -> Locator:
    return page.locator(f'[data-group="{key[0]}"][data-option="{key[1]}"]')


def amount(of: Locator, name: str) -> int:
    return int(of.get_attribute(name) or "")


@pytest.mark.parametrize(
    ("javascript", "language", "width", "family", "choice", "misfit"), JOURNEYS, indirect=["javascript"]
)
def test_from_home_through_a_conflict_to_an_order(
    page: Page,
    axe_finds_nothing: Callable[[], None],
    language: str,
    width: int,
    family: str,
    choice: tuple[str, str],
    misfit: tuple[str, str],
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/language/{language}?next=/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    axe_finds_nothing()
    page.locator(f'main a[href="/configure/{family}"]').first.click()
    total = page.locator("#total")
    axe_finds_nothing()

    start = amount(total, "data-total")
    difference = amount(card(page, choice), "data-delta")
    card(page, choice).click()
    expect(card(page, choice)).to_have_attribute("data-origin", "mine")
    expect(total).to_have_attribute("data-total", str(start + difference))

    expect(card(page, misfit)).to_have_attribute("data-available", "false")
    promised = amount(card(page, misfit), "data-delta")
    card(page, misfit).click()
    expect(page.locator("[data-conflict]").first).to_be_visible()
    expect(total).to_have_attribute("data-total", str(start + difference))
    axe_finds_nothing()
    repair = page.locator("[data-repair]").first
    repair.click()
    expect(card(page, misfit)).to_have_attribute("data-origin", "mine")
    expect(page.locator("[data-conflict]")).to_have_count(0)
    expect(total).to_have_attribute("data-total", str(start + difference + promised))

    page.locator("[data-undo]").first.click()
    expect(card(page, choice)).to_have_attribute("data-origin", "mine")
    expect(total).to_have_attribute("data-total", str(start + difference))
    card(page, misfit).click()
    page.locator("[data-repair]").first.click()
    expect(card(page, misfit)).to_have_attribute("data-origin", "mine")

    page.goto("/")
    left = page.locator(f'main a[href^="/configure/{family}?"]').first
    expect(left).to_be_visible()
    left.click()
    expect(card(page, misfit)).to_have_attribute("data-origin", "mine")
    page.locator('[href^="/checkout/"], [formaction^="/checkout/"]').first.click()
    axe_finds_nothing()
    for name, value in (("name", "Анна"), ("email", "anna@example.com"), ("street", "Weg 1")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=postcode]").fill("10999")
    page.locator("[name=city]").fill("Berlin")
    page.locator("[name=confirm]").check()
    page.locator("[name=accept]").check()
    due = page.locator("[data-total]").first.inner_text()
    page.get_by_role(
        "button", name=re.compile("Order and pay by invoice|Заказать с оплатой по счёту")
    ).click()
    expect(page.locator("[data-due]")).to_have_text(due)
    axe_finds_nothing()


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_clicks_quicker_than_the_answers_are_all_made_and_undone_one_by_one(page: Page) -> None:
    page.goto("/configure/bicycle")
    started: list[str] = []
    page.on("request", lambda request: started.append(request.url) if "pick=" in request.url else None)
    page.evaluate("""() => {
        for (const key of ["frame.steel-mixte", "paint.sand", "saddle.gel"]) document.getElementById(key).click();
    }""")
    undo = page.locator("[data-undo]")
    expect(undo).to_have_attribute("href", re.compile(r"\?frame=steel-mixte&paint=sand&pick=undo$"))
    for key in (("frame", "steel-mixte"), ("paint", "sand"), ("saddle", "gel")):
        expect(card(page, key)).to_have_attribute("data-origin", "mine")
    undo.click()
    expect(undo).to_have_attribute("href", re.compile(r"\?frame=steel-mixte&pick=undo$"))
    undo.click()
    expect(undo).to_have_attribute("href", re.compile(r"\?pick=undo$"))
    assert len(started) == 5


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("width", [360, 320])
def test_the_buttons_of_a_phone_stand_in_one_line_each(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/language/{language}?next=/configure/bicycle")
    boxes = [each.bounding_box() for each in page.locator(".summary .acts > *").all()]
    assert len(boxes) == 4
    for box in boxes:
        assert box is not None
        assert box["height"] < 50, "a second line"
        assert box["width"] >= 40, "squeezed"
        assert box["x"] + box["width"] <= width, "out of sight"
