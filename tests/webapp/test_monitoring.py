"""The figures for Prometheus: true, of no person, and not for everybody."""

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_placed_order, a_shopper, publish
from webapp import monitoring

HERE = {"REMOTE_ADDR": "127.0.0.1"}
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+')


def figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", environ_base=HERE)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines), answer.text
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))
    }


@on_both_databases
def test_orders_letters_and_requests_are_counted(app: Flask) -> None:
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    before = figures(shopper)
    order = a_placed_order(shopper)
    shopper.get(order)
    monitoring._counted.clear()
    after = figures(shopper)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more('lekalo_orders{state="placed"}') == 1
    assert more('lekalo_letters{state="waiting"}') == 1
    assert after["lekalo_letters_late_seconds"] >= 0
    assert after["lekalo_database_up"] == 1
    assert more('lekalo_requests_total{route="/orders/<key>",method="GET",status="200"}') == 1
    assert more('lekalo_requests_total{route="/checkout/<code>",method="POST",status="303"}') == 1
    assert more('lekalo_request_seconds_count{route="/orders/<key>",method="GET"}') == 1
    assert more('lekalo_request_seconds_bucket{route="/orders/<key>",method="GET",le="+Inf"}') == 1
    assert not any(order.rpartition("/")[2] in name for name in after)


def test_addresses_and_methods_that_we_do_not_have_are_counted_as_one(client: FlaskClient) -> None:
    for name in range(5):
        client.open(f"/nothing/{name}", method=f"METHOD{name}")
    named = [name for name in figures(client) if name.startswith("lekalo_requests_total")]
    assert not any("METHOD" in name or "/nothing" in name for name in named)
    assert any('route="-",method="-"' in name for name in named)


def test_only_this_machine_may_look_where_no_token_is_set(client: FlaskClient) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 404
    proxied = client.get("/metrics", environ_base=HERE, headers={"X-Forwarded-For": "192.0.2.1"})
    assert proxied.status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


def test_with_a_token_whoever_has_it_may_look_and_nobody_else(new_app: Callable[..., Flask]) -> None:
    client = new_app(metrics_token="for the watchers").test_client()
    assert client.get("/metrics", environ_base=HERE).status_code == 404
    wrong = {"Authorization": "Bearer för the watchers"}
    assert client.get("/metrics", headers=wrong).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer for the watchers"}).status_code == 200


def test_a_database_that_is_gone_is_a_figure_too(new_app: Callable[..., Flask]) -> None:
    client = new_app(database_url="postgresql://127.0.0.1:9/nowhere?connect_timeout=2").test_client()
    assert figures(client)["lekalo_database_up"] == 0
