"""What belongs to one person: the builds they keep, their checkout and their orders."""

from flask import Blueprint

bp = Blueprint("account", __name__)

# isort: split
from webapp.account import (  # noqa: E402, F401  their routes
    asking,
    benefits,
    builds,
    cancelling,
    cart,
    changing,
    checkout,
    claims,
    compare,
    consents,
    countries,
    deciding,
    erasures,
    guest_topics,
    invoice_sheet,
    kept_build,
    legal,
    links,
    merge,
    my_data,
    orders,
    payments,
    personal_page,
    preferences,
    privacy,
    profile,
    promises,
    recommendations,
    reopening,
    rights,
    sessions,
    settings_page,
    shared_build,
    shared_picture,
    sign_in,
    specification_sheet,
    topics,
    unsubscribing,
    versions,
    watches,
)
