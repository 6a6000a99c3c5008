"""An address that is older than the catalogue says what is made no more, in the words that it had."""

from flask import Flask

from tests.webapp.shop.conftest import OWN_CLICK, SWAP, state
from tests.webapp.shopping import a_bicycle, a_shopper, publish


def test_an_option_that_is_made_no_more_is_named(shop: Flask) -> None:
    publish(shop, a_bicycle(without="rack.rear"))
    address = "/configure/bike?frame=carbon&rack=rear&saddle=wide"
    [named, unknown] = state(a_shopper(shop), address)["notes"]
    assert named == "“Rack: Rear rack” is made no more and was left out."
    assert unknown == "“saddle=wide” is not in this catalogue (any more) and was left out."
    page = a_shopper(shop, "ru").get(address).text
    assert "«Багажник: Задний багажник»" in page
    assert "«rack=rear" not in page


def test_the_version_that_it_was_chosen_under_is_asked_first(shop: Flask) -> None:
    shopper = a_shopper(shop)
    shopper.get("/configure/bike?rack=rear&pick=rack.rear", headers=OWN_CLICK | SWAP)
    for city in range(6):  # longer ago than anybody else would be told
        publish(shop, a_bicycle(city=f"50{city}.00", without="rack.rear"))
    address = "/configure/bike?rack=rear"
    assert "Rear rack" in state(shopper, address)["notes"][0]
    assert "Rear rack" not in state(a_shopper(shop), address)["notes"][0]
