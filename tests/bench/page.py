"""The configurator's page in a browser: what it loads, whom it asks, and whether a swap makes it jump."""

import gzip
import re
import urllib.request
from collections.abc import Iterator
from random import Random

from playwright.sync_api import Error, Page, Request, sync_playwright

from tests.bench.host import Host
from tests.bench.line import Line, shown, times
from tests.bench.walk import START
from tests.browser.chromium import FLAGS, of_playwright, of_the_system

SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}
SWAPS = 12
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push([entry.value, entry.hadRecentInput]);
}).observe({type: "layout-shift", buffered: true});
"""
SCRIPTS = re.compile(r'<script[^>]*\bsrc="([^"]+)"')
STYLES = re.compile(r'<link[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"')
BROWSER_AIMS = (("requests to third parties", "", 0, 0), ("layout shift on a swap, the most", "", 0, 0.02))


def lines(site: Host) -> Iterator[Line]:
    base = f"http://127.0.0.1:{site.port}"
    page = _packed(base + START)
    text = gzip.decompress(page).decode()
    for name, pattern, aim, limit in (("JS", SCRIPTS, 20, 30), ("CSS", STYLES, 10, 20)):
        files = [_packed(base + address) for address in pattern.findall(text)]
        size = sum(map(len, files))
        plain = sum(len(gzip.decompress(file)) for file in files)
        yield Line(
            f"page: {name}, gzip ({len(files)} files)",
            size / 1024,
            "KB",
            aim,
            limit,
            reference=f"unpacked {shown(plain / 1024)} KB",
            ratio=times(size, plain),
        )
    executable = of_playwright() or of_the_system()
    if executable is None:
        yield from _not_measured("there is no Chromium here: `make browser` fetches one")
        return
    try:
        yield from _in_browser(base, executable)
    except Error as error:
        yield from _not_measured(str(error).splitlines()[0])


def _not_measured(trouble: str) -> Iterator[Line]:
    for thing, unit, aim, limit in BROWSER_AIMS:
        yield Line(f"page: {thing}", None, unit, aim, limit, trouble=trouble)


def _in_browser(base: str, executable: str) -> Iterator[Line]:
    foreign: set[str] = set()
    asked: list[str] = []
    worst: dict[str, float] = {}
    loading = unexpected = 0.0

    def note(request: Request) -> None:
        asked.append(request.url)
        if not request.url.startswith((base, "data:", "blob:")):
            foreign.add(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for screen, (width, height) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale="ru-RU")
            page.on("request", note)
            page.add_init_script(WATCH)
            page.goto(base + START, wait_until="networkidle")
            loading = max(loading, _shifted(page)[0])
            for number in range(SWAPS):
                moved, late = _swap(page, Random(f"{screen} {number}"))
                worst[screen], unexpected = max(worst.get(screen, 0), moved), max(unexpected, late)
            page.close()
        browser.close()
    (third, unit, aim, limit), (shift, _, shift_aim, shift_limit) = BROWSER_AIMS
    yield Line(
        f"page: {third}",
        len(foreign),
        unit,
        aim,
        limit,
        reference=f"{len(asked)} requests of ours in {2 * SWAPS} clicks",
    )
    screens = ", ".join(f"{screen} {shown(value)}" for screen, value in worst.items())
    yield Line(
        f"page: {shift}, right after the click too ({screens})",
        max(worst.values()),
        unit,
        shift_aim,
        shift_limit,
        figure=f"{max(worst.values()):.4f}",
        reference=f"as browsers count it {unexpected:.4f}; while loading {loading:.4f}",
    )


def _swap(page: Page, random: Random) -> tuple[float, float]:
    """Clicks on a random option that fits: how far the page moved, and how far of that long after the click."""
    offers = page.locator('a.option[data-available="true"]:not([aria-current])')
    offer = offers.nth(random.randrange(offers.count()))
    offer.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # pictures that come into view load now
    _shifted(page)
    with page.expect_response(lambda answer: START in answer.url):
        offer.click()
    page.wait_for_timeout(500)
    return _shifted(page)


def _shifted(page: Page) -> tuple[float, float]:
    """All shifts since it was last asked, and those that browsers do not excuse as an answer to a click."""
    shifts = page.evaluate("() => window.shifts.splice(0)")
    return sum(value for value, _ in shifts), sum(value for value, excused in shifts if not excused)


def _packed(address: str) -> bytes:
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "ru", "Accept": "text/html,*/*"}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
        body = answer.read()
        return body if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)
