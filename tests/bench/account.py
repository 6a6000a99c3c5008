"""The personal page and the comparison: their statements and times, beside a page that asks nobody anything."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import col, select
from werkzeug.test import TestResponse

from catalog import loader, pricing
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.terms import NO_TERMS
from tests.bench.laps import Laps
from tests.bench.line import Line, middle, times
from webapp import clock, create_app, migration
from webapp.account.listed_build import address_of
from webapp.account.outlines import outlines
from webapp.catalogues import published, version
from webapp.customers.visitor import COOKIE, new_visitor, signed
from webapp.database import Database
from webapp.sales import build
from webapp.sales.build import Build
from webapp.sales.specification import specified
from webapp.settings import ROOT, Settings

FEW, MANY = 20, 200
ROUNDS = 40
COMPARED = 4
FAMILY = "bicycle"
PLAIN = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><ul>
{% for number, name, price in rows %}<li class="row row-{{ number % 3 }}"><a href="/things/{{ number }}">{{ name }}</a>
<p>{{ price }} {{ "now" if number % 2 else "then" }}</p></li>{% endfor %}</ul></body></html>"""
ROWS = [(number, f"A thing with a name & a number {number}", f"{number * 7},00 €") for number in range(240)]


def lines() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="lekalo-bench-account-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        reference = _plain_page()
        size = len(reference("/").data) / 1024
        few, many = (_shop(folder / str(count), count) for count in (FEW, MANY))
        yield from _page("my page", "/account", few, many, reference, size, kind="personal")
        yield _first_after_a_publish(many)
        if "/compare" in {str(rule) for rule in many.app.url_map.iter_rules()}:
            yield from _page(f"comparing {COMPARED} builds", "", few, many, reference, size, kind="compare")


class Shop:
    """A shop in this process, and a guest who has kept many builds in it."""

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app, self.client = app, client
        self.database: Database = app.extensions["lekalo.database"]

    def comparison(self) -> str:
        """The address that compares the first builds that were kept."""
        with self.app.test_request_context(), self.database.reading() as session:
            first = session.exec(select(Build).order_by(col(Build.id)).limit(COMPARED)).all()
            keys = [address_of(one).rpartition("/")[2] for one in first]
        return "/compare?" + urlencode([("build", key) for key in keys])

    def get(self, address: str) -> bytes:
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return answer.data


def _page(
    title: str,
    address: str,
    few: Shop,
    many: Shop,
    reference: Callable[[str], TestResponse],
    size: float,
    *,
    kind: str,
) -> Iterator[Line]:
    """Statements with few and with many builds, and the time with many, in turn with the plain page."""
    counts = []
    for shop in (few, many):
        place = address or shop.comparison()
        shop.get(place)
        with _statements(shop.database) as sent:
            page = shop.get(place)
        counts.append(len(sent))
    yield Line(
        f"{title}: SQL statements with {MANY} builds",
        counts[1],
        "",
        counts[0],
        counts[0],
        reference=f"with {FEW}: {counts[0]}",
        ratio=times(counts[1], counts[0]),
    )
    laps, plain = Laps(), Laps()
    place = address or many.comparison()
    for _ in range(ROUNDS):
        with plain.lap():
            reference("/")
        with laps.lap():
            page = many.get(place)
    yield Line(
        f"{title} with {MANY} builds ({len(page) / 1024:.0f} KB)",
        middle(laps.cpu) / middle(plain.cpu),
        "×",
        figure=str(laps),
        reference=f"a plain {size:.0f} KB Jinja page {plain}",
        ratio=f"{times(middle(laps.cpu), middle(plain.cpu))} (CPU)",
    )


def _first_after_a_publish(shop: Shop) -> Line:
    """The first look after each price has changed: whatever is kept is reckoned anew, once."""
    _publish(shop.database, dearer=True)
    laps, again = Laps(), Laps()
    shop.get(f"/configure/{FAMILY}")  # the version itself is compiled by whoever comes first
    before = outlines.reckoned
    with laps.lap():
        shop.get("/account")
    reckoned = outlines.reckoned - before
    for _ in range(ROUNDS // 4):
        with again.lap():
            shop.get("/account")
    return Line(
        f"my page with {MANY} builds, the first time after a publish ({reckoned} builds reckoned anew)",
        laps.p50,
        "ms",
        reference=f"the times after it {again}",
        ratio=times(laps.p50, again.p50),
    )


def _plain_page() -> Callable[[str], TestResponse]:
    """What Flask and Jinja take for a page of this kind, without engine and database."""
    app = Flask(__name__)
    with app.app_context():
        template = app.jinja_env.from_string(PLAIN)

    @app.get("/")
    def page() -> str:
        return template.render(title="Plain", rows=ROWS)

    return app.test_client().get


def _shop(instance: Path, count: int) -> Shop:
    """A shop with the demo bicycles, where a guest has kept so many builds and begun another one."""
    instance.mkdir(parents=True)
    app = create_app(Settings(instance=instance, secret_key="bench"))
    database: Database = app.extensions["lekalo.database"]
    migration.upgrade(database.url)
    _publish(database)
    guest, at = new_visitor(), clock.now()
    with database.reading_rows() as rows:
        sold = published.current(rows, FAMILY)
    assert sold is not None
    specifications = list(_specifications(sold.family.code, sold.engine, sold.number, sold.sha256))
    with database.writing() as session:
        for number in range(count):
            build.save(
                session,
                token=f"bench {number}",
                owner=guest,
                name=f"A build with a name {number}",
                specification=specifications[number % len(specifications)],
                at=at + timedelta(seconds=number),
            )
    client = app.test_client()
    client.set_cookie(COOKIE, signed(guest, "bench"))
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ru"
    headers = {"Sec-Fetch-Site": "same-origin"}
    client.get(f"/configure/{FAMILY}?model=city&pick=model.city", headers=headers)
    return Shop(app, client)


def _specifications(code: str, engine: Engine, number: int, sha256: str) -> Iterator[dict]:
    """Different builds, as many as two picks make."""
    start = engine.configure(Choices())
    free = [key for key, card in start.cards.items() if card.available and key.option != "none"]
    for one in free[:MANY]:
        made = engine.complete(Choices((one,)))
        yield specified(made, pricing.price(made, NO_TERMS), NO_TERMS, number, sha256)


def _publish(database: Database, *, dearer: bool = False) -> None:
    family = loader.load(ROOT / "catalog" / "data" / FAMILY)
    if dearer:
        document = family.model_dump(mode="json", by_alias=True)
        for option in document["groups"][0]["options"]:
            option["price"] = int(option["price"]) + 100
        family = type(family).model_validate(document)
    with database.writing() as session:
        version.publish(session, family, author="bench", at=clock.now())


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)
