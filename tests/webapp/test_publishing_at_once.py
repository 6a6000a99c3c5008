"""A click while something is published sees the old version or the new one, never a mix, in every process."""

import re
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from catalog.model import Family, Texts
from tests.databases import on_both_databases
from tests.running import Browser, Shop, free_port, ready
from tests.torture.storm import KEY
from tests.webapp.shopping import a_bicycle, database_of, publish
from webapp import clock, create_app
from webapp.catalogues import draft, publication
from webapp.catalogues.publication import Publication, State
from webapp.database import Database
from webapp.settings import Settings

VERSIONS = 10
PAGE = "/configure/bike?model=city"


def marked(number: int) -> Family:
    """A bicycle of which the names and the price say which version it is."""
    bike = a_bicycle(city=f"{500 + number}.00")
    model = bike.groups[0]
    city = model.options[0].revised(title=Texts({"en": f"City {number}", "ru": f"Городской {number}"}))
    groups = [model.revised(options=[city, *model.options[1:]]), *bike.groups[1:]]
    return bike.revised(title=Texts({"en": f"Bicycle {number}", "ru": f"Велосипед {number}"}), groups=groups)


def seen(page: str) -> set[int]:
    """Every version that a page speaks of."""
    found = {int(number) for number in re.findall(r"(?:City|Bicycle) (\d+)", page)}
    totals = {int(total) for total in re.findall(r'data-total="(\d+)"', page)}
    return found | {(total - 50_000) // 100 for total in totals}


def put_on_sale(database: Database, number: int) -> None:
    with database.writing() as session:
        begun = draft.begin(session, "bike", who="Vera", at=clock.now())
        now = draft.latest(session, "bike") or begun
        kept = draft.save(session, "bike", marked(number), base=now.number, who="Vera", at=clock.now())
    with database.writing() as session:
        planned = publication.plan(
            session,
            Publication(
                token=secrets.token_hex(16),
                family_code="bike",
                sha256=kept.sha256,
                beside=number,
                revision=kept.number,
                planned_by="Vera",
                planned_at=clock.now(),
                due_at=clock.now(),
            ),
        )
        state = publication.carry_out(session, planned, at=clock.now(), today=clock.now().date())
        assert state is State.DONE


@on_both_databases
def test_a_click_sees_the_old_version_or_the_new_one(new_database: Callable[[], str], tmp_path: Path) -> None:
    url = new_database()
    app: Flask = create_app(Settings(instance=tmp_path / "first", database_url=url, secret_key=KEY))
    database = database_of(app)
    publish(app, marked(0))
    ports = [free_port(), free_port()]
    pages: list[tuple[int, set[int]]] = []
    done = threading.Event()

    def click(port: int) -> None:
        browser = Browser(port)
        while not done.is_set():
            answer = browser.get(PAGE)
            pages.append((answer.status, seen(answer.text)))

    with (
        Shop(tmp_path / "0", url, secret_key=KEY) as one,
        Shop(tmp_path / "1", url, secret_key=KEY) as other,
    ):
        for shop, port in zip((one, other), ports, strict=True):
            shop.web(port)
        for port in ports:
            ready(port)
        clickers = [threading.Thread(target=click, args=(port,)) for port in ports]
        for clicker in clickers:
            clicker.start()
        try:
            for number in range(1, VERSIONS + 1):
                put_on_sale(database, number)
                # What is acknowledged holds everywhere from the next click on.
                assert [seen(Browser(port).get(PAGE).text) for port in ports] == [{number}, {number}]
        finally:
            done.set()
            for clicker in clickers:
                clicker.join()
    assert {status for status, _ in pages} == {200}
    assert all(len(versions) == 1 for _, versions in pages), [found for _, found in pages if len(found) != 1]
    assert len({min(versions) for _, versions in pages}) > 2
    database.engine.dispose()
