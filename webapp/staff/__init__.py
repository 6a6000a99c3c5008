"""What members of staff see: the desk."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")

# isort: split
from webapp.staff import (  # noqa: E402, F401  their routes
    answers,
    audit,
    authenticator,
    calendar,
    catalogue,
    colleagues,
    customers,
    demand,
    duplicates,
    imports,
    invitations,
    invoices,
    letters,
    level_on_card,
    levels,
    moments,
    navigation,
    news,
    news_preview,
    news_rows,
    orders,
    own_page,
    payments,
    production,
    proposing,
    recovery_codes,
    requests,
    second_step,
    segments,
    serving,
    shown_act,
    shown_role,
    sign_in,
    step_up,
    steps,
    talk,
)
