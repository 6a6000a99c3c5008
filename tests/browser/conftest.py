"""Whole journeys in a real browser: with JavaScript and without, on a shop with both demo catalogues."""

import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Playwright, expect
from sqlalchemy import delete
from werkzeug.serving import make_server

from catalog import loader
from tests.browser.chromium import FLAGS, of_the_system
from tests.browser.standing import once_it_stands
from tests.conftest import DEMO
from tests.webapp.post.office import SENDER, PostOffice
from webapp import clock, create_app, migration, settings
from webapp import worker as working
from webapp.account import digests
from webapp.attempts import Attempts
from webapp.catalogues import version
from webapp.courier import SmtpCourier
from webapp.labour import Labour
from webapp.outbox import OutboxLetter
from webapp.settings import Settings

AT_REST = "() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"
# What is well is not told node by node: most of the time would go into that.
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

expect.set_options(timeout=30_000)  # milliseconds: two journeys and what else there is share the machine


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A shop as `make run` sets it up, with nothing in it but the demo catalogues."""
    instance = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(instance=instance, saves_per_hour=10_000, orders_per_hour=10_000))
    database = app.extensions["lekalo.database"]
    migration.upgrade(database.url)
    for place in sorted(DEMO.glob("*/family.toml")):
        family = loader.load(place.parent)
        with database.writing() as session:
            version.publish(session, family, author="test", at=clock.now())
    return app


@pytest.fixture(scope="session")
def base_url(shop: Flask) -> Iterator[str]:
    """Where the shop answers; `page.goto("/…")` is relative to it."""
    server = make_server("127.0.0.1", 0, shop, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def worker(shop: Flask) -> Iterator[None]:
    """Somebody who does what is asked for."""
    stopped = threading.Event()
    labour = Labour(shop.extensions["lekalo.database"], "Europe/Berlin")

    def work() -> None:
        while not stopped.wait(0.1):
            labour.turn(clock.now())

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stopped.set()
    thread.join()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A real mail server."""
    office = PostOffice()
    office.open()
    yield office
    office.shut()


@pytest.fixture
def deliver(shop: Flask, post_office: PostOffice) -> Callable[[], list[EmailMessage]]:
    """Does what the worker does: gathers, writes, and carries letters to the mail server."""
    database = shop.extensions["lekalo.database"]
    with database.writing() as session:  # what other journeys left, and how often they asked
        session.execute(delete(OutboxLetter))
        session.execute(delete(Attempts))

    def delivered() -> list[EmailMessage]:
        with shop.app_context():
            digests.tell(settings.current(), database, clock.now())
        while working.deliver(database, SmtpCourier(post_office.address, SENDER), clock.now()):
            pass
        return post_office.taken

    return delivered


@pytest.fixture(scope="session", params=[True, False], ids=["with-js", "without-js"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], javascript: bool) -> dict[str, Any]:
    return {**browser_context_args, "java_script_enabled": javascript, "locale": "en-GB"}


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    arguments = {**browser_type_launch_args, "args": FLAGS}
    system = of_the_system()
    if system and not Path(playwright.chromium.executable_path).exists():
        arguments["executable_path"] = system
    return arguments


@pytest.fixture(autouse=True)
def only_our_own_requests(page: Page, base_url: str) -> Iterator[None]:
    """No page asks anybody else for anything, and none complains in the console."""
    foreign: list[str] = []
    complaints: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((base_url, "data:", "blob:")) else foreign.append(request.url)
        ),
    )
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield
    assert foreign == []
    assert complaints == []


@pytest.fixture
def axe_finds_nothing(page: Page, javascript: bool) -> Callable[..., None]:
    """Asserts that the page as it stands has no barrier that axe knows of (axe itself is a script)."""

    def look(other: Page | None = None) -> None:
        if not javascript:
            return
        shown = other or page

        def violations() -> list[dict[str, Any]]:
            shown.evaluate(AT_REST)  # axe would take the colours of what is still fading in for its own
            return Axe().run(shown, options=AXE).response["violations"]

        found = once_it_stands(shown, violations)
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found] == []

    return look
