"""What members of staff see: the desk."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

# isort: split
from webapp.staff import calendar, invoices, letters, moments, orders, production, sign_in, steps  # noqa: E402, F401  their routes
