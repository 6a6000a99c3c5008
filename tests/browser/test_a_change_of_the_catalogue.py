"""A change of the demo's own bicycle from an editor's sign-in to a shopper's kept build; and editing by keyboard alone.

In English with scripts and in Russian without.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from catalog import loader
from catalog.model import Family
from tests.browser.desk import minutes_pass, seen, sign_in
from tests.browser.standing import fits
from tests.conftest import DEMO
from tests.webapp.desk import PASSWORD, a_member
from tests.webapp.shopping import a_bicycle
from webapp import clock
from webapp.catalogues import draft, version
from webapp.customers.staff_role import Role

DESK = "/staff/catalogue/bicycle"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 600"><script>alert(1)</script>'
    b'<path d="M600 220h40v30h-40z" fill="#a33"/></svg>'
)
NAMES = {"en": "Bell bracket", "ru": "Кронштейн звонка"}
TELLS = {"en": "It holds the bell beside the stem.", "ru": "Держит звонок возле выноса."}
WRONG = {"en": "The bell goes nowhere.", "ru": "Звонок никуда не ставится."}
RIGHT = {"en": "The bell needs its bracket.", "ru": "Звонку нужен кронштейн."}
NOTE = {"en": "The bell has a bracket of its own now.", "ru": "У звонка теперь свой кронштейн."}
WORDS = {
    "en": {
        "sign in": "Sign in",
        "password": "Password",
        "code": "Code of your authenticator app",
        "catalogue": "Catalogue",
        "begin": "Begin a draft",
        "options": "Groups and options",
        "save": "Save",
        "pictures": "Pictures",
        "upload": "Upload",
        "rules": "Rules",
        "new rule": "New rule",
        "write": "Write the text",
        "proof": "Proof",
        "examine": "Examine",
        "publish": "Publish",
        "check": "Prove and rehearse",
        "rehearsal": "Rehearsal",
        "publish this": "Publish this",
        "is it you": "Is it you?",
        "go on": "Go on",
        "killed": "No build can have “Small things: Brass bell”.",
        "repaired": "to be repaired",
        "added": "“Bell bracket” added",
        "price": "+€12",
        "people": "People to tell",
        "else": "nothing else chosen",
        "up": "Move “%s” up",
    },
    "ru": {
        "sign in": "Войти",
        "password": "Пароль",
        "code": "Код из приложения",
        "catalogue": "Каталог",
        "begin": "Начать черновик",
        "options": "Группы и варианты",
        "save": "Сохранить",
        "pictures": "Рисунки",
        "upload": "Загрузить",
        "rules": "Правила",
        "new rule": "Новое правило",
        "write": "Составить текст",
        "proof": "Проверка",
        "examine": "Проверить",
        "publish": "Публикация",
        "check": "Проверить и отрепетировать",
        "rehearsal": "Репетиция",
        "publish this": "Опубликовать",
        "is it you": "Это вы?",
        "go on": "Дальше",
        "killed": "нельзя взять ни в одну сборку",
        "repaired": "с заменой",
        "added": "добавлено: «Кронштейн звонка»",
        "price": "+12",
        "people": "Кого предупредить",
        "else": "больше ничего не выбрано",
        "up": "Переместить «%s» выше",
    },
}
NUMBERS = count(1)
SEEN = """element => {
    const style = getComputedStyle(element);
    return element.matches(":focus-visible") && (style.outlineStyle !== "none" || style.boxShadow !== "none");
}"""


@pytest.fixture(scope="session")
def language(javascript: bool) -> str:
    return "en" if javascript else "ru"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], javascript: bool) -> dict[str, Any]:
    """An editor's desktop in the language of the journey."""
    locale = "en-GB" if javascript else "ru-RU"
    return {**browser_context_args, "locale": locale, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def shopper(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Somebody with a telephone."""
    context = browser.new_context(**browser_context_args | {"viewport": {"width": 360, "height": 740}})
    yield context.new_page()
    context.close()


@pytest.fixture
def bicycle(shop: Flask) -> Iterator[Family]:
    """The demo's own bicycle, which is on sale again afterwards, with a draft that says the same."""
    family = loader.load(DEMO / "bicycle")
    yield family
    with shop.extensions["lekalo.database"].writing() as session:
        latest = draft.latest(session, family.code)
        if latest is not None:
            draft.save(session, family.code, family, base=latest.number, who="test", at=clock.now())
        version.publish(session, family, author="test", at=clock.now())


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).last.click()


def tab(page: Page, name: str) -> None:
    """Opens a page of the draft."""
    link = page.locator(".draft-tabs").get_by_role("link", name=name, exact=True)
    link.click()
    expect(link).to_have_attribute("aria-current", "page")


def fill(page: Page, field: str, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        page.locator(f"[id='{field}.{language}']").fill(text)


def test_from_an_edit_to_a_shoppers_build(
    page: Page,
    shopper: Page,
    shop: Flask,
    bicycle: Family,
    worker: None,
    javascript: bool,
    language: str,
    axe_finds_nothing: Callable[..., None],
) -> None:
    words = WORDS[language]
    bracket = f"bracket-{language}"  # what was proved in one language is not proved again in the other

    def look(other: Page | None = None) -> None:
        fits(other or page)
        axe_finds_nothing(other)

    # A shopper keeps a bicycle with a bell.
    name = f"{NAMES[language]}?"
    shopper.goto("/configure/bicycle?model=city")
    shopper.locator("[id='extras.bell']").click()
    expect(shopper.locator("[id='extras.bell']")).to_have_attribute("data-origin", "mine")
    shopper.locator("#save").click()
    shopper.locator("#name").fill(name)
    press(shopper, words["save"])
    expect(shopper.get_by_role("heading", level=1)).to_have_text(name)
    expect(shopper.locator("#changes")).to_have_count(0)
    look(shopper)
    kept = shopper.url
    then = int(shopper.locator("[data-then]").first.get_attribute("data-then") or "")

    # An editor signs in.
    email = f"editor.{language}@example.com"
    telephone = a_member(shop, email, [Role.EDITOR])
    page.goto("/staff/sign-in")
    page.locator("#email").fill(email)
    page.get_by_label(words["password"]).fill(PASSWORD)
    press(page, words["sign in"])
    page.get_by_label(words["code"]).fill(telephone.code())
    press(page, words["sign in"])
    page.get_by_role("link", name=words["catalogue"], exact=True).first.click()
    begun, begin = page.locator(f'main a[href="{DESK}"]'), page.locator(f'form[action="{DESK}/draft"]')
    expect(begun.or_(begin).first).to_be_visible()
    if begin.count():
        begin.get_by_role("button", name=words["begin"]).click()
        expect(page.locator("[data-draft=bicycle]")).to_be_visible()
    page.goto(DESK)
    look()

    # An option with a picture.
    tab(page, words["options"])
    look()
    page.locator(f'a[href="{DESK}/groups/extras/options/new"]').click()
    fill(page, "title", NAMES)
    fill(page, "description", TELLS)
    page.locator("#code").fill(bracket)
    page.locator("#price").fill("12,00")
    look()
    press(page, words["save"])
    expect(page.locator(f"[data-option-row='extras.{bracket}']")).to_contain_text(NAMES[language])
    tab(page, words["pictures"])
    page.locator("#picture").set_input_files(
        {"name": "bracket.svg", "mimeType": "image/svg+xml", "buffer": SVG}
    )
    page.locator("#upload-option").select_option(f"extras.{bracket}")
    press(page, words["upload"])
    expect(page.locator(f"[data-layer='extras.{bracket}/0']")).to_be_visible()
    look()

    # A rule that kills another one, named by the proof.
    tab(page, words["rules"])
    look()
    page.get_by_role("link", name=words["new rule"], exact=True).click()
    page.locator("[name=way][value=excludes]").check()
    page.locator("#left").select_option("extras.bell")
    page.locator("#right").select_option("model.*")
    press(page, words["write"])
    expect(page.locator("#rule")).to_have_value("extras.bell excludes model.*")
    fill(page, "reason", WRONG)
    page.locator("#code").fill("bell-bracket")
    look()
    press(page, words["save"])
    expect(page.locator("[data-rule=bell-bracket]")).to_be_visible()
    tab(page, words["proof"])
    press(page, words["examine"])
    seen(page, javascript, '#_proof[data-state="done"]')
    dead = page.locator('[data-finding="dead"][data-about="extras.bell"]')
    expect(dead).to_contain_text(words["killed"])
    expect(dead.locator("[data-culprit=bell-bracket]")).to_contain_text(WRONG[language])
    look()

    # Mended, where the proof leads.
    dead.locator("[data-culprit=bell-bracket] a").click()
    page.locator("[data-rule=bell-bracket] h2 a").click()
    page.locator("[name=way][value=requires]").check()
    page.locator("#left").select_option("extras.bell")
    page.locator("#right").select_option(f"extras.{bracket}")
    press(page, words["write"])
    expect(page.locator("#rule")).to_have_value(f"extras.bell requires extras.{bracket}")
    fill(page, "reason", RIGHT)
    press(page, words["save"])
    expect(page.locator("[data-rule=bell-bracket]")).to_contain_text(RIGHT[language])

    # Rehearsed: the shopper's build is among those that cannot stay as they are.
    tab(page, words["publish"])
    look()
    press(page, words["check"])
    seen(page, javascript, '#_readiness [data-check="proof"][data-met="yes"]')
    seen(page, javascript, '#_readiness [data-check="rehearsal"][data-met="yes"]')
    look()
    tab(page, words["proof"])
    expect(page.locator("[data-verdict=clean]")).to_be_visible()
    tab(page, words["rehearsal"])
    broken = page.locator("[data-thing=build] [data-standing=replaceable]")
    assert int(broken.get_attribute("data-count") or "") > 0
    look()
    page.get_by_role("link", name=words["people"]).click()
    assert int(page.locator("[data-guests]").get_attribute("data-guests") or "") > 0
    look()
    page.go_back()
    broken.get_by_role("link").click()
    row = page.locator("tbody tr").filter(has_text=name)
    expect(row).to_contain_text(words["repaired"])
    look()
    row.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(RIGHT[language])
    expect(page.locator("main")).to_contain_text(words["price"])
    look()

    # Published, with a code.
    minutes_pass(shop, 11)
    tab(page, words["publish"])
    fill(page, "note", NOTE)
    press(page, words["publish this"])
    expect(page.get_by_role("heading", name=words["is it you"])).to_be_visible()
    look()
    page.get_by_label(words["code"]).fill(telephone.code(steps=1))
    press(page, words["go on"])
    expect(page.locator(".notice-done")).to_be_visible()
    expect(page.locator("[data-on-sale]")).to_be_visible()
    look()

    # The shopper reads what it means for theirs, and takes it.
    shopper.goto(kept)
    changes = shopper.locator("#changes")
    expect(changes).to_have_attribute("data-changes", "replaceable")
    expect(changes).to_contain_text(NOTE[language])
    expect(changes).to_contain_text(RIGHT[language])
    expect(changes).to_contain_text(words["else"])
    way = changes.locator('[data-way][data-difference="1200"]')
    expect(way).to_contain_text(words["added"])
    expect(way).to_contain_text(words["price"])
    expect(way).to_have_attribute("data-total", str(then + 1200))
    look(shopper)
    way.get_by_role("button").click()
    expect(shopper.locator("#changes")).to_have_count(0)
    expect(shopper.locator("[data-then]").first).to_have_attribute("data-now", str(then + 1200))
    look(shopper)


@pytest.fixture
def small(shop: Flask, context: BrowserContext, base_url: str) -> str:
    """The address of a small family of this journey's own, with an editor who is signed in."""
    family: Family = a_bicycle().revised(code=f"by-keyboard-{next(NUMBERS)}")
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, family, author="test", at=clock.now())
    sign_in(context, shop, base_url, email=f"{family.code}@example.com", roles=[Role.EDITOR])
    return f"/staff/catalogue/{family.code}"


def reach(page: Page, wanted: Locator) -> None:
    """Presses Tab until something has the focus, and sees that one can tell."""
    expect(wanted).to_be_visible()
    for _ in range(150):
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(SEEN), "nobody can see where the focus is"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never comes to {wanted}")


def follow(page: Page, wanted: Locator) -> None:
    """Goes to a link or button and opens or presses it."""
    reach(page, wanted)
    page.keyboard.press("Enter")


def type_into(page: Page, field: str, text: str) -> None:
    reach(page, page.locator(f"[id='{field}']"))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, field: str, option: str) -> None:
    """Goes down a list to an option; the list says by itself which one that is."""
    options = page.locator(f"#{field} option")
    values = [options.nth(number).get_attribute("value") for number in range(options.count())]
    reach(page, page.locator(f"#{field}"))
    page.keyboard.press("Home")
    for _ in range(values.index(option)):
        page.keyboard.press("ArrowDown")


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_the_tabs_of_a_draft_stand_in_one_row(page: Page, small: str) -> None:
    page.goto("/staff/catalogue")
    page.locator(f'form[action="{small}/draft"] button').click()
    expect(page.locator("[data-draft]")).to_be_visible()
    for address in ("", "/cases", "/publishing"):
        page.goto(small + address)
        tops = {
            (box["y"] if (box := each.bounding_box()) else None)
            for each in page.locator(".draft-tabs a").all()
        }
        assert len(tops) == 1, tops


def test_editing_takes_no_mouse(
    page: Page, small: str, worker: None, javascript: bool, language: str
) -> None:
    words = WORDS[language]

    def button(name: str) -> Locator:
        return page.get_by_role("main").get_by_role("button", name=name, exact=True)

    def tab_of(name: str) -> Locator:
        return page.locator(".draft-tabs").get_by_role("link", name=name, exact=True)

    page.goto("/staff/catalogue")
    follow(page, page.locator(f'form[action="{small}/draft"] button'))
    follow(page, tab_of(words["options"]))

    follow(page, page.locator(f'[data-group=frame] a[href="{small}/groups/frame/options/new"]'))
    type_into(page, "title.ru", "Титан")
    type_into(page, "title.en", "Titanium")
    type_into(page, "code", "titanium")
    type_into(page, "price", "1890")
    follow(page, page.locator(".save-bar").get_by_role("button", name=words["save"], exact=True))
    codes = page.locator("[data-group=frame] [data-code]")
    expect(codes).to_have_count(3)

    up = page.get_by_role("button", name=words["up"] % ("Titanium" if javascript else "Титан"))
    follow(page, up)
    expect(codes.nth(1)).to_have_attribute("data-code", "titanium")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(codes.first).to_have_attribute("data-code", "titanium")

    follow(page, tab_of(words["rules"]))
    follow(page, page.get_by_role("link", name=words["new rule"], exact=True))
    reach(page, page.locator("[name=way]").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=way][value=excludes]")).to_be_checked()
    choose(page, "left", "frame.carbon")
    choose(page, "right", "model.*")
    follow(page, button(words["write"]))
    expect(page.locator("#rule")).to_have_value("frame.carbon excludes model.*")
    type_into(page, "reason.ru", "Карбона больше нет.")
    type_into(page, "reason.en", "There is no carbon any more.")
    type_into(page, "code", "no-carbon")
    follow(page, page.locator(".save-bar").get_by_role("button", name=words["save"], exact=True))
    expect(page.locator("[data-rule=no-carbon]")).to_be_visible()

    follow(page, tab_of(words["proof"]))
    follow(page, button(words["examine"]))
    seen(page, javascript, '#_proof[data-state="done"]')
    culprit = page.locator('[data-about="frame.carbon"] [data-culprit=no-carbon] a')
    follow(page, culprit)
    expect(page.locator("[data-rule=no-carbon]")).to_be_in_viewport()
