"""A shop that takes cards, and the stand-in that it takes them from."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.stripe_stand_in.api import StandIn
from tests.webapp.payments.till import KEY, SECRET
from tests.webapp.shopping import a_bicycle, publish


@pytest.fixture(scope="module")
def stripe_server() -> Iterator[StandIn]:
    """One process for the tests of a module; its events wait until they are released."""
    stand_in = StandIn(KEY, SECRET, held=True)
    server = make_server("127.0.0.1", 0, stand_in.app, threaded=True)
    stand_in.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stand_in
    server.shutdown()


@pytest.fixture
def deposit() -> int:
    """The share that is paid in advance; a test that is parametrized with another one has that."""
    return 0


@pytest.fixture
def shop(new_app: Callable[..., Flask], stripe_server: StandIn, deposit: int) -> Flask:
    """Sells bicycles for cards."""
    app = new_app(
        stripe_secret_key=KEY,
        stripe_webhook_secret=SECRET,
        stripe_api_base=stripe_server.address,
        deposit_percent=deposit,
    )
    publish(app, a_bicycle())
    return app


@pytest.fixture
def stripe(stripe_server: StandIn, shop: Flask) -> StandIn:
    """The stand-in, telling this test's shop what happens, when it is asked to."""
    hook = shop.test_client()

    def deliver(body: bytes, signature: str) -> int:
        headers = {"Stripe-Signature": signature}
        return hook.post(
            "/webhooks/stripe", data=body, headers=headers, content_type="application/json"
        ).status_code

    stripe_server.post.deliver = deliver
    stripe_server.post.waiting.clear()
    stripe_server.post.sent.clear()
    stripe_server.asked.clear()
    stripe_server.lose = 0
    return stripe_server
