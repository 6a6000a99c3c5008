"""The JSON twin: the same state on the same address, with arithmetic that holds at every address it names."""

import random
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import loader
from tests.conftest import DEMO
from tests.webapp.shop.conftest import OWN_CLICK, cards, elements, options, state
from tests.webapp.shopping import a_shopper, publish

HERE = "/configure/bike"


def test_the_state_has_the_promised_shape(shopper: FlaskClient) -> None:
    found = state(shopper, f"{HERE}?rack=front&wings=two")
    assert {name: value for name, value in found.items() if name not in ("groups", "notes")} == {
        "family": "bike",
        "version": 1,
        "currency": "EUR",
        "total": 54000,
        "tax": 8622,
        "complete": True,
        "undecided": 2,
        "lead_days": 5,
        "choices": {"rack": ["front"]},
        "resources": [],
        "price": [
            {"code": "model.city", "label": "City", "amount": 50000},
            {"code": "rack.front", "label": "Front rack", "amount": 4000},
        ],
        "conflict": None,
    }
    assert len(found["notes"]) == 1
    group = found["groups"][2]
    assert {name: group[name] for name in ("code", "title", "min", "max", "step")} == {
        "code": "rack",
        "title": "Rack",
        "min": 0,
        "max": 1,
        "step": "base",
    }
    assert [option["code"] for option in group["options"]] == ["none", "rear", "front"]
    assert group["options"][1] == {
        "code": "rear",
        "title": "Rear rack",
        "chosen": False,
        "origin": None,
        "available": True,
        "delta": 1000,
        "changes": 0,
        "lead_days": 5,
        "href": f"{HERE}?rack=rear&pick=rack.rear",
    }


def test_a_conflict_has_the_promised_shape(shopper: FlaskClient) -> None:
    found = state(shopper, f"{HERE}?rack=rear&frame=carbon&pick=frame.carbon")
    assert found["complete"] is False
    assert found["total"] == 55000
    conflict = found["conflict"]
    assert (conflict["group"], conflict["option"]) == ("frame", "carbon")
    assert {"code": "carbon-no-rear-rack", "reason": "Carbon carries no rear rack."} in conflict["rules"]
    assert conflict["choices"] == [{"group": "rack", "option": "rear"}]
    first = conflict["repairs"][0]
    assert first["delta"] == first["total"] - found["total"] == options(found)["frame.carbon"]["delta"]
    assert first["changes"][0]["group"] == "rack"
    assert first["changes"][0]["from"] == "rear"
    assert first["lead_days"] == 10


def test_page_and_state_agree(shopper: FlaskClient) -> None:
    address = f"{HERE}?frame=steel&rack=rear"
    found = options(state(shopper, address))
    shown = cards(shopper.get(address).text)
    assert set(found) == set(shown)
    for name, option in found.items():
        assert shown[name]["href"] == option["href"]
        assert shown[name]["data-delta"] == str(option["delta"])
        assert shown[name]["data-available"] == str(option["available"]).lower()
        assert shown[name].get("data-origin") == option["origin"]


def test_a_program_leaves_no_trace(shop: Flask, shopper: FlaskClient) -> None:
    shopper.get(f"{HERE}?rack=rear&pick=rack.rear", headers=OWN_CLICK | {"Accept": "application/json"})
    assert shopper.get_cookie("visitor") is None


@pytest.mark.parametrize("family", ["bicycle", "workstation"])
def test_each_difference_is_what_its_address_comes_to(app: Flask, family: str) -> None:
    """A short random walk over a real catalogue: what a card promises is what the click brings."""
    publish(app, loader.load(DEMO / family))
    client = a_shopper(app)
    chance = random.Random(7)
    address = f"/configure/{family}"
    for _step in range(4):
        now = state(client, address)
        assert sum(line["amount"] for line in now["price"]) == now["total"]
        sample = chance.sample([option for option in options(now).values() if option["delta"] is not None], 6)
        for option in sample:
            then = state(client, option["href"])
            reached = then["total"] if option["available"] else then["conflict"]["repairs"][0]["total"]
            assert reached - now["total"] == option["delta"], option
            if option["available"]:
                assert then["lead_days"] == option["lead_days"]
        address = chance.choice([option["href"] for option in options(now).values() if option["available"]])


def test_addresses_hold_what_they_say(shopper: FlaskClient) -> None:
    for option in options(state(shopper, f"{HERE}?model=city&rack=rear")).values():
        parts = urlsplit(option["href"])
        assert parts.path == HERE
        assert parts.query.endswith(("pick=model.city", "pick=" + parts.query.rpartition("pick=")[2]))
        assert elements(shopper.get(option["href"]).text, "data-total")
