"""Stripe's stand-in beside a storm: it is never killed, and sends its messages twice and until they are taken."""

import threading
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlmodel import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.stripe_stand_in.api import StandIn
from tests.stripe_stand_in.post import over_http

KEY, SECRET = "sk_test_of_a_storm", "whsec_of_a_storm"
CARD = "4242424242424242"


class Silent(WSGIRequestHandler):
    """Writes down nothing of what is asked."""

    def log(self, *_: object, **__: object) -> None:
        return


class Till:
    """Where all orders of a storm are paid by card."""

    def __init__(self, shop: str) -> None:
        self.stand_in = StandIn(KEY, SECRET, over_http(f"{shop}/webhooks/stripe"))
        self.server = make_server("127.0.0.1", 0, self.stand_in.app, threaded=True, request_handler=Silent)
        self.address = self.stand_in.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self) -> dict[str, Any]:
        """What the shop is told of it."""
        return {"stripe_secret_key": KEY, "stripe_webhook_secret": SECRET, "stripe_api_base": self.address}

    @property
    def environment(self) -> dict[str, str]:
        return {name.upper(): value for name, value in self.settings.items()}

    def shut(self) -> None:
        self.stand_in.post.deliver = None
        self.server.shutdown()

    def has(self, page: str) -> bool:
        return page.startswith(self.address)

    def order_of(self, page: str) -> str:
        """The order that a page is for, as its shopper opens it."""
        return urlsplit(self.stand_in.account.sessions[_name(page)]["cancel_url"]).path

    def pay(self, page: str) -> None:
        """With a good card; a page that is over charges nobody."""
        self.stand_in.account.pay(_name(page), CARD)

    def charged(self) -> Counter[str]:
        """How many times each order was charged, by its number."""
        sessions = self.stand_in.account.sessions.values()
        return Counter(one["client_reference_id"] for one in sessions if one["payment_status"] == "paid")

    def doubled(self) -> list[str]:
        return [f"{count} charges of {number}" for number, count in self.charged().items() if count > 1]

    def differing(self, session: Session) -> list[str]:
        """Orders for which something else was taken down than was charged."""
        rows = session.execute(
            text(
                "SELECT number, total, (SELECT count(*) FROM payments WHERE order_id = orders.id), "
                "(SELECT coalesce(sum(amount), 0) FROM payments WHERE order_id = orders.id) FROM orders"
            )
        ).all()
        charged = self.charged()
        return [
            f"{number}: {charged[number]} charges, {count} payments of {amount} where it costs {total}"
            for number, total, count, amount in rows
            if (charged[number], count, amount) != (1, 1, total)
        ]


def _name(page: str) -> str:
    return page.rpartition("/")[2]
