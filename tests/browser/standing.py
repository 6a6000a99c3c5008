"""Looks at a page once it stands: right after a press a browser is between two pages, and shows neither of them."""

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Error, Page

PATIENCE = 15.0  # seconds
STICKS_OUT = "html => html.scrollWidth - html.clientWidth"

T = TypeVar("T")


def once_it_stands(page: Page, look: Callable[[], T]) -> T:
    """What a look at the page finds when all of it is there; begun anew where another page came meanwhile."""
    until = time.monotonic() + PATIENCE
    while True:
        page.wait_for_load_state()
        try:
            return look()
        except Error:
            if time.monotonic() > until:
                raise
            page.wait_for_timeout(50)


def fits(page: Page) -> None:
    """Asserts that nothing of the page sticks out at the side."""
    out = once_it_stands(page, lambda: page.locator("html").evaluate(STICKS_OUT))
    assert out <= 0, f"{out} px of {page.url} are out of sight"
