"""The till: by which way money comes in here, as the settings say."""

from flask import Response, current_app

from webapp import settings
from webapp.guards import lets_forms_lead_to
from webapp.sales.gateways.gateway import Gateway, Refused
from webapp.sales.gateways.offline import Offline
from webapp.sales.gateways.stripe import Stripe
from webapp.sales.payment import OFFLINE

KEPT = "lekalo.gateway"


def gateway() -> Gateway:
    """The way that is open to shoppers now; one for each application, since it keeps its connections."""
    if KEPT not in current_app.extensions:
        given = settings.current()
        current_app.extensions[KEPT] = (
            Stripe(given.stripe_secret_key, given.stripe_webhook_secret, given.stripe_api_base)
            if given.takes_cards
            else Offline()
        )
    return current_app.extensions[KEPT]


def gateway_of(provider: str) -> Gateway:
    """The way by which a payment came, which is the way it goes back. Raises Refused where its keys are gone."""
    if provider == OFFLINE:
        return Offline()
    if gateway().provider != provider:
        raise Refused(f"{provider} is not set up any more")
    return gateway()


def lets_pay(response: Response) -> Response:
    """For pages whose form may end on the page where one pays."""
    pages = gateway().pages
    return lets_forms_lead_to(response, pages) if pages else response
