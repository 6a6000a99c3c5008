"""What a shopper sees: home, families, the configurator, builds and orders."""

from flask import Blueprint

bp = Blueprint("shop", __name__)
