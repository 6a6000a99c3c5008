"""`python -m tests.stripe_stand_in`: pays for orders of a trial shop, with cards and events of our own."""

import argparse

from werkzeug.serving import run_simple

from tests.stripe_stand_in.api import StandIn
from tests.stripe_stand_in.post import over_http

KEY, SECRET = "sk_test_stand_in", "whsec_stand_in"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8420)
    arguments.add_argument("--shop", default="http://127.0.0.1:8000", help="where the shop answers")
    given = arguments.parse_args()
    stand_in = StandIn(KEY, SECRET, over_http(f"{given.shop}/webhooks/stripe"))
    stand_in.address = f"http://127.0.0.1:{given.port}"
    print("Start the shop with:")  # noqa: T201
    print(  # noqa: T201
        f"  STRIPE_SECRET_KEY={KEY} STRIPE_WEBHOOK_SECRET={SECRET} STRIPE_API_BASE={stand_in.address} make run"
    )
    run_simple("127.0.0.1", given.port, stand_in.app, threaded=True)


if __name__ == "__main__":
    main()
