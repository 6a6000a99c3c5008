"""A small shop and somebody who buys in it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.shopping import a_bicycle, a_shopper, publish


@pytest.fixture
def shop(app: Flask) -> Flask:
    publish(app, a_bicycle())
    return app


@pytest.fixture
def shopper(shop: Flask) -> FlaskClient:
    return a_shopper(shop)
