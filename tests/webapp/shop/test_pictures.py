"""Pictures never change under their address, and say nothing but what can be seen."""

from flask import Flask
from flask.testing import FlaskClient

from catalog import loader
from tests.conftest import DEMO
from tests.webapp.shop.conftest import elements
from tests.webapp.shopping import a_shopper, publish


def test_the_live_picture_follows_the_choices(app: Flask) -> None:
    publish(app, loader.load(DEMO / "bicycle"))
    client = a_shopper(app)
    addresses = []
    for query in ("model=city", "model=city&basket=wicker", "model=gravel"):
        page = client.get(f"/configure/bicycle?{query}").text
        addresses += [element["src"] for element in elements(page, "src") if element.get("id") == "picture"]
    first, _, third = addresses
    assert first != third
    answer = client.get(third)
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.text.startswith("<svg")
    assert client.get(third, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_every_small_picture_of_the_page_is_there(app: Flask) -> None:
    publish(app, loader.load(DEMO / "bicycle"))
    client = a_shopper(app)
    small = [each["src"] for each in elements(client.get("/configure/bicycle").text, "src")]
    wanted = [src for src in small if src.startswith("/pictures/")]
    assert len(wanted) > 50
    assert {client.get(src).status_code for src in wanted[:40]} == {200}


def test_a_picture_of_nothing_is_not_found(shopper: FlaskClient) -> None:
    for address in ("/pictures/bike/1/frame.gold.svg", "/pictures/bike/1/frame.svg", "/pictures/bike/9.svg"):
        assert shopper.get(address).status_code == 404
