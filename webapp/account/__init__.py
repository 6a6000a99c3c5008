"""What belongs to one person: the builds they keep, their checkout and their orders."""

from flask import Blueprint

bp = Blueprint("account", __name__)

# isort: split
from webapp.account import (  # noqa: E402, F401  their routes
    asking,
    builds,
    checkout,
    countries,
    deciding,
    kept_build,
    legal,
    links,
    orders,
    promises,
    reopening,
    shared_build,
    shared_picture,
    specification_sheet,
    versions,
)
