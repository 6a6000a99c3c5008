"""What is written down of requests and errors, and what never is."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.shopping import a_bicycle, a_placed_order, a_shopper, publish
from webapp.account import orders
from webapp.logs import JsonLines


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """All lines that were written so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("webapp")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    ours.removeHandler(handler)
    ours.setLevel(logging.NOTSET)


Written = Callable[[], list[dict[str, Any]]]


def test_a_request_is_a_line_under_the_number_that_its_sender_gave_it(
    client: FlaskClient, written: Written
) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-4711-abc"})
    (line,) = written()
    assert answer.headers["X-Request-ID"] == line["request"] == "proxy-4711-abc"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/healthz", 200)
    assert line["milliseconds"] > 0


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g h", 'forged"}{"level":"error'])
def test_any_other_number_is_replaced(client: FlaskClient, given: str) -> None:
    number = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert number != given
    assert len(number) == 16


def test_no_line_names_a_person_or_the_key_of_a_page(
    app: Flask, written: Written, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    order = a_placed_order(shopper, name="Anna Muster", email="anna@example.com")
    shopper.get(order)
    shopper.get("/nothing/anna@example.com")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(orders, "ShownOrder", None)  # its page breaks
    assert shopper.get(order).status_code == 500
    lines = json.dumps(written(), ensure_ascii=False) + "".join(capsys.readouterr())
    assert "/orders/<key>" in lines
    assert "traceback" in lines
    assert order.rpartition("/")[2] not in lines
    assert "Muster" not in lines
    assert "anna@" not in lines


def test_an_error_and_the_page_about_it_share_a_number(
    app: Flask, client: FlaskClient, written: Written
) -> None:
    def broken() -> str:
        raise RuntimeError("for anna@example.com")

    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = client.get("/broken", headers={"X-Request-ID": "proxy-4711-abc"}).text
    assert "name the number proxy-4711-abc" in page
    error = next(line for line in written() if line["level"] == "error")
    assert (error["request"], error["error"]) == ("proxy-4711-abc", "RuntimeError")
    assert "anna@example.com" not in error["traceback"]
    assert "for …@…" in error["traceback"]
