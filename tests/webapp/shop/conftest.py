"""A shop with one small family, and its visitors."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.shopping import a_bicycle, a_shopper, publish

OWN_CLICK = {"Sec-Fetch-Site": "same-origin"}
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def shopper(shop: Flask) -> FlaskClient:
    return a_shopper(shop)


class Elements(HTMLParser):
    """The attributes of every element of a page that has a given one."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.wanted in given:
            self.found.append(given)


def elements(page: str, attribute: str) -> list[dict[str, str]]:
    parser = Elements(attribute)
    parser.feed(page)
    return parser.found


def cards(page: str) -> dict[str, dict[str, str]]:
    return {f"{card['data-group']}.{card['data-option']}": card for card in elements(page, "data-option")}


def state(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert answer.is_json
    return answer.json or {}


def options(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The options of a state by their full name."""
    return {
        f"{group['code']}.{option['code']}": option
        for group in found["groups"]
        for option in group["options"]
    }


def seal(page: str) -> str:
    """What a page says of the faces it holds."""
    found = re.search(r'"Lekalo-Faces": "([^"]+)"', html.unescape(page))
    assert found
    return found[1]
