"""Home and the family pages: what we make, from which price, and builds to start from."""

from flask import Flask

from catalog import loader
from catalog.model import Family
from tests.conftest import DEMO
from tests.webapp.shop.conftest import elements, state
from tests.webapp.shopping import a_bicycle, a_shopper, publish


def test_home_shows_each_family_with_its_lowest_price(app: Flask) -> None:
    publish(app, loader.load(DEMO / "bicycle"))
    publish(app, loader.load(DEMO / "workstation"))
    client = a_shopper(app)
    page = client.get("/").text
    lowest = [element["data-from"] for element in elements(page, "data-from")]
    assert lowest == [
        str(state(client, f"/configure/{code}")["total"]) for code in ("bicycle", "workstation")
    ]


def test_ready_made_builds_open_without_a_note(app: Flask) -> None:
    for code in ("bicycle", "workstation"):
        family = loader.load(DEMO / code)
        publish(app, family)
        client = a_shopper(app)
        page = client.get(f"/families/{code}").text
        starts = [link["href"] for link in elements(page, "href") if link.get("class") == "start"]
        assert len(starts) == len(family.ready_made) > 0
        for href in starts:
            found = state(client, href)
            assert found["notes"] == []
            assert found["conflict"] is None


def test_a_shop_without_families_says_so(app: Flask) -> None:
    assert "Nothing is on sale yet" in a_shopper(app).get("/").text


def test_a_family_that_allows_nothing_breaks_no_page(app: Flask) -> None:
    document = a_bicycle().model_dump(mode="json")
    document["rules"][0]["rule"] = "at least 1 of (frame.*) excludes model.*"
    publish(app, Family.model_validate(document))
    client = a_shopper(app)
    assert client.get("/").status_code == 200
    assert client.get("/configure/bike").status_code == 200
    assert client.get("/families/bike").status_code == 404
    found = state(client, "/configure/bike?frame=steel")
    assert found["complete"] is False
    assert len(found["notes"]) == 1
