"""What other machines tell us. They hold no cookies and fill in no forms; each proves who it is in its own way."""

from flask import Blueprint

from webapp.guards import csrf

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
csrf.exempt(bp)

# isort: split
from webapp.webhooks import stripe  # noqa: E402, F401  its route
