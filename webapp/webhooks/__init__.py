"""What other machines tell us. They hold no cookies and fill in no forms; each proves who it is in its own way."""

import logging

from flask import Blueprint, Response

from webapp.guards import csrf

log = logging.getLogger(__name__)

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
csrf.exempt(bp)


@bp.errorhandler(Exception)
def failed(error: Exception) -> Response:
    """Our own trouble in a machine's words: no page, no cookie, and a status that makes it come again."""
    log.error("a message was not taken down", exc_info=error)
    return Response("try again\n", 500, mimetype="text/plain")


# isort: split
from webapp.webhooks import stripe  # noqa: E402, F401  its route
