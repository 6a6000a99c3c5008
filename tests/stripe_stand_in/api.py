"""The stand-in as a web application: Stripe's API as far as we use it, and pages to pay on."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template_string, request

from tests.stripe_stand_in import form
from tests.stripe_stand_in.account import Account
from tests.stripe_stand_in.post import Deliver, Post
from tests.stripe_stand_in.trouble import Trouble, missing

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Checkout stand-in</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>
<h1>Stand-in for Stripe Checkout</h1>
{% if session.status == "open" %}
<p>{{ session.client_reference_id }}: <strong id="amount" data-amount="{{ session.amount_total }}">
{{ "%.2f"|format(session.amount_total / 100) }} {{ session.currency|upper }}</strong></p>
{% if trouble %}<p role="alert">{{ trouble }}</p>{% endif %}
<form method="post"><label>Card number or IBAN <input name="number" autocomplete="off" value="{{ number }}"></label>
<button>Pay</button></form>
<p><a href="{{ session.cancel_url }}">Back to the shop</a></p>
{% else %}<p>You're all done here. {{ session.status }}</p>{% endif %}
</main></body></html>"""


class StandIn:
    """A running stand-in: its account, its post, and the troubles that a test asks for."""

    def __init__(self, key: str, secret: str, deliver: Deliver | None = None, *, held: bool = False) -> None:
        self.key = key
        self.address = "http://127.0.0.1:0"
        self.post = Post(secret, deliver, held=held)
        self.account = Account(self.post.tell, lambda: self.address)
        self.kept: dict[str, tuple[str, Any, int]] = {}
        self.under_way: set[str] = set()
        self.lose = 0  # so many answers are worked out and then lost
        self.is_mute = False  # answers no question about how things stand
        self.asked: list[str] = []
        self.lock = threading.Lock()
        self.app = self._application()

    def answer(self, work: Callable[[], Any]) -> Response:
        """One request, with its key, its key's memory, and its answer, if that is not lost."""
        self.asked.append(f"{request.method} {request.path}")
        try:
            self._let_in()
            body, status, again = self._once(work)
        except Trouble as trouble:
            body, status, again = trouble.body, trouble.status, False
        if self.lose > 0 and request.method == "POST":
            self.lose -= 1
            body, status = {"error": {"message": "lost on its way", "type": "api_error"}}, 502
        if self.is_mute and request.method == "GET":
            body, status = {"error": {"message": "busy", "type": "api_error"}}, 503
        response = make_response(jsonify(body), status)
        response.headers["Request-Id"] = "req_standin"
        if again:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def _let_in(self) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            raise Trouble(401, "Invalid API Key provided: sk_test_****")
        if not request.headers.get("Stripe-Version"):
            raise Trouble(400, "no Stripe-Version")
        if request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
            raise Trouble(400, "the body is no form")

    def _once(self, work: Callable[[], Any]) -> tuple[Any, int, bool]:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None:
            return work(), 200, False
        if len(key) > 255:
            raise Trouble(400, "Idempotency keys are at most 255 characters", kind="idempotency_error")
        mark = hashlib.sha256(f"{request.path}\n".encode() + request.get_data()).hexdigest()
        with self.lock:
            if key in self.kept:
                before, body, status = self.kept[key]
                if before != mark:
                    raise Trouble(
                        400,
                        "Keys for idempotent requests can only be used with the same parameters they were "
                        f"first used with. Try using a key other than '{key}' if you meant to execute a "
                        "different request.",
                        kind="idempotency_error",
                    )
                return body, status, True
            if key in self.under_way:
                raise Trouble(
                    409,
                    "There is currently another in-progress request using this Idempotent Key.",
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self.under_way.add(key)
        try:
            body, status = work(), 200
        except Trouble as trouble:
            if not trouble.is_kept:
                raise
            body, status = trouble.body, trouble.status
        finally:
            with self.lock:
                self.under_way.discard(key)
        with self.lock:
            self.kept[key] = (mark, body, status)
        return body, status, False

    def _application(self) -> Flask:
        app, account = Flask(__name__), self.account

        def given(what: form.Parts) -> dict[str, Any]:
            return form.read(request.get_data() if request.method == "POST" else request.query_string, what)

        @app.post("/v1/checkout/sessions")
        def create_session() -> Response:
            return self.answer(lambda: account.create_session(given(form.CREATE_SESSION)))

        @app.get("/v1/checkout/sessions/<name>")
        def read_session(name: str) -> Response:
            def work() -> Any:
                in_full = "payment_intent" in given(form.READ).get("expand", [])
                return account.shown(account.session(name), in_full=in_full)

            return self.answer(work)

        @app.post("/v1/checkout/sessions/<name>/expire")
        def expire_session(name: str) -> Response:
            def work() -> Any:
                given(form.EXPIRE_SESSION)
                return account.expire(name)

            return self.answer(work)

        @app.post("/v1/refunds")
        def create_refund() -> Response:
            return self.answer(lambda: account.refund(given(form.CREATE_REFUND)))

        @app.get("/v1/refunds")
        def list_refunds() -> Response:
            def work() -> Any:
                wanted = given(form.LIST_REFUNDS)
                name = wanted.get("payment_intent")
                if name and name not in account.payments:
                    raise missing("payment_intent", name)
                found = [one for one in account.refunds.values() if one["payment_intent"] == name or not name]
                return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found[::-1]}

            return self.answer(work)

        @app.get("/c/pay/<name>")
        def page(name: str) -> Response | str:
            return shown(name)

        @app.post("/c/pay/<name>")
        def pay(name: str) -> Any:
            number = request.form.get("number", "")
            trouble = account.pay(name, number)
            session = account.sessions[name]
            if not trouble:
                back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", name)
                return redirect(back, 303)
            return shown(name, trouble, number)

        def shown(name: str, trouble: str = "", number: str = "") -> str:
            return render_template_string(PAGE, session=account.session(name), trouble=trouble, number=number)

        return app
