"""`/metrics`: what to watch, for Prometheus; not for the public."""

import hmac
import time
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, abort, request
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from webapp import clock, outbox, settings
from webapp.database import here
from webapp.metrics import Family, Figure, requests, written
from webapp.outbox import OutboxLetter
from webapp.sales import order_list
from webapp.sales.order import Order, State
from webapp.sales.watch import Watch

bp = Blueprint("monitoring", __name__)

ORDERS_COUNTED_EVERY = 300.0  # seconds: among 100,000 orders it takes one or two
STARTED = clock.now().timestamp()
_counted: dict[str, tuple[float, list[Figure]]] = {}


@bp.get("/metrics")
def metrics() -> Response:
    if not _may_watch():
        abort(404)
    return Response(written(_families()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_watch() -> bool:
    """With a token whoever has it; without one whoever asks from this machine, by no proxy."""
    token = settings.current().metrics_token
    if token:
        return hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        )
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _families() -> Iterator[Family]:
    yield from requests.families()
    yield _single("lekalo_process_start_time_seconds", "When this process started.", STARTED)
    try:
        with here().reading() as session:
            found = list(_of_the_shop(session))
    except SQLAlchemyError:
        found = []
    yield _single("lekalo_database_up", "Whether the database answers.", float(bool(found)))
    yield from found


def _of_the_shop(session: Session) -> Iterator[Family]:
    yield Family("lekalo_orders", "gauge", "Orders by state.", _orders(session))
    yield Family(
        "lekalo_letters",
        "gauge",
        "Letters that wait, and such that were given up.",
        [
            Figure("lekalo_letters", outbox.count(session, state), {"state": state.value})
            for state in (outbox.State.WAITING, outbox.State.GIVEN_UP)
        ],
    )
    due = session.exec(
        select(func.min(OutboxLetter.due_at)).where(
            col(OutboxLetter.sent_at).is_(None), col(OutboxLetter.given_up_at).is_(None)
        )
    ).one()
    late = max(0.0, (clock.now() - due).total_seconds()) if due else 0.0
    yield _single("lekalo_letters_late_seconds", "For how long the letter due first has been due.", late)
    watches = session.exec(select(func.count()).select_from(Watch)).one()
    yield _single("lekalo_watches", "Watches that shoppers have set on builds.", watches)


def _orders(session: Session) -> list[Figure]:
    url = here().url
    counted = _counted.get(url)
    if counted is None or time.monotonic() - counted[0] > ORDERS_COUNTED_EVERY:
        figures = [
            Figure(
                "lekalo_orders",
                session.exec(select(func.count(col(Order.id))).where(order_list.in_state(state))).one(),
                {"state": state.value},
            )
            for state in State
        ]
        counted = _counted[url] = time.monotonic(), figures
    return counted[1]


def _single(name: str, meaning: str, value: float) -> Family:
    return Family(name, "gauge", meaning, [Figure(name, value)])
