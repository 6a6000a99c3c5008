"""The till: by which way money comes in here, as the settings say."""

from flask import current_app

from webapp import settings
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
            if given.stripe_secret_key
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


def takes_cards() -> bool:
    return gateway().pages is not None
