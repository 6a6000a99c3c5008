"""The demand pages: what shoppers did stands there, each figure leads to its rows, and nobody is named."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shop.conftest import OWN_CLICK, cards, elements
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock
from webapp.customers.touchpoint import Touchpoint
from webapp.demand_worker import DemandWorker, count_touchpoints, pack_parts
from webapp.staff.demand.chart import bars, lines
from webapp.staff.demand.table import Cell, Table, as_csv, harmless

PAGES = ("", "/together", "/stops", "/refused", "/prices", "/rules/carbon-no-rear-rack", "/rows")
RULE = "carbon-no-rear-rack"
HERE = "/configure/bike"


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def desk(shop: Flask) -> FlaskClient:
    return a_colleague(shop)


def click(client: FlaskClient, address: str, page: str = HERE) -> str:
    answer = client.get(address, headers=OWN_CLICK | {"Referer": f"http://localhost{page}"})
    assert answer.status_code == 200
    return answer.text


def wants_carbon(client: FlaskClient) -> tuple[str, str]:
    """The page on which a carbon frame is refused beside a rear rack, and its address."""
    rack = f"{HERE}?rack=rear&pick=rack.rear"
    page = click(client, rack)
    carbon = cards(page)["frame.carbon"]["href"]
    return click(client, carbon, rack), carbon


def repairs(client: FlaskClient, number: int = 0) -> None:
    page, address = wants_carbon(client)
    click(client, elements(page, "data-repair")[number]["href"], address)


def leaves_it(client: FlaskClient) -> None:
    page, address = wants_carbon(client)
    back = re.search(r'id="conflict-back" href="([^"]+)"', page)
    assert back
    click(client, back[1].replace("&amp;", "&"), address)


@pytest.fixture
def visited(shop: Flask) -> Flask:
    """Four shoppers: two take a repair, one leaves it, one does nothing more; two save, one of them orders."""
    first, second, third, fourth = (a_shopper(shop) for _ in range(4))
    repairs(first, 0)
    repairs(second, 1)
    leaves_it(third)
    wants_carbon(fourth)
    a_saved_build(first, "Anna’s own")
    a_placed_order(first)
    a_saved_build(third, "=Ben")
    count(shop)
    return shop


def count(shop: Flask) -> None:
    database, later = database_of(shop), clock.now() + timedelta(minutes=5)
    assert count_touchpoints(database, later, seconds=60)
    assert pack_parts(database, later, "Europe/Berlin", seconds=60)
    assert DemandWorker("Europe/Berlin").answer(database, seconds=60)


def table(page: str, code: str) -> list[list[str]]:
    """The words of a table's cells."""
    found = re.search(rf'data-table="{code}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert found, code
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_says_what_will_stand_there(desk: FlaskClient, name: str) -> None:
    answer = desk.get(f"/staff/demand{name}")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


def test_where_nothing_is_on_sale_there_is_nothing_to_count(app: Flask) -> None:
    assert "Nothing is on sale yet" in a_colleague(app).get("/staff/demand").text


@on_both_databases
def test_refused_demand_tells_what_shoppers_did_next(visited: Flask) -> None:
    page = a_colleague(visited).get("/staff/demand/refused").text
    [rule] = [row for row in table(page, "rules") if row[0] == "Carbon carries no rear rack."]
    assert rule == ["Carbon carries no rear rack.", "4", "4", "2", "1", "0", "1", "€1,100", "4"]
    [option] = table(page, "refused-options")
    assert option[:3] == ["Frame: Carbon", "4", "4"]
    prices = a_colleague(visited, "b@example.com").get("/staff/demand/prices").text
    [carbon] = table(prices, "option-prices")
    assert carbon[:4] == ["Frame: Carbon", "4", "2", "50.0 %"]


@on_both_databases
def test_how_far_shoppers_came(visited: Flask) -> None:
    page = a_colleague(visited).get("/staff/demand/stops").text
    assert [row[:2] + row[3:4] for row in table(page, "steps")] == [
        ["Configured", "4", "2"],
        ["Saved a build", "2", "1"],
        ["Put it into the cart", "0", "0"],
        ["Came to the checkout", "0", "0"],
        ["Ordered", "1", "1"],
    ]
    assert table(page, "last-groups") == [["Frame", "2", "100.0 %"]]


@on_both_databases
def test_shares_of_builds_and_orders(visited: Flask) -> None:
    page = a_colleague(visited).get("/staff/demand?group=rack").text
    assert table(page, "options") == [
        ["Rear rack", "2", "100.0 %", "2", "1", "100.0 %"],
        ["Front rack", "0", "0.0 %", "0", "0", "0.0 %"],
    ]


def test_each_figure_opens_as_many_rows_as_it_says(visited: Flask) -> None:
    desk = a_colleague(visited)
    opened = 0
    for name in PAGES[:-1]:
        page = desk.get(f"/staff/demand{name}?group=rack&least=1").text
        for href, text in re.findall(r'<td[^>]*><a href="(/staff/demand/rows\?[^"]+)">([^<]+)</a>', page):
            rows = desk.get(href.replace("&amp;", "&")).text
            found = re.search(r'data-in-all="(\d+)"', rows)
            assert found, href
            if text.isdecimal():
                assert found[1] == text, href
                assert len(table(rows, "rows")) == int(text)
                opened += 1
            assert int(found[1]) > 0
    assert opened > 30


def test_nobody_is_named_and_no_visitor_shown(visited: Flask) -> None:
    desk = a_colleague(visited)
    with database_of(visited).reading() as session:
        visitors = {touch.visitor for touch in session.exec(select(Touchpoint)) if touch.visitor}
    assert len(visitors) == 4
    rows = [
        f"/rows{kind}?of={of}" for of in ("builds", "orders", "journeys", "refusals") for kind in ("", ".csv")
    ]
    for name in (*PAGES, *rows):
        page = desk.get(f"/staff/demand{name}").text
        for secret in (*visitors, "Anna", "=Ben", "anna@example.com"):
            assert secret not in page, name


def test_rows_come_a_page_at_a_time(shop: Flask, desk: FlaskClient) -> None:
    with database_of(shop).writing() as session:
        for number in range(120):
            session.add(
                Touchpoint(visitor=f"v{number}", kind="pick", family="bike", version=1, at=clock.now())
            )
    count(shop)
    seen, address = 0, "/staff/demand/rows?of=journeys"
    for expected in (50, 50, 20):
        page = desk.get(address).text
        assert len(table(page, "rows")) == expected
        seen += expected
        older = re.search(r'href="([^"]+older=[^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert not address
    assert seen == 120
    file = desk.get("/staff/demand/rows.csv?of=journeys").text
    assert len(file.splitlines()) == 121


@pytest.mark.parametrize(
    "address",
    [
        "?family=nothing&from=garbage&until=9999-99-99&group=x&least=-4",
        "?from=2026-05-01&until=2020-01-01",
        "?from=0001-01-01&until=9999-12-31",
        "/rows?of=builds&has=nothing.at-all&older=-3",
        "/rows?of=refusals&band=77&outcome=x&verdict=y&option=none",
        "/rows?of=journeys&reached=nowhere&older=99999999999999999999",
        "/together?least=x",
    ],
)
def test_an_address_that_makes_no_sense_is_answered_as_usual(visited: Flask, address: str) -> None:
    assert a_colleague(visited).get(f"/staff/demand{address}").status_code == 200


@pytest.mark.parametrize("address", ["/rows?of=people", "/refused/nothing.csv", "/nothing/rules.csv"])
def test_what_there_is_not_is_no_page(desk: FlaskClient, address: str) -> None:
    assert desk.get(f"/staff/demand{address}").status_code == 404


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("picked", "options"),
        ("picked", "over-time"),
        ("picked", "all-options"),
        ("stops", "steps"),
        ("stops", "last-groups"),
        ("refused", "rules"),
        ("refused", "refused-options"),
        ("prices", "prices"),
        ("prices", "option-prices"),
        ("rule", "what-if"),
        ("rule", "rule-options"),
    ],
)
def test_each_table_is_a_file_too(visited: Flask, name: str, code: str) -> None:
    answer = a_colleague(visited).get(f"/staff/demand/{name}/{code}.csv?least=1&rule={RULE}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


def test_what_is_chosen_together_oftener_than_by_chance(visited: Flask) -> None:
    a_saved_build(a_shopper(visited), choices="frame=steel")
    a_saved_build(a_shopper(visited), choices="rack=front")
    count(visited)
    desk = a_colleague(visited)
    pair = ["Model: City", "Rack: Rear rack", "2.00", "2", "1.00", "2", "2"]
    assert table(desk.get("/staff/demand/together?least=2").text, "pairs") == [pair]
    assert desk.get("/staff/demand/together/pairs.csv?least=2").text.count("rack.rear") == 1
    assert 'class="empty"' in desk.get("/staff/demand/together?least=3").text


def test_a_file_holds_no_formula() -> None:
    texts = ["=1+1", "+7", "-2", "@SUM(A1)", "\tx", "\rx", "harmless"]
    made = Table("t", "T", [("=Title", False)], [[Cell(text, text)] for text in texts])
    rows = list(csv.reader(io.StringIO(as_csv(made).removeprefix("\ufeff"), newline="")))
    assert [row[0] for row in rows] == ["'=Title", *(f"'{text}" for text in texts[:-1]), "harmless"]
    assert harmless("a=b") == "a=b"


@pytest.mark.parametrize(
    "make",
    [
        lambda names: bars("T", names, [("<script>", [1.0, 2.0]), ("b", [3.0, None])]),
        lambda names: bars("T", names, [("a", [1, 2]), ("b", [3, 4])], stacked=True),
        lambda names: lines("T", names, [("a", [1.0, None]), ("b", [0.0, 0.0])], " %"),
        lambda _: bars("T", [], [("a", [])]),
    ],
)
def test_a_chart_is_shapes_and_words_alone(make: Any) -> None:
    chart = make(["<b>Frame", '" onload="x'])
    drawing = f"{chart.drawing}{chart.narrow or ''}"
    for never in (
        "<script",
        "<style",
        "style=",
        "<b>",
        "http://pygal",
        "xlink",
        "javascript",
        "<desc",
        "<!--",
    ):
        assert never not in drawing
    assert not re.search(r"<[^>]*\son\w+=", drawing.replace("&quot;", ""))
    assert set(re.findall(r"https?://[^\"]+", drawing)) == {"http://www.w3.org/2000/svg"}
    assert chart.narrow or chart.rows or not chart.legend  # a telephone needs no scrolling sideways
    assert 'role="img"' in drawing


def test_a_chart_has_a_table_behind_it(visited: Flask) -> None:
    desk = a_colleague(visited)
    a_saved_build(a_shopper(visited), choices="frame=steel")
    count(visited)
    for name in PAGES[:5]:
        page = desk.get(f"/staff/demand{name}?least=1").text
        assert page.count("<svg") >= 1, name
        assert page.count("data-table=") >= page.count('class="chart-figure"')


def test_a_rule_that_is_gone_is_named_by_its_code(visited: Flask) -> None:
    desk = a_colleague(visited)
    publish(visited, a_bicycle(without="rack.rear").model_copy(update={"rules": ()}))
    page = desk.get("/staff/demand/refused").text
    assert RULE in [row[0] for row in table(page, "rules")]
    assert desk.get(f"/staff/demand/rules/{RULE}").status_code == 200
    assert desk.get("/staff/demand/rules/never-was").status_code == 200


def test_what_is_not_worked_out_yet_says_how_far_it_is(visited: Flask) -> None:
    publish(visited, a_bicycle(city="555.00"))
    desk = a_colleague(visited)
    page = desk.get("/staff/demand/refused").text
    assert elements(page, "data-open-answers")[0]["data-open-answers"] == "4"
    assert "0 of 4 questions" in page
    count(visited)
    assert not elements(desk.get("/staff/demand/refused").text, "data-open-answers")
