"""Every total ever shown comes out again from what is stored with it; one that does not is found."""

import re
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.shopping import (
    a_bicycle,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    publish,
)
from webapp import clock
from webapp.sales.build import Build, copied
from webapp.sales.build_version import BuildVersion
from webapp.sales.delivery import Delivery
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.quote import Quote

FRONT = "model=gravel&rack=front"


@pytest.fixture
def shop(app: Flask) -> Flask:
    """Builds, a promise and orders made under two versions."""
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    for choices in ("model=city&rack=rear", FRONT):
        a_saved_build(shopper, choices=choices)
        a_placed_order(shopper, choices)
    promise(shopper, a_saved_build(shopper, "Promised"))
    publish(app, a_bicycle(city="620.00"))
    a_placed_order(shopper, FRONT)
    a_saved_build(shopper, "Later", "model=city&frame=carbon")
    return app


def promise(shopper: FlaskClient, build: str) -> None:
    form = re.search(r'action="[^"]*/promises".*?</form>', shopper.get(build).text, re.DOTALL)
    assert form
    answer = shopper.post(
        f"{build}/promises", data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    )
    assert answer.status_code == 303


def checked(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["totals", "check"])


def add(app: Flask, *rows: Any) -> None:
    with database_of(app).writing() as session:
        session.add_all(rows)


def another_version(app: Flask, number: int, **wrong: Any) -> BuildVersion:
    """A version more of the first build, as it would stand there if the shop had reckoned wrongly."""
    with database_of(app).reading() as session:
        first = session.exec(select(BuildVersion).order_by(col(BuildVersion.id))).first()
        assert first is not None
        columns: dict[str, Any] = copied(first) | {"build_id": first.build_id, "made_at": first.made_at}
        return BuildVersion(number=number, **(columns | wrong))


@on_both_databases
def test_all_totals_come_out_again(shop: Flask) -> None:
    answer = checked(shop)
    # Four builds, a promise, three orders with a line each.
    assert answer.output == "11 totals, 0 differences\n"
    assert answer.exit_code == 0


@on_both_databases
def test_a_wrong_total_is_found_with_its_place(shop: Flask) -> None:
    with database_of(shop).reading() as session:
        build = session.exec(select(Build).order_by(col(Build.id))).first()
        assert build is not None
    add(shop, another_version(shop, 2, total=55001))
    answer = checked(shop)
    assert answer.exit_code == 1
    assert answer.output == (
        f"build {build.code}, version 2: total is 55001, comes to 55000\n12 totals, 1 differences\n"
    )


@on_both_databases
def test_a_wrong_order_is_found(shop: Flask) -> None:
    with database_of(shop).reading() as session:
        order = session.exec(select(Order)).first()
        assert order is not None
        line, delivery = order.lines[0], order.delivery
        columns = order.model_dump(exclude={"id"}) | {
            "number": "WRONG-1",
            "code": "wrong",
            "token": "wrong",
            "total": order.total - 1,
        }
        wrong = Order(**columns)
        wrong.lines = [OrderLine(position=1, quantity=1, **(copied(line) | {"tax": line.tax + 3}))]
        wrong.delivery = Delivery(**delivery.model_dump(exclude={"order_id"}))
    add(shop, wrong)
    answer = checked(shop)
    assert answer.exit_code == 1
    assert [line.partition(" is ")[0] for line in answer.output.splitlines()] == [
        "order WRONG-1, line 1: tax",
        "order WRONG-1: total",
        "13 totals, 2 differences",
    ]


def test_everything_that_a_total_rests_on_is_reckoned_again(shop: Flask) -> None:
    sound = another_version(shop, 1)
    lines = [*sound.price_lines[:-1], {**sound.price_lines[-1], "amount": 1}]
    origins = [{**part, "origin": "assumed"} for part in sound.parts]
    faults: list[dict[str, Any]] = [
        {"price_lines": lines},
        {"tax_percent": "7"},
        {"lead_days": 99},
        {"choices": ["model.gravel", "rack.rear"]},
        {"parts": origins},
        {"version": 7},
        {"version_sha256": "0" * 64},
        {"parts": [{**sound.parts[0], "option": "tandem"}, *sound.parts[1:]]},
        {"choices": ["frame.carbon", "rack.rear"]},
        {"terms": [{"code": "loyal", "label": {"en": "Loyal"}, "kind": "percent", "value": "10"}]},
    ]
    add(shop, *(another_version(shop, number, **fault) for number, fault in enumerate(faults, 2)))
    found = [line.partition(", version ")[2] for line in checked(shop).output.splitlines()[:-1]]
    assert {(line.split(":")[0], line.split(": ")[1].split(" is ")[0]) for line in found} == {
        ("2", "price steps"),
        ("3", "tax rate"),
        ("4", "lead time"),
        ("5", "parts"),
        ("6", "origin of model.city"),
        ("6", "origin of rack.rear"),
        ("6", "origin of frame.steel"),
        ("7", "document"),
        ("8", "document"),
        ("9", "parts"),
        ("10", "configuration"),
        ("11", "price steps"),
        ("11", "total"),
        ("11", "tax"),
    }


@on_both_databases
def test_a_changed_promise_is_found(shop: Flask) -> None:
    with database_of(shop).reading() as session:
        quote = session.exec(select(Quote)).one()
        columns = quote.model_dump(exclude={"id"})
    wrong = columns | {"code": "changed", "token": "another", "total": columns["total"] - 100}
    add(shop, Quote(**(wrong | {"promised_at": clock.now()})))
    answer = checked(shop)
    assert "promise changed: total is" in answer.output
    assert answer.exit_code == 1
