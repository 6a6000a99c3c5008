"""What belongs to one person: the builds they keep, their checkout and their orders."""

from flask import Blueprint

bp = Blueprint("account", __name__)
