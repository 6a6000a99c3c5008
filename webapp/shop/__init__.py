"""What a shopper sees: home, families, the configurator, builds and orders."""

from flask import Blueprint

bp = Blueprint("shop", __name__)

from webapp.shop import configurator, contact, home, measures, pictures  # noqa: E402, F401  they hang their pages on `bp`
