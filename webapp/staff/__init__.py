"""What members of staff see: the desk."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

# isort: split
from webapp.staff import (  # noqa: E402, F401  their routes
    calendar,
    catalogue,
    invoices,
    letters,
    moments,
    orders,
    payments,
    production,
    sign_in,
    steps,
)
