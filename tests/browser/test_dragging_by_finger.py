"""On a telephone an option is held by its grip with a finger and let go where it belongs."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, expect

from tests.browser.desk import sign_in
from tests.webapp.shopping import a_bicycle
from webapp import clock
from webapp.catalogues import draft, version

FAMILY = "dragged-by-finger"


def touch(finger: CDPSession, kind: str, *at: tuple[float, float]) -> None:
    points = [{"x": x, "y": y} for x, y in at]
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-js"])
def test_an_option_is_moved_with_a_finger(browser: Browser, shop: Flask, base_url: str) -> None:
    family = a_bicycle().revised(code=FAMILY)
    with shop.extensions["lekalo.database"].writing() as session:
        version.publish(session, family, author="test", at=clock.now())
        draft.begin(session, FAMILY, who="Vera", at=clock.now())
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": 360, "height": 740},
        locale="en-GB",
        has_touch=True,
        is_mobile=True,
    )
    sign_in(context, shop, base_url, email=f"{FAMILY}@example.com")
    page = context.new_page()
    page.goto(f"/staff/catalogue/{FAMILY}/options")
    rows = page.locator("[data-group=frame] [data-code]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("data-code", "steel")
    last = page.locator('[data-option-row="frame.carbon"]')
    last.scroll_into_view_if_needed()
    held, end = page.locator('[data-option-row="frame.steel"] .grip').bounding_box(), last.bounding_box()
    assert held
    assert end
    x, y = held["x"] + held["width"] / 2, held["y"] + held["height"] / 2
    foot = end["y"] + end["height"] - 3
    finger = context.new_cdp_session(page)
    touch(finger, "touchStart", (x, y))
    for step in range(1, 9):
        touch(finger, "touchMove", (x, y + (foot - y) * step / 8))
    touch(finger, "touchEnd")
    expect(page.locator("[data-revision='2']")).to_be_visible()
    expect(rows.first).to_have_attribute("data-code", "carbon")
    context.close()
